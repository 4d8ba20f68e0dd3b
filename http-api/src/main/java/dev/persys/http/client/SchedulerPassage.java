package dev.persys.http.client;

import akka.NotUsed;
import akka.actor.typed.ActorSystem;
import akka.http.javadsl.ConnectionContext;
import akka.http.javadsl.Http;
import akka.http.javadsl.HttpsConnectionContext;
import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.ws.Message;
import akka.http.javadsl.model.ws.WebSocketRequest;
import akka.http.javadsl.model.ws.WebSocketUpgradeResponse;
import akka.http.javadsl.settings.ClientConnectionSettings;
import akka.http.javadsl.settings.ConnectionPoolSettings;
import akka.io.TcpSO;
import akka.japi.Pair;
import akka.stream.Materializer;
import akka.stream.javadsl.AsPublisher;
import akka.stream.javadsl.Flow;
import akka.stream.javadsl.Keep;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import dev.persys.http.HttpSettings;
import dev.persys.http.SessionMessages;
import dev.persys.http.Stages;
import dev.persys.trust.Role;
import dev.persys.trust.tls.MutualTls;
import dev.persys.trust.tls.Peers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import scala.jdk.javaapi.DurationConverters;

/**
 * A gateway's way to schedulers, over mutual TLS: requests as they are, streams as they come, and sessions. No request is
 * repeated here. What lasts has connections of its own, so that it never holds up what is short.
 */
public final class SchedulerPassage {
    /** For whoever opens a stream to start reading it. */
    private static final Duration SUBSCRIPTION = Duration.ofSeconds(10);

    private final ActorSystem<?> system;
    private final Http http;
    private final HttpSettings.Client client;
    private final HttpsConnectionContext peer;
    private final ConnectionPoolSettings shortOnes;
    private final ConnectionPoolSettings lasting;

    /**
     * How many connections there are to one scheduler at most.
     *
     * @param requests for what is answered at once
     * @param streams for what lasts
     * @param waiting that may wait for a connection; a power of two
     */
    public record Bounds(int requests, int streams, int waiting) {}

    public SchedulerPassage(ActorSystem<?> system, HttpSettings.Client client, MutualTls tls, Bounds bounds) {
        this.system = system;
        this.http = Http.get(system);
        this.client = client;
        this.peer = ConnectionContext.httpsClient((host, port) -> tls.client(Peers.all(Role.SCHEDULER)));
        this.shortOnes = pool(bounds.requests(), bounds.waiting());
        this.lasting = pool(bounds.streams(), Integer.highestOneBit(bounds.streams()) * 2);
    }

    /**
     * Sends it, and completes with the answer's head. Fails with a {@link dev.persys.protocol.CallException} of {@code
     * NO_CONNECTION} where nothing was sent, with something else where that is not known.
     *
     * @param request with the scheduler's address in its URI
     * @param lasts whether its answer may be a stream
     * @param deadline for the answer's head
     */
    public CompletionStage<HttpResponse> send(HttpRequest request, boolean lasts, Duration deadline) {
        CompletableFuture<HttpResponse> answer = new CompletableFuture<>();
        http.singleRequest(
                        request,
                        peer,
                        lasts ? lasting : shortOnes,
                        system.classicSystem().log())
                .whenCompleteAsync(
                        (response, failure) -> {
                            if (failure != null) {
                                answer.completeExceptionally(Connections.told(request, failure));
                            } else if (!answer.complete(response)) {
                                // Nobody waits for it any more; its connection is closed, for more may follow on it.
                                response.entity().getDataBytes().runWith(Sink.cancelled(), system);
                            }
                        },
                        system.executionContext());
        return answer.orTimeout(deadline.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** What a scheduler says to a wish for a session. */
    public sealed interface Answer {
        /** Both sides may speak; to be run once, and soon. */
        record Opened(Flow<ByteString, ByteString, NotUsed> frames) implements Answer {}

        /** The scheduler says no; what it says beside the status is lost. */
        record Refused(int status) implements Answer {}
    }

    /**
     * Opens a session. Fails as {@link #send}.
     *
     * @param uri of the scheduler, with the scheme of WebSocket
     */
    public CompletionStage<Answer> open(String uri, List<HttpHeader> headers, Duration deadline) {
        WebSocketRequest request = WebSocketRequest.create(uri);
        for (HttpHeader header : headers) {
            request = request.addHeader(header);
        }
        // Not coupled: a scheduler that has said its last word takes no more, and what it said may still be on its way.
        Flow<Message, Message, Pair<Publisher<ByteString>, Subscriber<ByteString>>> bridge = Flow.fromSinkAndSourceMat(
                SessionMessages.frames(system)
                        .toMat(Sink.<ByteString>asPublisher(AsPublisher.WITHOUT_FANOUT), Keep.right()),
                Source.<ByteString>asSubscriber().via(SessionMessages.messages()),
                Keep.both());
        var connection = http.singleWebSocketRequest(
                request,
                bridge,
                peer,
                Optional.empty(),
                connection(),
                system.classicSystem().log(),
                Materializer.matFromSystem(system));
        HttpRequest asked = HttpRequest.GET(uri);
        return connection
                .first()
                .toCompletableFuture()
                .orTimeout(deadline.toMillis(), TimeUnit.MILLISECONDS)
                .thenApplyAsync(upgrade -> answer(upgrade, connection.second()), system.executionContext())
                .exceptionallyCompose(
                        failure -> CompletableFuture.failedFuture(Connections.told(asked, Stages.cause(failure))));
    }

    private static Answer answer(
            WebSocketUpgradeResponse upgrade, Pair<Publisher<ByteString>, Subscriber<ByteString>> ends) {
        return upgrade.isValid()
                ? new Answer.Opened(
                        Flow.fromSinkAndSource(Sink.fromSubscriber(ends.second()), Source.fromPublisher(ends.first())))
                : new Answer.Refused(upgrade.response().status().intValue());
    }

    /** The scheduler says something on silent streams, and the kernel knows whether it is there. */
    private ClientConnectionSettings connection() {
        return ClientConnectionSettings.create(system.classicSystem())
                .withConnectingTimeout(DurationConverters.toScala(client.connectTimeout()))
                .withIdleTimeout(scala.concurrent.duration.Duration.Inf())
                .withSocketOptions(List.of(TcpSO.tcpNoDelay(true), new QuickKeepAlive()));
    }

    private ConnectionPoolSettings pool(int connections, int waiting) {
        return ConnectionPoolSettings.create(system.classicSystem())
                .withMaxConnections(connections)
                .withMinConnections(0)
                .withMaxOpenRequests(waiting)
                .withMaxRetries(0)
                .withBaseConnectionBackoff(DurationConverters.toScala(Duration.ZERO))
                .withKeepAliveTimeout(DurationConverters.toScala(client.keepAliveTimeout()))
                .withResponseEntitySubscriptionTimeout(DurationConverters.toScala(SUBSCRIPTION))
                .withConnectionSettings(connection());
    }
}
