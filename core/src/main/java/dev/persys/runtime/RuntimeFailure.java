package dev.persys.runtime;

import dev.persys.model.HostPort;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/** Why the container engine did not do what it was asked; the message is the engine's own, in full. */
public final class RuntimeFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What kind of no it was. */
    public enum Kind {
        /** There is no such container, image or network. */
        NOT_FOUND,
        /** A name is taken, or the container is in a state that forbids it. */
        CONFLICT,
        /** The engine understood and said no; asking again changes nothing. */
        REFUSED,
        /**
         * The engine said no for a reason that may pass by itself: a mount or a network that is not there yet, a container
         * that is just on its way out. Nothing was done; asking again, later, may go better.
         */
        NOT_NOW,
        /** The same, and the reason is {@link RuntimeFailure#port()}: something else has it. */
        PORT_IN_USE,
        /**
         * What the engine left of an attempt before stands in this container's way, whatever is done with it; another
         * container in its place can be started.
         */
        UNSTARTABLE,
        /** The engine, or a registry it asked, cannot be reached or has trouble; may go better later. */
        UNAVAILABLE,
        /** No answer within the deadline; may go better later. */
        TIMEOUT
    }

    private final Kind kind;

    /** Null but where it is what is in the way; means nothing in another process. */
    private final transient HostPort port;

    public RuntimeFailure(Kind kind, String message) {
        super(message);
        this.kind = kind;
        this.port = null;
    }

    public RuntimeFailure(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.port = null;
    }

    private RuntimeFailure(HostPort port, String message) {
        super(message);
        this.kind = Kind.PORT_IN_USE;
        this.port = port;
    }

    /**
     * Something else has that port of the host.
     *
     * @param message the engine's own
     */
    public static RuntimeFailure portInUse(HostPort port, String message) {
        return new RuntimeFailure(port, message);
    }

    public Kind kind() {
        return kind;
    }

    /** The port that something else has, of a {@link Kind#PORT_IN_USE}; otherwise empty. */
    public Optional<HostPort> port() {
        return Optional.ofNullable(port);
    }

    /** For people: the engine's own words, unless it takes hundreds of them to say that a port is in use. */
    public String sentence() {
        return port == null ? getMessage() : "port " + port + " is in use by something that Persys did not start";
    }

    /** Whether asking again may go better, and what happened is unknown. */
    public boolean isTransient() {
        return kind == Kind.UNAVAILABLE || kind == Kind.TIMEOUT;
    }

    /** Whether the same may be asked again later, as it is. */
    public boolean mayPass() {
        return isTransient() || kind == Kind.NOT_NOW || kind == Kind.PORT_IN_USE;
    }

    /**
     * The failure behind a failed stage. Any other throwable is a mistake of ours and counts as {@link Kind#REFUSED}: people
     * are told what it says, and not what it is called.
     */
    public static RuntimeFailure from(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause instanceof RuntimeFailure known ? known : new RuntimeFailure(Kind.REFUSED, sentence(cause), cause);
    }

    private static String sentence(Throwable mistake) {
        String said = mistake.getMessage();
        return said == null || said.isBlank()
                ? "the agent made a mistake in what it asked of the container engine, which is a bug; please report it"
                : "the agent made a mistake in what it asked of the container engine: " + said;
    }
}
