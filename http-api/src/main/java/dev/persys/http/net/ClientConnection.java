package dev.persys.http.net;

import akka.Done;
import dev.persys.http.server.Exchange;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * One connection: whether a request of its is being answered, and since when it waits for one. A connection has one
 * exchange at a time. An open stream is an exchange, so a stream on which nothing moves is no idle connection.
 */
final class ClientConnection {
    private enum Phase {
        /** A request has begun to come, or the first one has yet to. */
        HEAD,
        ANSWERING,
        /** Kept for a next request. */
        IDLE,
        /** Its place is another's, and it is told so. */
        TURNED_AWAY
    }

    /**
     * How long a client may take.
     *
     * @param head for the head of a request
     * @param idle between an answer and the next request
     * @param write for taking what has been written
     * @param linger for closing its side once ours is closed: bytes of its that were never read would make the kernel
     *     reset the connection, and take the answer with it
     * @param sessionSilence to say anything, while a session is open and something is waited for
     * @param sessionWrite as {@code write}, while a session is open
     */
    record Patience(
            Duration head,
            Duration idle,
            Duration write,
            Duration linger,
            Duration sessionSilence,
            Duration sessionWrite) {}

    private final Patience patience;
    private final CompletableFuture<Done> closed = new CompletableFuture<>();
    private final CompletableFuture<Done> gone = new CompletableFuture<>();
    private Exchange exchange = new Exchange();
    private Phase phase = Phase.HEAD;
    private long since = System.nanoTime();
    private Runnable cut = () -> {};
    private Runnable turnAway = () -> {};
    private boolean isCut;

    ClientConnection(Patience patience) {
        this.patience = patience;
    }

    Patience patience() {
        return patience;
    }

    /** A request's head is there; no exchange where it comes too late. */
    Optional<Exchange> begin() {
        Exchange next = new Exchange();
        Exchange last;
        synchronized (this) {
            if (phase == Phase.TURNED_AWAY) {
                return Optional.empty();
            }
            last = exchange;
            exchange = next;
            phase = Phase.ANSWERING;
        }
        last.end();
        next.onEnd(() -> ended(next));
        return Optional.of(next);
    }

    private synchronized void ended(Exchange which) {
        if (which == exchange && phase == Phase.ANSWERING) {
            phase = Phase.IDLE;
            since = System.nanoTime();
        }
    }

    /** Bytes have come. */
    synchronized void received() {
        if (phase == Phase.IDLE) {
            phase = Phase.HEAD;
            since = System.nanoTime();
        }
    }

    /** Whether the answer under way is a stream that lasts until the client leaves. */
    synchronized boolean isStreaming() {
        return phase == Phase.ANSWERING && exchange.isStream();
    }

    /** Whether both sides speak as they like, until one ends it. */
    synchronized boolean isSession() {
        return phase == Phase.ANSWERING && exchange.isSession();
    }

    /** Whether the client has been waited for long enough. */
    synchronized boolean isOverdue() {
        long waited = System.nanoTime() - since;
        return switch (phase) {
            case HEAD -> waited > patience.head().toNanos();
            case IDLE -> waited > patience.idle().toNanos();
            case ANSWERING, TURNED_AWAY -> false;
        };
    }

    /** @param how tells the client to come again, and closes the connection, from any thread */
    void onTurnAway(Runnable how) {
        boolean now;
        synchronized (this) {
            turnAway = how;
            now = phase == Phase.TURNED_AWAY;
        }
        if (now) {
            how.run();
        }
    }

    /** Gives the place to another, where no request has been waited for as long; false where it cannot. */
    boolean turnAway(Duration atLeast) {
        Runnable how;
        synchronized (this) {
            boolean waits = phase == Phase.HEAD || phase == Phase.IDLE;
            if (!waits || System.nanoTime() - since < atLeast.toNanos()) {
                return false;
            }
            phase = Phase.TURNED_AWAY;
            how = turnAway;
        }
        how.run();
        leave();
        return true;
    }

    /** @param how closes the connection, from any thread */
    void onCut(Runnable how) {
        boolean now;
        synchronized (this) {
            cut = how;
            now = isCut;
        }
        if (now) {
            how.run();
        }
    }

    /** Closes the connection, whatever is going on. */
    void cut() {
        Runnable how;
        synchronized (this) {
            isCut = true;
            how = cut;
        }
        how.run();
    }

    /** There is no connection any more. */
    void close() {
        leave();
        gone.complete(Done.getInstance());
    }

    private void leave() {
        Exchange last;
        synchronized (this) {
            last = exchange;
        }
        last.end();
        closed.complete(Done.getInstance());
    }

    /** Completed when it no longer counts: it is gone, or lost its place. */
    CompletionStage<Done> closed() {
        return closed;
    }

    CompletionStage<Done> gone() {
        return gone;
    }
}
