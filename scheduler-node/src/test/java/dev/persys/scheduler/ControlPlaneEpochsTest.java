package dev.persys.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.persys.model.ClusterId;
import dev.persys.model.Epoch;
import dev.persys.model.Foreign;
import dev.persys.model.Node;
import dev.persys.model.NodeId;
import dev.persys.model.NodeReason;
import dev.persys.model.NodeStatus;
import dev.persys.model.Resources;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadSpec;
import dev.persys.model.WorkloadStatus;
import dev.persys.scheduler.testing.Specs;
import dev.persys.store.Keys;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A store that was put back from an older copy, or is another's, under agents that know better. */
final class ControlPlaneEpochsTest {
    private final ControlPlane plane = new ControlPlane();
    private final List<String> beating = new ArrayList<>();

    @AfterEach
    void close() {
        plane.close();
    }

    @Test
    void leaderOfAStoreThatIsOlderThanItsAgentsClaimsAboveWhatTheyHaveHeardOf() {
        join("node-1");
        join("node-2");
        plane.agents.agent("node-1").hasHeardOf(Epoch.of(50));
        plane.agents.agent("node-2").hasHeardOf(Epoch.of(60));

        plane.schedule(Specs.WEB);

        passUntil(() -> web().status() == WorkloadStatus.RUNNING);
        assertThat(epoch()).isGreaterThan(50);
        assertThat(web().nodeId()).contains(NodeId.of("node-1"));
        plane.schedule(Specs.wanting("on-2", new Resources(4_000, 128)));
        passUntil(() -> plane.workload("on-2").workload().status() == WorkloadStatus.RUNNING);
        assertThat(epoch()).isEqualTo(61);
        assertThat(node("node-1").status()).isEqualTo(NodeStatus.ACTIVE);
    }

    @Test
    void agentThatSpeaksOfAnEpochThatNobodyCanHaveReachedIsItsNodesTroubleAlone() {
        join("node-1");
        join("node-2");
        plane.agents.agent("node-1").hasHeardOf(Epoch.of(Long.MAX_VALUE));

        assertThat(plane.schedule(Specs.WEB).workload().workload().nodeId()).contains(NodeId.of("node-1"));

        passUntil(() -> web().observed().message().contains("stale-epoch"));
        passUntil(() -> web().status() == WorkloadStatus.RUNNING);
        assertThat(web().nodeId()).contains(NodeId.of("node-2"));
        assertThat(node("node-1").status()).isEqualTo(NodeStatus.SUSPECT);
        assertThat(node("node-1").reason()).isEqualTo(NodeReason.ORDERS_REFUSED);
        assertThat(epoch()).isEqualTo(1);
    }

    @Test
    void agentThatHasAlwaysHeardOfANewerEpochIsBelievedOnce() {
        join("node-1");
        join("node-2");
        plane.agents.agent("node-1").outbids();

        plane.schedule(Specs.WEB);

        passUntil(() -> node("node-1").status() == NodeStatus.SUSPECT);
        assertThat(web().observed().message()).contains("stale-epoch");
        plane.schedule(WorkloadSpec.of("other", "nginx:1"));
        passUntil(() -> plane.workload("other").workload().status() == WorkloadStatus.RUNNING);
        assertThat(plane.workload("other").workload().nodeId()).contains(NodeId.of("node-2"));
        assertThat(plane.store.claims()).isEqualTo(2);
    }

    @Test
    void containersOfAnotherClusterAreSaidAsLongAsTheyAreThereAndStay() {
        join("node-1");
        plane.agents.agent("node-1").hasForeign(List.of(new Foreign(ClusterId.of("former"), 3)));

        passUntil(Duration.ofSeconds(20), () -> node("node-1").reason() == NodeReason.FOREIGN_CONTAINERS);
        assertThat(node("node-1").message())
                .startsWith("3 containers of another cluster (former) stay there")
                .contains("docker rm --force $(docker ps --all --quiet --filter label=persys.cluster=former)");
        assertThat(node("node-1").isSchedulable()).isTrue();
        plane.restart();
        plane.schedule(Specs.WEB);
        passUntil(() -> web().status() == WorkloadStatus.RUNNING);
        plane.agents.agent("node-1").hasForeign(List.of());

        passUntil(Duration.ofSeconds(20), () -> node("node-1").reason() == NodeReason.HEARTBEAT);
        assertThat(plane.store.entries(Keys.EVENTS))
                .filteredOn(event -> event.value().contains("NodeForeignContainers"))
                .hasSize(1);
    }

    private Workload web() {
        return plane.workload("web").workload();
    }

    private long epoch() {
        return plane.store.leadership().toCompletableFuture().join().epoch().value();
    }

    private void join(String name) {
        plane.join(name);
        beating.add(name);
    }

    private Node node(String name) {
        return plane.nodes().items().stream()
                .map(view -> view.node())
                .filter(one -> one.id().value().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private void passUntil(Callable<Boolean> holds) {
        passUntil(Duration.ofMillis(500), holds);
    }

    /** A leader that takes over says so to whoever asks. */
    private void passUntil(Duration step, Callable<Boolean> holds) {
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .ignoreException(AssertionError.class)
                .until(() -> {
                    plane.pass(step);
                    beating.forEach(plane::beat);
                    return holds.call();
                });
    }
}
