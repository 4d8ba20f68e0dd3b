package dev.persys.agent;

import static org.assertj.core.api.Assertions.assertThat;

import akka.stream.javadsl.Sink;
import akka.util.ByteString;
import dev.persys.api.LogQuery;
import dev.persys.api.RunOrder;
import dev.persys.model.ContainerPhase;
import dev.persys.model.ContainerReport;
import dev.persys.model.Generation;
import dev.persys.model.PullPolicy;
import dev.persys.model.RestartPolicy;
import dev.persys.protocol.AgentProtocol;
import dev.persys.protocol.AgentProtocol.LogsReply;
import dev.persys.protocol.AgentProtocol.OrderReply;
import dev.persys.runtime.ContainerSpec;
import dev.persys.runtime.ContainerState;
import dev.persys.runtime.Ownership;
import dev.persys.runtime.RuntimeFailure;
import dev.persys.runtime.RuntimeFailure.Kind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a workload printed before its present run. */
final class PreviousOutputTest extends AgentConversation {
    private static final LogQuery PREVIOUS = LogQuery.ALL.ofPrevious();

    @Test
    void ofAContainerThatWasReplacedIsKeptAndNothingElseIsHeardOfIt() {
        running(1, "echo one; echo two; sleep 1000");
        ContainerReport second = running(2, "echo three; sleep 1000");

        assertThat(text(read(id.value(), PREVIOUS))).isEqualTo("one\ntwo\n");
        assertThat(text(read(second.containerId().orElseThrow(), PREVIOUS))).isEqualTo("one\ntwo\n");
        assertThat(text(read(id.value(), lastLine()))).isEqualTo("two\n");
        assertThat(text(read(id.value(), LogQuery.ALL))).isEqualTo("three\n");
        assertThat(list().containers()).containsExactly(second);
        kit.stop(agent);
        start();
        assertThat(list().containers()).extracting(ContainerReport::containerId).containsExactly(second.containerId());
        assertThat(text(read(id.value(), PREVIOUS))).isEqualTo("one\ntwo\n");
        docker.removeByHand(Ownership.previousName(id));
        assertThat(read(id.value(), PREVIOUS)).isEqualTo(new LogsReply.NoPrevious());
    }

    @Test
    void isOfTheLastOneAloneAndGoesWithTheWorkloadAndItsVolumes() {
        docker.withImageVolume(Samples.IMAGE, "/data");
        running(1, "echo one; sleep 1000");
        running(2, "echo two; sleep 1000");
        running(3, "echo three; sleep 1000");
        assertThat(docker.containers()).hasSize(2);
        assertThat(text(read(id.value(), PREVIOUS))).isEqualTo("two\n");

        agent.tell(new AgentProtocol.Remove(Samples.endWithVolumes(id, 3), orders.ref()));
        orders.expectMessage(new OrderReply.Queued());
        skipTo(ContainerPhase.REMOVED);

        assertThat(docker.containers()).isEmpty();
        assertThat(docker.volumes()).isEmpty();
        assertThat(read(id.value(), PREVIOUS)).isEqualTo(new LogsReply.NoPrevious());
    }

    @Test
    void ofAContainerThatWasStartedAgainIsWhatItPrintedBefore() {
        RunOrder order = order(1, "echo one; echo two; sleep 1000");
        run(order.ofRun(1, Optional.empty(), 0, 0));
        ContainerReport first = skipTo(ContainerPhase.RUNNING);
        assertThat(read(id.value(), PREVIOUS)).isEqualTo(new LogsReply.NoPrevious());

        run(order.ofRun(2, first.startedAt(), 0, 0));
        skipTo(ContainerPhase.RUNNING);

        assertThat(text(read(id.value(), LogQuery.ALL))).isEqualTo("one\ntwo\none\ntwo\n");
        assertThat(text(read(id.value(), PREVIOUS))).isEqualTo("one\ntwo\n");
        assertThat(text(read(id.value(), lastLine()))).isEqualTo("two\n");
    }

