package dev.persys.http.net;

import akka.NotUsed;
import akka.actor.typed.ActorSystem;
import akka.http.javadsl.Http;
import akka.http.javadsl.model.AttributeKeys;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.RemoteAddress;
import akka.http.javadsl.settings.ServerSettings;
import akka.stream.TLSProtocol.SslTlsInbound;
import akka.stream.TLSProtocol.SslTlsOutbound;
import akka.stream.javadsl.BidiFlow;
import akka.stream.javadsl.Flow;
import akka.stream.javadsl.TLSPlacebo;
import akka.util.ByteString;
import dev.persys.api.Problem;
import dev.persys.http.HttpSettings;
import dev.persys.http.auth.Peer;
import dev.persys.http.server.Answers;
import dev.persys.http.server.Exchange;
import dev.persys.http.server.HttpMetrics;
import dev.persys.http.server.Serving;
import io.netty.channel.socket.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves the connections of one port, or tells those that are too many to come again. */
final class ConnectionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionHandler.class);

    /** For a client to close its side once it has the last answer. */
    private static final Duration LINGER = Duration.ofSeconds(2);

    /** Turned away at a time; they cost a descriptor and no more. */
    private static final int MOST_TURNED_AWAY = 8192;

    private final ActorSystem<?> system;
    private final Serving pipeline;
    private final OpenConnections connections;
    private final AtomicInteger turningAway = new AtomicInteger();
    private final HttpMetrics metrics;
    private final ClientConnection.Patience patience;
    private final BidiFlow<HttpResponse, ByteString, ByteString, HttpRequest, NotUsed> http;
    private final byte[] turnedAway;
    private final Optional<TlsLayer> tls;

    /** Whether a head with more than one reading is refused. */
    private final boolean strict;

    ConnectionHandler(
            ActorSystem<?> system,
            ServerSettings akkaSettings,
            HttpSettings.Server settings,
            Serving pipeline,
            OpenConnections connections,
            HttpMetrics metrics,
            Optional<TlsLayer> tls,
            boolean strict) {
        this.tls = tls;
        this.strict = strict;
        this.system = system;
        this.pipeline = pipeline;
        this.connections = connections;
        this.metrics = metrics;
        this.patience = new ClientConnection.Patience(
                settings.headTimeout(),
                settings.idleTimeout(),
                settings.writeTimeout(),
                LINGER,
                settings.sessions().silence(),
                settings.sessions().writeTimeout());
        this.http = Http.get(system).serverLayer(akkaSettings).atop(plain());
        this.turnedAway = turnedAway(settings);
    }

    /** Takes over a connection. None more is accepted while too many are being turned away. */
    void handle(SocketChannel channel) {
        ClientConnection connection = new ClientConnection(patience);
        if (connections.serve(connection, channel.remoteAddress().getAddress())) {
            serveSoon(channel, connection, tls.map(layer -> layer.secure(channel)));
            return;
        }
        metrics.turnedAway();
        if (tls.isPresent()) {
            var unused = channel.close(); // A handshake would cost more than whoever floods a port spends.
            return;
        }
        if (turningAway.incrementAndGet() == MOST_TURNED_AWAY) {
            channel.parent().config().setAutoRead(false);
        }
        Rejection.begin(channel, turnedAway, patience.head(), () -> {
            if (turningAway.decrementAndGet() == MOST_TURNED_AWAY - 1) {
                channel.parent().config().setAutoRead(true);
            }
        });
    }

    /** Off the thread that moves everybody's bytes. */
    private void serveSoon(
            SocketChannel channel, ClientConnection connection, Optional<Supplier<Optional<Peer>>> peer) {
        try {
            system.executionContext().execute(() -> serve(channel, connection, peer));
        } catch (RejectedExecutionException e) {
            LOG.debug("A connection came while the process ends", e);
            var unused = channel.close();
            connection.close();
        }
    }

    private void serve(SocketChannel channel, ClientConnection connection, Optional<Supplier<Optional<Peer>>> peer) {
        try {
            RemoteAddress client = RemoteAddress.create(channel.remoteAddress());
            BidiFlow.fromGraph(new ConnectionGuard(connection, pipeline::isPressed, ByteString.fromArray(turnedAway)))
                    .reversed()
                    .join(answering(connection, request -> known(request, client, peer)))
                    .join(Flow.fromGraph(new SocketStage(channel)))
                    .run(system);
        } catch (RuntimeException e) {
            LOG.debug("A connection ended before it could be served", e);
            var unused = channel.close();
            connection.close();
        }
    }

    /** With what is known of who sent it, beside what it says itself. */
    private static HttpRequest known(
            HttpRequest request, RemoteAddress client, Optional<Supplier<Optional<Peer>>> peer) {
        HttpRequest from = request.addAttribute(AttributeKeys.remoteAddress, client);
        return peer.flatMap(Supplier::get)
                .map(who -> from.addAttribute(Peer.KEY, who))
                .orElse(from);
    }

    private Flow<ByteString, ByteString, NotUsed> answering(
            ClientConnection connection, UnaryOperator<HttpRequest> known) {
        Flow<ByteString, ByteString, NotUsed> answering = http.reversed()
                .join(Flow.of(HttpRequest.class)
                        .mapAsync(
                                1,
                                request -> connection
                                        .begin()
                                        .map(exchange -> answer(known.apply(request), exchange))
                                        // It has been told to come again, and nothing was done.
                                        .orElseGet(CompletableFuture::new)));
        return strict ? BidiFlow.fromGraph(new StrictHttp()).join(answering) : answering;
    }

    private CompletionStage<HttpResponse> answer(HttpRequest request, Exchange exchange) {
        return pipeline.handle(request, exchange).thenApply(response -> handedOver(response, exchange));
    }

    /** What is answered whole is HTTP's and the kernel's now; a stream or a session ends its exchange itself. */
    private static HttpResponse handedOver(HttpResponse response, Exchange exchange) {
        if (response.entity().isStrict() && !exchange.isSession()) {
            exchange.end();
        }
        return response;
    }

    /** TLS is below, where there is any; session bytes are a kind of inbound bytes, which Java's generics do not see. */
    @SuppressWarnings("unchecked")
    private static BidiFlow<SslTlsOutbound, ByteString, ByteString, SslTlsInbound, NotUsed> plain() {
        BidiFlow<SslTlsOutbound, ByteString, ByteString, ? extends SslTlsInbound, NotUsed> placebo =
                TLSPlacebo.getInstance();
        return (BidiFlow<SslTlsOutbound, ByteString, ByteString, SslTlsInbound, NotUsed>) placebo;
    }

    private static byte[] turnedAway(HttpSettings.Server settings) {
        String body = new String(
                Answers.bytes(Problem.of(
                        Problem.Type.BUSY,
                        settings.maxConnections() + " connections are open: come again later, or raise"
                                + " persys.http.server.max-connections")),
                StandardCharsets.UTF_8);
        String head = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: " + Answers.retryAfter(settings.retryAfter())
                + "\r\nContent-Type: " + Problem.MEDIA_TYPE + "\r\nContent-Length: " + body.length()
                + "\r\nConnection: close\r\n\r\n";
        return (head + body).getBytes(StandardCharsets.US_ASCII);
    }
}
