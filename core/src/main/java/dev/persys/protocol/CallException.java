package dev.persys.protocol;

/** A call to a peer came to nothing, and it is known how. Its message names the peer and what it did, for people. */
public class CallException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What became of the call. */
    public enum Kind {
        /** There was no connection on which it could have been sent. */
        NO_CONNECTION,
        /** Whoever is there answered that it takes no such call, or none of ours. */
        REFUSED,
        /** The answer is none that a peer of ours gives. */
        MALFORMED,
        /** It was sent, and what came of it is not known. */
        BROKEN;

        /** Whether the peer cannot have acted on the call, now or later. */
        public boolean isNotTaken() {
            return this == NO_CONNECTION || this == REFUSED;
        }
    }

    private final Kind kind;

    public CallException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public CallException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public final Kind kind() {
        return kind;
    }
}
