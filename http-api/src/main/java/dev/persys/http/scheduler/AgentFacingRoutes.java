package dev.persys.http.scheduler;

import akka.http.javadsl.model.HttpResponse;
import dev.persys.api.NodeRequest;
import dev.persys.api.Paths;
import dev.persys.api.Problem;
import dev.persys.api.RegisterResponse;
import dev.persys.http.audit.AuditLog;
import dev.persys.http.auth.Access.Role;
import dev.persys.http.server.Answers;
import dev.persys.http.server.Asking;
import dev.persys.http.server.Call;
import dev.persys.http.server.Endpoint;
import dev.persys.http.server.HealthEndpoint;
import dev.persys.http.server.MetricsEndpoint;
import dev.persys.model.NodeId;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol;
import dev.persys.protocol.SchedulerProtocol.Readiness;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** What agents, probes and Prometheus ask of the scheduler. */
final class AgentFacingRoutes {
    /** Probes give up after a second or so, and what they do not hear helps nobody. */
    private static final Duration READINESS_LIMIT = Duration.ofSeconds(1);

    private final Asking<SchedulerProtocol.Command> scheduler;
    private final Asking<SchedulerProtocol.Command> probed;
    private final AuditLog audit;

    AgentFacingRoutes(Asking<SchedulerProtocol.Command> scheduler, AuditLog audit) {
        this.scheduler = scheduler;
        this.audit = audit;
        this.probed = scheduler.within(READINESS_LIMIT);
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.post(Paths.REGISTER, Role.NODE, this::register),
                Endpoint.post(Paths.HEARTBEAT, Role.NODE, this::heartbeat).audited(Endpoint.Audit.NOTHING),
                MetricsEndpoint.create(),
                HealthEndpoint.create(),
                readiness());
    }

    /** For gateways too, on the port that they call. */
    Endpoint readiness() {
        return Endpoint.open(Paths.READY, call -> ready());
    }

    private CompletionStage<HttpResponse> register(Call call) {
        return NodeRequest.register(call.body())
                .fold(
                        request -> scheduler.<Reply<RegisterResponse>, HttpResponse>ask(
                                replyTo -> new SchedulerProtocol.RegisterNode(request, replyTo),
                                reply -> Replies.answer(
                                        call,
                                        reply,
                                        response -> Answers.json(
                                                response.withWarnings(NodeRequest.registerWarnings(call.body()))))),
                        errors -> Answers.now(Answers.invalid(call, errors)));
    }

    private CompletionStage<HttpResponse> heartbeat(Call call) {
        return NodeRequest.heartbeat(call.body())
                .fold(
                        beat -> scheduler.<Reply<NodeId>, HttpResponse>ask(
                                replyTo -> new SchedulerProtocol.Beat(beat, replyTo),
                                reply -> Replies.answer(
                                        call, reply, id -> Answers.json(Map.of("nodeId", id.value(), "status", "ok")))),
                        errors -> Answers.now(Answers.invalid(call, errors)));
    }

    /** Where changes are refused for want of an audit log, they are better sent elsewhere. */
    private Readiness withAudit(Readiness readiness) {
        return audit.trouble()
                .map(trouble ->
                        new Readiness(readiness.ready() && !audit.refuses(), readiness.detail() + "; " + trouble))
                .orElse(readiness);
    }

    private CompletionStage<HttpResponse> ready() {
        return probed.<Readiness, Readiness>ask(SchedulerProtocol.GetReadiness::new, readiness -> readiness)
                .exceptionally(failure -> new Readiness(false, "the scheduler does not answer in time"))
                .thenApply(this::withAudit)
                .thenApply(readiness -> Answers.json(readiness)
                        .withStatus(readiness.ready() ? 200 : Problem.Type.UNAVAILABLE.status()));
    }
}
