package dev.persys.http.server;

import akka.stream.Attributes;
import akka.stream.FlowShape;
import akka.stream.Inlet;
import akka.stream.Outlet;
import akka.stream.stage.AbstractInHandler;
import akka.stream.stage.AbstractOutHandler;
import akka.stream.stage.AsyncCallback;
import akka.stream.stage.GraphStage;
import akka.stream.stage.GraphStageLogic;
import akka.util.ByteString;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An accepted connection as a flow: takes what is written to the client, gives what the client sends. Reads only what is
 * asked for, and takes the next bytes only when the kernel has taken the last. The end of what is written closes our side;
 * a failure resets the connection.
 */
final class SocketStage extends GraphStage<FlowShape<ByteString, ByteString>> {
    private static final Logger LOG = LoggerFactory.getLogger(SocketStage.class);

    private final Inlet<ByteString> toClient = Inlet.create("SocketStage.toClient");
    private final Outlet<ByteString> fromClient = Outlet.create("SocketStage.fromClient");
    private final FlowShape<ByteString, ByteString> shape = FlowShape.of(toClient, fromClient);
    private final SocketChannel channel;
    private final SocketLoop loop;

    /** Takes over {@code channel}, which does not block. */
    SocketStage(SocketChannel channel, SocketLoop loop) {
        this.channel = channel;
        this.loop = loop;
    }

    @Override
    public FlowShape<ByteString, ByteString> shape() {
        return shape;
    }

    @Override
    public GraphStageLogic createLogic(Attributes attributes) {
        return new Logic();
    }

    private sealed interface News {
        record Received(ByteString bytes) implements News {}

        record Failed(IOException cause) implements News {}

        enum Ended implements News {
            INSTANCE
        }

        enum Writable implements News {
            INSTANCE
        }
    }

    private final class Logic extends GraphStageLogic {
        private ByteBuffer[] unwritten = new ByteBuffer[0];

        private Logic() {
            super(shape);
            setHandler(toClient, new ToClient());
            setHandler(fromClient, new FromClient());
        }

        @Override
        public void preStart() {
            setKeepGoing(true);
            loop.add(channel, 0, new Bridge(createAsyncCallback(this::onNews)));
            pull(toClient);
        }

        @Override
        public void postStop() {
            loop.drop(channel);
        }

        private void onNews(News news) {
            if (news instanceof News.Received received) {
                if (!isClosed(fromClient)) {
                    push(fromClient, received.bytes());
                }
            } else if (news instanceof News.Failed failed) {
                failStage(failed.cause());
            } else if (news instanceof News.Ended) {
                complete(fromClient);
                completeIfDone();
            } else {
                write();
            }
        }

        private void write() {
            try {
                if (!isWritten()) {
                    channel.write(unwritten);
                }
                if (!isWritten()) {
                    loop.want(channel, SelectionKey.OP_WRITE);
                    return;
                }
                unwritten = new ByteBuffer[0];
                if (isClosed(toClient)) {
                    channel.shutdownOutput();
                    completeIfDone();
                } else {
                    pull(toClient);
                }
            } catch (IOException e) {
                failStage(e);
            }
        }

        private boolean isWritten() {
            return unwritten.length == 0 || !unwritten[unwritten.length - 1].hasRemaining();
        }

        private void completeIfDone() {
            if (isClosed(toClient) && isWritten() && isClosed(fromClient)) {
                completeStage();
            }
        }

        private final class ToClient extends AbstractInHandler {
            @Override
            public void onPush() {
                List<ByteBuffer> buffers = new ArrayList<>();
                grab(toClient).getByteBuffers().forEach(buffers::add);
                unwritten = buffers.toArray(ByteBuffer[]::new);
                write();
            }

            @Override
            public void onUpstreamFinish() {
                if (isWritten()) {
                    write();
                }
            }

            @Override
            public void onUpstreamFailure(Throwable cause) {
                try {
                    channel.setOption(StandardSocketOptions.SO_LINGER, 0);
                } catch (IOException e) {
                    LOG.debug("A connection is closed instead of reset", e);
                }
                failStage(cause);
            }
        }

        private final class FromClient extends AbstractOutHandler {
            @Override
            public void onPull() {
                loop.want(channel, SelectionKey.OP_READ);
            }

            @Override
            public void onDownstreamFinish(Throwable cause) {
                completeIfDone();
            }
        }
    }

    /** From the loop's thread to the stage. */
    private record Bridge(AsyncCallback<News> stage) implements SocketLoop.Listener {
        @Override
        public void received(ByteBuffer bytes) {
            stage.invoke(new News.Received(ByteString.fromByteBuffer(bytes)));
        }

        @Override
        public void ended() {
            stage.invoke(News.Ended.INSTANCE);
        }

        @Override
        public void writable() {
            stage.invoke(News.Writable.INSTANCE);
        }

        @Override
        public void failed(IOException cause) {
            stage.invoke(new News.Failed(cause));
        }
    }
}
