package dev.persys.http.server;

import akka.Done;
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
import akka.stream.javadsl.Tcp;
import akka.util.ByteString;
import dev.persys.api.Problem;
import dev.persys.http.HttpSettings;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves the connections of one port, or tells those that are too many to come again. */
final class ConnectionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionHandler.class);

    /** For a client to close its side, and for one that is turned away to send anything: nothing is lost with it. */
    private static final Duration BRIEF = Duration.ofSeconds(2);

    private static final ClientConnection.Patience LITTLE = new ClientConnection.Patience(BRIEF, BRIEF, BRIEF, BRIEF);

    private final ActorSystem<?> system;
    private final RequestPipeline pipeline;
    private final OpenConnections connections;
    private final HttpMetrics metrics;
    private final ClientConnection.Patience patience;
    private final BidiFlow<HttpResponse, ByteString, ByteString, HttpRequest, NotUsed> http;
    private final ByteString turnedAway;

    ConnectionHandler(
            ActorSystem<?> system,
            ServerSettings akkaSettings,
            HttpSettings.Server settings,
            RequestPipeline pipeline,
            OpenConnections connections,
            HttpMetrics metrics) {
        this.system = system;
        this.pipeline = pipeline;
        this.connections = connections;
        this.metrics = metrics;
        this.patience = new ClientConnection.Patience(
                settings.headTimeout(), settings.idleTimeout(), settings.writeTimeout(), BRIEF);
        this.http = Http.get(system).serverLayer(akkaSettings).atop(plain());
        this.turnedAway = turnedAway(settings);
    }

    /** Deals with a connection until it is closed; the stage never fails. */
    CompletionStage<Done> handle(Tcp.IncomingConnection incoming) {
        ClientConnection connection = new ClientConnection(patience);
        if (connections.serve(connection)) {
            return run(incoming, connection, answering(connection, incoming.remoteAddress()));
        }
        ClientConnection tooMany = new ClientConnection(LITTLE);
        connections.turnAway(tooMany);
        metrics.turnedAway();
        // Not before something has come: what is sent to who has asked nothing answers nothing.
        return run(incoming, tooMany, Flow.of(ByteString.class).take(1).map(head -> turnedAway));
    }

    private CompletionStage<Done> run(
            Tcp.IncomingConnection incoming,
            ClientConnection connection,
            Flow<ByteString, ByteString, NotUsed> handler) {
        try {
            incoming.handleWith(
                    BidiFlow.fromGraph(new ConnectionGuard(connection))
                            .reversed()
                            .join(handler),
                    system);
        } catch (RuntimeException e) {
            LOG.error("A connection of {} cannot be served", incoming.remoteAddress(), e);
            connection.close();
        }
        return connection.closed();
    }

    private Flow<ByteString, ByteString, NotUsed> answering(ClientConnection connection, InetSocketAddress client) {
        RemoteAddress address = RemoteAddress.create(client);
        return http.reversed().join(Flow.of(HttpRequest.class).mapAsync(1, request -> {
            Exchange exchange = connection.begin();
            return pipeline.handle(request.addAttribute(AttributeKeys.remoteAddress, address), exchange)
                    .thenApply(response -> handedOver(response, exchange));
        }));
    }

    /** What is answered whole is HTTP's and the kernel's now; a stream ends its exchange itself. */
    private static HttpResponse handedOver(HttpResponse response, Exchange exchange) {
        if (response.entity().isStrict()) {
            exchange.end();
        }
        return response;
    }

    /** Where there is no TLS; session bytes are a kind of inbound bytes, which Java's generics do not see. */
    @SuppressWarnings("unchecked")
    private static BidiFlow<SslTlsOutbound, ByteString, ByteString, SslTlsInbound, NotUsed> plain() {
        BidiFlow<SslTlsOutbound, ByteString, ByteString, ? extends SslTlsInbound, NotUsed> placebo =
                TLSPlacebo.getInstance();
        return (BidiFlow<SslTlsOutbound, ByteString, ByteString, SslTlsInbound, NotUsed>) placebo;
    }

    private static ByteString turnedAway(HttpSettings.Server settings) {
        Problem problem = Problem.of(
                Problem.Type.BUSY,
                settings.maxConnections() + " connections are open: come again later, or raise"
                        + " persys.http.server.max-connections");
        ByteString body = ByteString.fromArray(Answers.bytes(problem));
        String head = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: " + Answers.retryAfter(settings.retryAfter())
                + "\r\nContent-Type: " + Problem.MEDIA_TYPE + "\r\nContent-Length: " + body.size()
                + "\r\nConnection: close\r\n\r\n";
        return ByteString.fromString(head).concat(body);
    }
}
