package dev.persys.scheduler.node;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import dev.persys.model.NodeId;
import dev.persys.scheduler.testing.Workbench;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class WorkloadMonitorTest {
    private static final Duration INTERVAL = Duration.ofSeconds(60);

    private final Workbench bench = new Workbench();
    private final TestProbe<AgentLink.Command> links = bench.kit.createTestProbe();
    private final ActorRef<WorkloadMonitor.Command> monitor = bench.kit.spawn(WorkloadMonitor.create(INTERVAL, 2));

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void noMoreInventoriesAreUnderWayThanAllowed() {
        watch(1);
        watch(2);
        watch(3);

        bench.pass(INTERVAL);
        asked(2);
        links.expectNoMessage(Duration.ZERO);

        done(1);
        asked(1);
    }

    @Test
    void nodeThatNeverAnswersTakesOnePlaceAndDelaysNobody() {
        watch(1);
        watch(2);
        watch(3);
        bench.pass(INTERVAL);
        asked(2);

        done(2);
        asked(1);
        done(3);
        for (int pass = 0; pass < 3; pass++) {
            bench.pass(INTERVAL);
            asked(1);
            done(2);
            asked(1);
            done(3);
        }
    }

    @Test
    void nodeThatIsGoneGivesItsPlaceBack() {
        watch(1);
        watch(2);
        watch(3);
        bench.pass(INTERVAL);
        asked(2);

        monitor.tell(new WorkloadMonitor.Unwatch(node(1)));

        asked(1);
    }

    @Test
    void newLinkOfANodeIsAskedWhateverTheOldOneOwes() {
        watch(1);
        bench.pass(INTERVAL);
        asked(1);

        watch(1);
        bench.pass(INTERVAL);

        asked(1);
    }

    private void watch(int number) {
        monitor.tell(new WorkloadMonitor.Watch(node(number), links.getRef()));
    }

    private void done(int number) {
        monitor.tell(new WorkloadMonitor.Done(node(number)));
    }

    private void asked(int times) {
        for (int i = 0; i < times; i++) {
            assertThat(links.receiveMessage()).isInstanceOf(AgentLink.TakeInventory.class);
        }
    }

    private static NodeId node(int number) {
        return NodeId.of("node-" + number);
    }
}
