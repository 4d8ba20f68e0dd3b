package dev.persys.trust;

/**
 * A key, a certificate, a request or a file of them cannot be used. Expected: the message is for whoever brought it, names it, and
 * says what would do.
 */
public class TrustException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public TrustException(String message) {
        super(message);
    }

    public TrustException(String message, Throwable cause) {
        super(message, cause);
    }
}
