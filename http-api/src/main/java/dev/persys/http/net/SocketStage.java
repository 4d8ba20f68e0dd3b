package dev.persys.http.net;

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
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
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

    /** Takes over {@code channel}, which reads only when it is told to. */
    SocketStage(SocketChannel channel) {
        this.channel = channel;
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

        record Failed(Throwable cause) implements News {}

        enum Ended implements News {
            INSTANCE
        }

        enum Written implements News {
            INSTANCE
        }
    }

    private final class Logic extends GraphStageLogic {
        /** What came with one reading and was not asked for yet. */
        private final Deque<ByteString> received = new ArrayDeque<>();

        private final AsyncCallback<News> toStage = createAsyncCallback(this::onNews);
        private boolean writing;

        private Logic() {
            super(shape);
            setHandler(toClient, new ToClient());
            setHandler(fromClient, new FromClient());
        }

        @Override
        public void preStart() {
            setKeepGoing(true);
            try {
                channel.eventLoop().execute(() -> attach(toStage));
                pull(toClient);
            } catch (RejectedExecutionException e) {
                failStage(e); // The port has ended, and closed the channel.
            }
        }

        @Override
        public void postStop() {
            var unused = channel.close();
        }

        private void onNews(News news) {
            if (news instanceof News.Received piece) {
                received.add(piece.bytes());
                give();
            } else if (news instanceof News.Failed failed) {
                failStage(failed.cause());
            } else if (news instanceof News.Ended) {
                emitMultiple(fromClient, received.iterator(), () -> complete(fromClient));
                completeIfDone();
            } else {
                onWritten();
            }
        }

        private void give() {
            if (isClosed(fromClient)) {
                received.clear();
            } else if (isAvailable(fromClient) && !received.isEmpty()) {
                push(fromClient, received.removeFirst());
            }
        }

        private void onWritten() {
            writing = false;
            if (isClosed(toClient)) {
                closeOurSide();
            } else {
                pull(toClient);
            }
        }

        private void closeOurSide() {
            try {
                SslHandler tls = channel.pipeline().get(SslHandler.class);
                if (tls == null) {
                    var unused = channel.shutdownOutput();
                } else { // Only what was said to be the end is one, to who speaks TLS.
                    tls.closeOutbound().addListener(said -> {
                        var unused = channel.shutdownOutput();
                    });
                }
                completeIfDone();
            } catch (RejectedExecutionException e) {
                failStage(e); // The port has ended, and closed the channel.
            }
        }

        private void completeIfDone() {
            if (isClosed(toClient) && !writing && isClosed(fromClient)) {
                completeStage();
            }
        }

        private final class ToClient extends AbstractInHandler {
            @Override
            public void onPush() {
                List<ByteBuffer> buffers = new ArrayList<>();
                grab(toClient).getByteBuffers().forEach(buffers::add);
                writing = true;
                write(Unpooled.wrappedBuffer(buffers.toArray(ByteBuffer[]::new)));
            }

            private void write(ByteBuf bytes) {
                channel.writeAndFlush(bytes)
                        .addListener(written -> toStage.invoke(
                                written.isSuccess() ? News.Written.INSTANCE : new News.Failed(written.cause())));
            }

            @Override
            public void onUpstreamFinish() {
                if (!writing) {
                    closeOurSide();
                }
            }

            @Override
            public void onUpstreamFailure(Throwable cause) {
                try {
                    channel.config().setSoLinger(0);
                } catch (ChannelException e) {
                    LOG.debug("A connection is closed instead of reset", e);
                }
                failStage(cause);
            }
        }

        private final class FromClient extends AbstractOutHandler {
            @Override
            public void onPull() {
                if (received.isEmpty()) {
                    channel.read();
                } else {
                    give();
                }
            }

            @Override
            public void onDownstreamFinish(Throwable cause) {
                completeIfDone();
            }
        }
    }

    private void attach(AsyncCallback<News> news) {
        channel.pipeline().addLast(new Bridge(news));
        if (!channel.isActive()) {
            news.invoke(new News.Failed(new IOException("the connection is closed")));
        }
    }

    /** From the port's thread to the stage. */
    private static final class Bridge extends ChannelInboundHandlerAdapter {
        private final AsyncCallback<News> stage;
        private boolean ended;

        Bridge(AsyncCallback<News> stage) {
            this.stage = stage;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            try {
                if (bytes.isReadable()) {
                    stage.invoke(new News.Received(ByteString.fromByteBuffer(bytes.nioBuffer())));
                } else {
                    context.read();
                }
            } finally {
                bytes.release();
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            boolean end = event instanceof ChannelInputShutdownEvent
                    || (event instanceof SslCloseCompletionEvent said && said.isSuccess());
            if (end && !ended) {
                ended = true;
                stage.invoke(News.Ended.INSTANCE);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            stage.invoke(new News.Failed(new IOException("the connection is closed")));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            stage.invoke(new News.Failed(cause));
        }
    }
}
