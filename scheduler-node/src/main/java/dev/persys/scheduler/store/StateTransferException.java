package dev.persys.scheduler.store;

/** State cannot be exported or imported. The message says what stands in the way and what was written, if anything. */
public class StateTransferException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StateTransferException(String message) {
        super(message);
    }

    public StateTransferException(String message, Throwable cause) {
        super(message, cause);
    }
}
