package dev.persys.agent;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.typed.ActorRef;
import dev.persys.api.BareRun;
import dev.persys.api.RunOrder;
import dev.persys.model.ContainerPhase;
import dev.persys.model.ContainerReport;
import dev.persys.model.Epoch;
import dev.persys.model.Generation;
import dev.persys.model.PullPolicy;
import dev.persys.model.RestartPolicy;
import dev.persys.model.WorkloadSpec;
import dev.persys.protocol.AgentProtocol;
import dev.persys.protocol.AgentProtocol.OrderReply;
import dev.persys.runtime.ContainerLabels;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Orders to run of a caller that knows no generation, epoch and cluster. */
final class BareOrderTest extends AgentConversation {
    @Test
    void itRunsAsTheNewestOrderThatTheAgentHasSeen() {
        RunOrder before = Samples.run(
                Samples.workload(),
                4,
                7,
                Samples.IMAGE,
                List.of("sleep 1000"),
                RestartPolicy.NEVER,
                PullPolicy.MISSING);
        run(before);
        skipTo(ContainerPhase.RUNNING);

        runBare(Samples.IMAGE);

        assertThat(skipTo(ContainerPhase.RUNNING).workloadId()).isEqualTo(id);
        assertThat(docker.spec(id.value()).labels())
                .containsEntry(ContainerLabels.CLUSTER, Samples.CLUSTER.value())
                .containsEntry(ContainerLabels.EPOCH, "7")
                .containsEntry(ContainerLabels.GENERATION, "0");
    }

    @Test
    void askedAgainItIsTheSameOrderWhateverElseItSays() {
        runBare(Samples.IMAGE);
        runBare(Samples.IMAGE);
        skipTo(ContainerPhase.RUNNING);
        runBare("another:2");
        assertThat(next().phase()).isEqualTo(ContainerPhase.RUNNING);
        kit.stop(agent);
        start();
        runBare(Samples.IMAGE);
        assertThat(skipTo(ContainerPhase.RUNNING).generation()).isEqualTo(Generation.NONE);
        assertThat(docker.count("create")).isEqualTo(1);
        assertThat(docker.count("start")).isEqualTo(1);
    }

    @Test
    void itNeverGetsAheadOfTheScheduler() {
        run(Samples.run(id, 3).ofRun(5, Optional.empty(), 0, 0));
        ContainerReport running = skipTo(ContainerPhase.RUNNING);
        runBare("another:2");
        assertThat(next()).isEqualTo(running);
        stop(3, 5);
        skipTo(ContainerPhase.EXITED);
        assertThat(refused(bare(Samples.IMAGE, orders.ref())).type()).isEqualTo("stale-generation");
        run(Samples.run(id, 3).ofRun(6, running.startedAt(), 0, 0));
        assertThat(skipTo(ContainerPhase.RUNNING).run()).isEqualTo(6);
        remove(3);
        skipTo(ContainerPhase.REMOVED);
        assertThat(refused(bare(Samples.IMAGE, orders.ref())).detail()).contains("ordered to end");
    }

    @Test
    void theSchedulersFirstOrderTakesItsPlace() {
        runBare(Samples.IMAGE);
        skipTo(ContainerPhase.RUNNING);
        run(Samples.run(id, 1));
        assertThat(skipUntil(report -> report.phase() == ContainerPhase.RUNNING
                                && !report.generation().equals(Generation.NONE))
                        .generation())
                .isEqualTo(Generation.of(1));
    }

    @Test
    void anAgentOfNoClusterWaitsUntilItKnows() {
        kit.stop(agent);
        scheduler.isAway = true;
        start();
        agent.tell(bare(Samples.IMAGE, orders.ref()));
        assertThat(orders.expectMessageClass(OrderReply.Busy.class).detail()).contains("persys.agent.cluster-id");
        assertThat(docker.containers()).isEmpty();
        kit.stop(agent);
        start("persys.agent.cluster-id = mine");
        runBare(Samples.IMAGE);
        skipTo(ContainerPhase.RUNNING);
        assertThat(docker.spec(id.value()).labels())
                .containsEntry(ContainerLabels.CLUSTER, "mine")
                .containsEntry(ContainerLabels.EPOCH, Epoch.NONE.toString());
    }

    private void runBare(String image) {
        agent.tell(bare(image, orders.ref()));
        orders.expectMessage(new OrderReply.Queued());
    }

    private AgentProtocol.Command bare(String image, ActorRef<OrderReply> replyTo) {
        return new AgentProtocol.RunNewest(new BareRun(id, WorkloadSpec.of("web", image), Optional.empty()), replyTo);
    }
}
