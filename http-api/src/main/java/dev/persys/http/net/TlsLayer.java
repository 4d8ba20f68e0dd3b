package dev.persys.http.net;

import dev.persys.api.Problem;
import dev.persys.http.auth.Peer;
import dev.persys.http.server.Answers;
import dev.persys.http.server.HttpMetrics;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS on the connections of one port. The time of a handshake is that of the first
 * request's head, which {@link ConnectionGuard} keeps: who does not come to an end with it holds a place no longer than who
 * asks for nothing.
 */
final class TlsLayer {
    private static final Logger LOG = LoggerFactory.getLogger(TlsLayer.class);

    /** For the last word of a connection to leave: where a client takes nothing, it is not waited for. */
    private static final long LAST_WORD_MILLIS = 500;

    /** The first byte of each connection that speaks TLS (RFC 8446, section 5.1): its record is one of the handshake. */
    private static final int HANDSHAKE = 22;

    private final PortTls tls;
    private final Duration patience;
    private final HttpMetrics metrics;
    private final SparseWarnings warnings;
    private final byte[] plainAnswer;

    /** Signing and verifying: a flood of handshakes holds up neither those who have one behind them nor actors. */
    private final ExecutorService handshakes;

    /**
     * For a port.
     *
     * @param name of the port
     * @param patience with a handshake
     */
    TlsLayer(String name, PortTls tls, Duration patience, HttpMetrics metrics) {
        this.tls = tls;
        this.plainAnswer = plainAnswer(tls.asksForCertificate());
        this.patience = patience;
        this.metrics = metrics;
        this.warnings = new SparseWarnings(name, System::nanoTime);
        this.handshakes =
                Executors.newSingleThreadExecutor(new DefaultThreadFactory("persys-http-handshake-" + name, true));
    }

    /** Puts TLS onto a connection; who the client is, where it shows that, is known once it has said anything. */
    Supplier<Optional<Peer>> secure(SocketChannel channel) {
        SslHandler handler = new SslHandler(tls.engines().get(), handshakes);
        handler.setHandshakeTimeoutMillis(patience.toMillis());
        handler.setCloseNotifyFlushTimeoutMillis(LAST_WORD_MILLIS);
        channel.pipeline().addLast(new PlainTextRefusal(), handler);
        handler.handshakeFuture().addListener(done -> {
            if (!done.isSuccess() && !(done.cause() instanceof ClosedChannelException)) {
                refused(channel, done.cause().getMessage());
            }
        });
        return new OnceKnown(handler.engine());
    }

    private void refused(SocketChannel channel, String why) {
        metrics.refused();
        warnings.tell(String.valueOf(channel.remoteAddress()), why).ifPresent(warning -> LOG.warn("{}", warning));
    }

    /** Ends its thread. */
    void end() {
        handshakes.shutdown();
    }

    /** Read once for a connection, whose handshake has checked it. */
    private static final class OnceKnown implements Supplier<Optional<Peer>> {
        private final SSLEngine engine;
        private boolean known;
        private Optional<Peer> peer = Optional.empty();

        OnceKnown(SSLEngine engine) {
            this.engine = engine;
        }

        @Override
        public synchronized Optional<Peer> get() {
            if (!known) {
                peer = shown();
                known = true;
            }
            return peer;
        }

        /** On a port that insists on a certificate, the handshake has seen to it that there is one. */
        private Optional<Peer> shown() {
            try {
                return Optional.of(Peer.of((X509Certificate) engine.getSession().getPeerCertificates()[0]));
            } catch (SSLPeerUnverifiedException e) {
                return Optional.empty();
            }
        }
    }

    /** Tells who does not speak TLS what is spoken here. It stands in front of TLS, and goes once that is spoken. */
    private final class PlainTextRefusal extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            if (bytes.isReadable() && bytes.getUnsignedByte(bytes.readerIndex()) != HANDSHAKE) {
                ReferenceCountUtil.release(message);
                refused((SocketChannel) context.channel(), "it does not speak TLS");
                context.writeAndFlush(Unpooled.wrappedBuffer(plainAnswer)).addListener(ChannelFutureListener.CLOSE);
                return;
            }
            var unused = context.pipeline().remove(this);
            context.fireChannelRead(message);
        }
    }

    private static byte[] plainAnswer(boolean certificate) {
        String body = new String(
                Answers.bytes(Problem.of(
                        Problem.Type.MALFORMED_HTTP,
                        "This port speaks TLS: ask by https://"
                                + (certificate ? " and show a certificate of the cluster" : ""))),
                StandardCharsets.UTF_8);
        String head = "HTTP/1.1 400 Bad Request\r\nContent-Type: " + Problem.MEDIA_TYPE + "\r\nContent-Length: "
                + body.length() + "\r\nConnection: close\r\n\r\n";
        return (head + body).getBytes(StandardCharsets.US_ASCII);
    }
}
