package dev.persys.http.audit;

/** The audit log cannot be written where it was told to; the message names the setting and the remedy. */
public final class AuditOpenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    AuditOpenException(String message, Throwable cause) {
        super(message, cause);
    }

    AuditOpenException(String message) {
        super(message);
    }
}
