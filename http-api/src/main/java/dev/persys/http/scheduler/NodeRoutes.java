package dev.persys.http.scheduler;

import akka.http.javadsl.model.HttpResponse;
import dev.persys.api.ClusterMetrics;
import dev.persys.api.FieldError;
import dev.persys.api.Garbage;
import dev.persys.api.NodeView;
import dev.persys.api.Page;
import dev.persys.api.Paths;
import dev.persys.api.RecordJson;
import dev.persys.http.auth.Access.Role;
import dev.persys.http.server.Answers;
import dev.persys.http.server.Asking;
import dev.persys.http.server.Call;
import dev.persys.http.server.Endpoint;
import dev.persys.model.Names;
import dev.persys.model.NodeId;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol;
import dev.persys.protocol.SchedulerProtocol.NodeAction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** What operators can ask about nodes, and about the cluster as a whole. */
final class NodeRoutes {
    private final Asking<SchedulerProtocol.Command> scheduler;
    private final int pageSize;
    private final String version;

    NodeRoutes(Asking<SchedulerProtocol.Command> scheduler, int pageSize, String version) {
        this.scheduler = scheduler;
        this.pageSize = pageSize;
        this.version = version;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.get(Paths.NODES, Role.VIEWER, Set.of("limit", "continue"), this::list),
                Endpoint.get(Paths.NODE, Role.VIEWER, Set.of(), this::get),
                Endpoint.delete(Paths.NODE, Role.OPERATOR, Set.of(), call -> change(call, NodeAction.DELETE)),
                Endpoint.act(Paths.NODE_CORDON, Role.OPERATOR, call -> change(call, NodeAction.DRAIN)),
                Endpoint.act(Paths.NODE_UNCORDON, Role.OPERATOR, call -> change(call, NodeAction.ACTIVATE)),
                Endpoint.act(Paths.NODE_DRAIN, Role.OPERATOR, call -> change(call, NodeAction.DRAIN)),
                Endpoint.act(Paths.NODE_ACCEPT_ORPHANS, Role.OPERATOR, call -> change(call, NodeAction.ACCEPT_ORPHANS)),
                Endpoint.act(Paths.NODE_ACTIVATE, Role.OPERATOR, call -> change(call, NodeAction.ACTIVATE)),
                Endpoint.get(Paths.CLUSTER_METRICS, Role.VIEWER, Set.of(), this::metrics),
                Endpoint.act(
                        Paths.CLUSTER_GC,
                        Role.OPERATOR,
                        Set.of("dryRun", "finishedAfter", "limit"),
                        this::collectGarbage));
    }

    private CompletionStage<HttpResponse> list(Call call) {
        return call.limit(pageSize)
                .fold(
                        limit -> scheduler.<Reply<Page<NodeView>>, HttpResponse>ask(
                                replyTo -> new SchedulerProtocol.ListNodes(limit, call.parameter("continue"), replyTo),
                                reply -> Replies.answer(call, reply, page -> page(call, page))),
                        errors -> Answers.now(Answers.invalid(call, errors)));
    }

    private static HttpResponse page(Call call, Page<NodeView> page) {
        return Answers.read(call, Views.page("nodes", page, RecordJson::toJson), OptionalLong.empty());
    }

    private CompletionStage<HttpResponse> get(Call call) {
        return withNode(
                call,
                id -> scheduler.<Reply<NodeView>, HttpResponse>ask(
                        replyTo -> new SchedulerProtocol.GetNode(id, replyTo),
                        reply -> Replies.answer(
                                call,
                                reply,
                                view -> Answers.read(
                                        call, RecordJson.toJson(view), OptionalLong.of(view.revision())))));
    }

    private CompletionStage<HttpResponse> change(Call call, NodeAction action) {
        return withNode(
                call,
                id -> call.ifRevision()
                        .fold(
                                expected -> scheduler.<Reply<NodeView>, HttpResponse>ask(
                                        replyTo -> new SchedulerProtocol.ChangeNode(
                                                id, action, expected, call.origin(), replyTo),
                                        reply -> Replies.answer(
                                                call, reply, view -> Answers.json(RecordJson.toJson(view)))),
                                errors -> Answers.now(Answers.invalid(call, errors))));
    }

    private CompletionStage<HttpResponse> metrics(Call call) {
        return scheduler.<Reply<ClusterMetrics>, HttpResponse>ask(
                SchedulerProtocol.GetClusterMetrics::new,
                reply -> Replies.answer(
                        call,
                        reply,
                        metrics -> Answers.read(call, Views.metrics(metrics, version), OptionalLong.empty())));
    }

    private CompletionStage<HttpResponse> collectGarbage(Call call) {
        List<FieldError> errors = new ArrayList<>();
        boolean dryRun = call.flag("dryRun").orElse(false, errors);
        Optional<Duration> finishedAfter = call.span("finishedAfter").orElse(Optional.empty(), errors);
        int limit = call.limit(pageSize).orElse(pageSize, errors);
        if (!errors.isEmpty()) {
            return Answers.now(Answers.invalid(call, errors));
        }
        if (dryRun) {
            call.exchange().audit().changesNothing();
        }
        return scheduler.<Reply<Garbage>, HttpResponse>ask(
                replyTo -> new SchedulerProtocol.CollectGarbage(dryRun, finishedAfter, limit, call.origin(), replyTo),
                reply -> Replies.answer(call, reply, garbage -> Answers.json(Views.garbage(garbage))));
    }

    /** What cannot be a node's name is no node's. */
    private static CompletionStage<HttpResponse> withNode(
            Call call, Function<NodeId, CompletionStage<HttpResponse>> then) {
        if (Names.isDnsName(call.variable())) {
            return then.apply(NodeId.of(call.variable()));
        }
        return Answers.now(Answers.problem(
                Replies.problem(new Reply.NotFound<>("node", call.variable())).withRequestId(call.requestId())));
    }
}
