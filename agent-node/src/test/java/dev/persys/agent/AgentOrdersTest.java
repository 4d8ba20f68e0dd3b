package dev.persys.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.model.ContainerPhase;
import dev.persys.model.ContainerReport;
import dev.persys.model.Generation;
import dev.persys.model.HostPort;
import dev.persys.model.PortMapping;
import dev.persys.model.Protocol;
import dev.persys.model.PullPolicy;
import dev.persys.model.RestartPolicy;
import dev.persys.protocol.AgentProtocol;
import dev.persys.protocol.AgentProtocol.OrderReply;
import dev.persys.runtime.ContainerLabels;
import dev.persys.runtime.ContainerSpec;
import dev.persys.runtime.ContainerStatus;
import dev.persys.runtime.RuntimeFailure;
import dev.persys.runtime.RuntimeFailure.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** How orders are carried out and refused. */
final class AgentOrdersTest extends AgentConversation {
    @Test
    void orderRunsAndIsToldPhaseByPhase() {
        run(Samples.run(id, 1));
        assertThat(next().phase()).isEqualTo(ContainerPhase.STARTING);
        ContainerReport running = next();
        assertThat(running.phase()).isEqualTo(ContainerPhase.RUNNING);
        assertThat(running.generation()).isEqualTo(Generation.of(1));
        ContainerSpec spec = docker.spec(id.value());
        assertThat(spec.labels())
                .containsEntry(ContainerLabels.NODE, "node-1")
                .containsEntry(ContainerLabels.WORKLOAD_ID, id.value())
                .containsEntry("team", "a");
        nothingElseIsTold();
    }

    @Test
    void sameOrderTwiceIsOneContainerAndTheSecondIsAnsweredWithItsState() {
        run(Samples.run(id, 1));
        run(Samples.run(id, 1));
        skipTo(ContainerPhase.RUNNING);
        run(Samples.run(id, 1));
        assertThat(next().phase()).isEqualTo(ContainerPhase.RUNNING);
        assertThat(docker.count("create")).isEqualTo(1);
        assertThat(docker.containers()).hasSize(1);
    }

    @Test
    void newerGenerationReplacesOlderOne() {
        run(Samples.run(id, 1));
        skipTo(ContainerPhase.RUNNING);
        run(Samples.run(id, 2));
        assertThat(skipTo(ContainerPhase.RUNNING).generation()).isEqualTo(Generation.of(2));
        assertThat(list().containers()).hasSize(1);
        assertThat(refused(new AgentProtocol.Run(Samples.run(id, 1), orders.ref()))
                        .type())
                .isEqualTo("stale-generation");
    }

    @Test
    void staleEpochAndOtherClusterAreRefused() {
        var newer =
                Samples.run(id, 1, 5, Samples.IMAGE, List.of("sleep 1000"), RestartPolicy.NEVER, PullPolicy.MISSING);
        run(newer);
        skipTo(ContainerPhase.RUNNING);
        assertThat(refused(new AgentProtocol.Run(Samples.run(id, 2), orders.ref()))
                        .type())
                .isEqualTo("stale-epoch");
        kit.stop(agent);
        start("persys.agent.cluster-id = other");
        assertThat(refused(new AgentProtocol.Run(newer, orders.ref())).type()).isEqualTo("wrong-cluster");
        assertThat(docker.containers()).hasSize(1);
    }

    @Test
    void epochIsRememberedByTheLabelsAfterARestart() {
        run(Samples.run(id, 1, 7, Samples.IMAGE, List.of("sleep 1000"), RestartPolicy.NEVER, PullPolicy.MISSING));
        skipTo(ContainerPhase.RUNNING);
        kit.stop(agent);
        start();
        assertThat(refused(new AgentProtocol.Run(Samples.run(id, 2), orders.ref()))
                        .type())
                .isEqualTo("stale-epoch");
        assertThat(list().containers()).extracting(ContainerReport::phase).containsExactly(ContainerPhase.RUNNING);
        assertThat(docker.count("stop")).isZero();
        assertThat(docker.count("start")).isEqualTo(1);
    }

