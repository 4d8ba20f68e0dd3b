package dev.persys.http.scheduler.auth;

import dev.persys.access.Principal;
import dev.persys.auth.TokenText;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Tickets that open one stream each: a browser cannot put a header on an {@code EventSource} or a WebSocket, and what is
 * good for longer does not belong into a URL. Kept in memory; bounded. Thread-safe.
 */
final class Tickets {
    static final Duration LIFE = Duration.ofSeconds(30);
    private static final int MOST = 10_000;

    private final Map<String, Ticket> byDigest = new HashMap<>();

    private record Ticket(Principal principal, String path, Instant until) {}

    /** Keeps a new one; false where there are too many already. */
    synchronized boolean add(TokenText text, Principal principal, String path, Instant now) {
        byDigest.values().removeIf(ticket -> !now.isBefore(ticket.until()));
        if (byDigest.size() >= MOST) {
            return false;
        }
        byDigest.put(text.digest(), new Ticket(principal, path, now.plus(LIFE)));
        return true;
    }

    /** Whose it is, where it is good for {@code path}; it is good no more then, whatever it was shown for. */
    synchronized Optional<Principal> take(TokenText text, String path, Instant now) {
        return Optional.ofNullable(byDigest.remove(text.digest()))
                .filter(ticket -> now.isBefore(ticket.until()) && ticket.path().equals(path))
                .map(Ticket::principal);
    }
}
