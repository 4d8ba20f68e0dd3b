package dev.persys.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.testkit.typed.javadsl.TestProbe;
import dev.persys.api.Heartbeat;
import dev.persys.api.NodeView;
import dev.persys.api.RegisterRequest;
import dev.persys.api.RegisterResponse;
import dev.persys.model.NodeId;
import dev.persys.model.Resources;
import dev.persys.model.WorkloadStatus;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol;
import dev.persys.protocol.SchedulerProtocol.Accepted;
import dev.persys.scheduler.testing.InMemoryStateStore.Fate;
import dev.persys.scheduler.testing.Specs;
import dev.persys.store.Keys;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Writers that fail before the first write of their record is known to be done: whatever comes of that, the term goes on. */
final class ControlPlaneFirstWritesTest {
    private final ControlPlane plane = new ControlPlane();

    @AfterEach
    void close() {
        plane.close();
    }

    @Test
    void workloadThatWasNeverWrittenIsForgottenAndWhoeverAskedIsTold() {
        plane.join("node-1");
        for (int i = 1; i <= 3; i++) {
            TestProbe<Reply<Accepted>> client = scheduleAndFail(i);

            assertThat(client.receiveMessage()).isInstanceOf(Reply.Unavailable.class);
            passUntil(() -> node().reserved().equals(Resources.NONE));
            plane.store.deliverLate();
            assertThat(plane.store.entries(Keys.WORKLOADS)).isEmpty();
        }

        Accepted again = plane.ok(
                replyTo -> new SchedulerProtocol.Schedule(Specs.WEB, Optional.of("key"), ControlPlane.ORIGIN, replyTo));

        assertThat(again.repeated()).as("the key is free").isFalse();
        passUntil(() -> plane.workload("web").workload().status() == WorkloadStatus.RUNNING);
        assertThat(node().workloads()).isEqualTo(1);
        assertThat(plane.store.claims()).as("terms").isEqualTo(1);
    }

    @Test
    void workloadWhoseFirstWriteArrivesAfterAllIsTakenUp() {
        plane.join("node-1");
        TestProbe<Reply<Accepted>> client = scheduleAndFail(1);
        assertThat(client.receiveMessage()).isInstanceOf(Reply.Unavailable.class);

        plane.store.deliverLate();

        passUntil(() -> !plane.store.entries(Keys.WORKLOADS).isEmpty()
                && plane.workload("web").workload().status() == WorkloadStatus.RUNNING);
        assertThat(plane.store.claims()).as("terms").isEqualTo(1);
    }

    @Test
    void nodeThatWasNeverWrittenIsForgottenAndRegistersAnew() {
        for (int i = 0; i < 3; i++) {
            int attempts = plane.store.attempts();
            plane.store.nextCommits(key -> key.startsWith(Keys.NODES), Fate.LATE);
            TestProbe<Reply<RegisterResponse>> agent = plane.send(replyTo -> new SchedulerProtocol.RegisterNode(
                    new RegisterRequest(
                            NodeId.of("node-1"),
                            "127.0.0.1",
                            "node-1",
                            "active",
                            Optional.empty(),
                            Optional.of(BigDecimal.valueOf(4)),
                            Optional.of(4096L),
                            Optional.of(Map.of()),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty()),
                    replyTo));
            await().until(() -> plane.store.attempts() > attempts);
            plane.breakDown("node-node-1");
            assertThat(agent.receiveMessage()).isInstanceOf(Reply.Unavailable.class);
            passUntil(this::nobodyKnowsTheNode);
            plane.store.deliverLate();
            assertThat(plane.store.entries(Keys.NODES)).isEmpty();
        }

        plane.join("node-1");

        plane.schedule(Specs.WEB);
        passUntil(() -> plane.workload("web").workload().status() == WorkloadStatus.RUNNING);
        assertThat(plane.store.claims()).as("terms").isEqualTo(1);
    }

    /** The first write fails without an answer, and before it is repeated so does the writer. */
    private TestProbe<Reply<Accepted>> scheduleAndFail(int number) {
        int attempts = plane.store.attempts();
        plane.store.nextCommits(key -> key.startsWith(Keys.WORKLOADS), Fate.LATE);
        TestProbe<Reply<Accepted>> client = plane.send(
                replyTo -> new SchedulerProtocol.Schedule(Specs.WEB, Optional.of("key"), ControlPlane.ORIGIN, replyTo));
        await().until(() -> plane.store.attempts() > attempts);
        plane.breakDown("workload-" + String.format("00000000-0000-4000-8000-%012x", number));
        return client;
    }

    /** Nobody answers for a writer that has failed. */
    private boolean nobodyKnowsTheNode() {
        TestProbe<Reply<NodeView>> client =
                plane.send(replyTo -> new SchedulerProtocol.GetNode(NodeId.of("node-1"), replyTo));
        TestProbe<Reply<NodeId>> agent = plane.send(replyTo -> new SchedulerProtocol.Beat(
                new Heartbeat(NodeId.of("node-1"), "active", BigDecimal.valueOf(4), 4096), replyTo));
        client.receiveMessage();
        try {
            return agent.receiveMessage(Duration.ofMillis(20)) instanceof Reply.NotFound;
        } catch (AssertionError nothing) {
            return false;
        }
    }

    private NodeView node() {
        List<NodeView> all = plane.nodes().items();
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    private void passUntil(Callable<Boolean> holds) {
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .ignoreException(AssertionError.class)
                .until(() -> {
                    plane.pass(Duration.ofMillis(200));
                    return holds.call();
                });
    }
}
