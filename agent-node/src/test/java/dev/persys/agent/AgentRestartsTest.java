package dev.persys.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.api.RunOrder;
import dev.persys.model.ContainerPhase;
import dev.persys.model.ContainerReport;
import dev.persys.model.RestartPolicy;
import dev.persys.protocol.AgentProtocol;
import dev.persys.runtime.RuntimeFailure;
import dev.persys.runtime.RuntimeFailure.Kind;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How the agent keeps containers running, and starts again what there is. */
final class AgentRestartsTest extends AgentConversation {
    @Test
    void endIsFollowedByARestartOfTheSameContainerAfterAPauseUntilThePolicyIsExhausted() {
        run(kept("on-failure:2").ofRun(4, Optional.empty(), 9, 1));
        String container = skipTo(ContainerPhase.RUNNING).containerId().orElseThrow();
        docker.exit(id.value(), 3);
        ContainerReport waiting = next();
        assertThat(waiting.phase()).isEqualTo(ContainerPhase.RESTARTING);
        assertThat(waiting.message()).isEqualTo("started again in 2 s");
        assertThat(waiting.restartAttempts()).isEqualTo(1);
        assertThat(list().containers()).as("it is not told as ended").containsExactly(waiting);
        passUntil(() -> docker.count("start") == 2);
        ContainerReport again = skipTo(ContainerPhase.RUNNING);
        assertThat(again).isEqualTo(again.ofRun(4, 10, 2));
        assertThat(again.containerId()).contains(container);
        docker.exit(id.value(), 4);
        ContainerReport exited = skipTo(ContainerPhase.EXITED);
        assertThat(exited.exitCode()).contains(4);
        assertThat(exited).isEqualTo(exited.ofRun(4, 10, 2));
        assertThat(docker.count("create")).isEqualTo(1);
    }

    @Test
    void longLifeByAClockThatNobodySetsStartsTheCountAnew() {
        run(kept("on-failure:1").ofRun(1, Optional.empty(), 5, 1));
        skipTo(ContainerPhase.RUNNING);
        nanos.addAndGet(Duration.ofMinutes(10).toNanos());
        docker.exit(id.value(), 3);
        assertThat(next().message()).isEqualTo("started again in 1 s");
        passUntil(() -> docker.count("start") == 2);
        assertThat(skipTo(ContainerPhase.RUNNING).restartAttempts()).isEqualTo(1);
    }

    @Test
    void whatASchedulerHasOrderedInAnotherLifeOfTheAgentIsTheSchedulersToRestart() {
        run(kept("always").ofRun(1, Optional.empty(), 0, 0));
        skipTo(ContainerPhase.RUNNING);
        kit.stop(agent);
        start();
        docker.exit(id.value(), 3);
        ContainerReport exited = skipTo(ContainerPhase.EXITED);
        assertThat(exited.run()).isZero();
        time.timePasses(Duration.ofMinutes(10));
        assertThat(docker.count("start")).isEqualTo(1);

        RunOrder again = kept("always").ofRun(2, exited.startedAt(), 1, 1);
        run(again);
        ContainerReport running = skipTo(ContainerPhase.RUNNING);
        assertThat(running.containerId()).isEqualTo(exited.containerId());
        assertThat(running).isEqualTo(running.ofRun(2, 1, 1));
        run(again);
        assertThat(next()).as("asked twice, done once").isEqualTo(running);
        assertThat(docker.count("start")).isEqualTo(2);
    }

    @Test
    void restartStopsAndStartsTheSameContainerOnce() {
        run(kept("no").ofRun(1, Optional.empty(), 0, 0));
        ContainerReport first = skipTo(ContainerPhase.RUNNING);
        RunOrder again = kept("no").ofRun(2, first.startedAt(), 0, 0);
        run(again);
        assertThat(next().phase()).as("nothing is told of the end in between").isEqualTo(ContainerPhase.STARTING);
        ContainerReport second = next();
        assertThat(second.phase()).isEqualTo(ContainerPhase.RUNNING);
        assertThat(second.run()).isEqualTo(2);
        assertThat(second.containerId()).isEqualTo(first.containerId());
        assertThat(second.startedAt()).isNotEqualTo(first.startedAt());
        assertThat(docker.count("stop")).isEqualTo(1);
        assertThat(docker.count("remove")).isZero();

        kit.stop(agent);
        start();
        run(again);
        ContainerReport known = skipUntil(report -> report.run() == 2);
        assertThat(known.phase()).as("done in another life").isEqualTo(ContainerPhase.RUNNING);
        assertThat(docker.count("start")).isEqualTo(2);
        assertThat(refused(new AgentProtocol.Run(kept("no").ofRun(1, Optional.empty(), 0, 0), orders.ref()))
                        .type())
                .isEqualTo("stale-generation");
    }

