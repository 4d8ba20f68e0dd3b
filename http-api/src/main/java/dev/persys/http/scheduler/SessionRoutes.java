package dev.persys.http.scheduler;

import akka.NotUsed;
import akka.http.javadsl.model.HttpResponse;
import akka.stream.javadsl.Flow;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import dev.persys.api.ArchiveQuery;
import dev.persys.api.NodeView;
import dev.persys.api.Paths;
import dev.persys.api.Problem;
import dev.persys.api.SessionChannel;
import dev.persys.api.SessionQuery;
import dev.persys.api.WorkloadView;
import dev.persys.http.Shortened;
import dev.persys.http.Stages;
import dev.persys.http.auth.Access.Role;
import dev.persys.http.client.AgentPassage;
import dev.persys.http.server.Answers;
import dev.persys.http.server.Asking;
import dev.persys.http.server.Call;
import dev.persys.http.server.Endpoint;
import dev.persys.http.server.Lines;
import dev.persys.http.server.OpenStreams;
import dev.persys.http.server.ServerSentEvents;
import dev.persys.http.server.Sessions;
import dev.persys.model.NodeId;
import dev.persys.model.NodeStatus;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadStatus;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol;
import dev.persys.runtime.SessionFrames;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code GET /workloads/{workload}/exec}, {@code /attach} and {@code /archive}: WebSockets into the container, passed through to its node's
 * agent and back, no faster than either side takes it. Who was let in where is in the audit log; what was said is not. And
 * {@code /stats}: what the container uses, from there too.
 */
