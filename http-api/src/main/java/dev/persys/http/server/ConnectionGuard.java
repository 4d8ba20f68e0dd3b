package dev.persys.http.server;

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
import java.util.function.BooleanSupplier;

/**
 * Between TCP and HTTP on one connection: closes it on a client that does not send what it began, that is silent between
 * requests, or that does not take what is written to it. Of its own it buffers nothing: what a client does not take stays
 * where it comes from.
 */
final class ConnectionGuard extends GraphStage<BidiShape<ByteString, ByteString, ByteString, ByteString>> {
    private static final Duration LONGEST_TICK = Duration.ofMillis(2500);
    private static final Duration SHORTEST_TICK = Duration.ofMillis(20);
    private static final int TICKS = 4;

    /** For a client to take what has been written to it while others are refused for want of memory. */
    private static final Duration PRESSED = Duration.ofSeconds(3);

    private final Inlet<ByteString> answers = Inlet.create("ConnectionGuard.answers");
    private final Outlet<ByteString> toClient = Outlet.create("ConnectionGuard.toClient");
    private final Inlet<ByteString> fromClient = Inlet.create("ConnectionGuard.fromClient");
    private final Outlet<ByteString> requests = Outlet.create("ConnectionGuard.requests");
    private final BidiShape<ByteString, ByteString, ByteString, ByteString> shape =
            new BidiShape<>(answers, toClient, fromClient, requests);
    private final ClientConnection connection;
    private final BooleanSupplier isPressed;

    /** @param isPressed whether who does not read is to be cut off sooner */
    ConnectionGuard(ClientConnection connection, BooleanSupplier isPressed) {
        this.connection = connection;
        this.isPressed = isPressed;
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

        private Logic() {
            super(shape);
            setHandler(answers, new FromHttp());
            setHandler(toClient, new ToClient());
            setHandler(fromClient, new FromClient());
            setHandler(requests, new ToHttp());
        }

        @Override
        public void preStart() {
            AsyncCallback<ClientConnection> cut = createAsyncCallback(cutOff -> completeStage());
            connection.onCut(() -> cut.invoke(connection));
            scheduleWithFixedDelay("tick", tick(connection.patience()), tick(connection.patience()));
        }

        @Override
        public void onTimer(Object key) {
            long now = System.nanoTime();
            if (writingSince != NEVER && now - writingSince > writePatience().toNanos()) {
                // A failure resets the connection: what the kernel still holds for the client is dropped too.
                fail(toClient, new IOException("the client does not take what is written to it"));
                completeStage();
            } else if (connection.isOverdue() || (lingersUntil != NEVER && now - lingersUntil > 0)) {
                completeStage();
            }
        }

        private Duration writePatience() {
            Duration patience = connection.patience().write();
            return isPressed.getAsBoolean() ? min(patience, PRESSED) : patience;
        }

        @Override
        public void postStop() {
            connection.close();
        }

        private void drain() {
            if (!isClosed(fromClient) && !hasBeenPulled(fromClient)) {
                pull(fromClient);
            }
        }

        private final class FromHttp extends AbstractInHandler {
            @Override
            public void onPush() {
                writingSince = System.nanoTime();
                push(toClient, grab(answers));
            }

            @Override
            public void onUpstreamFinish() {
                complete(toClient);
                lingersUntil =
                        System.nanoTime() + connection.patience().linger().toNanos();
                if (isClosed(requests)) {
                    drain();
                }
            }
        }

        private final class ToClient extends AbstractOutHandler {
            @Override
            public void onPull() {
                writingSince = NEVER;
                if (!isClosed(answers)) {
                    pull(answers);
                }
            }
        }

        private final class FromClient extends AbstractInHandler {
            @Override
            public void onPush() {
                ByteString bytes = grab(fromClient);
                if (isClosed(requests)) {
                    drain();
                } else {
                    connection.received();
                    push(requests, bytes);
                }
            }

            @Override
            public void onUpstreamFinish() {
                complete(requests);
            }
        }

        private final class ToHttp extends AbstractOutHandler {
            @Override
            public void onPull() {
                if (!isClosed(fromClient)) {
                    pull(fromClient);
                }
            }

            /** HTTP reads no further, and its answer may be on the way: the rest of the request is thrown away. */
            @Override
            public void onDownstreamFinish(Throwable cause) {
                drain();
            }
        }
    }
}
