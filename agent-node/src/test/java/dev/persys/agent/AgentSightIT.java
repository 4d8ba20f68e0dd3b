package dev.persys.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.api.RunOrder;
import dev.persys.model.ContainerPhase;
import dev.persys.model.ContainerReport;
import dev.persys.model.PullPolicy;
import dev.persys.model.RestartPolicy;
import dev.persys.testing.DockerFixture;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is told of what happens to containers and to a real Docker engine. */
final class AgentSightIT extends AgentOnDocker {
    @Test
    void containerKilledByHandIsToldWithItsExitCode() {
        run(order(1, "sleep 1000", RestartPolicy.NEVER));
        skipTo(ContainerPhase.RUNNING);
        docker.docker("kill", id.value());
        assertThat(skipTo(ContainerPhase.EXITED).exitCode()).contains(137);
    }

    @Test
    void containerOutOfMemoryIsToldSo() {
        RunOrder order = Samples.run(
                id, 1, 1, DockerFixture.BUSYBOX, List.of("tail", "/dev/zero"), RestartPolicy.NEVER, PullPolicy.MISSING);
        run(order);
        ContainerReport exited = skipTo(ContainerPhase.EXITED);
        assertThat(exited.oomKilled()).isTrue();
    }

    @Test
    void removalByHandAndPauseAndRenameAreTold() {
        run(order(1, "sleep 1000", RestartPolicy.NEVER));
        skipTo(ContainerPhase.RUNNING);
        docker.docker("pause", id.value());
        skipTo(ContainerPhase.PAUSED);
        docker.docker("unpause", id.value());
        skipTo(ContainerPhase.RUNNING);
        docker.docker("rename", id.value(), "renamed-" + id);
        assertThat(skipTo(ContainerPhase.RENAMED).message()).isEqualTo("renamed to renamed-" + id);
        assertThat(list().containers()).extracting(ContainerReport::phase).containsExactly(ContainerPhase.RENAMED);
        docker.docker("rm", "--force", "renamed-" + id);
        assertThat(nextNews().phase()).isEqualTo(ContainerPhase.REMOVED);
        assertThat(list().containers()).isEmpty();
    }

    @Test
    void engineThatHangsOrIsRestartedIsToldAndUsedAgain() {
        try (DockerFixture own = DockerFixture.start("--live-restore")) {
            stopNode();
            start(own);
            run(order(1, "sleep 1000", RestartPolicy.NEVER));
            skipTo(ContainerPhase.RUNNING);
            own.pause();
            awaitHealth(false);
            own.resume();
            awaitHealth(true);
            own.kill();
            awaitHealth(false);
            own.restart();
            awaitHealth(true);
            own.docker("kill", id.value());
            skipTo(ContainerPhase.EXITED);
            stopNode();
        }
    }
}