    @Test
    void whatPassesIsTriedAgainAndSaysWhatIsInTheWay() {
        docker.fail("start", new RuntimeFailure(Kind.NOT_NOW, "port is already allocated"));
        run(Samples.run(id, 1));
        skipUntil(report -> report.message().equals("port is already allocated"));
        passUntil(() -> docker.count("start") == 2);
        skipTo(ContainerPhase.RUNNING);
        assertThat(docker.count("create")).isEqualTo(1);
    }

    @Test
    void portThatSomethingElseHasIsToldOnlyWhereTheOrderWantsIt() {
        HostPort said = new HostPort(8777, Protocol.TCP);
        for (int generation = 1; generation <= 2; generation++) {
            for (int i = 0; i < 3; i++) {
                docker.fail("start", RuntimeFailure.portInUse(said, "Docker's own words"));
            }
            PortMapping wanted =
                    new PortMapping(Optional.empty(), 80, Optional.of(generation == 1 ? 8777 : 8778), Protocol.UDP);
            run(Samples.publishing(id, generation, wanted));
            skipUntil(report -> report.phase() == ContainerPhase.STARTING
                    && report.message().equals("port 8777/tcp is in use by something that Persys did not start")
                    && report.next().isPresent()
                    && report.next().get().of() == 3);
            for (int attempt = 2; attempt <= 3; attempt++) {
                int starts = (generation - 1) * 3 + attempt;
                passUntil(() -> docker.count("start") == starts);
            }

            assertThat(skipTo(ContainerPhase.START_REFUSED).portInUse())
                    .as("of which protocol it is, the order knows better")
                    .isEqualTo(generation == 1 ? Optional.of(new HostPort(8777, Protocol.UDP)) : Optional.empty());
            await(() -> docker.containers().isEmpty());
        }
    }

    @Test
    void volumesGoWithTheContainerOnlyWhereThatIsAsked() {
        docker.withImageVolume(Samples.IMAGE, "/data");
        run(Samples.run(id, 1));
        skipTo(ContainerPhase.RUNNING);
        remove(1);
        skipTo(ContainerPhase.REMOVED);
        assertThat(docker.volumes()).hasSize(1);
        run(Samples.run(id, 2));
        skipTo(ContainerPhase.RUNNING);
        agent.tell(new AgentProtocol.Remove(Samples.endWithVolumes(id, 2), orders.ref()));
        orders.expectMessage(new OrderReply.Queued());
        skipTo(ContainerPhase.REMOVED);
        assertThat(docker.volumes()).isEmpty();
    }

    @Test
    void refusedStartIsToldAndLeavesNoContainer() {
        docker.fail("start", new RuntimeFailure(Kind.REFUSED, "port is already allocated"));
        run(Samples.run(id, 1));
        assertThat(skipTo(ContainerPhase.START_REFUSED).message()).isEqualTo("port is already allocated");
        await(() -> docker.containers().isEmpty());
        assertThat(list().orders()).extracting(ContainerReport::phase).containsExactly(ContainerPhase.START_REFUSED);
        run(Samples.run(id, 2));
        skipTo(ContainerPhase.RUNNING);
        assertThat(list().orders()).isEmpty();
    }

    @Test
    void containerThatCannotBeMadeAlthoughDockerAnswersIsGivenUpAfterItsAttempts() {
        kit.stop(agent);
        start("persys.agent.start-attempts = 2");
        docker.fail("create", new RuntimeFailure(Kind.TIMEOUT, "no answer"));
        docker.fail("create", new RuntimeFailure(Kind.TIMEOUT, "no answer"));
        run(Samples.run(id, 1));
        passUntil(() -> docker.count("create") == 2);
        assertThat(skipTo(ContainerPhase.START_REFUSED).message()).isEqualTo("no answer (attempt 2 of 2)");
        assertThat(docker.containers()).isEmpty();
    }

