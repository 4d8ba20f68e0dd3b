package dev.persys.http.net;

import akka.stream.Attributes;
import akka.stream.BidiShape;
import akka.stream.Inlet;
import akka.stream.Outlet;
import akka.stream.stage.AbstractInHandler;
import akka.stream.stage.AbstractOutHandler;
import akka.stream.stage.AsyncCallback;
import akka.stream.stage.GraphStage;
import akka.stream.stage.GraphStageLogic;
import akka.stream.stage.TimerGraphStageLogic;
import akka.util.ByteString;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Between TCP and HTTP on one connection, whatever transport the one is: closes it on a client that does not send what
 * it began, that is silent between requests, that does not take what is written to it, or that leaves an open stream. What
 * a client does not take stays where it comes from; what it sends behind the request of a stream is kept, some of it.
 *
 * <p>The transport is taken to have passed bytes on when it asks for more. It is told of the end only then: from there on
 * it has nothing to wait for, and so it cannot wait for ever.
 */
final class ConnectionGuard extends GraphStage<BidiShape<ByteString, ByteString, ByteString, ByteString>> {
    private static final Duration LONGEST_TICK = Duration.ofMillis(2500);
    private static final Duration SHORTEST_TICK = Duration.ofMillis(20);
    private static final int TICKS = 4;

    /** For a client to take what has been written to it while others are refused for want of memory. */
    private static final Duration PRESSED = Duration.ofSeconds(3);

    /** Of what a client sends while a stream is open to it; who sends more is not one that follows. */
    private static final int MOST_AHEAD = 64 * 1024;

    /**
     * A ping has no payload, and so is its frame's head (RFC 6455, section 5.2); whatever else is written is longer. A
     * client to which more is written is asked by no ping, so it need not answer one.
     */
    private static final int PING_BYTES = 2;

    private final Inlet<ByteString> answers = Inlet.create("ConnectionGuard.answers");
    private final Outlet<ByteString> toClient = Outlet.create("ConnectionGuard.toClient");
    private final Inlet<ByteString> fromClient = Inlet.create("ConnectionGuard.fromClient");
    private final Outlet<ByteString> requests = Outlet.create("ConnectionGuard.requests");
    private final BidiShape<ByteString, ByteString, ByteString, ByteString> shape =
            new BidiShape<>(answers, toClient, fromClient, requests);
    private final ClientConnection connection;
    private final BooleanSupplier isPressed;
    private final ByteString comeAgain;

    /**
     * For one connection.
     *
     * @param isPressed whether who does not read is to be cut off sooner
     * @param comeAgain what a client is told that loses its place
     */
    ConnectionGuard(ClientConnection connection, BooleanSupplier isPressed, ByteString comeAgain) {
        this.connection = connection;
        this.isPressed = isPressed;
        this.comeAgain = comeAgain;
    }

    @Override
    public BidiShape<ByteString, ByteString, ByteString, ByteString> shape() {
        return shape;
    }

    @Override
    public GraphStageLogic createLogic(Attributes attributes) {
        return new Logic();
    }

