package dev.persys.http.net;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection that is too many: whatever it asks for, it gets one answer, and no sooner than it asks. Costs a socket and
 * no more, for there may be thousands of them at a time.
 */
final class Rejection extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(Rejection.class);

    private final byte[] answer;
    private final Duration patience;
    private boolean answered;

    private Rejection(byte[] answer, Duration patience) {
        this.answer = answer;
        this.patience = patience;
    }

    /**
     * Takes over {@code channel}.
     *
     * @param patience for the client to ask, and then to close its side when it has the answer: whoever opens thousands of
     *     connections takes seconds to come round to each
     * @param afterwards run when it is closed
     */
    static void begin(SocketChannel channel, byte[] answer, Duration patience, Runnable afterwards) {
        channel.closeFuture().addListener(closed -> afterwards.run());
        channel.pipeline().addLast(new Rejection(answer, patience));
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        closeLater(context);
        context.read();
    }

    /** What the client sends behind its first bytes is read too: unread, it would make the kernel drop the answer. */
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ReferenceCountUtil.release(message);
        if (!answered) {
            answered = true;
            context.writeAndFlush(Unpooled.wrappedBuffer(answer)).addListener((ChannelFutureListener) written -> {
                var unused = ((SocketChannel) written.channel()).shutdownOutput();
                closeLater(context);
            });
        }
        context.read();
    }

    private void closeLater(ChannelHandlerContext context) {
        boolean before = answered;
        Future<?> due = context.executor()
                .schedule(
                        () -> {
                            if (answered == before) {
                                var unused = context.close();
                            }
                        },
                        patience.toMillis(),
                        TimeUnit.MILLISECONDS);
        context.channel().closeFuture().addListener(closed -> due.cancel(false));
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            var unused = context.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("A connection broke that was turned away", cause);
        var unused = context.close();
    }
}
