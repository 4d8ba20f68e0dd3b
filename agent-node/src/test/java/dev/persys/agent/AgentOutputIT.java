package dev.persys.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.api.LogQuery;
import dev.persys.api.RunOrder;
import dev.persys.model.ContainerPhase;
import dev.persys.model.ContainerReport;
import dev.persys.model.RestartPolicy;
import dev.persys.protocol.AgentProtocol;
import dev.persys.protocol.AgentProtocol.LogsReply;
import dev.persys.protocol.AgentProtocol.OrderReply;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What was printed before the present run, of a real Docker engine. */
final class AgentOutputIT extends AgentOnDocker {
    @Test
    void outputFromBeforeThePresentRunIsReadUntilTheWorkloadIsRemoved() {
        RunOrder first = order(1, "echo one; echo two; sleep 1000", RestartPolicy.NEVER);
        run(first.ofRun(1, Optional.empty(), 0, 0));
        ContainerReport started = skipTo(ContainerPhase.RUNNING);
        Awaitility.await().atMost(LIMIT).until(() -> text(LogQuery.ALL).equals("one\ntwo\n"));
        LogQuery previous = LogQuery.ALL.ofPrevious();
        assertThat(read(previous)).as("nothing was before").isEqualTo(new LogsReply.NoPrevious());

        run(first.ofRun(2, started.startedAt(), 0, 0));
        skipTo(ContainerPhase.RUNNING);
        Awaitility.await().atMost(LIMIT).until(() -> text(LogQuery.ALL).equals("one\ntwo\none\ntwo\n"));
        assertThat(text(previous)).isEqualTo("one\ntwo\n");
        assertThat(text(new LogQuery(Optional.of(1), Optional.empty(), false).ofPrevious()))
                .isEqualTo("two\n");

        run(order(2, "sleep 1000", RestartPolicy.NEVER));
        skipTo(ContainerPhase.RUNNING);
        assertThat(text(previous)).isEqualTo("one\ntwo\none\ntwo\n");
        assertThat(text(new LogQuery(Optional.of(3), Optional.empty(), false).ofPrevious()))
                .isEqualTo("two\none\ntwo\n");
        assertThat(list().containers()).extracting(ContainerReport::workloadId).containsExactly(id);

        agent().ref().tell(new AgentProtocol.Remove(Samples.end(id, 2), orders.ref()));
        orders.expectMessage(new OrderReply.Queued());
        skipTo(ContainerPhase.REMOVED);
        assertThat(docker.docker("ps", "--all", "--quiet")).isEmpty();
    }

    @Test
    void outputOfTheLastRunIsNotFromBeforeItAlsoWhereThatHasEnded() {
        run(order(1, "echo boom; exit 7", RestartPolicy.of("on-failure:2")));
        assertThat(skipTo(ContainerPhase.EXITED).restartCount()).isEqualTo(2);
        LogQuery previous = LogQuery.ALL.ofPrevious();
        Awaitility.await().atMost(LIMIT).until(() -> text(LogQuery.ALL).equals("boom\nboom\nboom\n"));
        assertThat(text(previous)).isEqualTo("boom\nboom\n");
        stopNode();
        start(docker);
        assertThat(text(previous)).as("an agent that saw none of it").isEqualTo("boom\nboom\n");
    }
}