    /** Often enough that no deadline is missed by much, seldom enough that a thousand connections cost nothing. */
    private static Duration tick(ClientConnection.Patience patience) {
        Duration shortest = min(min(patience.head(), patience.idle()), min(patience.write(), patience.linger()));
        Duration tick = min(shortest.dividedBy(TICKS), LONGEST_TICK);
        return tick.compareTo(SHORTEST_TICK) < 0 ? SHORTEST_TICK : tick;
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private final class Logic extends TimerGraphStageLogic {
        private static final long NEVER = Long.MAX_VALUE;

        /** Since when the client has not taken what was written, and when its side has to be closed too. */
        private long writingSince = NEVER;

        private long lingersUntil = NEVER;

        /** Since when a client of a session has given no sign, while one was waited for. */
        private long silentSince = System.nanoTime();

        /** What came while HTTP wanted nothing. */
        private Optional<ByteString> ahead = Optional.empty();

        private Logic() {
            super(shape);
            setHandler(answers, new FromHttp());
            setHandler(toClient, new ToClient());
            setHandler(fromClient, new FromClient());
            setHandler(requests, new ToHttp());
        }

        @Override
        public void preStart() {
            AsyncCallback<String> cut = createAsyncCallback(this::end);
            connection.onCut(() -> cut.invoke("the port is closed"));
            AsyncCallback<ByteString> turnAway = createAsyncCallback(this::turnAway);
            connection.onTurnAway(() -> turnAway.invoke(comeAgain));
            scheduleWithFixedDelay("tick", tick(connection.patience()), tick(connection.patience()));
        }

        @Override
        public void onTimer(Object key) {
            long now = System.nanoTime();
            if (!connection.isSession() || !hasBeenPulled(fromClient)) {
                silentSince = now; // Nothing is waited for, so nothing is missed.
            }
            if (now - silentSince > connection.patience().sessionSilence().toNanos()) {
                end("the client of a session gives no sign");
            } else if (writingSince != NEVER
                    && now - writingSince > writePatience().toNanos()) {
                end("the client does not take what is written to it");
            } else if (lingersUntil == NEVER ? connection.isOverdue() : now - lingersUntil > 0) {
                end("the client does not send what it began");
            }
        }

        private Duration writePatience() {
            if (connection.isSession()) {
                return connection.patience().sessionWrite();
            }
            Duration patience = connection.patience().write();
            return isPressed.getAsBoolean() ? min(patience, PRESSED) : patience;
        }

        @Override
        public void postStop() {
            connection.close();
        }

        /**
         * A transport that still has bytes for the client is failed, which resets the connection: what the kernel holds for
         * the client is dropped too. Told only of the end, it would wait until the client takes them.
         */
        private void end(String why) {
            if (writingSince != NEVER) {
                fail(toClient, new IOException(why));
            }
            completeStage();
        }

        /** In the place of an answer, for which no request has come. */
        private void turnAway(ByteString answer) {
            if (isClosed(answers)) {
                return; // It had its last answer, and is about to go.
            }
            cancel(answers);
            complete(requests);
            writingSince = writingSince == NEVER ? System.nanoTime() : writingSince;
            emit(toClient, answer);
        }

        /** Everything is written: closes our side, and waits for a while until the client closes its own. */
        private void closeOurSide() {
            complete(toClient);
            lingersUntil = System.nanoTime() + connection.patience().linger().toNanos();
            if (isClosed(requests)) {
                read();
            }
        }

        private void read() {
            if (!isClosed(fromClient) && !hasBeenPulled(fromClient)) {
                pull(fromClient);
            }
        }

        /**
         * HTTP reads nothing while it answers, and whoever reads nothing is not told that the client has gone. No client of
         * a stream has anything to say until it leaves.
         */
        private void watchStream() {
            if (connection.isStreaming()) {
                if (isClosed(fromClient)) {
                    end("the client has left the stream");
                } else {
                    read();
                }
            }
        }

        private void keep(ByteString bytes) {
            ByteString all = ahead.map(before -> before.concat(bytes)).orElse(bytes);
            ahead = Optional.of(all);
            if (all.size() > MOST_AHEAD) {
                end("the client goes on sending while it follows a stream");
            } else {
                watchStream();
            }
        }

        private final class FromHttp extends AbstractInHandler {
            @Override
            public void onPush() {
                writingSince = System.nanoTime();
                ByteString bytes = grab(answers);
                if (bytes.size() > PING_BYTES) {
                    silentSince = writingSince;
                }
                push(toClient, bytes);
                watchStream();
            }

            @Override
            public void onUpstreamFinish() {
                if (writingSince == NEVER) {
                    closeOurSide();
                }
            }
        }

        private final class ToClient extends AbstractOutHandler {
            @Override
            public void onPull() {
                writingSince = NEVER;
                if (isClosed(answers)) {
                    closeOurSide();
                } else {
                    pull(answers);
                }
            }
        }

        private final class FromClient extends AbstractInHandler {
            @Override
            public void onPush() {
                ByteString bytes = grab(fromClient);
                silentSince = System.nanoTime();
                if (isClosed(requests)) {
                    read();
                } else if (isAvailable(requests)) {
                    connection.received();
                    push(requests, bytes);
                    watchStream();
                } else {
                    keep(bytes);
                }
            }

            @Override
            public void onUpstreamFinish() {
                if (connection.isStreaming()) {
                    end("the client has left the stream");
                } else if (ahead.isEmpty()) {
                    complete(requests);
                }
            }
        }

        private final class ToHttp extends AbstractOutHandler {
            @Override
            public void onPull() {
                if (ahead.isEmpty()) {
                    read();
                    return;
                }
                connection.received();
                push(requests, ahead.get());
                ahead = Optional.empty();
                if (isClosed(fromClient)) {
                    complete(requests);
                }
            }

            /** HTTP reads no further, and its answer may be on the way: the rest of the request is thrown away. */
            @Override
            public void onDownstreamFinish(Throwable cause) {
                ahead = Optional.empty();
                read();
            }
        }
    }
}
