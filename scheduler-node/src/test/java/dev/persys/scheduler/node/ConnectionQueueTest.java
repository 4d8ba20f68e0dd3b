package dev.persys.scheduler.node;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import dev.persys.scheduler.testing.Workbench;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ConnectionQueueTest {
    private final Workbench bench = new Workbench();
    private final ActorRef<ConnectionQueue.Command> queue = bench.kit.spawn(ConnectionQueue.create());
    private final List<TestProbe<AgentLink.Command>> links = new ArrayList<>();

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void asManyAsMayBeUnderWayBeginAtOnceAndTheNextWhenOneIsOver() {
        enter(ConnectionQueue.AT_ONCE + 2);
        begun(0, ConnectionQueue.AT_ONCE);

        done(3);
        begun(ConnectionQueue.AT_ONCE, 1);
        links.get(ConnectionQueue.AT_ONCE + 1).expectNoMessage(Duration.ZERO);

        // Whoever has given up its place already gives up no other's.
        done(3);
        done(4);
        begun(ConnectionQueue.AT_ONCE + 1, 1);
    }

    @Test
    void whoeverDoesNotAnswerHasItsPlaceForAWhile() {
        enter(2 * ConnectionQueue.AT_ONCE);
        begun(0, ConnectionQueue.AT_ONCE);

        bench.pass(ConnectionQueue.PATIENCE);

        begun(ConnectionQueue.AT_ONCE, ConnectionQueue.AT_ONCE);
    }

    private void enter(int count) {
        for (int i = 0; i < count; i++) {
            TestProbe<AgentLink.Command> link = bench.kit.createTestProbe();
            links.add(link);
            queue.tell(new ConnectionQueue.Enter(link.getRef()));
        }
    }

    private void done(int number) {
        queue.tell(new ConnectionQueue.Done(links.get(number).getRef()));
    }

    private void begun(int from, int count) {
        links.subList(from, from + count)
                .forEach(link -> assertThat(link.receiveMessage()).isInstanceOf(AgentLink.Begin.class));
    }
}
