package dev.persys.http.agent;

import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.headers.RawHeader;
import akka.util.ByteString;
import dev.persys.api.AgentEvent;
import dev.persys.api.Json;
import dev.persys.api.LogQuery;
import dev.persys.api.Paths;
import dev.persys.api.Problem;
import dev.persys.http.EngineAway;
import dev.persys.http.auth.Access.Role;
import dev.persys.http.server.Answers;
import dev.persys.http.server.Asking;
import dev.persys.http.server.Call;
import dev.persys.http.server.Endpoint;
import dev.persys.http.server.Lines;
import dev.persys.http.server.LogParameters;
import dev.persys.http.server.OpenStreams;
import dev.persys.http.server.ServerSentEvents;
import dev.persys.model.WorkloadId;
import dev.persys.protocol.AgentProtocol;
import dev.persys.protocol.AgentProtocol.EventsReply;
import dev.persys.protocol.AgentProtocol.ListReply;
import dev.persys.protocol.AgentProtocol.LogsReply;
import dev.persys.protocol.AgentProtocol.UsageReply;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;

/** What there is on the node and what changes: the list, the logs and the events. */
final class ContainerRoutes {
    /** Docker's id, whole or as it shows it. */
    private static final Pattern CONTAINER_ID = Pattern.compile("[0-9a-f]{12}|[0-9a-f]{64}");

    private final Asking<AgentProtocol.Command> agent;
    private final OpenStreams streams;
    private final Duration keepAlive;
    private final InstantSource clock;

    ContainerRoutes(Asking<AgentProtocol.Command> agent, OpenStreams streams, Duration keepAlive, InstantSource clock) {
        this.agent = agent;
        this.streams = streams;
        this.keepAlive = keepAlive;
        this.clock = clock;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.get(Paths.DOCKER_LIST, Role.NODE, Set.of(), this::list),
                Endpoint.get(Paths.DOCKER_LOGS, Role.NODE, LogParameters.NAMES, this::logs),
                Endpoint.get(Paths.DOCKER_STATS, Role.NODE, Set.of("follow"), this::usage),
                Endpoint.get(Paths.DOCKER_EVENTS, Role.NODE, Set.of("after"), this::events));
    }

    private CompletionStage<HttpResponse> list(Call call) {
        return agent.<ListReply, HttpResponse>ask(
                AgentProtocol.ListContainers::new,
                reply -> reply instanceof ListReply.Containers containers
                        ? Answers.json(containers.list())
                        : Answers.problem(call, Problem.Type.UNAVAILABLE, ((ListReply.Unavailable) reply).detail()));
    }

    private CompletionStage<HttpResponse> logs(Call call) {
        if (!isContainer(call.variable())) {
            return Answers.now(noContainer(call));
        }
        return LogParameters.of(call)
                .fold(
                        query -> logs(call, query.at(clock.instant())),
                        errors -> Answers.now(Answers.invalid(call, errors)));
    }

    private CompletionStage<HttpResponse> logs(Call call, LogQuery query) {
        if (!streams.admit(call)) {
            return Answers.now(ServerSentEvents.tooMany(call));
        }
        return agent.<LogsReply, HttpResponse>ask(
                replyTo -> new AgentProtocol.ReadLogs(call.variable(), query, replyTo), reply -> {
                    if (reply instanceof LogsReply.Logs logs) {
                        return streamed(call, logs);
                    }
                    if (reply instanceof LogsReply.Unreadable unreadable) {
                        return Answers.problem(call, Problem.Type.LOGS_UNREADABLE, unreadable.detail());
                    }
                    if (reply instanceof LogsReply.NoPrevious) {
                        return Answers.problem(
                                call,
                                Problem.Type.NO_PREVIOUS_OUTPUT,
                                "This node keeps nothing of what that workload printed before its present run");
                    }
                    return reply instanceof LogsReply.Unavailable unavailable
                            ? Answers.problem(call, Problem.Type.UNAVAILABLE, unavailable.detail())
                            : noContainer(call);
                });
    }

    private HttpResponse streamed(Call call, LogsReply.Logs logs) {
        return HttpResponse.create()
                .withEntity(
                        HttpEntities.createChunked(ContentTypes.TEXT_PLAIN_UTF8, streams.stream(call, logs.bytes())))
                .addHeader(RawHeader.create(LogQuery.CONTAINER_HEADER, logs.containerId()));
    }

    /** Whether it may name one: a workload's id, or Docker's. */
    static boolean isContainer(String name) {
        return WorkloadId.isCanonical(name) || CONTAINER_ID.matcher(name).matches();
    }

    static HttpResponse noContainer(Call call) {
        return Answers.problem(
                call,
                Problem.Type.UNKNOWN_CONTAINER,
                "This node has no container of ours of that workload id or container id (whole, or its first 12"
                        + " characters): GET /docker/list lists them");
    }

    private CompletionStage<HttpResponse> usage(Call call) {
        if (!isContainer(call.variable())) {
            return Answers.now(noContainer(call));
        }
        return call.flag("follow")
                .fold(follow -> usage(call, follow), errors -> Answers.now(Answers.invalid(call, errors)));
    }

    private CompletionStage<HttpResponse> usage(Call call, boolean follow) {
        if (!streams.admit(call)) {
            return Answers.now(ServerSentEvents.tooMany(call));
        }
        return agent.<UsageReply, HttpResponse>ask(
                replyTo -> new AgentProtocol.ReadUsage(call.variable(), follow, replyTo), reply -> {
                    if (reply instanceof UsageReply.Usage found) {
                        return Lines.answer(
                                call, streams, found.usage().map(one -> ByteString.fromString(Json.write(one) + "\n")));
                    }
                    if (reply instanceof UsageReply.NotRunning stopped) {
                        return Answers.problem(call, Problem.Type.NOT_RUNNING, stopped.detail());
                    }
                    return reply instanceof UsageReply.Unavailable unavailable
                            ? EngineAway.saidBy(Answers.problem(call, Problem.Type.UNAVAILABLE, unavailable.detail()))
                            : noContainer(call);
                });
    }

    private CompletionStage<HttpResponse> events(Call call) {
        if (!streams.admit(call)) {
            return Answers.now(ServerSentEvents.tooMany(call));
        }
        return agent.<EventsReply, HttpResponse>ask(
                replyTo -> new AgentProtocol.FollowEvents(call.lastEventId(), replyTo), reply -> {
                    if (reply instanceof EventsReply.Events events) {
                        return ServerSentEvents.answer(
                                call, streams, events.events().map(ContainerRoutes::frame), keepAlive);
                    }
                    return Answers.problem(
                            call,
                            Problem.Type.EVENTS_GONE,
                            "What happened behind that id is no longer kept: list, and follow from the list's cursor");
                });
    }

    private static ByteString frame(AgentEvent event) {
        return ServerSentEvents.frame(Optional.of(event.id()), "container", Json.write(event));
    }
}
