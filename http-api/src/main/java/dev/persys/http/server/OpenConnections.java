package dev.persys.http.server;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The connections that a port has open: bounded in number, and closed when it stops. */
final class OpenConnections {
    private final int max;
    private final Set<ClientConnection> all = ConcurrentHashMap.newKeySet();
    private final AtomicInteger served = new AtomicInteger();

    OpenConnections(int max) {
        this.max = max;
    }

    /** Counts one more to be served; false where as many as may be are open. */
    boolean serve(ClientConnection connection) {
        if (served.incrementAndGet() > max) {
            served.decrementAndGet();
            return false;
        }
        keep(connection, served::decrementAndGet);
        return true;
    }

    /** Keeps one that is open only to be told that it cannot be served. */
    void turnAway(ClientConnection connection) {
        keep(connection, () -> {});
    }

    private void keep(ClientConnection connection, Runnable afterwards) {
        all.add(connection);
        var unused = connection.closed().thenRun(() -> {
            all.remove(connection);
            afterwards.run();
        });
    }

    /** Whether places are so few that none should be kept for a request that may never come. */
    boolean isPressed() {
        return served.get() > max - max / 4;
    }

    int count() {
        return served.get();
    }

    void cutAll() {
        all.forEach(ClientConnection::cut);
    }
}
