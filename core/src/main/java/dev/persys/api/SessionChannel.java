package dev.persys.api;

import java.util.Optional;

/**
 * What a frame of a session carries. A session is a WebSocket of binary messages, each a frame: one byte that names the
 * channel, then up to {@link #MAX_PAYLOAD} bytes.
 */
public enum SessionChannel {
    /** To the process: bytes of its standard input. */
    STDIN,
    /** From the process: bytes of its standard output; with a terminal, all that it prints. */
    STDOUT,
    /** From the process: bytes of its standard error. */
    STDERR,
    /**
     * From the server, the last frame there is: JSON, {@code {"exitCode":n}} where the process has ended, and a problem
     * ({@link Problem}) where the session has ended otherwise.
     */
    STATUS,
    /** To the process: JSON, {@code {"rows":24,"columns":80}}, where its terminal has another size. */
    RESIZE,
    /** To the process: no more of its standard input comes; without a payload. */
    STDIN_END,
    /** To the process: a signal by its name in ASCII, such as {@code TERM}. */
    SIGNAL,
    /** The session is about to end, and the command is to go on without it; without a payload. */
    DETACH;

    /** Bytes behind the channel's own, at most. */
    public static final int MAX_PAYLOAD = 32 * 1024;

    /** The first byte of a frame. */
    public byte code() {
        return switch (this) {
            case STDIN -> 0;
            case STDOUT -> 1;
            case STDERR -> 2;
            case STATUS -> 3;
            case RESIZE -> 4;
            case STDIN_END -> 5;
            case SIGNAL -> 6;
            case DETACH -> 7;
        };
    }

    /** Empty where there is no channel of that number. */
    public static Optional<SessionChannel> of(int code) {
        for (SessionChannel channel : values()) {
            if (channel.code() == code) {
                return Optional.of(channel);
            }
        }
        return Optional.empty();
    }
}
