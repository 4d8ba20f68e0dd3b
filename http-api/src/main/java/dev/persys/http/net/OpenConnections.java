package dev.persys.http.net;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The connections that a port has open: bounded in number, and closed when it stops. Who only holds a place keeps nobody
 * out: where all are taken, a newcomer gets that of a client which has not asked for anything for a second. Of another
 * machine there are half as many as may be at most.
 */
final class OpenConnections {
    /** For a client to ask, before its place may be another's. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    /** Until it is looked again whether a place can be had, where none could. */
    private static final long PAUSE_NANOS = 100_000_000;

    private final int max;
    private final Set<ClientConnection> all = ConcurrentHashMap.newKeySet();
    private final Map<InetAddress, Integer> byClient = new ConcurrentHashMap<>();
    private final AtomicInteger served = new AtomicInteger();

    /** Those that lost their place and are being told so. */
    private final AtomicInteger leaving = new AtomicInteger();

    private volatile long nextLook = System.nanoTime();

    OpenConnections(int max) {
        this.max = max;
    }

    /**
     * Counts one more to be served; false where it must not be.
     *
     * @param client its address
     */
    boolean serve(ClientConnection connection, InetAddress client) {
        if ((served.incrementAndGet() > max && !displace()) || !countClient(client)) {
            served.decrementAndGet();
            return false;
        }
        all.add(connection);
        var unused = connection.closed().thenRun(() -> {
            all.remove(connection);
            served.decrementAndGet();
            uncountClient(client);
        });
        return true;
    }

    /** Programs of this machine cannot be told apart by their address. */
    private boolean countClient(InetAddress client) {
        int most = client.isLoopbackAddress() ? max : Math.max(1, max / 2);
        if (byClient.merge(client, 1, Integer::sum) <= most) {
            return true;
        }
        uncountClient(client);
        return false;
    }

    private void uncountClient(InetAddress client) {
        byClient.computeIfPresent(client, (address, open) -> open > 1 ? open - 1 : null);
    }

    /** Whether a place was freed that nobody used. */
    private boolean displace() {
        long now = System.nanoTime();
        if (now - nextLook < 0 || leaving.get() > max / 2) {
            return false;
        }
        for (ClientConnection connection : all) {
            if (connection.turnAway(GRACE)) {
                leaving.incrementAndGet();
                var unused = connection.gone().thenRun(leaving::decrementAndGet);
                return true;
            }
        }
        nextLook = now + PAUSE_NANOS;
        return false;
    }

    /** Whether places are so few that none should be kept for a request that may never come. */
    boolean isPressed() {
        return served.get() >= max - max / 4;
    }

    void cutAll() {
        all.forEach(ClientConnection::cut);
    }
}
