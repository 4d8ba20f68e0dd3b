package dev.persys.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.testkit.typed.javadsl.TestProbe;
import dev.persys.api.RegisterRequest;
import dev.persys.api.RegisterResponse;
import dev.persys.model.NodeId;
import dev.persys.model.WorkloadSpec;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol;
import dev.persys.protocol.SchedulerProtocol.Accepted;
import dev.persys.protocol.SchedulerProtocol.WorkloadAction;
import dev.persys.scheduler.testing.InMemoryStateStore.Fate;
import dev.persys.store.Keys;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What clients can make the leader keep is bounded. */
final class LimitsTest {
    @Test
    void workloadMoreThanAllowedIsRefusedUntilOneIsDeleted() {
        try (ControlPlane plane = new ControlPlane("persys.scheduler.max-workloads = 2")) {
            plane.schedule(WorkloadSpec.of("a", "nginx"));
            plane.schedule(WorkloadSpec.of("b", "nginx"));

            assertThat(schedule(plane, "c").receiveMessage()).isInstanceOfSatisfying(Reply.Conflict.class, refused -> {
                assertThat(refused.type()).isEqualTo("too-many-workloads");
                assertThat(refused.detail()).contains("persys.scheduler.max-workloads");
            });
            assertThat(plane.workload("a").workload().spec().name()).isEqualTo("a");
            plane.change("a", WorkloadAction.DELETE);

            await().until(() -> schedule(plane, "c").receiveMessage() instanceof Reply.Ok);
        }
    }

    @Test
    void workloadsOfARestartedLeaderCountToo() {
        try (ControlPlane plane = new ControlPlane("persys.scheduler.max-workloads = 1")) {
            plane.schedule(WorkloadSpec.of("a", "nginx"));

            plane.restart();

            assertThat(schedule(plane, "b").receiveMessage()).isInstanceOf(Reply.Conflict.class);
        }
    }

    @Test
    void whileTheStoreDoesNotAnswerNoMoreWorkloadsAreBegunThanMayWaitForIt() {
        try (ControlPlane plane = new ControlPlane("persys.scheduler.max-unwritten = 2")) {
            plane.store.nextCommits(key -> true, Fate.HELD, Fate.HELD);
            List<TestProbe<Reply<Accepted>>> waiting = List.of(schedule(plane, "a"), schedule(plane, "b"));

            assertThat(schedule(plane, "c").receiveMessage()).isInstanceOf(Reply.Unavailable.class);

            await().until(() -> {
                plane.store.releaseHeld();
                return plane.store.entries(Keys.WORKLOADS).size() == 2;
            });
            waiting.forEach(client -> assertThat(client.receiveMessage()).isInstanceOf(Reply.Ok.class));
            assertThat(schedule(plane, "c").receiveMessage()).isInstanceOf(Reply.Ok.class);
        }
    }

    @Test
    void nodeMoreThanAllowedIsRefusedAndThoseKnownRegisterAgain() {
        try (ControlPlane plane = new ControlPlane("persys.scheduler.max-nodes = 1")) {
            plane.join("node-1");

            Reply<RegisterResponse> refused =
                    plane.ask(replyTo -> new SchedulerProtocol.RegisterNode(registration("node-2"), replyTo));

            assertThat(refused)
                    .isInstanceOfSatisfying(
                            Reply.Conflict.class,
                            conflict -> assertThat(conflict.type()).isEqualTo("too-many-nodes"));
            assertThat(plane.join("node-1").nodeId()).isEqualTo(NodeId.of("node-1"));
        }
    }

    private static RegisterRequest registration(String name) {
        return new RegisterRequest(
                NodeId.of(name),
                "127.0.0.1",
                name,
                "active",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static TestProbe<Reply<Accepted>> schedule(ControlPlane plane, String name) {
        return plane.send(replyTo -> new SchedulerProtocol.Schedule(
                WorkloadSpec.of(name, "nginx"), Optional.empty(), ControlPlane.ORIGIN, replyTo));
    }
}
