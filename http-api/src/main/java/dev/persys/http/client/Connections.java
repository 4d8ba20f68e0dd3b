package dev.persys.http.client;

import akka.actor.typed.ActorSystem;
import akka.http.javadsl.ConnectionContext;
import akka.http.javadsl.Http;
import akka.http.javadsl.HttpsConnectionContext;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.settings.ClientConnectionSettings;
import akka.http.javadsl.settings.ConnectionPoolSettings;
import akka.io.Inet;
import akka.io.TcpSO;
import akka.stream.StreamTcpException;
import akka.stream.javadsl.Sink;
import dev.persys.http.HttpSettings;
import dev.persys.http.Stages;
import dev.persys.join.NodeStanding;
import dev.persys.model.NodeId;
import dev.persys.protocol.CallException;
import dev.persys.trust.Pin;
import dev.persys.trust.RevocationEpoch;
import dev.persys.trust.Role;
import dev.persys.trust.tls.MutualTls;
import dev.persys.trust.tls.Peers;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLHandshakeException;
import scala.jdk.javaapi.DurationConverters;

/**
 * Pools of connections to peers, one a peer and kind: streams have their own, so that they never hold up an order. No
 * request is repeated here, and none waits for a peer to come back: who calls knows whether and when to try again.
 */
final class Connections {
    /** For whoever opens a stream to start reading it. */
    private static final Duration SUBSCRIPTION = Duration.ofSeconds(10);

    private final Http http;
    private final ActorSystem<?> system;
    private final HttpSettings.Client settings;
    private final Optional<MutualTls> tls;
    private final NodeStanding standing;

    /** One a node, for pools of connections are told apart by it. Of nodes that were forgotten it is some hundred bytes. */
    private final Map<NodeId, HttpsConnectionContext> ofAgents = new ConcurrentHashMap<>();

    private final HttpsConnectionContext schedulers;
    private final ConnectionPoolSettings orders;
    private final ConnectionPoolSettings events;
    private final ConnectionPoolSettings logs;
    private final ConnectionPoolSettings followedLogs;

    /** In plain text. */
    Connections(ActorSystem<?> system, HttpSettings.Client settings) {
        this(system, settings, Optional.empty());
    }

    /** @param tls how peers are spoken with, where not in plain text */
    Connections(ActorSystem<?> system, HttpSettings.Client settings, Optional<MutualTls> tls) {
        this(system, settings, tls, NodeStanding.UNKNOWN);
    }

    /** @param standing of the nodes whose agents are spoken with */
    Connections(ActorSystem<?> system, HttpSettings.Client settings, Optional<MutualTls> tls, NodeStanding standing) {
        this.standing = standing;
        this.tls = tls;
        this.http = Http.get(system);
        this.system = system;
        this.settings = settings;
        this.schedulers = tls.map(
                        own -> ConnectionContext.httpsClient((host, port) -> own.client(Peers.all(Role.SCHEDULER))))
                .orElseGet(http::defaultClientHttpsContext);
        Duration hanging = settings.listTimeout().plus(settings.connectTimeout());
        this.orders = pool(settings.connections(), settings.waiting(), DurationConverters.toScala(hanging));
        // A second one for when the first is dead and not yet closed.
        this.events = pool(2, 2, DurationConverters.toScala(settings.eventSilence()));
        int waitingLogs = Integer.highestOneBit(settings.logStreams()) * 2;
        this.logs = pool(settings.logStreams(), waitingLogs, DurationConverters.toScala(hanging));
        // A container may say nothing for as long as it likes.
        this.followedLogs = pool(settings.logStreams(), waitingLogs, scala.concurrent.duration.Duration.Inf());
    }

    /** With the scheme of HTTP, or of WebSocket, to the colon. */
    String scheme(String plain) {
        return tls.isPresent() ? plain + "s" : plain;
    }

    /**
     * How an agent is spoken with; each connection is made with the certificates of its moment.
     *
     * @param node whose agent alone that may be; absent is nobody, where agents show who they are
     */
    HttpsConnectionContext toAgent(Optional<NodeId> node) {
        if (tls.isEmpty()) {
            return http.defaultClientHttpsContext();
        }
        NodeId expected = node.orElseThrow(() ->
                new CallException(CallException.Kind.NO_CONNECTION, "no node was named whose agent is to answer"));
        return ofAgents.computeIfAbsent(
                expected,
                id -> ConnectionContext.httpsClient((host, port) ->
                        tls.get().client(Peers.only(Role.AGENT, id.value()).unless(shown -> doubt(id, shown)))));
    }

