package dev.persys.http.scheduler;

import akka.http.javadsl.model.HttpResponse;
import dev.persys.api.FieldError;
import dev.persys.api.Heartbeat;
import dev.persys.api.JoinRequest;
import dev.persys.api.Json;
import dev.persys.api.NodeRequest;
import dev.persys.api.Paths;
import dev.persys.api.Problem;
import dev.persys.api.RegisterRequest;
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
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** What agents, probes and Prometheus ask of the scheduler. */
final class AgentFacingRoutes {
    /** Probes give up after a second or so, and what they do not hear helps nobody. */
    private static final Duration READINESS_LIMIT = Duration.ofSeconds(1);

    private final Asking<SchedulerProtocol.Command> scheduler;
    private final Asking<SchedulerProtocol.Command> probed;
    private final Optional<NodeJoins> joins;
    private final AuditLog audit;

    /** @param joins lets in who speaks for a node, where the port has TLS; elsewhere its gate has done so */
    AgentFacingRoutes(Asking<SchedulerProtocol.Command> scheduler, Optional<NodeJoins> joins, AuditLog audit) {
        this.scheduler = scheduler;
        this.joins = joins;
        this.audit = audit;
        this.probed = scheduler.within(READINESS_LIMIT);
    }

    List<Endpoint> endpoints() {
        List<Endpoint> endpoints = new ArrayList<>(List.of(
                Endpoint.post(Paths.REGISTER, Role.NODE, this::register),
                Endpoint.post(Paths.HEARTBEAT, Role.NODE, this::heartbeat).audited(Endpoint.Audit.NOTHING),
                MetricsEndpoint.create(),
                HealthEndpoint.create(),
                readiness()));
        joins.ifPresent(
                some -> endpoints.add(Endpoint.post(Paths.CERTIFICATE, Role.NODE, call -> certificate(call, some))));
        return endpoints;
    }

    /** For gateways too, on the port that they call. */
    Endpoint readiness() {
        return Endpoint.open(Paths.READY, call -> ready());
    }

    private CompletionStage<HttpResponse> register(Call call) {
        List<FieldError> errors = new ArrayList<>();
        Optional<String> csr = JoinRequest.csr(call.body()).orElse(Optional.empty(), errors);
        return NodeRequest.register(call.body())
                .fold(
                        request -> errors.isEmpty()
                                ? speaking(call, request.nodeId(), csr, made -> register(call, request, made))
                                : Answers.now(Answers.invalid(call, errors)),
                        more -> Answers.now(Answers.invalid(call, more)));
    }

    private CompletionStage<HttpResponse> register(
            Call call, RegisterRequest request, Optional<X509Certificate> certificate) {
        List<String> warnings = NodeRequest.registerWarnings(call.body());
        return scheduler.<Reply<RegisterResponse>, HttpResponse>ask(
                replyTo -> new SchedulerProtocol.RegisterNode(request, replyTo),
                reply -> Replies.answer(
                        call,
                        reply,
                        response -> Answers.json(withTrust(response.withWarnings(warnings), certificate))));
    }

    private Object withTrust(RegisterResponse response, Optional<X509Certificate> certificate) {
        return joins.<Object>map(some -> some.given(Json.MAPPER.valueToTree(response), certificate))
                .orElse(response);
    }

    private static CompletionStage<HttpResponse> certificate(Call call, NodeJoins joins) {
        return JoinRequest.wanted(call.body())
                .fold(
                        wanted -> joins.speaking(
                                call,
                                wanted.nodeId(),
                                Optional.of(wanted.csr()),
                                made -> Answers.now(joins.certified(wanted.nodeId(), made))),
                        errors -> Answers.now(Answers.invalid(call, errors)));
    }

    private CompletionStage<HttpResponse> speaking(Call call, NodeId node, Optional<String> csr, NodeJoins.Then then) {
        return joins.map(some -> some.speaking(call, node, csr, then)).orElseGet(() -> then.apply(Optional.empty()));
    }

    private CompletionStage<HttpResponse> heartbeat(Call call) {
        return NodeRequest.heartbeat(call.body())
                .fold(
                        beat -> speaking(call, beat.nodeId(), Optional.empty(), none -> beat(call, beat)),
                        errors -> Answers.now(Answers.invalid(call, errors)));
    }

    private CompletionStage<HttpResponse> beat(Call call, Heartbeat beat) {
        return scheduler.<Reply<NodeId>, HttpResponse>ask(
                replyTo -> new SchedulerProtocol.Beat(beat, replyTo),
                reply -> Replies.answer(call, reply, id -> Answers.json(heard(id))));
    }

    private Map<String, Object> heard(NodeId id) {
        return joins.<Map<String, Object>>map(
                        some -> Map.of("nodeId", id.value(), "status", "ok", "rootPins", some.pins()))
                .orElseGet(() -> Map.of("nodeId", id.value(), "status", "ok"));
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