    @Test
    void ofAContainerThatHasEndedIsNotWhatItsLastRunPrinted() {
        run(Samples.run(
                id,
                1,
                1,
                Samples.IMAGE,
                List.of("echo boom; exit 7"),
                RestartPolicy.of("on-failure:2"),
                PullPolicy.MISSING));
        skipTo(ContainerPhase.RESTARTING);
        assertThat(read(id.value(), PREVIOUS)).as("nothing was before").isEqualTo(new LogsReply.NoPrevious());
        passUntil(() -> list().containers().get(0).phase() == ContainerPhase.EXITED);

        assertThat(text(read(id.value(), LogQuery.ALL))).isEqualTo("boom\nboom\nboom\n");
        assertThat(text(read(id.value(), PREVIOUS))).isEqualTo("boom\nboom\n");
        assertThat(text(read(id.value(), lastLine()))).isEqualTo("boom\n");
    }

    @Test
    void thatTheEngineCannotReadIsRefusedInItsWords() {
        RunOrder order = order(1, "echo one; sleep 1000");
        run(order.ofRun(1, Optional.empty(), 0, 0));
        ContainerReport first = skipTo(ContainerPhase.RUNNING);
        run(order.ofRun(2, first.startedAt(), 0, 0));
        skipTo(ContainerPhase.RUNNING);

        docker.fail("logs", new RuntimeFailure(Kind.REFUSED, "does not support reading"));
        assertThat(read(id.value(), PREVIOUS)).isEqualTo(new LogsReply.Unreadable("does not support reading"));
        docker.fail("inspect", new RuntimeFailure(Kind.UNAVAILABLE, "no answer"));
        assertThat(read(id.value(), PREVIOUS)).isEqualTo(new LogsReply.Unavailable("no answer"));
    }

    @Test
    void isThereAlsoWhereNoContainerCouldBeMadeInItsPlace() {
        running(1, "echo one; exit 1");
        docker.failPull("absent:1", new RuntimeFailure(Kind.REFUSED, "manifest unknown"));
        run(Samples.run(id, 2, 1, "absent:1", List.of("sleep 1000"), RestartPolicy.NEVER, PullPolicy.ALWAYS));
        skipTo(ContainerPhase.PULL_FAILED);

        assertThat(text(read(id.value(), PREVIOUS))).isEqualTo("one\n");
    }

    @Test
    void isGivenUpWhereItsNameIsTakenByWhatIsNotOurs() {
        docker.createByHand(ContainerSpec.of(
                Ownership.previousName(id), Samples.IMAGE, Map.of(), List.of("echo secret; sleep 1000")));
        running(1, "echo one; sleep 1000");
        running(2, "echo two; sleep 1000");

        assertThat(read(id.value(), PREVIOUS)).isEqualTo(new LogsReply.NoPrevious());
        remove(2);
        skipTo(ContainerPhase.REMOVED);
        assertThat(docker.containers()).extracting(ContainerState::name).containsExactly(Ownership.previousName(id));
    }

    private static LogQuery lastLine() {
        return new LogQuery(Optional.of(1), Optional.empty(), false).ofPrevious();
    }

    private ContainerReport running(long generation, String script) {
        run(order(generation, script));
        return skipUntil(report -> report.generation().equals(Generation.of(generation))
                && (report.phase() == ContainerPhase.RUNNING || report.phase() == ContainerPhase.EXITED));
    }

    private RunOrder order(long generation, String script) {
        return Samples.run(id, generation, 1, Samples.IMAGE, List.of(script), RestartPolicy.NEVER, PullPolicy.MISSING);
    }

    private String text(LogsReply reply) {
        return ((LogsReply.Logs) reply)
                .bytes()
                .runWith(Sink.fold(ByteString.emptyByteString(), ByteString::concat), kit.system())
                .toCompletableFuture()
                .join()
                .utf8String();
    }
}
