package dev.persys.http.gateway;

import akka.actor.Cancellable;
import akka.actor.typed.ActorSystem;
import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpMethod;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.RequestEntity;
import dev.persys.api.Paths;
import dev.persys.http.GatewaySettings;
import dev.persys.http.Stages;
import dev.persys.http.client.SchedulerPassage;
import dev.persys.http.gateway.Upstreams.Health;
import dev.persys.protocol.CallException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The schedulers behind a gateway: asks one, and the next where that is safe. */
final class SchedulerGroup {
    private static final Logger LOG = LoggerFactory.getLogger(SchedulerGroup.class);
    private static final Duration PROBE_LIMIT = Duration.ofSeconds(1);
    private static final int OK = 200;
    private static final int UNAVAILABLE = 503;

    private final Upstreams upstreams;
    private final SchedulerPassage passage;
    private final GatewaySettings settings;
    private final ActorSystem<?> system;

    SchedulerGroup(SchedulerPassage passage, GatewaySettings settings, ActorSystem<?> system) {
        this.upstreams = new Upstreams(settings.schedulers());
        this.passage = passage;
        this.settings = settings;
        this.system = system;
    }

    /**
     * What is asked.
     *
     * @param target path and query, as they are sent
     * @param lasts whether the answer may be a stream
     */
    record Question(HttpMethod method, String target, List<HttpHeader> headers, RequestEntity entity, boolean lasts) {
        /** Of what goes on: a key that stays here would be none for the scheduler. */
        private boolean hasKey() {
            return headers.stream().anyMatch(header -> header.is("idempotency-key"));
        }

        private boolean mayRepeat(Throwable failure) {
            return Forwarding.mayRepeat(method.value(), hasKey(), failure);
        }
    }

    /** Of none there was an answer. */
    static final class NoAnswerException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final boolean sent;

        NoAnswerException(boolean sent, Throwable cause) {
            super(cause);
            this.sent = sent;
        }

        /** Whether a scheduler may have had the request. */
        boolean wasSent() {
            return sent;
        }
    }

    /** Asks whether each can serve, from now on and until that is cancelled. */
    Cancellable watch() {
        return system.classicSystem()
                .scheduler()
                .scheduleWithFixedDelay(
                        Duration.ZERO,
                        settings.probe(),
                        () -> upstreams.all().forEach(this::probe),
                        system.executionContext());
    }

    boolean isAnyReady() {
        return upstreams.isAnyReady();
    }

    Map<String, Health> known() {
        return upstreams.known();
    }

    /** The answer of the first that gives one; fails with {@link NoAnswerException}. */
    CompletionStage<HttpResponse> ask(Question question) {
        return ask(question, upstreams.inOrder().iterator(), false);
    }

    private CompletionStage<HttpResponse> ask(Question question, Iterator<String> rest, boolean sent) {
        String one = rest.next();
        HttpRequest request = HttpRequest.create("https://" + one + question.target())
                .withMethod(question.method())
                .addHeaders(question.headers())
                .withEntity(question.entity());
        return tried(
                one,
                rest,
                sent,
                question::mayRepeat,
                passage.send(request, question.lasts(), settings.answerTimeout()),
                next -> {
                    boolean isElsewhere = next.status().intValue() == UNAVAILABLE
                            && rest.hasNext()
                            && question.mayRepeat(new IllegalStateException("it cannot serve now"));
                    if (!isElsewhere) {
                        return CompletableFuture.completedFuture(next);
                    }
                    next.discardEntityBytes(system);
                    return ask(question, rest, sent);
                },
                () -> ask(question, rest, true),
                () -> ask(question, rest, sent));
    }

    /** Opens a session at the first that answers; fails with {@link NoAnswerException}. */
    CompletionStage<SchedulerPassage.Answer> open(String target, List<HttpHeader> headers) {
        return open(target, headers, upstreams.inOrder().iterator());
    }

    private CompletionStage<SchedulerPassage.Answer> open(
            String target, List<HttpHeader> headers, Iterator<String> rest) {
        String one = rest.next();
        // A second session would be a second command: only what was certainly not sent goes to the next.
        return tried(
                one,
                rest,
                false,
                failure -> Forwarding.mayRepeat("POST", false, failure),
                passage.open("wss://" + one + target, headers, settings.answerTimeout()),
                CompletableFuture::completedFuture,
                () -> open(target, headers, rest),
                () -> open(target, headers, rest));
    }

    private interface Again<T> {
        CompletionStage<T> ask();
    }

    private <T> CompletionStage<T> tried(
            String one,
            Iterator<String> rest,
            boolean sentBefore,
            Function<Throwable, Boolean> mayRepeat,
            CompletionStage<T> trial,
            Function<T, CompletionStage<T>> then,
            Again<T> afterSent,
            Again<T> afterUnsent) {
        return trial.handle((answer, failure) -> {
                    if (failure == null) {
                        return then.apply(answer);
                    }
                    Throwable cause = Stages.cause(failure);
                    boolean unsent =
                            cause instanceof CallException call && call.kind() == CallException.Kind.NO_CONNECTION;
                    if (unsent) {
                        found(one, Health.UNREACHABLE, String.valueOf(cause.getMessage()));
                    }
                    LOG.debug("Scheduler {} gives no answer", one, cause);
                    if (rest.hasNext() && mayRepeat.apply(cause)) {
                        return unsent ? afterUnsent.ask() : afterSent.ask();
                    }
                    return CompletableFuture.<T>failedFuture(new NoAnswerException(sentBefore || !unsent, cause));
                })
                .thenCompose(answer -> answer);
    }

    private void probe(String one) {
        var unused = passage.send(HttpRequest.GET("https://" + one + Paths.READY), false, PROBE_LIMIT)
                .whenComplete((answer, failure) -> {
                    if (failure != null) {
                        found(
                                one,
                                Health.UNREACHABLE,
                                String.valueOf(Stages.cause(failure).getMessage()));
                        return;
                    }
                    answer.discardEntityBytes(system);
                    found(
                            one,
                            answer.status().intValue() == OK ? Health.READY : Health.NOT_READY,
                            "it answers " + answer.status().intValue());
                });
    }

    private void found(String one, Health now, String why) {
        if (upstreams.found(one, now)) {
            if (now == Health.READY) {
                LOG.info("Scheduler {} is ready", one);
            } else {
                LOG.warn("Scheduler {} is {}: {}", one, now, why);
            }
        }
    }
}
