package dev.persys.agent;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.stream.javadsl.Sink;
import akka.util.ByteString;
import dev.persys.api.AgentEvent;
import dev.persys.api.ContainerList;
import dev.persys.api.LogQuery;
import dev.persys.api.RunOrder;
import dev.persys.model.ContainerPhase;
import dev.persys.model.ContainerReport;
import dev.persys.model.Generation;
import dev.persys.model.PullPolicy;
import dev.persys.model.PullProgress;
import dev.persys.model.RestartPolicy;
import dev.persys.model.WorkloadId;
import dev.persys.protocol.AgentProtocol;
import dev.persys.protocol.AgentProtocol.EventsReply;
import dev.persys.protocol.AgentProtocol.ListReply;
import dev.persys.protocol.AgentProtocol.LogsReply;
import dev.persys.protocol.AgentProtocol.OrderReply;
import dev.persys.runtime.ContainerLabels;
import dev.persys.runtime.ContainerSpec;
import dev.persys.runtime.ContainerState;
import dev.persys.runtime.ContainerStatus;
import dev.persys.runtime.Ownership;
import dev.persys.runtime.RuntimeFailure;
import dev.persys.runtime.RuntimeFailure.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The whole agent on an engine in memory: how orders are carried out and what is told. */
final class AgentGuardianTest extends AgentConversation {
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
        assertThat(skipTo(ContainerPhase.RUNNING).run())
                .as("done in another life")
                .isEqualTo(2);
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
        assertThat(docker.spec(id.value()).restartPolicy()).isEqualTo(RestartPolicy.NEVER);
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
        events.expectNoMessage(Duration.ofMillis(50));
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
    void whatPassesIsTriedAgainAndSaysWhatIsInTheWay() {
        docker.fail("start", new RuntimeFailure(Kind.NOT_NOW, "port is already allocated"));
        run(Samples.run(id, 1));
        skipUntil(report -> report.message().equals("port is already allocated"));
        passUntil(() -> docker.count("start") == 2);
        skipTo(ContainerPhase.RUNNING);
        assertThat(docker.count("create")).isEqualTo(1);
    }