final class SessionRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(SessionRoutes.class);
    private static final Set<String> ATTACH = Set.of("stdin", "rows", "columns");
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;
    private static final int BUSY = 503;

    private final Asking<SchedulerProtocol.Command> scheduler;
    private final AgentPassage agents;
    private final Sessions sessions;
    private final OpenStreams streams;

    SessionRoutes(
            Asking<SchedulerProtocol.Command> scheduler, AgentPassage agents, Sessions sessions, OpenStreams streams) {
        this.scheduler = scheduler;
        this.agents = agents;
        this.sessions = sessions;
        this.streams = streams;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.get(
                                Paths.WORKLOAD_EXEC,
                                Role.OPERATOR,
                                SessionQuery.NAMES,
                                SessionQuery.REPEATABLE,
                                call -> open(call, true))
                        .audited(Endpoint.Audit.SESSION),
                Endpoint.get(Paths.WORKLOAD_ATTACH, Role.OPERATOR, ATTACH, call -> open(call, false))
                        .audited(Endpoint.Audit.SESSION),
                Endpoint.get(Paths.WORKLOAD_ARCHIVE, Role.OPERATOR, ArchiveQuery.NAMES, this::archive)
                        .audited(Endpoint.Audit.SESSION),
                Endpoint.get(Paths.WORKLOAD_STATS, Role.VIEWER, Set.of("follow"), this::usage));
    }

    /** What a container must be for what is asked, and what helps where it is not. */
    private enum Need {
        PROCESSES("a container that runs", ", unpaused", "start it first, or read its logs"),
        /** They are there while it is stopped or paused, too. */
        FILES("a container, running or stopped", "", "start it first, or look why it has none");

        private final String what;
        private final String state;
        private final String remedy;

        Need(String what, String state, String remedy) {
            this.what = what;
            this.state = state;
            this.remedy = remedy;
        }
    }

    private CompletionStage<HttpResponse> usage(Call call) {
        return call.flag("follow")
                .fold(
                        follow -> onNode(call, Need.PROCESSES, (workload, node) -> usage(call, workload, node, follow)),
                        errors -> Answers.now(Answers.invalid(call, errors)));
    }

    private CompletionStage<HttpResponse> usage(Call call, Workload workload, NodeView node, boolean follow) {
        if (!streams.admit(call)) {
            return Answers.now(ServerSentEvents.tooMany(call));
        }
        String target = Paths.of(Paths.DOCKER_STATS, workload.id().value()) + "?follow=" + follow;
        NodeId id = node.node().id();
        return Stages.on(agents.read(id, node.node().facts(), target), scheduler.executor())
                .handle((answer, failure) -> {
                    if (failure != null) {
                        LOG.debug("Node {} gives no figures: {}", id, failure.getMessage());
                        return away(call, id, "gives no figures now");
                    }
                    return answer instanceof AgentPassage.Streamed.Bytes found
                            ? Lines.answer(call, streams, found.bytes())
                            : refused(call, workload, id, Need.PROCESSES, (AgentPassage.Streamed.Refused) answer);
                });
    }

    private CompletionStage<HttpResponse> open(Call call, boolean isExec) {
        return Sessions.query(call, isExec)
                .fold(query -> through(call, wish(query)), errors -> Answers.now(Answers.invalid(call, errors)));
    }

    private CompletionStage<HttpResponse> archive(Call call) {
        return Sessions.archive(call)
                .fold(query -> through(call, wish(query)), errors -> Answers.now(Answers.invalid(call, errors)));
    }

    /**
     * What a session is to be.
     *
     * @param template of the agent's path
     * @param query of it, encoded
     * @param what for the audit log
     * @param need of it
     */
    private record Wish(String template, String query, String what, Need need) {}

    /** The command's first word alone is told: arguments may be secrets. */
    private static Wish wish(SessionQuery query) {
        return query.command().isEmpty()
                ? new Wish(Paths.DOCKER_ATTACH, query.text(), "attach", Need.PROCESSES)
                : new Wish(
                        Paths.DOCKER_EXEC,
                        query.text(),
                        "exec of " + Shortened.of(query.command().get(0)),
                        Need.PROCESSES);
    }

    private static Wish wish(ArchiveQuery query) {
        return new Wish(
                Paths.DOCKER_ARCHIVE,
                query.text(),
                query.access().word() + " of " + Shortened.of(query.path()),
                Need.FILES);
    }

    /** What is to be done on the node of the call's workload, where that can be reached. */
    @FunctionalInterface
    private interface Work {
        CompletionStage<HttpResponse> on(Workload workload, NodeView node);
    }

    private CompletionStage<HttpResponse> onNode(Call call, Need need, Work work) {
        return scheduler.<Reply<WorkloadView>, HttpResponse>askThen(
                replyTo -> new SchedulerProtocol.GetWorkload(call.variable(), replyTo),
                reply -> reply instanceof Reply.Ok<WorkloadView> ok
                        ? onNode(call, ok.value().workload(), need, work)
                        : Answers.now(Replies.answer(call, reply, view -> Answers.text(""))));
    }

    private CompletionStage<HttpResponse> onNode(Call call, Workload workload, Need need, Work work) {
        call.exchange().audit().on(workload);
        Optional<NodeId> node = workload.nodeId();
        if (node.isEmpty()) {
            return Answers.now(notRunning(call, workload, need));
        }
        return scheduler.<Reply<NodeView>, HttpResponse>askThen(
                replyTo -> new SchedulerProtocol.GetNode(node.get(), replyTo),
                reply -> reply instanceof Reply.Ok<NodeView> ok && isThere(ok.value())
                        ? work.on(workload, ok.value())
                        : Answers.now(away(call, node.get(), "is not heard from")));
    }

    private static boolean isThere(NodeView node) {
        return node.node().status().isReachable() || node.node().status() == NodeStatus.SUSPECT;
    }

    private CompletionStage<HttpResponse> through(Call call, Wish wish) {
        call.exchange().audit().detail(wish.what());
        return onNode(call, wish.need(), (workload, node) -> through(call, workload, node, wish));
    }

    private CompletionStage<HttpResponse> through(Call call, Workload workload, NodeView node, Wish wish) {
        Optional<HttpResponse> refusal = sessions.refusal(call);
        if (refusal.isPresent()) {
            return Answers.now(refusal.get());
        }
        String target = Paths.of(wish.template(), workload.id().value()) + "?" + wish.query();
        NodeId id = node.node().id();
        return Stages.on(agents.open(id, node.node().facts(), target), scheduler.executor())
                .handle((answer, failure) -> {
                    if (failure != null) {
                        LOG.debug("Node {} opens no session: {}", id, failure.getMessage());
                        return away(call, id, "gives no session now");
                    }
                    return answer instanceof AgentPassage.Answer.Opened opened
                            ? begin(call, id, opened.frames())
                            : refused(call, workload, id, wish.need(), (AgentPassage.Answer.Refused) answer);
                });
    }

    private HttpResponse begin(Call call, NodeId node, Flow<ByteString, ByteString, NotUsed> frames) {
        Problem broken = Problem.of(
                Problem.Type.UNAVAILABLE,
                "The connection to node " + node
                        + " broke off; what ran in the session is ended when its agent notices");
        return sessions.begin(call, toTheEnd(frames, SessionFrames.failed(broken)));
    }

    /**
     * The frames, and {@code broken} as the last one where they end without a status, as where an agent is killed; not where
     * the client has ended its side before.
     */
    private static Flow<ByteString, ByteString, NotUsed> toTheEnd(
            Flow<ByteString, ByteString, NotUsed> frames, ByteString broken) {
        AtomicBoolean isKnown = new AtomicBoolean();
        return Flow.of(ByteString.class)
                .concatLazy(Source.lazySource(() -> {
                    isKnown.set(true);
                    return Source.empty();
                }))
                .via(frames)
                .recover(Throwable.class, () -> broken)
                .map(frame -> {
                    if (SessionFrames.channel(frame)
                            .filter(SessionChannel.STATUS::equals)
                            .isPresent()) {
                        isKnown.set(true);
                    }
                    return frame;
                })
                .concatLazy(Source.lazySource(() -> isKnown.get() ? Source.empty() : Source.single(broken)));
    }

    private static HttpResponse refused(
            Call call, Workload workload, NodeId node, Need need, AgentPassage.Answer.Refused refused) {
        return refused.isEngineAway() ? engineAway(call, node) : refused(call, workload, node, need, refused.status());
    }

    private static HttpResponse refused(
            Call call, Workload workload, NodeId node, Need need, AgentPassage.Streamed.Refused refused) {
        return refused.isEngineAway() ? engineAway(call, node) : refused(call, workload, node, need, refused.status());
    }

    private static HttpResponse refused(Call call, Workload workload, NodeId node, Need need, int status) {
        return switch (status) {
            case NOT_FOUND, CONFLICT -> notRunning(call, workload, need);
            case BUSY -> away(call, node, "has no place for that now");
            default -> away(call, node, "answers with " + status + "; is its agent of this version?");
        };
    }

    /** Where the record says that it runs, what is seen of its container says more: it may be paused, or has just ended. */
    private static HttpResponse notRunning(Call call, Workload workload, Need need) {
        String known = "Workload \"" + workload.spec().name() + "\" is "
                + workload.status().text();
        String detail = workload.status() == WorkloadStatus.RUNNING
                ? known + ", but its node refuses that now: that needs " + need.what + need.state + "; last seen: "
                        + Shortened.of(workload.observed().message())
                : known + ", and that needs " + need.what + ": " + need.remedy;
        return Answers.problem(call, Problem.Type.NOT_RUNNING, detail);
    }

    /** Its agent answers, and the container engine beside it does not. */
    static HttpResponse engineAway(Call call, NodeId node) {
        return Answers.problem(
                call,
                Problem.Type.UNAVAILABLE,
                "Docker of node " + node + " does not answer: see to it there (systemctl status docker), and ask again;"
                        + " Persys goes on by itself once it answers");
    }

    private static HttpResponse away(Call call, NodeId node, String what) {
        return Answers.problem(
                call, Problem.Type.UNAVAILABLE, "Node " + node + " " + what + ": look how it is, and ask again");
    }
}
