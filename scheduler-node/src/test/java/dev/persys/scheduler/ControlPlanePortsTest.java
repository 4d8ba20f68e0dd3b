package dev.persys.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.persys.api.Explanation;
import dev.persys.api.Explanation.VetoView;
import dev.persys.api.NodeView;
import dev.persys.model.HostPort;
import dev.persys.model.NodeId;
import dev.persys.model.Protocol;
import dev.persys.model.Reason;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadStatus;
import dev.persys.protocol.SchedulerProtocol;
import dev.persys.protocol.SchedulerProtocol.WorkloadAction;
import dev.persys.scheduler.testing.Specs;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of workloads that want a port which something else has on a node. */
final class ControlPlanePortsTest {
    private static final HostPort PORT = new HostPort(8777, Protocol.TCP);
    private static final String IN_USE = "port 8777/tcp is in use on node-1 by something that Persys did not start";

    private final ControlPlane plane = new ControlPlane();

    @AfterEach
    void close() {
        plane.close();
    }

    @Test
    void itGoesToAnotherNodeAndExplainSaysWhyNotThere() {
        plane.join("node-1");
        plane.join("node-2");
        plane.agents.agent("node-1").isOccupied(Optional.of(PORT));

        Workload placed =
                plane.schedule(Specs.publishing("web", PORT)).workload().workload();

        assertThat(placed.nodeId()).contains(NodeId.of("node-1"));
        passUntil(() -> web().status() == WorkloadStatus.RUNNING);
        assertThat(web().nodeId()).contains(NodeId.of("node-2"));
        assertThat(web().observed().restartCount()).isZero();
        assertThat(node("node-1").portsInUse()).containsExactly(PORT);
        assertThat(node("node-1").ports()).isEmpty();
        assertThat(node("node-2").ports()).containsExactly(PORT);
        assertThat(vetoes("node-1"))
                .containsExactly(new VetoView(
                        "port-in-use", "port 8777/tcp is in use there by something that Persys did not start"));
        assertThat(vetoes("node-2")).isEmpty();
    }

    @Test
    void whatComesNextKeepsAwayFromThatNodeAtOnce() {
        plane.join("node-1");
        plane.agents.agent("node-1").isOccupied(Optional.of(PORT));
        plane.schedule(Specs.publishing("web", PORT));
        passUntil(() -> web().observed().retry().isPresent());
        plane.change("web", WorkloadAction.STOP);
        plane.join("node-2");

        Workload next =
                plane.schedule(Specs.publishing("next", PORT)).workload().workload();

        assertThat(next.nodeId()).contains(NodeId.of("node-2"));
        assertThat(plane.schedule(Specs.publishing("other", new HostPort(8778, Protocol.TCP)))
                        .workload()
                        .workload()
                        .nodeId())
                .as("for other ports it is as good as any")
                .isPresent();
    }

    @Test
    void withoutAnotherNodeItWaitsAndIsTriedAgainEachTimeLaterUntilThePortIsFree() {
        plane.join("node-1");
        plane.agents.agent("node-1").isOccupied(Optional.of(PORT));

        plane.schedule(Specs.publishing("web", PORT));

        passUntil(() -> web().observed().retry().isPresent());
        assertThat(web().status()).isEqualTo(WorkloadStatus.PENDING);
        assertThat(web().observed().reason()).isEqualTo(Reason.PORT_IN_USE);
        assertThat(web().observed().message()).isEqualTo(IN_USE + "; tried again in 5 s");
        passUntil(() -> plane.agents.agent("node-1").runs().size() == 2);
        passUntil(() -> web().observed().message().equals(IN_USE + "; tried again in 10 s"));
        assertThat(web().observed().retry().orElseThrow().attempt()).isEqualTo(3);

        plane.agents.agent("node-1").isOccupied(Optional.empty());

        passUntil(() -> web().status() == WorkloadStatus.RUNNING);
        assertThat(plane.agents.agent("node-1").runs()).hasSize(3);
        assertThat(vetoes("node-1")).isEmpty();
    }

    @Test
    void nodeThatJoinsMeanwhileTakesIt() {
        plane.join("node-1");
        plane.agents.agent("node-1").isOccupied(Optional.of(PORT));
        plane.schedule(Specs.publishing("web", PORT));
        passUntil(() -> web().observed().retry().isPresent());

        plane.join("node-2");

        passUntil(() -> web().status() == WorkloadStatus.RUNNING);
        assertThat(web().nodeId()).contains(NodeId.of("node-2"));
    }

    @Test
    void newLeaderTriesAgain() {
        plane.join("node-1");
        plane.agents.agent("node-1").isOccupied(Optional.of(PORT));
        plane.schedule(Specs.publishing("web", PORT));
        passUntil(() -> web().observed().retry().isPresent());
        plane.agents.agent("node-1").isOccupied(Optional.empty());

        plane.restart();

        passUntil(() -> web().status() == WorkloadStatus.RUNNING);
    }

    private NodeView node(String name) {
        return plane.nodes().items().stream()
                .filter(view -> view.node().id().value().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private Workload web() {
        return plane.workload("web").workload();
    }

    private List<VetoView> vetoes(String node) {
        Explanation explanation = plane.ok(replyTo -> new SchedulerProtocol.ExplainWorkload("web", replyTo));
        return explanation.nodes().stream()
                .filter(verdict -> verdict.node().equals(NodeId.of(node)))
                .flatMap(verdict -> verdict.vetoes().stream())
                .toList();
    }

    private void passUntil(Callable<Boolean> condition) {
        await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(5)).until(() -> {
            boolean done = condition.call();
            if (!done) {
                plane.pass(Duration.ofMillis(200));
            }
            return done;
        });
    }
}
