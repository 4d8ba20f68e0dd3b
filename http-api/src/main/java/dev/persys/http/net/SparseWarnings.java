package dev.persys.http.net;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Of connections that are refused for one reason or another: one line in a while, which says how many there were. */
final class SparseWarnings {
    static final Duration PAUSE = Duration.ofMinutes(1);

    private final String port;
    private final LongSupplier nanos;
    private long untold;
    private long next;

    SparseWarnings(String port, LongSupplier nanos) {
        this.port = port;
        this.nanos = nanos;
        this.next = nanos.getAsLong();
    }

    /** A line, where one is due. */
    synchronized Optional<String> tell(String client, String why) {
        untold++;
        long now = nanos.getAsLong();
        if (now - next < 0) {
            return Optional.empty();
        }
        next = now + PAUSE.toNanos();
        String line = "The port " + port + " refused " + (untold == 1 ? "a connection" : untold + " connections")
                + " for want of TLS with a certificate that is believed; the last, of " + client + ": " + why;
        untold = 0;
        return Optional.of(line);
    }
}
