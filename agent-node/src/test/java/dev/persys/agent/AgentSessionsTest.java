package dev.persys.agent;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.TestProbe;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.persys.api.ArchiveQuery;
import dev.persys.api.Json;
import dev.persys.api.RunOrder;
import dev.persys.api.SessionQuery;
import dev.persys.model.ContainerPhase;
import dev.persys.protocol.AgentProtocol;
import dev.persys.protocol.AgentProtocol.SessionReply;
import dev.persys.protocol.AgentProtocol.UsageReply;
import dev.persys.runtime.RuntimeFailure;
import dev.persys.runtime.RuntimeFailure.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Who is let into which container, and what is said to the others. */
final class AgentSessionsTest extends AgentConversation {
    private static final SessionQuery EXEC = new SessionQuery(
            List.of("sh"), true, false, Optional.empty(), Optional.empty(), List.of(), Optional.empty());

    @Test
    void sessionsAreInTheNewestContainerOfTheWorkloadWhileItRuns() {
        run(Samples.run(id, 1));
        skipTo(ContainerPhase.RUNNING);
        String container = list().containers().get(0).containerId().orElseThrow();

        assertThat(open(id.value(), EXEC)).isInstanceOf(SessionReply.Opened.class);
        assertThat(open(container, SessionQuery.attach(true, Optional.empty())))
                .isInstanceOf(SessionReply.Opened.class);
        assertThat(usage()).isInstanceOf(UsageReply.Usage.class);
        assertThat(access.asked).containsExactly("exec " + container, "attach " + container, "usage " + container);
    }

    @Test
    void nothingIsOpenedInWhatDoesNotRunIsNotThereOrIsOfOthers() {
        assertThat(open(id.value(), EXEC)).isEqualTo(new SessionReply.NoContainer());
        run(Samples.run(id, 1));
        skipTo(ContainerPhase.RUNNING);
        stop(1);
        skipTo(ContainerPhase.EXITED);

        assertThat(open(id.value(), EXEC)).isEqualTo(new SessionReply.NotRunning("its container is exited"));
        assertThat(usage()).isEqualTo(new UsageReply.NotRunning("its container is exited"));
        start("persys.agent.cluster-id = other");
        assertThat(open(id.value(), EXEC)).isEqualTo(new SessionReply.NoContainer());
        assertThat(access.asked).isEmpty();
    }

    @Test
    void filesAreThereWhetherTheContainerRunsOrNot() {
        ArchiveQuery read = new ArchiveQuery(ArchiveQuery.Access.READ, "/etc");
        assertThat(archive(read)).isEqualTo(new SessionReply.NoContainer());
        run(Samples.run(id, 1));
        skipTo(ContainerPhase.RUNNING);
        String container = list().containers().get(0).containerId().orElseThrow();
        assertThat(archive(read)).isInstanceOf(SessionReply.Opened.class);
        stop(1);
        skipTo(ContainerPhase.EXITED);

        assertThat(archive(read)).isInstanceOf(SessionReply.Opened.class);
        assertThat(access.asked).containsExactly("read /etc " + container, "read /etc " + container);
        start("persys.agent.cluster-id = other");
        assertThat(archive(read)).isEqualTo(new SessionReply.NoContainer());
    }

    private SessionReply archive(ArchiveQuery query) {
        TestProbe<SessionReply> replies = kit.createTestProbe();
        agent.tell(new AgentProtocol.OpenArchive(id.value(), query, replies.ref()));
        return replies.receiveMessage();
    }

    @Test
    void commandInWhatIsKnownToRunCostsNoLook() {
        run(Samples.run(id, 1));
        skipTo(ContainerPhase.RUNNING);
        await(() -> list().containers().size() == 1);
        long before = docker.count("list") + docker.count("inspect");

        assertThat(open(id.value(), EXEC)).isInstanceOf(SessionReply.Opened.class);

        assertThat(docker.count("list") + docker.count("inspect")).isEqualTo(before);
    }

