package dev.persys.http.scheduler;

import akka.NotUsed;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.headers.RawHeader;
import akka.stream.javadsl.Source;
import dev.persys.api.ClusterEvent;
import dev.persys.api.FieldError;
import dev.persys.api.Parsed;
import dev.persys.api.Paths;
import dev.persys.api.Problem;
import dev.persys.http.Shortened;
import dev.persys.http.auth.Access.Role;
import dev.persys.http.server.Answers;
import dev.persys.http.server.Asking;
import dev.persys.http.server.Call;
import dev.persys.http.server.Endpoint;
import dev.persys.http.server.OpenStreams;
import dev.persys.http.server.ServerSentEvents;
import dev.persys.model.Names;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol;
import dev.persys.protocol.SchedulerProtocol.EventFeed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;

/**
 * {@code GET /events}: what happens, as it happens; with {@code follow=false} what is kept of it, so many at most, and then
 * the end.
 */
final class EventRoutes {
    private static final Set<String> PARAMETERS = Set.of("after", "workload", "node", "follow", "limit");

    private static final Pattern ID = Pattern.compile("\\d{1,19}-\\d{1,19}");

    private static final Pattern ID_PREFIX = Pattern.compile("[0-9a-f-]{1,36}");

    private final Asking<SchedulerProtocol.Command> scheduler;
    private final OpenStreams streams;
    /** How many events the answer has at most: one with fewer is the last page. */
    private static final String LIMIT = "Persys-Limit";

    private final Duration keepAlive;
    private final int pageSize;
    private final EventFrames written = new EventFrames();

    EventRoutes(Asking<SchedulerProtocol.Command> scheduler, OpenStreams streams, Duration keepAlive, int pageSize) {
        this.scheduler = scheduler;
        this.streams = streams;
        this.keepAlive = keepAlive;
        this.pageSize = pageSize;
    }

    List<Endpoint> endpoints() {
        return List.of(Endpoint.get(Paths.EVENTS, Role.VIEWER, PARAMETERS, this::events));
    }

    /**
     * What is asked for.
     *
     * @param limit of the events that are kept; absent where those that come are wanted too
     */
    private record Query(Optional<String> after, Optional<Integer> limit) {}

    private CompletionStage<HttpResponse> events(Call call) {
        List<FieldError> errors = new ArrayList<>();
        Optional<String> after = after(call).orElse(Optional.empty(), errors);
        boolean follow =
                call.parameter("follow").isEmpty() || call.flag("follow").orElse(true, errors);
        int limit = call.limit(pageSize).orElse(pageSize, errors);
        call.parameter("workload")
                .filter(text ->
                        !Names.isDnsLabel(text) && !ID_PREFIX.matcher(text).matches())
                .ifPresent(text -> errors.add(new FieldError(
                        "?workload", Shortened.of(text), "the name of a workload, or the beginning of an id")));
        call.parameter("node")
                .filter(text -> !Names.isDnsName(text))
                .ifPresent(text -> errors.add(new FieldError("?node", Shortened.of(text), "the name of a node")));
        if (follow && call.parameter("limit").isPresent()) {
            errors.add(new FieldError("?limit", "a limit of what is followed", "a limit together with follow=false"));
        }
        if (!errors.isEmpty()) {
            return Answers.now(Answers.invalid(call, errors));
        }
        return answer(
                call,
                follow
                        ? new Query(after, Optional.empty())
                        : new Query(
                                after.or(() -> Optional.of(SchedulerProtocol.FollowEvents.BEGINNING)),
                                Optional.of(limit)));
    }

    private static Parsed<Optional<String>> after(Call call) {
        Optional<String> id = call.lastEventId();
        return id.filter(text -> !ID.matcher(text).matches()).isPresent()
                ? Call.invalid(
                        call.header("Last-Event-ID").isPresent() ? "Last-Event-ID" : "?after",
                        id.get(),
                        "the id of an event, such as 3-17, or 0-0 for what is before all")
                : new Parsed.Valid<>(id);
    }

    private CompletionStage<HttpResponse> answer(Call call, Query query) {
        if (!streams.admit(call)) {
            return Answers.now(ServerSentEvents.tooMany(call));
        }
        return scheduler.<Reply<EventFeed>, HttpResponse>ask(
                replyTo -> new SchedulerProtocol.FollowEvents(query.after(), replyTo),
                reply -> Replies.answer(call, reply, feed -> answer(call, query, feed)));
    }

    private HttpResponse answer(Call call, Query query, EventFeed feed) {
        if (feed instanceof EventFeed.Open open) {
            Source<ClusterEvent, NotUsed> asked =
                    query.limit().isPresent() ? open.events().take(open.kept()) : open.events();
            Source<ClusterEvent, NotUsed> wanted = asked.filter(event -> isWanted(call, event));
            Source<ClusterEvent, NotUsed> bounded =
                    query.limit().map(wanted::take).orElse(wanted);
            HttpResponse answer = ServerSentEvents.answer(call, streams, bounded.map(written::of), keepAlive);
            return query.limit()
                    .map(limit -> answer.addHeader(RawHeader.create(LIMIT, limit.toString())))
                    .orElse(answer);
        }
        return Answers.problem(
                call,
                Problem.Type.EVENTS_GONE,
                "What happened behind that id is no longer kept: read the lists again, and follow without an id");
    }

    private static boolean isWanted(Call call, ClusterEvent event) {
        boolean workload = call.parameter("workload")
                .map(wanted -> event.name().filter(wanted::equals).isPresent()
                        || event.workloadId()
                                .filter(id -> id.value().startsWith(wanted))
                                .isPresent())
                .orElse(true);
        boolean node = call.parameter("node")
                .map(wanted ->
                        event.nodeId().filter(id -> id.value().equals(wanted)).isPresent())
                .orElse(true);
        return workload && node;
    }
}
