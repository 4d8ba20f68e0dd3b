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
    private static final Duration HEARTBEAT = Duration.ofSeconds(30);

    private final Workbench bench = new Workbench();
    private final TestProbe<NodeActor.Command> node = bench.kit.createTestProbe();
    private final ActorRef<NodeMonitor.Command> monitor = bench.kit.spawn(NodeMonitor.create(bench.environment));

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void everyNodeLooksAtItsSilenceAtEachInterval() {
        monitor.tell(new NodeMonitor.Watch(Workbench.NODE, node.getRef()));
        node.expectNoMessage(Duration.ZERO);

        bench.pass(INTERVAL);
        node.expectMessage(checkNow());
        bench.pass(INTERVAL);
        node.expectMessage(checkNow());
    }

    @Test
    void roundThatComesLateJudgesNobodyBeforeThereWasTimeForAHeartbeat() {
        monitor.tell(new NodeMonitor.Watch(Workbench.NODE, node.getRef()));
        bench.pass(INTERVAL);
        node.expectMessage(checkNow());

        bench.standStill(Duration.ofMinutes(20));
        bench.pass(INTERVAL);
        bench.pass(HEARTBEAT.minusMillis(1));
        node.expectNoMessage(Duration.ZERO);
        bench.pass(Duration.ofMillis(1));
        node.expectMessage(checkNow());
        bench.pass(INTERVAL.minus(HEARTBEAT));
        node.expectMessage(checkNow());
    }

    @Test
    void clockThatIsSetIsNoReasonToJudgeEither() {
        monitor.tell(new NodeMonitor.Watch(Workbench.NODE, node.getRef()));
        bench.setClock(Duration.ofHours(-3));
        bench.pass(INTERVAL);
        node.expectNoMessage(Duration.ZERO);

        bench.pass(HEARTBEAT);

        node.expectMessage(checkNow());
    }

    @Test
    void nodeThatIsGoneIsLeftAlone() {
        TestProbe<NodeActor.Command> other = bench.kit.createTestProbe();
        monitor.tell(new NodeMonitor.Watch(Workbench.NODE, node.getRef()));
        monitor.tell(new NodeMonitor.Watch(NodeId.of("node-2"), other.getRef()));
        monitor.tell(new NodeMonitor.Unwatch(Workbench.NODE));

        bench.pass(INTERVAL);

        other.expectMessage(checkNow());
        node.expectNoMessage(Duration.ZERO);
    }

    private NodeActor.CheckSilence checkNow() {
        return new NodeActor.CheckSilence(bench.environment.ticker().nanos());
    }
}