    @Test
    void commandWhereWhatIsKnownIsOldIsTriedOnceMoreAfterALook() {
        run(Samples.run(id, 1));
        skipTo(ContainerPhase.RUNNING);
        access.failure = Optional.of(new RuntimeFailure(Kind.NOT_FOUND, "no such container"));

        assertThat(open(id.value(), EXEC)).isEqualTo(new SessionReply.NoContainer());

        assertThat(access.asked)
                .as("once from memory, once as the engine shows it")
                .hasSize(2);
    }

    @Test
    void refusalsOfTheEngineKeepTheirKind() {
        run(Samples.run(id, 1));
        skipTo(ContainerPhase.RUNNING);
        assertThat(refused(Kind.NOT_FOUND)).isEqualTo(new SessionReply.NoContainer());
        assertThat(refused(Kind.CONFLICT)).isEqualTo(new SessionReply.NotRunning("why"));
        assertThat(refused(Kind.REFUSED)).isEqualTo(new SessionReply.Refused("why"));
        assertThat(refused(Kind.TIMEOUT)).isEqualTo(new SessionReply.Unavailable("why"));
    }

    @Test
    void startThatIsToBeAttendedWaitsUntilSomebodyIsAttached() {
        run(attended(1, 0));
        awaitAttention();
        assertThat(open(id.value(), EXEC)).isEqualTo(new SessionReply.NotRunning("its container is created"));

        assertThat(open(id.value(), SessionQuery.attach(true, Optional.empty())))
                .isInstanceOf(SessionReply.Opened.class);
        assertThat(docker.count("start")).as("the engine passes nothing on yet").isZero();
        access.attached.run();

        skipTo(ContainerPhase.RUNNING);
        assertThat(docker.count("start")).isEqualTo(1);
        docker.exit(id.value(), 0);
        skipTo(ContainerPhase.EXITED);
        assertThat(open(id.value(), SessionQuery.attach(true, Optional.empty())))
                .isEqualTo(new SessionReply.NotRunning("its container is exited"));
    }

    @Test
    void startDoesNotWaitForEverForWhoNeverComes() {
        run(attended(1, 0));
        awaitAttention();

        time.timePasses(OrderExecution.FIRST_SESSION.minusMillis(1));
        assertThat(docker.count("start")).isZero();
        time.timePasses(Duration.ofMillis(1));

        skipTo(ContainerPhase.RUNNING);
    }

    @Test
    void waitForASessionEndsWithTheNextOrder() {
        run(attended(1, 0));
        awaitAttention();
        remove(1);

        skipTo(ContainerPhase.REMOVED);
        assertThat(docker.count("start")).isZero();
    }

    @Test
    void nobodyIsWaitedForWhereAContainerIsMadeAgainAfterALoss() {
        run(attended(2, 1));

        skipTo(ContainerPhase.RUNNING);
    }

    private RunOrder attended(long generation, int restarts) {
        ObjectNode json = Json.MAPPER.valueToTree(Samples.run(id, generation).ofRun(1, Optional.empty(), restarts, 0));
        json.put("stdinOpen", true).put("startAttached", true);
        return Json.read(Json.write(json), RunOrder.class);
    }

    private void awaitAttention() {
        skipUntil(report ->
                report.phase() == ContainerPhase.STARTING && report.message().contains("persys attach"));
    }

    private SessionReply refused(Kind kind) {
        access.failure = Optional.of(new RuntimeFailure(kind, "why"));
        return open(id.value(), EXEC);
    }

    private SessionReply open(String container, SessionQuery query) {
        TestProbe<SessionReply> replies = kit.createTestProbe();
        agent.tell(new AgentProtocol.OpenSession(container, query, replies.ref()));
        return replies.receiveMessage();
    }

    private UsageReply usage() {
        TestProbe<UsageReply> replies = kit.createTestProbe();
        agent.tell(new AgentProtocol.ReadUsage(id.value(), false, replies.ref()));
        return replies.receiveMessage();
    }
}
