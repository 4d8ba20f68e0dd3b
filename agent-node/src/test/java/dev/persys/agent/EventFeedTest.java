package dev.persys.agent;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.SinkQueueWithCancel;
import dev.persys.api.AgentEvent;
import dev.persys.model.ContainerPhase;
import dev.persys.model.ContainerReport;
import dev.persys.model.Generation;
import dev.persys.model.WorkloadId;
import dev.persys.protocol.AgentProtocol.EventsReply;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class EventFeedTest {
    private final ActorTestKit kit = ActorTestKit.create();

    private final WorkloadId id = Samples.workload();
    private final ActorRef<EventFeed.Command> feed = kit.spawn(EventFeed.create("b", 4, 3, new AgentMetrics()));
    private final TestProbe<EventsReply> replies = kit.createTestProbe();
    private final TestProbe<EventFeed.Board> boards = kit.createTestProbe();

    @AfterEach
    void stopKit() {
        kit.shutdownTestKit();
    }

    @Test
    void followerGetsWhatIsKeptBehindItsPlaceAndThenWhatComes() throws Exception {
        publish(ContainerPhase.STARTING, 1);
        publish(ContainerPhase.RUNNING, 1);
        SinkQueueWithCancel<AgentEvent> events = follow(Optional.of("b-1"));
        assertThat(pull(events).id()).isEqualTo("b-2");
        publish(ContainerPhase.EXITED, 1);
        assertThat(pull(events).id()).isEqualTo("b-3");
    }

    @Test
    void followerWithoutAPlaceGetsOnlyWhatComes() throws Exception {
        publish(ContainerPhase.RUNNING, 1);
        SinkQueueWithCancel<AgentEvent> events = follow(Optional.empty());
        publish(ContainerPhase.EXITED, 1);
        assertThat(pull(events).report().phase()).isEqualTo(ContainerPhase.EXITED);
    }

    @Test
    void placeThatIsNotKeptOrOfAnotherBootOrNotYetReachedIsGone() {
        for (int i = 0; i < 6; i++) {
            publish(ContainerPhase.RUNNING, i);
        }
        for (String place : new String[] {"b-1", "a-5", "b-7", "b-x", "5", ""}) {
            feed.tell(new EventFeed.Follow(Optional.of(place), replies.ref()));
            assertThat(replies.receiveMessage()).as(place).isInstanceOf(EventsReply.Gone.class);
        }
        feed.tell(new EventFeed.Follow(Optional.of("b-2"), replies.ref()));
        assertThat(replies.receiveMessage()).isInstanceOf(EventsReply.Events.class);
    }

    @Test
    void slowFollowerIsCutOffAndDoesNotHoldUpOthers() throws Exception {
        SinkQueueWithCancel<AgentEvent> slow = follow(Optional.empty());
        // What the stream itself holds, and the buffer, and one more.
        for (int i = 0; i < 30; i++) {
            publish(ContainerPhase.RUNNING, i);
        }
        assertThat(cutOff(slow)).isTrue();
        SinkQueueWithCancel<AgentEvent> other = follow(Optional.empty());
        publish(ContainerPhase.EXITED, 31);
        assertThat(pull(other).id()).isEqualTo("b-31");
    }

    @Test
    void boardShowsTheLastReportAndAnOlderContainerDoesNotHideIt() {
        publish(ContainerPhase.STARTING, 2);
        publish(ContainerPhase.EXITED, 1);
        publish(ContainerPhase.REMOVED, 1);
        assertThat(board().latest().get(id).phase()).isEqualTo(ContainerPhase.STARTING);
        assertThat(board().cursor()).isEqualTo("b-3");
        publish(ContainerPhase.REMOVED, 2);
        assertThat(board().latest()).isEmpty();
    }

    private void publish(ContainerPhase phase, long generation) {
        feed.tell(new EventFeed.Publish(ContainerReport.of(id, Generation.of(generation), phase, "")));
    }

    private EventFeed.Board board() {
        feed.tell(new EventFeed.GetBoard(boards.ref()));
        return boards.receiveMessage();
    }

    private SinkQueueWithCancel<AgentEvent> follow(Optional<String> after) {
        feed.tell(new EventFeed.Follow(after, replies.ref()));
        SinkQueueWithCancel<AgentEvent> queue =
                replies.expectMessageClass(EventsReply.Events.class).events().runWith(Sink.queue(), kit.system());
        // The follower attaches by a message that is on its way before the next one of this test.
        board();
        return queue;
    }

    private static AgentEvent pull(SinkQueueWithCancel<AgentEvent> events) throws Exception {
        return events.pull().toCompletableFuture().get(3, TimeUnit.SECONDS).orElseThrow();
    }

    private static boolean cutOff(SinkQueueWithCancel<AgentEvent> events) throws Exception {
        try {
            for (int i = 0; i < 30; i++) {
                pull(events);
            }
            return false;
        } catch (ExecutionException e) {
            return e.getCause() instanceof EventFeed.FollowerLagsException;
        }
    }
}
