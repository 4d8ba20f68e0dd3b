package dev.persys.http.client;

import akka.NotUsed;
import akka.actor.typed.ActorSystem;
import akka.http.javadsl.Http;
import akka.http.javadsl.model.HttpMethods;
import akka.http.javadsl.model.headers.Authorization;
import akka.http.javadsl.model.ws.Message;
import akka.http.javadsl.model.ws.WebSocketRequest;
import akka.http.javadsl.model.ws.WebSocketUpgradeResponse;
import akka.http.javadsl.settings.ClientConnectionSettings;
import akka.io.TcpSO;
import akka.japi.Pair;
import akka.stream.Materializer;
import akka.stream.javadsl.AsPublisher;
import akka.stream.javadsl.Flow;
import akka.stream.javadsl.Keep;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import dev.persys.http.EngineAway;
import dev.persys.http.HttpSettings;
import dev.persys.http.Secret;
import dev.persys.http.SessionMessages;
import dev.persys.join.NodeStanding;
import dev.persys.model.NodeFacts;
import dev.persys.model.NodeId;
import dev.persys.protocol.CallException;
import dev.persys.trust.tls.MutualTls;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import scala.jdk.javaapi.DurationConverters;

/** Sessions in containers and what they use, through the agent of their node. Each has a connection of its own. */
public final class AgentPassage {
    private static final int OK = 200;

    private final ActorSystem<?> system;
    private final Http http;
    private final Optional<Secret> secret;
    private final HttpSettings settings;
    private final Connections connections;
    private final Requests requests;

    /**
     * For all agents of a cluster.
     *
     * @param tls how they are spoken with, where not in plain text
     */
    public AgentPassage(ActorSystem<?> system, HttpSettings settings, Optional<MutualTls> tls) {
        this(system, settings, tls, NodeStanding.UNKNOWN);
    }

    /**
     * For all agents of a cluster.
     *
     * @param tls how they are spoken with, where not in plain text
     * @param standing by which an agent is spoken with
     */
    public AgentPassage(ActorSystem<?> system, HttpSettings settings, Optional<MutualTls> tls, NodeStanding standing) {
        this.system = system;
        this.http = Http.get(system);
        this.secret = settings.agentSecret();
        this.settings = settings;
        this.connections = new Connections(system, settings.client(), tls, standing);
        this.requests = new Requests(secret);
    }

    /** What an agent says to a wish for something that is read as it comes. */
    public sealed interface Streamed {
        record Bytes(Source<ByteString, NotUsed> bytes) implements Streamed {}

        /**
         * The agent says no.
         *
         * @param status of HTTP
         * @param isEngineAway whether that is because its container engine does not answer
         */
        record Refused(int status, boolean isEngineAway) implements Streamed {}
    }

    /**
     * Reads something as it comes. Fails where the agent does not answer in time.
     *
     * @param id whose agent alone answers, where agents show who they are
     * @param target path and query, encoded
     */
    public CompletionStage<Streamed> read(NodeId id, NodeFacts node, String target) {
        Optional<String> refusal = connections.refusal(id);
        if (refusal.isPresent()) {
            return CompletableFuture.failedFuture(new CallException(CallException.Kind.REFUSED, refusal.get()));
        }
        String uri =
                connections.scheme("http") + "://" + Requests.authority(node.ipAddress(), node.agentPort()) + target;
        return connections
                .logs(requests.plain(HttpMethods.GET, uri), connections.toAgent(Optional.of(id)), true)
                .thenApply(response -> {
                    if (response.status().intValue() == OK) {
                        return new Streamed.Bytes(response.entity()
                                .withoutSizeLimit()
                                .getDataBytes()
                                .mapMaterializedValue(ignored -> NotUsed.getInstance()));
                    }
                    response.discardEntityBytes(system);
                    return new Streamed.Refused(response.status().intValue(), EngineAway.isSaidBy(response));
                });
    }

    /** What an agent says to a wish for a session. */
    public sealed interface Answer {
        /** Both sides may speak; to be run once, and soon. */
        record Opened(Flow<ByteString, ByteString, NotUsed> frames) implements Answer {}

        /**
         * The agent says no.
         *
         * @param status of HTTP
         * @param isEngineAway whether that is because its container engine does not answer
         */
        record Refused(int status, boolean isEngineAway) implements Answer {}
    }

    /**
     * Opens a session. Fails where the agent does not answer in time.
     *
     * @param id whose agent alone answers, where agents show who they are
     * @param target path and query, encoded
     */
    public CompletionStage<Answer> open(NodeId id, NodeFacts node, String target) {
        String uri = connections.scheme("ws") + "://" + Requests.authority(node.ipAddress(), node.agentPort()) + target;
        WebSocketRequest plain = WebSocketRequest.create(uri);
        WebSocketRequest request = secret.map(shared -> plain.addHeader(Authorization.oauth2(shared.value())))
                .orElse(plain);
        // Not coupled: an agent that has said its last word takes no more, and what it said may still be on its way
        // here.
        Flow<Message, Message, Pair<Publisher<ByteString>, Subscriber<ByteString>>> bridge = Flow.fromSinkAndSourceMat(
                SessionMessages.frames(system)
                        .toMat(Sink.<ByteString>asPublisher(AsPublisher.WITHOUT_FANOUT), Keep.right()),
                Source.<ByteString>asSubscriber().via(SessionMessages.messages()),
                Keep.both());
        var connection = http.singleWebSocketRequest(
                request,
                bridge,
                connections.toAgent(Optional.of(id)),
                Optional.empty(),
                connectionSettings(),
                system.classicSystem().log(),
                Materializer.matFromSystem(system));
        return connection
                .first()
                .toCompletableFuture()
                .orTimeout(settings.client().listTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .thenApplyAsync(upgrade -> answer(upgrade, connection.second()), system.executionContext());
    }

    private static Answer answer(
            WebSocketUpgradeResponse upgrade, Pair<Publisher<ByteString>, Subscriber<ByteString>> ends) {
        return upgrade.isValid()
                ? new Answer.Opened(
                        Flow.fromSinkAndSource(Sink.fromSubscriber(ends.second()), Source.fromPublisher(ends.first())))
                : new Answer.Refused(upgrade.response().status().intValue(), EngineAway.isSaidBy(upgrade.response()));
    }

    /** The agent asks whether we are there, and the kernel whether it is: so nothing has to move for a session to last. */
    private ClientConnectionSettings connectionSettings() {
        return ClientConnectionSettings.create(system.classicSystem())
                .withConnectingTimeout(
                        DurationConverters.toScala(settings.client().connectTimeout()))
                .withIdleTimeout(scala.concurrent.duration.Duration.Inf())
                .withSocketOptions(List.of(TcpSO.tcpNoDelay(true), new QuickKeepAlive()));
    }
}
