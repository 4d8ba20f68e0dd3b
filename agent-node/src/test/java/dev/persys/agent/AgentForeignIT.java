package dev.persys.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.model.ContainerPhase;
import dev.persys.model.ContainerReport;
import dev.persys.model.RestartPolicy;
import dev.persys.protocol.AgentProtocol;
import dev.persys.protocol.AgentProtocol.OrderReply;
import dev.persys.testing.DockerFixture;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Containers that Persys did not start, on a real Docker engine. */
final class AgentForeignIT extends AgentOnDocker {
    @Test
    void foreignContainerWithOurNameAndLabelsOfAnotherNodeAreLeftAlone() {
        docker.docker(
                "run",
                "--detach",
                "--name",
                id.value(),
                "--label",
                "workloadId=" + id,
                DockerFixture.BUSYBOX,
                "sleep",
                "1000");
        run(order(1, "sleep 1000", RestartPolicy.NEVER));
        assertThat(skipTo(ContainerPhase.START_REFUSED).message()).contains("did not start");
        agent().ref().tell(new AgentProtocol.Remove(Samples.end(id, 1), orders.ref()));
        orders.expectMessage(new OrderReply.Queued());
        skipTo(ContainerPhase.REMOVED);
        assertThat(docker.docker("ps", "--format", "{{.Names}}")).isEqualTo(id.value());
        assertThat(list().containers()).isEmpty();
    }

    @Test
    void containerOfAnImageMadeOfAWorkloadIsLeftAloneAndSoIsTheWorkload() {
        run(order(1, "sleep 1000", RestartPolicy.NEVER));
        String ours = skipTo(ContainerPhase.RUNNING).containerId().orElseThrow();
        docker.docker("commit", ours, "persys-test/snap:1");
        String mine = docker.docker("run", "--detach", "--name", "mine", "persys-test/snap:1", "sleep", "1000");

        assertThat(list().containers()).extracting(ContainerReport::containerId).containsExactly(Optional.of(ours));
        docker.docker("pause", "mine");
        docker.docker("unpause", "mine");
        docker.docker("pause", ours);
        // Of the two only the workload's own is told of.
        assertThat(nextNews().phase()).isEqualTo(ContainerPhase.PAUSED);
        docker.docker("unpause", ours);
        assertThat(nextNews().containerId()).contains(ours);
        agent().ref().tell(new AgentProtocol.Remove(Samples.end(id, 1), orders.ref()));
        orders.expectMessage(new OrderReply.Queued());
        skipTo(ContainerPhase.REMOVED);
        assertThat(docker.docker("ps", "--quiet", "--no-trunc")).isEqualTo(mine);
    }

    @Test
    void containerOfAnImageMadeOfAWorkloadThatIsGoneIsLeftAloneUnderWhateverName() {
        run(order(1, "sleep 1000", RestartPolicy.NEVER));
        String ours = skipTo(ContainerPhase.RUNNING).containerId().orElseThrow();
        docker.docker("commit", ours, "persys-test/snap:1");
        agent().ref().tell(new AgentProtocol.Remove(Samples.end(id, 1), orders.ref()));
        orders.expectMessage(new OrderReply.Queued());
        skipTo(ContainerPhase.REMOVED);
        String mine = docker.docker("run", "--detach", "--name", "mine", "persys-test/snap:1", "sleep", "1000");
        String posing = docker.docker("run", "--detach", "--name", id.value(), "persys-test/snap:1", "sleep", "1000");

        stopNode();
        start(docker);
        assertThat(list().containers()).isEmpty();
        agent().ref().tell(new AgentProtocol.Remove(Samples.end(id, 1), orders.ref()));
        orders.expectMessage(new OrderReply.Queued());
        skipTo(ContainerPhase.REMOVED);
        run(order(2, "sleep 1000", RestartPolicy.NEVER));
        assertThat(skipTo(ContainerPhase.START_REFUSED).message()).contains("did not start");
        assertThat(docker.docker("ps", "--quiet", "--no-trunc").lines()).containsExactlyInAnyOrder(mine, posing);
    }
}