    @Test
    void unknownOutcomeOfCreateIsLookedAtBeforeAnotherAttempt() {
        docker.loseAnswer("create", new RuntimeFailure(Kind.TIMEOUT, "no answer"));
        run(Samples.run(id, 1));
        skipUntil(report -> report.message().equals("no answer"));
        passUntil(() -> docker.count("start") == 1);
        skipTo(ContainerPhase.RUNNING);
        assertThat(docker.count("create")).isEqualTo(1);
    }

    @Test
    void removeDuringCreateWinsOnceItIsMade() {
        docker.hold("create");
        run(Samples.run(id, 1));
        await(() -> docker.waiting("create") == 1);
        remove(1);
        docker.release("create");
        skipTo(ContainerPhase.REMOVED);
        assertThat(docker.containers()).isEmpty();
        assertThat(docker.count("start")).isZero();
    }

    @Test
    void stopThenRemoveThenLateRunLeavesNothing() {
        run(Samples.run(id, 1));
        skipTo(ContainerPhase.RUNNING);
        stop(1);
        assertThat(skipTo(ContainerPhase.EXITED).exitCode()).isPresent();
        remove(1);
        skipTo(ContainerPhase.REMOVED);
        assertThat(refused(new AgentProtocol.Run(Samples.run(id, 1), orders.ref()))
                        .type())
                .isEqualTo("stale-generation");
        assertThat(docker.containers()).isEmpty();
        remove(1);
        skipTo(ContainerPhase.REMOVED);
    }

    @Test
    void whatANewerStopLeftOfAnOlderGenerationCanBeRemoved() {
        run(Samples.run(id, 1));
        skipTo(ContainerPhase.RUNNING);
        stop(2);
        assertThat(skipTo(ContainerPhase.EXITED).generation()).isEqualTo(Generation.of(1));
        remove(1);
        skipTo(ContainerPhase.REMOVED);
        assertThat(docker.containers()).isEmpty();
        assertThat(refused(new AgentProtocol.Run(Samples.run(id, 2), orders.ref()))
                        .type())
                .isEqualTo("stale-generation");
    }

    @Test
    void olderStopDoesNotTouchNewerContainer() {
        run(Samples.run(id, 3));
        skipTo(ContainerPhase.RUNNING);
        assertThat(refused(new AgentProtocol.Stop(Samples.end(id, 2), orders.ref()))
                        .type())
                .isEqualTo("stale-generation");
        assertThat(docker.containers().get(0).status()).isEqualTo(ContainerStatus.RUNNING);
    }

    @Test
    void onlySoManyStartsAreUnderWayAtOnce() {
        docker.hold("create");
        for (int i = 0; i < 7; i++) {
            run(Samples.run(Samples.workload(), 1));
        }
        await(() -> docker.waiting("create") == 4);
        Awaitility.await().during(Duration.ofMillis(100)).until(() -> docker.waiting("create") == 4);
        docker.release("create");
        for (int i = 0; i < 7; i++) {
            skipTo(ContainerPhase.RUNNING);
        }
    }

    @Test
    void tooManyOrdersAreBusy() {
        kit.stop(agent);
        start("persys.agent.max-pending-orders = 2");
        docker.hold("create");
        run(Samples.run(Samples.workload(), 1));
        run(Samples.run(Samples.workload(), 1));
        agent.tell(new AgentProtocol.Run(Samples.run(id, 1), orders.ref()));
        assertThat(orders.receiveMessage()).isInstanceOf(OrderReply.Busy.class);
        docker.release("create");
        skipTo(ContainerPhase.RUNNING);
        skipTo(ContainerPhase.RUNNING);
        await(() -> {
            agent.tell(new AgentProtocol.Run(Samples.run(id, 1), orders.ref()));
            return orders.receiveMessage() instanceof OrderReply.Queued;
        });
    }
}
