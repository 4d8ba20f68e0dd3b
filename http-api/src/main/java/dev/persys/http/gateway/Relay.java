package dev.persys.http.gateway;

import akka.NotUsed;
import akka.actor.typed.ActorSystem;
import akka.http.javadsl.model.AttributeKeys;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpEntity;
import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.RequestEntity;
import akka.http.javadsl.model.ws.Message;
import akka.http.javadsl.model.ws.WebSocketUpgrade;
import akka.stream.javadsl.Flow;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import dev.persys.access.Principal;
import dev.persys.access.Route;
import dev.persys.api.Paths;
import dev.persys.api.Problem;
import dev.persys.http.SessionMessages;
import dev.persys.http.client.SchedulerPassage;
import dev.persys.http.server.Answers;
import dev.persys.http.server.Exchange;
import dev.persys.http.server.OpenStreams;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** Brings a request to a scheduler and its answer back: whole ones, streams as they come, and sessions both ways. */
final class Relay {
    /** Whose answers may go on for as long as the client likes. */
    private static final Set<String> LASTING = Set.of(Paths.EVENTS, Paths.WORKLOAD_LOGS, Paths.WORKLOAD_STATS);

    private final SchedulerGroup schedulers;
    private final OpenStreams streams;
    private final OpenStreams sessions;
    private final ActorSystem<?> system;

    Relay(SchedulerGroup schedulers, OpenStreams streams, OpenStreams sessions, ActorSystem<?> system) {
        this.schedulers = schedulers;
        this.streams = streams;
        this.sessions = sessions;
        this.system = system;
    }

    /**
     * A request that may go on.
     *
     * @param route absent where the path has no role
     * @param principal absent where the caller comes to sign in
     */
    record Call(
            HttpRequest request,
            Exchange exchange,
            String requestId,
            Optional<Route> route,
            Optional<Principal> principal,
            String clientAddress) {
        private List<HttpHeader> headers() {
            return Forwarding.request(request.getHeaders(), principal, clientAddress, requestId);
        }

        private String target() {
            return Forwarding.target(GatewayPipeline.target(request));
        }
    }

    CompletionStage<HttpResponse> pass(Call call, RequestEntity body) {
        Optional<WebSocketUpgrade> upgrade = call.request().getAttribute(AttributeKeys.webSocketUpgrade);
        return upgrade.isPresent() ? session(call, upgrade.get()) : ask(call, body);
    }

    private CompletionStage<HttpResponse> ask(Call call, RequestEntity body) {
        boolean lasts =
                call.route().map(route -> LASTING.contains(route.template())).orElse(false);
        return schedulers
                .ask(new SchedulerGroup.Question(call.request().method(), call.target(), call.headers(), body, lasts))
                .thenApply(answer -> back(call, answer));
    }

    private HttpResponse back(Call call, HttpResponse answer) {
        HttpResponse head =
                HttpResponse.create().withStatus(answer.status()).addHeaders(Forwarding.answer(answer.getHeaders()));
        if (answer.entity() instanceof HttpEntity.Strict strict) {
            return head.withEntity(strict);
        }
        Source<ByteString, ?> bytes = answer.entity().withoutSizeLimit().getDataBytes();
        var length = answer.entity().getContentLengthOption();
        if (length.isPresent()) {
            return head.withEntity(
                    HttpEntities.create(answer.entity().getContentType(), length.getAsLong(), untilEnd(call, bytes)));
        } else if (!streams.admit(call.exchange())) {
            bytes.runWith(Sink.cancelled(), system);
            return busy(call, "streams", "persys.http.server.max-streams");
        }
        Source<ByteString, NotUsed> pieces =
                bytes.filter(piece -> piece.nonEmpty()).mapMaterializedValue(ignored -> NotUsed.getInstance());
        return head.withEntity(
                HttpEntities.createChunked(answer.entity().getContentType(), streams.stream(call.exchange(), pieces)));
    }

    private static Source<ByteString, NotUsed> untilEnd(Call call, Source<ByteString, ?> bytes) {
        return bytes.mapMaterializedValue(ignored -> NotUsed.getInstance()).watchTermination((notUsed, done) -> {
            var unused = done.whenComplete((end, failure) -> call.exchange().end());
            return notUsed;
        });
    }

    private CompletionStage<HttpResponse> session(Call call, WebSocketUpgrade upgrade) {
        if (!sessions.admit(call.exchange())) {
            return Answers.now(busy(call, "sessions", "persys.http.server.sessions.max"));
        }
        return schedulers
                .open(call.target(), call.headers())
                .thenCompose(answer -> answer instanceof SchedulerPassage.Answer.Opened opened
                        ? Answers.now(begin(call, upgrade, opened.frames()))
                        : refusal(call, ((SchedulerPassage.Answer.Refused) answer).status()));
    }

    private HttpResponse begin(Call call, WebSocketUpgrade upgrade, Flow<ByteString, ByteString, NotUsed> frames) {
        Flow<Message, Message, NotUsed> messages =
                SessionMessages.frames(system).via(frames).via(SessionMessages.messages());
        return upgrade.handleMessagesWith(sessions.session(call.exchange(), messages));
    }

    /** Of a session that is refused the status alone is there; asked without one, a scheduler says why. */
    private CompletionStage<HttpResponse> refusal(Call call, int status) {
        return ask(call, HttpEntities.EMPTY).thenApply(answer -> {
            if (answer.status().intValue() == status) {
                return answer;
            }
            answer.discardEntityBytes(system);
            return Answers.problem(Problem.of(
                            Problem.Type.SESSION_REFUSED.word(),
                            Problem.Type.SESSION_REFUSED.title(),
                            status,
                            "The scheduler opens no session now: look how the workload is, and ask again")
                    .withRequestId(call.requestId()));
        });
    }

    private static HttpResponse busy(Call call, String what, String setting) {
        return Answers.problem(
                Problem.of(Problem.Type.BUSY, "Too many " + what + " are open: come again later, or raise " + setting)
                        .withRequestId(call.requestId()));
    }
}
