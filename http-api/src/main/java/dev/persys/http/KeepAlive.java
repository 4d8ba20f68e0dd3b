package dev.persys.http;

import java.net.SocketOption;
import java.util.Map;
import jdk.net.ExtendedSocketOptions;

/**
 * When the kernel asks whether the other side of a silent connection is still there. A stream on which nothing moves has no
 * other way to find out that its peer's machine is gone; the kernel's own time is two hours.
 */
public final class KeepAlive {
    /** In seconds, but for the count: until the first question, between questions, and how many stay unanswered. */
    public static final Map<SocketOption<Integer>, Integer> OPTIONS = Map.of(
            ExtendedSocketOptions.TCP_KEEPIDLE, 60,
            ExtendedSocketOptions.TCP_KEEPINTERVAL, 15,
            ExtendedSocketOptions.TCP_KEEPCOUNT, 4);

    private KeepAlive() {}
}