    @Test
    void engineOfWhichOlderContainersKnowAPolicyRestartsNothingAnyMore() {
        kit.stop(agent);
        String old = docker.createByHand(Samples.container(id, 1));
        docker.start(old);
        start();
        await(() -> docker.count("withoutRestartPolicy") > 0);
        assertThat(list().containers()).extracting(ContainerReport::phase).containsExactly(ContainerPhase.RUNNING);
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
    void killForWantOfMemoryOfAProcessThatTheContainerOutlivedIsNotItsEnd() {
        run(Samples.run(id, 1));
        skipTo(ContainerPhase.RUNNING);
        docker.exhaustMemoryOfAChild(id.value());
        docker.exit(id.value(), 3);
        ContainerReport exited = skipTo(ContainerPhase.EXITED);
        assertThat(exited.oomKilled()).isFalse();
        assertThat(exited.exitCode()).contains(3);
    }

    @Test
    void wantOfMemoryIsTold() {
        run(Samples.run(id, 1));
        skipTo(ContainerPhase.RUNNING);
        docker.exhaustMemory(id.value());
        assertThat(skipTo(ContainerPhase.EXITED).oomKilled()).isTrue();
    }

    @Test
    void removalByHandIsToldAndRenamedContainerIsToldAndStillFound() {
        run(Samples.run(id, 1));
        skipTo(ContainerPhase.RUNNING);
        docker.renameByHand(id.value(), "renamed");
        assertThat(skipTo(ContainerPhase.RENAMED).message()).isEqualTo("renamed to renamed");
        assertThat(list().containers()).extracting(ContainerReport::phase).containsExactly(ContainerPhase.RENAMED);
        stop(1);
        skipTo(ContainerPhase.EXITED);
        docker.removeByHand("renamed");
        skipTo(ContainerPhase.REMOVED);
        assertThat(list().containers()).isEmpty();
    }

    @Test
    void containerThatIsBeingRemovedByHandIsGoneAndHasNotEndedByItself() {
        run(Samples.run(id, 1));
        skipTo(ContainerPhase.RUNNING);
        docker.beginRemovalByHand(id.value());
        assertThat(next().phase()).isEqualTo(ContainerPhase.REMOVED);
        docker.removeByHand(id.value());
        assertThat(next().phase()).isEqualTo(ContainerPhase.REMOVED);
    }

    @Test
    void containerThatIsRemovedOnOrderIsToldGoneWhenItIs() {
        run(Samples.run(id, 1));
        skipTo(ContainerPhase.RUNNING);
        docker.hold("stop");
        docker.hold("remove");
        remove(1);
        await(() -> docker.waiting("stop") == 1);
        docker.beginRemovalByHand(id.value());
        docker.release("stop");
        await(() -> docker.waiting("remove") == 1);
        nothingElseIsTold();
        docker.release("remove");
        assertThat(next().phase()).isEqualTo(ContainerPhase.REMOVED);
    }

    @Test
    void renamedContainerMakesRoomForTheNextGeneration() {
        run(Samples.run(id, 1));
        skipTo(ContainerPhase.RUNNING);
        docker.renameByHand(id.value(), "renamed");
        run(Samples.run(id, 2));
        skipUntil(report ->
                report.phase() == ContainerPhase.RUNNING && report.generation().equals(Generation.of(2)));
        assertThat(docker.containers())
                .extracting(ContainerState::name)
                .containsExactly(Ownership.previousName(id), id.value());
    }

    @Test
    void foreignContainerWithOurNameIsLeftAlone() {
        docker.createByHand(ContainerSpec.of(id.value(), Samples.IMAGE, Map.of(), List.of("sleep 1000")));
        run(Samples.run(id, 1));
        ContainerReport refused = skipTo(ContainerPhase.START_REFUSED);
        assertThat(refused.message()).contains("did not start").contains(id.value());
        remove(1);
        skipTo(ContainerPhase.REMOVED);
        assertThat(docker.containers()).hasSize(1);
        assertThat(docker.count("remove")).isZero();
        assertThat(list().containers()).isEmpty();
    }

    @Test
    void outputIsReadByWorkloadOrByContainerIdAndOfOursAlone() {
        run(Samples.run(
                id, 1, 1, Samples.IMAGE, List.of("echo word; sleep 1000"), RestartPolicy.NEVER, PullPolicy.MISSING));
        String ours = skipTo(ContainerPhase.RUNNING).containerId().orElseThrow();
        for (String container : List.of(id.value(), ours, ours.substring(0, 12))) {
            LogsReply.Logs logs = (LogsReply.Logs) logs(container);
            assertThat(logs.bytes()
                            .runWith(Sink.fold(ByteString.emptyByteString(), ByteString::concat), kit.system())
                            .toCompletableFuture()
                            .join()
                            .utf8String())
                    .isEqualTo("word\n");
        }
        String foreign = docker.createByHand(
                ContainerSpec.of("c0ffee000000", Samples.IMAGE, Map.of(), List.of("echo secret; exit 0")));
        docker.commit(ours, "snap:1");
        String posing =
                docker.createByHand(ContainerSpec.of("mine", "snap:1", Map.of(), List.of("echo secret; exit 0")));
        for (String container :
                List.of(foreign, posing, "c0ffee000000", Samples.workload().value())) {
            assertThat(logs(container)).isEqualTo(new LogsReply.NoContainer());
        }
    }

    @Test
    void outputThatTheEngineCannotReadIsToldBeforeAnythingIsSent() {
        run(Samples.run(id, 1));
        skipTo(ContainerPhase.RUNNING);
        docker.fail("logs", new RuntimeFailure(Kind.REFUSED, "configured logging driver does not support reading"));
        assertThat(logs(id.value()))
                .isEqualTo(new LogsReply.Unreadable("configured logging driver does not support reading"));
        docker.fail("logs", new RuntimeFailure(Kind.TIMEOUT, "no answer"));
        assertThat(logs(id.value())).isEqualTo(new LogsReply.Unavailable("no answer"));
    }

    private LogsReply logs(String container) {
        TestProbe<LogsReply> replies = kit.createTestProbe();
        agent.tell(new AgentProtocol.ReadLogs(container, LogQuery.ALL, replies.ref()));
        return replies.receiveMessage();
    }

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
    void inventoryThatFailsHalfWayIsNoInventory() {
        run(Samples.run(Samples.workload(), 1));
        skipTo(ContainerPhase.RUNNING);
        await(() -> docker.count("inspect") == 2);
        docker.createByHand(Samples.container(id, 1));
        docker.fail("inspect", new RuntimeFailure(Kind.TIMEOUT, "no answer"));
        TestProbe<ListReply> lists = kit.createTestProbe();
        agent.tell(new AgentProtocol.ListContainers(lists.ref()));
        assertThat(lists.receiveMessage()).isEqualTo(new ListReply.Unavailable("no answer"));
        assertThat(list().containers()).hasSize(2);
    }

    @Test
    void unknownOutcomeOfCreateIsLookedAtBeforeAnotherAttempt() {
        docker.fail("create", new RuntimeFailure(Kind.TIMEOUT, "no answer"));
        docker.createByHand(Samples.container(id, 1));
        run(Samples.run(id, 1));
        skipUntil(report -> report.message().equals("no answer"));
        passUntil(() -> docker.count("start") == 1);
        skipTo(ContainerPhase.RUNNING);
        assertThat(docker.count("create")).isEqualTo(1);
    }

    @Test
    void stopDuringPullWins() {
        docker.hold("pull");
        run(Samples.run(id, 1, 1, "other:1", List.of("sleep 1000"), RestartPolicy.NEVER, PullPolicy.MISSING));
        await(() -> docker.waiting("pull") == 1);
        stop(1);
        skipTo(ContainerPhase.REMOVED);
        docker.release("pull");
        await(() -> docker.waiting("pull") == 0);
        nothingElseIsTold();
        assertThat(docker.containers()).hasSize(1); // The other's.
        assertThat(docker.calls()).contains("cancelPull other:1");
        assertThat(refused(new AgentProtocol.Run(Samples.run(id, 1), orders.ref()))
                        .type())
                .isEqualTo("stale-generation");
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

    @Test
    void engineAwayIsVisibleAndWhatHappenedMeanwhileIsToldAfterwards() {
        run(Samples.run(id, 1));
        skipTo(ContainerPhase.RUNNING);
        docker.goDown(new RuntimeFailure(Kind.UNAVAILABLE, "gone"));
        await(() -> !health().dockerAvailable());
        assertThat(health().detail()).contains("gone");
        agent.tell(new AgentProtocol.Run(Samples.run(Samples.workload(), 1), orders.ref()));
        assertThat(orders.receiveMessage()).isInstanceOf(OrderReply.Busy.class);
        TestProbe<ListReply> lists = kit.createTestProbe();
        agent.tell(new AgentProtocol.ListContainers(lists.ref()));
        assertThat(lists.receiveMessage()).isInstanceOf(ListReply.Unavailable.class);
        docker.recover();
        docker.exit(id.value(), 9);
        passUntil(() -> health().dockerAvailable());
        assertThat(skipTo(ContainerPhase.EXITED).exitCode()).contains(9);
    }

    @Test
    void containersAreTakenBackAFewAtATime() {
        kit.stop(agent);
        for (int i = 0; i < 9; i++) {
            docker.createByHand(Samples.container(Samples.workload(), 1));
        }
        docker.hold("inspect");
        agent = kit.spawn(AgentGuardian.create(parts("persys.agent.listing-parallelism = 3")));
        await(() -> docker.waiting("inspect") == 3);
        docker.release("inspect");
        await(() -> health().dockerAvailable());
        assertThat(list().containers()).hasSize(9);
    }

    @Test
    void hungEngineIsNoticedByPingAndItsReturnToo() {
        docker.fail("ping", new RuntimeFailure(Kind.TIMEOUT, "no answer"));
        passUntil(() -> !health().dockerAvailable());
        passUntil(() -> health().dockerAvailable());
    }

    @Test
    void healthTellsRegistration() {
        await(() -> health().registered());
        assertThat(health().dockerAvailable()).isTrue();
    }

    @Test
    void cursorOfAListIsWhereToFollowFrom() {
        run(Samples.run(id, 1));
        skipTo(ContainerPhase.RUNNING);
        ContainerList list = list();
        docker.exit(id.value(), 0);
        skipTo(ContainerPhase.EXITED);
        TestProbe<AgentEvent> late = follow(Optional.of(list.cursor()));
        assertThat(late.receiveMessage().report().phase()).isEqualTo(ContainerPhase.EXITED);
        TestProbe<EventsReply> replies = kit.createTestProbe();
        agent.tell(new AgentProtocol.FollowEvents(Optional.of("otherboot-1"), replies.ref()));
        assertThat(replies.receiveMessage()).isInstanceOf(EventsReply.Gone.class);
    }
}
