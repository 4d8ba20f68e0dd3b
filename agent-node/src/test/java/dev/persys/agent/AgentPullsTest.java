package dev.persys.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.model.ContainerPhase;
import dev.persys.model.ContainerReport;
import dev.persys.model.PullPolicy;
import dev.persys.model.PullProgress;
import dev.persys.model.RestartPolicy;
import dev.persys.model.WorkloadId;
import dev.persys.protocol.AgentProtocol;
import dev.persys.runtime.RuntimeFailure;
import dev.persys.runtime.RuntimeFailure.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How images are fetched for orders. */
final class AgentPullsTest extends AgentConversation {
    @Test
    void absentImageIsPulledWithProgress() {
        docker.hold("pull");
        run(Samples.run(id, 1, 1, "other:1", List.of("sleep 1000"), RestartPolicy.NEVER, PullPolicy.MISSING));
        skipTo(ContainerPhase.PULLING);
        await(() -> docker.waiting("pull") == 1);
        docker.progress("other:1", new PullProgress(3, 1, 10, 30));
        assertThat(skipTo(ContainerPhase.PULLING).progress()).contains(new PullProgress(3, 1, 10, 30));
        assertThat(list().orders()).extracting(ContainerReport::phase).containsExactly(ContainerPhase.PULLING);
        docker.release("pull");
        skipTo(ContainerPhase.RUNNING);
    }

    @Test
    void twoWorkloadsShareOnePull() {
        docker.hold("pull");
        WorkloadId other = Samples.workload();
        run(Samples.run(id, 1, 1, "other:1", List.of("sleep 1000"), RestartPolicy.NEVER, PullPolicy.MISSING));
        run(Samples.run(other, 1, 1, "other:1", List.of("sleep 1000"), RestartPolicy.NEVER, PullPolicy.MISSING));
        await(() -> list().orders().stream()
                        .filter(order -> order.phase() == ContainerPhase.PULLING)
                        .count()
                == 2);
        docker.release("pull");
        skipTo(ContainerPhase.RUNNING);
        skipTo(ContainerPhase.RUNNING);
        assertThat(docker.count("pull")).isEqualTo(1);
    }

    @Test
    void imageThatCannotBeHadIsToldInFullAndNotTriedAgainBySameGeneration() {
        docker.failPull("other:1", new RuntimeFailure(Kind.REFUSED, "pull access denied for other"));
        var order = Samples.run(id, 1, 1, "other:1", List.of("x"), RestartPolicy.NEVER, PullPolicy.MISSING);
        run(order);
        assertThat(skipTo(ContainerPhase.PULL_FAILED).message()).isEqualTo("pull access denied for other");
        run(order);
        skipTo(ContainerPhase.PULL_FAILED);
        assertThat(docker.count("pull")).isEqualTo(1);
        assertThat(list().orders()).extracting(ContainerReport::phase).containsExactly(ContainerPhase.PULL_FAILED);
    }

    @Test
    void unreachableRegistryIsTriedAgainAFewTimes() {
        docker.failPull("other:1", new RuntimeFailure(Kind.UNAVAILABLE, "connection refused"));
        run(Samples.run(id, 1, 1, "other:1", List.of("x"), RestartPolicy.NEVER, PullPolicy.MISSING));
        skipUntil(report -> report.message().equals("attempt 1 of 5 failed: connection refused"));
        passUntil(() -> docker.count("pull") == 5);
        assertThat(skipTo(ContainerPhase.PULL_FAILED).message()).isEqualTo("connection refused (attempt 5 of 5)");
    }

    @Test
    void pullThatEndsBecauseTheEngineIsAwayCostsNoAttempt() {
        kit.stop(agent);
        start("persys.agent.pull-attempts = 1");
        docker.hold("pull");
        run(Samples.run(id, 1, 1, "other:1", List.of("sleep 1000"), RestartPolicy.NEVER, PullPolicy.MISSING));
        await(() -> docker.waiting("pull") == 1);
        docker.goDown(new RuntimeFailure(Kind.UNAVAILABLE, "gone"));
        docker.release("pull");
        passUntil(() -> docker.count("pull") == 3);
        docker.recover();
        passUntil(() -> docker.count("start") == 1);
        skipTo(ContainerPhase.RUNNING);
    }

    @Test
    void absentImageIsNotPulledWherePolicyForbids() {
        run(Samples.run(id, 1, 1, "other:1", List.of("x"), RestartPolicy.NEVER, PullPolicy.NEVER));
        assertThat(skipTo(ContainerPhase.PULL_FAILED).message()).contains("No such image");
        assertThat(docker.count("pull")).isZero();
    }

    @Test
    void stopDuringPullWins() {
        docker.hold("pull");
        run(Samples.run(id, 1, 1, "other:1", List.of("sleep 1000"), RestartPolicy.NEVER, PullPolicy.MISSING));
        await(() -> docker.waiting("pull") == 1);
        stop(1);
        skipTo(ContainerPhase.REMOVED);
        await(() -> docker.calls().contains("cancelPull other:1"));
        docker.release("pull");
        nothingElseIsTold();
        assertThat(docker.containers()).hasSize(1); // The other's.
        assertThat(refused(new AgentProtocol.Run(Samples.run(id, 1), orders.ref()))
                        .type())
                .isEqualTo("stale-generation");
    }
}
