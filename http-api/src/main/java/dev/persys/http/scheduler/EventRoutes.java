package dev.persys.http.scheduler;

import akka.NotUsed;
import akka.http.javadsl.model.HttpResponse;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import dev.persys.api.ClusterEvent;
import dev.persys.api.Paths;
import dev.persys.api.Problem;
import dev.persys.http.server.Answers;
import dev.persys.http.server.Asking;
import dev.persys.http.server.Call;
import dev.persys.http.server.Caller.Role;
import dev.persys.http.server.Endpoint;
import dev.persys.http.server.OpenStreams;
import dev.persys.http.server.Replies;
import dev.persys.http.server.ServerSentEvents;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol;
import dev.persys.protocol.SchedulerProtocol.EventFeed;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** {@code GET /events}: what happens, as it happens. */
final class EventRoutes {
    private final Asking<SchedulerProtocol.Command> scheduler;
    private final OpenStreams streams;
    private final Duration keepAlive;
    private final EventFrames written = new EventFrames();

    EventRoutes(Asking<SchedulerProtocol.Command> scheduler, OpenStreams streams, Duration keepAlive) {
        this.scheduler = scheduler;
        this.streams = streams;
        this.keepAlive = keepAlive;
    }

    List<Endpoint> endpoints() {
        return List.of(Endpoint.get(Paths.EVENTS, Role.READER, Set.of("after", "workload", "node"), this::follow));
    }

    private CompletionStage<HttpResponse> follow(Call call) {
        if (!streams.admit(call)) {
            return Answers.now(ServerSentEvents.tooMany(call));
        }
        return scheduler.<Reply<EventFeed>, HttpResponse>ask(
                replyTo -> new SchedulerProtocol.FollowEvents(call.lastEventId(), replyTo),
                reply -> Replies.answer(call, reply, feed -> answer(call, feed)));
    }

    private HttpResponse answer(Call call, EventFeed feed) {
        if (feed instanceof EventFeed.Open open) {
            Source<ByteString, NotUsed> frames =
                    open.events().filter(event -> isWanted(call, event)).map(written::of);
            return ServerSentEvents.answer(call, streams, frames, keepAlive);
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
