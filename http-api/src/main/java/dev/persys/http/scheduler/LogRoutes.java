package dev.persys.http.scheduler;

import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.headers.RawHeader;
import dev.persys.api.FieldError;
import dev.persys.api.LogQuery;
import dev.persys.api.NodeView;
import dev.persys.api.Paths;
import dev.persys.api.Problem;
import dev.persys.api.WorkloadView;
import dev.persys.http.Stages;
import dev.persys.http.auth.Access.Role;
import dev.persys.http.server.Answers;
import dev.persys.http.server.Asking;
import dev.persys.http.server.Call;
import dev.persys.http.server.Endpoint;
import dev.persys.http.server.LogParameters;
import dev.persys.http.server.OpenStreams;
import dev.persys.http.server.ServerSentEvents;
import dev.persys.model.NodeId;
import dev.persys.model.NodeStatus;
import dev.persys.protocol.AgentClient;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code GET /workloads/{workload}/logs}: straight from the node that runs the container. Where that does not answer or
 * has the container no longer, what the record keeps of the end, without times; {@code Persys-Log-Source} says which of
 * the two.
 */
final class LogRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(LogRoutes.class);
    private static final String SOURCE = "Persys-Log-Source";

    private final Asking<SchedulerProtocol.Command> scheduler;
    private final AgentClient agents;
    private final OpenStreams streams;

    LogRoutes(Asking<SchedulerProtocol.Command> scheduler, AgentClient agents, OpenStreams streams) {
        this.scheduler = scheduler;
        this.agents = agents;
        this.streams = streams;
    }

    List<Endpoint> endpoints() {
        return List.of(Endpoint.get(Paths.WORKLOAD_LOGS, Role.VIEWER, LogParameters.NAMES, this::logs));
    }

    private CompletionStage<HttpResponse> logs(Call call) {
        List<FieldError> errors = new ArrayList<>();
        LogQuery query = LogParameters.of(call).orElse(LogQuery.ALL, errors);
        if (!errors.isEmpty()) {
            return Answers.now(Answers.invalid(call, errors));
        }
        return scheduler.<Reply<WorkloadView>, HttpResponse>askThen(
                replyTo -> new SchedulerProtocol.GetWorkload(call.variable(), replyTo),
                reply -> reply instanceof Reply.Ok<WorkloadView> ok
                        ? of(call, ok.value(), query)
                        : Answers.now(Replies.answer(call, reply, view -> Answers.text(""))));
    }

    private CompletionStage<HttpResponse> of(Call call, WorkloadView view, LogQuery query) {
        Optional<NodeId> node = view.workload().nodeId();
        if (node.isEmpty()) {
            return Answers.now(query.previous() ? noPrevious(call, view) : stored(view, query));
        }
        return scheduler
                .<Reply<NodeView>, Optional<NodeView>>ask(
                        replyTo -> new SchedulerProtocol.GetNode(node.get(), replyTo),
                        reply -> reply instanceof Reply.Ok<NodeView> ok ? Optional.of(ok.value()) : Optional.empty())
                .thenCompose(found -> found.filter(
                                known -> known.node().status().isReachable()
                                        || known.node().status() == NodeStatus.SUSPECT)
                        .map(known -> fromNode(call, view, known, query))
                        .orElseGet(() ->
                                Answers.now(query.previous() ? unreachable(call, node.get()) : stored(view, query))));
    }

    private CompletionStage<HttpResponse> fromNode(Call call, WorkloadView view, NodeView node, LogQuery query) {
        if (!streams.admit(call)) {
            return Answers.now(ServerSentEvents.tooMany(call));
        }
        return Stages.on(
                        agents.to(node.node().id())
                                .logs(node.node().facts(), view.workload().id(), query),
                        scheduler.executor())
                .handle((output, failure) -> {
                    if (failure == null) {
                        return live(call, output);
                    }
                    if (Stages.cause(failure) instanceof AgentClient.LogsUnreadableException unreadable) {
                        return Answers.problem(call, Problem.Type.LOGS_UNREADABLE, unreadable.getMessage());
                    }
                    if (Stages.cause(failure) instanceof AgentClient.EngineAwayException) {
                        return SessionRoutes.engineAway(call, node.node().id());
                    }
                    if (Stages.cause(failure) instanceof AgentClient.LogsBusyException busy) {
                        return Answers.problem(call, Problem.Type.BUSY, busy.getMessage() + "; ask again")
                                .addHeader(RawHeader.create("Retry-After", "10"));
                    }
                    if (query.previous()) {
                        boolean isNone = Stages.cause(failure) instanceof AgentClient.NoPreviousOutputException
                                || Stages.cause(failure) instanceof AgentClient.NoSuchContainerException;
                        return isNone
                                ? noPrevious(call, view)
                                : unreachable(call, node.node().id());
                    }
                    LOG.debug(
                            "Logs of {} come from its record: {}",
                            view.workload().id(),
                            failure.getMessage());
                    return stored(view, query);
                });
    }

    private static HttpResponse noPrevious(Call call, WorkloadView view) {
        return Answers.problem(
                call,
                Problem.Type.NO_PREVIOUS_OUTPUT,
                "Nothing is kept of what workload \"" + view.workload().spec().name()
                        + "\" printed before its present run: it is its first, or what was there went with another node."
                        + " Leave out previous for the output of the present one");
    }

    private static HttpResponse unreachable(Call call, NodeId node) {
        return Answers.problem(
                call,
                Problem.Type.UNAVAILABLE,
                "Earlier output is kept on node " + node + " alone, which does not give it now: look how the node is,"
                        + " and ask again when it answers");
    }

    private HttpResponse live(Call call, AgentClient.Output output) {
        HttpResponse answer = HttpResponse.create()
                .withEntity(
                        HttpEntities.createChunked(ContentTypes.TEXT_PLAIN_UTF8, streams.stream(call, output.bytes())))
                .addHeader(RawHeader.create(SOURCE, "node"));
        return output.containerId()
                .map(id -> answer.addHeader(RawHeader.create(LogQuery.CONTAINER_HEADER, id)))
                .orElse(answer);
    }

    private static HttpResponse stored(WorkloadView view, LogQuery query) {
        String tail = query.tail()
                .map(lines -> lastLines(view.workload().logs(), lines))
                .orElse(view.workload().logs());
        return Answers.text(tail).addHeader(RawHeader.create(SOURCE, "stored-tail"));
    }

    /** The last so many lines, the last of which may lack its end. */
    static String lastLines(String text, int lines) {
        int from = text.endsWith("\n") ? text.length() - 1 : text.length();
        for (int i = 0; i < lines; i++) {
            from = text.lastIndexOf('\n', from - 1);
            if (from < 0) {
                return text;
            }
        }
        return lines == 0 ? "" : text.substring(from + 1);
    }
}