    @Test
    void restartIsDoneThoughTheSchedulerHasNotHeardOfTheLastStart() {
        run(kept("always").ofRun(1, Optional.empty(), 0, 0));
        ContainerReport first = skipTo(ContainerPhase.RUNNING);
        docker.exit(id.value(), 1);
        passUntil(() -> docker.count("start") == 2);
        skipTo(ContainerPhase.RUNNING);
        run(kept("always").ofRun(2, first.startedAt(), 0, 0));
        assertThat(skipUntil(report -> report.run() == 2 && report.phase() == ContainerPhase.RUNNING)
                        .restartCount())
                .isZero();
        assertThat(docker.count("start")).isEqualTo(3);
    }

    @Test
    void stoppedContainerIsStartedAgainWithWhatItHolds() {
        run(kept("always").ofRun(1, Optional.empty(), 0, 0));
        ContainerReport first = skipTo(ContainerPhase.RUNNING);
        stop(1, 1);
        assertThat(skipTo(ContainerPhase.EXITED).run()).isEqualTo(1);
        time.timePasses(Duration.ofMinutes(10));
        assertThat(docker.count("start")).as("stopped stays stopped").isEqualTo(1);
        run(kept("always").ofRun(2, first.startedAt(), 0, 0));
        assertThat(skipTo(ContainerPhase.RUNNING).containerId()).isEqualTo(first.containerId());
        assertThat(docker.count("create")).isEqualTo(1);
    }

    @Test
    void stopEndsTheWaitForARestart() {
        run(kept("always").ofRun(1, Optional.empty(), 0, 0));
        skipTo(ContainerPhase.RUNNING);
        docker.exit(id.value(), 1);
        skipTo(ContainerPhase.RESTARTING);
        stop(1, 1);
        assertThat(skipTo(ContainerPhase.EXITED).run()).isEqualTo(1);
        time.timePasses(Duration.ofMinutes(10));
        assertThat(list().containers()).extracting(ContainerReport::phase).containsExactly(ContainerPhase.EXITED);
        assertThat(docker.count("start")).isEqualTo(1);
    }

    @Test
    void containerThatSomebodyStartsWhileItWaitsIsNotStartedTwice() {
        run(kept("always").ofRun(1, Optional.empty(), 0, 0));
        ContainerReport first = skipTo(ContainerPhase.RUNNING);
        docker.exit(id.value(), 1);
        skipTo(ContainerPhase.RESTARTING);
        docker.start(first.containerId().orElseThrow());
        assertThat(skipTo(ContainerPhase.RUNNING).restartCount()).isZero();
        time.timePasses(Duration.ofMinutes(10));
        nothingElseIsTold();
        assertThat(docker.count("stop")).isZero();
    }

    @Test
    void containerThatHasRunStaysWhereItCannotBeStartedAndOneThatOnlyAnotherCanReplaceIsToldSo() {
        run(kept("no").ofRun(1, Optional.empty(), 0, 0));
        ContainerReport first = skipTo(ContainerPhase.RUNNING);
        stop(1, 1);
        skipTo(ContainerPhase.EXITED);
        docker.fail("start", new RuntimeFailure(Kind.REFUSED, "no such command"));
        run(kept("no").ofRun(2, first.startedAt(), 0, 0));
        ContainerReport refused = skipTo(ContainerPhase.START_REFUSED);
        assertThat(refused.run()).isEqualTo(2);
        assertThat(refused.containerId()).isEqualTo(first.containerId());
        for (int attempt = 0; attempt < 3; attempt++) {
            docker.fail("start", new RuntimeFailure(Kind.UNSTARTABLE, "id already in use"));
        }
        run(kept("no").ofRun(3, first.startedAt(), 0, 0));
        passUntil(() -> docker.count("start") == 5);
        assertThat(skipTo(ContainerPhase.UNUSABLE).message()).startsWith("id already in use");
        assertThat(docker.count("remove")).isZero();
        run(kept("no").ofRun(4, first.startedAt(), 0, 0));
        assertThat(skipTo(ContainerPhase.RUNNING).containerId()).isEqualTo(first.containerId());
    }

    @Test
    void engineOfWhichOlderContainersKnowAPolicyRestartsNothingAnyMore() {
        kit.stop(agent);
        String old = docker.createByHand(Samples.container(id, 1));
        docker.restartByEngine(old, RestartPolicy.of("always"));
        docker.start(old);
        start();
        await(() -> docker.count("withoutRestartPolicy") > 0);
        assertThat(list().containers()).extracting(ContainerReport::phase).containsExactly(ContainerPhase.RUNNING);
        docker.exit(old, 1);
        assertThat(skipTo(ContainerPhase.EXITED).containerId()).contains(old);
    }
}
