package dev.persys.scheduler.store;

/**
 * A state store cannot be opened as it is: another process has it, or its files are damaged or not ours. The message
 * names the file and what to do. Nothing was changed.
 */
public class StoreOpenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StoreOpenException(String message) {
        super(message);
    }

    public StoreOpenException(String message, Throwable cause) {
        super(message, cause);
    }
}
