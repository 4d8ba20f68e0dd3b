package dev.persys.scheduler.node;

import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import dev.persys.model.NodeId;
import dev.persys.scheduler.testing.Workbench;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class NodeMonitorTest {
    private static final Duration INTERVAL = Duration.ofSeconds(60);

    private final Workbench bench = new Workbench();
    private final TestProbe<NodeActor.Command> node = bench.kit.createTestProbe();
    private final ActorRef<NodeMonitor.Command> monitor = bench.kit.spawn(NodeMonitor.create(INTERVAL));

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void everyNodeLooksAtItsSilenceAtEachInterval() {
        monitor.tell(new NodeMonitor.Watch(Workbench.NODE, node.getRef()));
        node.expectNoMessage(Duration.ZERO);

        bench.pass(INTERVAL);
        node.expectMessage(NodeActor.CheckSilence.INSTANCE);
        bench.pass(INTERVAL);
        node.expectMessage(NodeActor.CheckSilence.INSTANCE);
    }

    @Test
    void nodeThatIsGoneIsLeftAlone() {
        TestProbe<NodeActor.Command> other = bench.kit.createTestProbe();
        monitor.tell(new NodeMonitor.Watch(Workbench.NODE, node.getRef()));
        monitor.tell(new NodeMonitor.Watch(NodeId.of("node-2"), other.getRef()));
        monitor.tell(new NodeMonitor.Unwatch(Workbench.NODE));

        bench.pass(INTERVAL);

        other.expectMessage(NodeActor.CheckSilence.INSTANCE);
        node.expectNoMessage(Duration.ZERO);
    }
}
