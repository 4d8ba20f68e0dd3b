package dev.persys.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import dev.persys.api.NodeView;
import dev.persys.api.Page;
import dev.persys.api.WorkloadView;
import dev.persys.model.ContainerReport;
import dev.persys.model.Resources;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadId;
import dev.persys.model.WorkloadSpec;
import dev.persys.model.WorkloadStatus;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol;
import dev.persys.protocol.SchedulerProtocol.Accepted;
import dev.persys.protocol.SchedulerProtocol.WorkloadAction;
import dev.persys.protocol.SchedulerProtocol.WorkloadFilter;
import dev.persys.scheduler.testing.InMemoryStateStore.Fate;
import dev.persys.store.Keys;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Leaders killed while the store holds, loses or does not answer their writes; the seed says when and how. */
final class ControlPlaneFaultsTest {
    private static final int WORKLOADS = 4;
    private static final int FAULTS = 6;
    private static final List<Fate> FATES = List.of(Fate.values());
    private static final String NODE = "node-1";

    /** Acknowledged workloads that were looked for: without any, the seeds would have shown nothing. */
    private static final AtomicInteger LOOKED_FOR = new AtomicInteger();

    @AfterAll
    static void somethingWasLookedFor() {
        assertThat(LOOKED_FOR).hasPositiveValue();
    }

    static IntStream seeds() {
        return IntStream.range(0, 100);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void leaderKilledAtAnyStepLosesNothingItAcknowledgedAndLeaksNothing(int seed) {
        Random random = new Random(seed);
        try (ControlPlane plane = new ControlPlane()) {
            plane.join(NODE);
            plane.store.nextCommits(key -> key.startsWith(Keys.WORKLOADS), fates(random));
            List<TestProbe<Reply<Accepted>>> clients = new ArrayList<>();
            for (int i = 0; i < WORKLOADS; i++) {
                clients.add(schedule(plane, "w" + i));
                disturb(plane, random);
            }
            plane.restart();
            plane.store.nextCommits(key -> true);
            release(plane);

            await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(5)).untilAsserted(() -> {
                plane.pass(Duration.ofSeconds(1));
                assertSettled(plane);
            });
            for (TestProbe<Reply<Accepted>> client : clients) {
                Optional<WorkloadId> id = acknowledged(client);
                if (id.isPresent()) {
                    assertThat(plane.workload(id.get().value())).isNotNull();
                    LOOKED_FOR.incrementAndGet();
                }
            }
        }
    }

    /** What may happen between two requests. */
    private static void disturb(ControlPlane plane, Random random) {
        switch (random.nextInt(5)) {
            case 0 -> plane.restart();
            case 1 -> release(plane);
            case 2 -> plane.pass(Duration.ofMillis(500));
            case 3 ->
                plane.send((ActorRef<Reply<WorkloadView>> replyTo) -> new SchedulerProtocol.ChangeWorkload(
                        "w0", WorkloadAction.RESTART, Optional.empty(), ControlPlane.ORIGIN, replyTo));
            default -> plane.nodes();
        }
    }

    private static Fate[] fates(Random random) {
        return random.ints(FAULTS, 0, FATES.size()).mapToObj(FATES::get).toArray(Fate[]::new);
    }

    private static void release(ControlPlane plane) {
        while (plane.store.releaseHeld()) {
            plane.nodes();
        }
    }

    private static TestProbe<Reply<Accepted>> schedule(ControlPlane plane, String name) {
        return plane.send(replyTo -> new SchedulerProtocol.Schedule(
                WorkloadSpec.of(name, "nginx"), Optional.of("key-" + name), ControlPlane.ORIGIN, replyTo));
    }

    /** All answers have come by now; nobody answers what was in the mailbox of a leader that was killed. */
    private static Optional<WorkloadId> acknowledged(TestProbe<Reply<Accepted>> client) {
        Reply<Accepted> reply;
        try {
            reply = client.receiveMessage(Duration.ofMillis(1));
        } catch (AssertionError nothing) {
            return Optional.empty();
        }
        return reply instanceof Reply.Ok<Accepted> ok
                ? Optional.of(ok.value().workload().workload().id())
                : Optional.empty();
    }

    private static void assertSettled(ControlPlane plane) {
        Map<WorkloadId, Workload> records = plane
                .<Page<WorkloadView>>ok(replyTo ->
                        new SchedulerProtocol.ListWorkloads(WorkloadFilter.ALL, 100, Optional.empty(), replyTo))
                .items()
                .stream()
                .map(WorkloadView::workload)
                .collect(Collectors.toMap(Workload::id, workload -> workload));
        assertThat(plane.store.entries(Keys.WORKLOADS)).hasSize(records.size());
        assertThat(records.values()).allMatch(workload -> workload.status() == WorkloadStatus.RUNNING);
        Map<WorkloadId, ContainerReport> containers = plane.agents.agent(NODE).containers();
        assertThat(containers.keySet()).isEqualTo(records.keySet());
        records.values()
                .forEach(workload ->
                        assertThat(containers.get(workload.id()).generation()).isEqualTo(workload.generation()));
        NodeView node = plane.nodes().items().get(0);
        assertThat(node.workloads()).isEqualTo(records.size());
        assertThat(node.reserved())
                .isEqualTo(records.values().stream()
                        .map(workload -> workload.spec().resources())
                        .reduce(Resources.NONE, Resources::plus));
    }
}
