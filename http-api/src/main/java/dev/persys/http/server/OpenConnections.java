package dev.persys.http.server;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** The connections that a port has open: bounded in number, and closed when it stops. */
final class OpenConnections {
    /** Turned away at a time; they cost a descriptor and no more. */
    private static final int MOST_TURNED_AWAY = 8192;

    private final int max;
    private final Set<ClientConnection> all = ConcurrentHashMap.newKeySet();
    private final AtomicInteger served = new AtomicInteger();
    private final Semaphore turnedAway = new Semaphore(MOST_TURNED_AWAY);

    OpenConnections(int max) {
        this.max = max;
    }

    /** Counts one more to be served; false where as many as may be are open. */
    boolean serve(ClientConnection connection) {
        if (served.incrementAndGet() > max) {
            served.decrementAndGet();
            return false;
        }
        all.add(connection);
        var unused = connection.closed().thenRun(() -> {
            all.remove(connection);
            served.decrementAndGet();
        });
        return true;
    }

    /**
     * Begins to turn one away; waits while too many are being turned away already.
     *
     * @param rejection takes what is to be run when it is over
     */
    void turnAway(Consumer<Runnable> rejection) {
        turnedAway.acquireUninterruptibly();
        rejection.accept(turnedAway::release);
    }

    /** Whether places are so few that none should be kept for a request that may never come. */
    boolean isPressed() {
        return served.get() >= max - max / 4;
    }

    void cutAll() {
        all.forEach(ClientConnection::cut);
    }
}