    private Optional<String> doubt(NodeId node, X509Certificate shown) {
        return standing.refusal(node, Pin.of(shown), RevocationEpoch.of(shown));
    }

    /** Why the agent of a node is not called; empty where it may be. What is revoked counts from the next call on. */
    Optional<String> refusal(NodeId node) {
        return standing.refusal(node);
    }

    /** How a scheduler is spoken with. */
    HttpsConnectionContext toScheduler() {
        return schedulers;
    }

    CompletionStage<HttpResponse> order(HttpRequest request, HttpsConnectionContext peer) {
        return send(request, peer, orders, settings.orderTimeout());
    }

    CompletionStage<HttpResponse> list(HttpRequest request, HttpsConnectionContext peer) {
        return send(request, peer, orders, settings.listTimeout());
    }

    CompletionStage<HttpResponse> events(HttpRequest request, HttpsConnectionContext peer) {
        return send(request, peer, events, settings.orderTimeout());
    }

    CompletionStage<HttpResponse> logs(HttpRequest request, HttpsConnectionContext peer, boolean follow) {
        return send(request, peer, follow ? followedLogs : logs, settings.listTimeout());
    }

    /** The whole body of an answer, where it comes in time. */
    CompletionStage<Answer> read(String peer, HttpResponse response, Duration deadline) {
        return Stages.on(response.entity().toStrict(deadline.toMillis(), settings.maxAnswerBytes(), system), executor())
                .thenApply(body -> Answer.of(
                        peer, response.status().intValue(), body.getData().utf8String()));
    }

    private Executor executor() {
        return system.executionContext();
    }

    private CompletionStage<HttpResponse> send(
            HttpRequest request, HttpsConnectionContext peer, ConnectionPoolSettings pool, Duration deadline) {
        CompletableFuture<HttpResponse> answer = new CompletableFuture<>();
        http.singleRequest(request, peer, pool, system.classicSystem().log())
                .whenCompleteAsync(
                        (response, failure) -> {
                            if (failure != null) {
                                answer.completeExceptionally(told(request, failure));
                            } else if (!answer.complete(response)) {
                                // Nobody waits for it any more; its connection is closed, for more may follow on it.
                                response.entity().getDataBytes().runWith(Sink.cancelled(), system);
                            }
                        },
                        executor());
        return answer.orTimeout(deadline.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Where there never was a connection, nothing was sent, and whoever calls may rely on that. */
    static Throwable told(HttpRequest request, Throwable failure) {
        boolean unconnected = failure instanceof StreamTcpException
                && (failure.getCause() instanceof ConnectException
                        || failure.getCause() instanceof NoRouteToHostException
                        || failure.getCause() instanceof UnknownHostException);
        if (unconnected || failure instanceof SSLHandshakeException) {
            String peer = Requests.authority(
                    request.getUri().getHost().address(), request.getUri().getPort());
            String why = unconnected ? failure.getCause().getMessage() : failure.getMessage();
            return new CallException(
                    CallException.Kind.NO_CONNECTION, "no connection to " + peer + ": " + why, failure);
        }
        return failure;
    }

    private ConnectionPoolSettings pool(int connections, int waiting, scala.concurrent.duration.Duration idle) {
        List<Inet.SocketOption> options = List.of(TcpSO.tcpNoDelay(true), new QuickKeepAlive());
        ConnectionPoolSettings base = ConnectionPoolSettings.create(system.classicSystem());
        ClientConnectionSettings connection = base.getConnectionSettings()
                .withConnectingTimeout(DurationConverters.toScala(settings.connectTimeout()))
                .withIdleTimeout(idle)
                .withSocketOptions(options);
        return base.withMaxConnections(connections)
                .withMinConnections(0)
                .withMaxOpenRequests(waiting)
                .withMaxRetries(0)
                .withBaseConnectionBackoff(DurationConverters.toScala(Duration.ZERO))
                .withKeepAliveTimeout(DurationConverters.toScala(settings.keepAliveTimeout()))
                .withResponseEntitySubscriptionTimeout(DurationConverters.toScala(SUBSCRIPTION))
                .withConnectionSettings(connection);
    }
}
