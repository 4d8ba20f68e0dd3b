package dev.persys.store;

import java.util.Optional;

/**
 * The store did not carry out a call, or did not say in time whether it did.
 *
 * <p>Whether a write happened is unknown, unless {@link #certainlyNotWritten} says that it did not. What is known to
 * keep the store from writing is {@link #trouble}: then there is no use in asking again at once.
 */
public final class StoreUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean certainlyNotWritten;
    private final transient Optional<StoreTrouble> trouble;

    private StoreUnavailableException(
            String message, Throwable cause, boolean certainlyNotWritten, Optional<StoreTrouble> trouble) {
        super(message, cause);
        this.certainlyNotWritten = certainlyNotWritten;
        this.trouble = trouble;
    }

    /** Of a call whose outcome is unknown. */
    public StoreUnavailableException(String message) {
        this(message, null, false, Optional.empty());
    }

    /** Of a call whose outcome is unknown. */
    public StoreUnavailableException(String message, Throwable cause) {
        this(message, cause, false, Optional.empty());
    }

    /** Of a call that was turned away before anything was done. */
    public static StoreUnavailableException notWritten(String message) {
        return new StoreUnavailableException(message, null, true, Optional.empty());
    }

    /** Of a write that failed and left nothing behind. */
    public static StoreUnavailableException notWritten(StoreTrouble trouble, Throwable cause) {
        return new StoreUnavailableException(trouble.detail(), cause, true, Optional.of(trouble));
    }

    /** Of a write that failed so that what it left behind is not known. */
    public static StoreUnavailableException unknown(StoreTrouble trouble, Throwable cause) {
        return new StoreUnavailableException(trouble.detail(), cause, false, Optional.of(trouble));
    }

    /** Whether nothing was written, and nothing will be: the write may be given up, or made again as if for the first time. */
    public boolean certainlyNotWritten() {
        return certainlyNotWritten;
    }

    /** What keeps the store from writing, where that is known. */
    public Optional<StoreTrouble> trouble() {
        return trouble;
    }
}
