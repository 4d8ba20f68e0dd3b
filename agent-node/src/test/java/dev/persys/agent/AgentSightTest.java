package dev.persys.agent;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.stream.javadsl.Sink;
import akka.util.ByteString;
import dev.persys.api.LogQuery;
import dev.persys.model.ContainerPhase;
import dev.persys.model.ContainerReport;
import dev.persys.model.Generation;
import dev.persys.model.PullPolicy;
import dev.persys.model.RestartPolicy;
import dev.persys.protocol.AgentProtocol;
import dev.persys.protocol.AgentProtocol.LogsReply;
import dev.persys.runtime.ContainerSpec;
import dev.persys.runtime.ContainerState;
import dev.persys.runtime.Ownership;
import dev.persys.runtime.RuntimeFailure;
import dev.persys.runtime.RuntimeFailure.Kind;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is told of what happens to containers beside the orders, and what is left alone. */
final class AgentSightTest extends AgentConversation {
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
}
