package dev.persys.agent;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.stream.javadsl.Sink;
import akka.util.ByteString;
import com.fasterxml.jackson.databind.JsonNode;
import com.typesafe.config.ConfigFactory;
import dev.persys.api.AgentEvent;
import dev.persys.api.BareRun;
import dev.persys.api.ContainerList;
import dev.persys.api.Json;
import dev.persys.api.LogQuery;
import dev.persys.api.OrderRequest;
import dev.persys.api.RunOrder;
import dev.persys.model.ContainerPhase;
import dev.persys.model.ContainerReport;
import dev.persys.model.Generation;
import dev.persys.model.PullPolicy;
import dev.persys.model.RestartPolicy;
import dev.persys.model.WorkloadId;
import dev.persys.protocol.AgentProtocol;
import dev.persys.protocol.AgentProtocol.EventsReply;
import dev.persys.protocol.AgentProtocol.Health;
import dev.persys.protocol.AgentProtocol.ListReply;
import dev.persys.protocol.AgentProtocol.LogsReply;
import dev.persys.protocol.AgentProtocol.OrderReply;
import dev.persys.testing.DockerFixture;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The whole agent on a real Docker engine. */
final class AgentIT {
    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final DockerFixture docker = DockerFixture.shared();
    private final TestProbe<OrderReply> orders = KIT.createTestProbe();
    private final WorkloadId id = Samples.workload();
    private TestProbe<AgentEvent> events = KIT.createTestProbe();
    private Optional<AgentNode> node = Optional.empty();

    @AfterAll
    static void stopKit() {
        KIT.shutdownTestKit();
    }

    @BeforeEach
    void startAgent() {
        start(docker);
    }

    @AfterEach
    void stopAgent() {
        stopNode();
        docker.removeContainers();
    }

    @Test
    void orderRunsOnceHoweverOftenItIsGiven() {
        RunOrder order = order(1, "echo hello; sleep 1000", RestartPolicy.NEVER);
        run(order);
        run(order);
        ContainerReport running = skipTo(ContainerPhase.RUNNING);
        assertThat(running.containerId()).isPresent();
        assertThat(running.startedAt()).isPresent();
        run(order);
        assertThat(docker.docker("ps", "--all", "--quiet").lines()).hasSize(1);
        assertThat(docker.docker("ps", "--format", "{{.Names}}")).isEqualTo(id.value());
        assertThat(list().containers()).extracting(ContainerReport::workloadId).containsExactly(id);
        TestProbe<LogsReply> logs = KIT.createTestProbe();
        agent().ref().tell(new AgentProtocol.ReadLogs(id.value(), LogQuery.ALL, logs.ref()));
        LogsReply.Logs reply = logs.expectMessageClass(LogsReply.Logs.class, LIMIT);
        Awaitility.await()
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(reply.bytes()
                                .runWith(Sink.fold(ByteString.emptyByteString(), ByteString::concat), KIT.system())
                                .toCompletableFuture()
                                .get(10, TimeUnit.SECONDS)
                                .utf8String())
                        .isEqualTo("hello\n"));
    }

    @Test
    void theSeedsOrderIsCarriedOutOnceToo() {
        awaitRegistered();
        for (int i = 0; i < 3; i++) {
            BareRun seeds = OrderRequest.bareRun(
                            Json.read("""
                    {"workloadId":"%s","name":"%s","displayName":"web","image":"%s","command":"sleep 1000",
                     "envVars":{},"async":true}""".formatted(id, id, DockerFixture.BUSYBOX), JsonNode.class))
                    .fold(valid -> valid, errors -> {
                        throw new AssertionError(errors);
                    });
            agent().ref().tell(new AgentProtocol.RunNewest(seeds, orders.ref()));
            orders.expectMessage(new OrderReply.Queued());
        }
        skipTo(ContainerPhase.RUNNING);
        assertThat(docker.docker("ps", "--all", "--no-trunc", "--format", "{{.Names}} {{.Command}}"))
                .isEqualTo(id + " \"sleep 1000\"");
    }

    @Test
    void restartsByPolicyAreCountedUntilItIsExhausted() {
        run(order(1, "exit 3", RestartPolicy.of("on-failure:2")));
        ContainerReport exited = skipTo(ContainerPhase.EXITED);
        assertThat(exited.restartCount()).isEqualTo(2);
        assertThat(exited.exitCode()).contains(3);
    }

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
    void stopAndRemoveAreCarriedOut() {
        run(order(1, "trap 'exit 7' TERM; while true; do sleep 0.05; done", RestartPolicy.of("always")));
        skipTo(ContainerPhase.RUNNING);
        agent().ref().tell(new AgentProtocol.Stop(Samples.end(id, 1), orders.ref()));
        orders.expectMessage(new OrderReply.Queued());
        assertThat(skipTo(ContainerPhase.EXITED).exitCode()).isPresent();
        run(order(2, "sleep 1000", RestartPolicy.NEVER));
        assertThat(skipTo(ContainerPhase.RUNNING).generation()).isEqualTo(Generation.of(2));
        agent().ref().tell(new AgentProtocol.Remove(Samples.end(id, 2), orders.ref()));
        orders.expectMessage(new OrderReply.Queued());
        skipTo(ContainerPhase.REMOVED);
        assertThat(docker.docker("ps", "--all", "--quiet")).isEmpty();
    }

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

    @Test
    void refusedStartIsToldInDockersWordsAndLeavesNothing() {
        run(Samples.run(
                id, 1, 1, DockerFixture.BUSYBOX, List.of("no-such-command"), RestartPolicy.NEVER, PullPolicy.MISSING));
        assertThat(skipTo(ContainerPhase.START_REFUSED).message()).contains("no-such-command");
        Awaitility.await()
                .untilAsserted(() ->
                        assertThat(docker.docker("ps", "--all", "--quiet")).isEmpty());
        assertThat(list().orders()).extracting(ContainerReport::phase).containsExactly(ContainerPhase.START_REFUSED);
    }

    @Test
    void stopDuringPullLeavesNothing() {
        run(Samples.run(id, 1, 1, "127.0.0.1:9/absent:1", List.of("x"), RestartPolicy.NEVER, PullPolicy.MISSING));
        skipTo(ContainerPhase.PULLING);
        agent().ref().tell(new AgentProtocol.Remove(Samples.end(id, 1), orders.ref()));
        orders.expectMessage(new OrderReply.Queued());
        skipTo(ContainerPhase.REMOVED);
        assertThat(docker.docker("ps", "--all", "--quiet")).isEmpty();
    }

    @Test
    void removeDuringCreateLeavesNothing() {
        run(order(1, "sleep 1000", RestartPolicy.NEVER));
        agent().ref().tell(new AgentProtocol.Remove(Samples.end(id, 1), orders.ref()));
        orders.expectMessage(new OrderReply.Queued());
        skipTo(ContainerPhase.REMOVED);
        assertThat(docker.docker("ps", "--all", "--quiet")).isEmpty();
    }

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

    @Test
    void agentThatStopsAndStartsLeavesItsContainersAndKnowsThem() {
        run(order(1, "sleep 1000", RestartPolicy.NEVER));
        ContainerReport running = skipTo(ContainerPhase.RUNNING);
        stopNode();
        String other = docker.docker("ps", "--quiet", "--no-trunc");
        assertThat(other).isEqualTo(running.containerId().orElseThrow());
        start(docker);
        ContainerList list = list();
        assertThat(list.containers()).hasSize(1);
        assertThat(list.containers().get(0).startedAt()).isEqualTo(running.startedAt());
        run(order(1, "sleep 1000", RestartPolicy.NEVER));
        assertThat(skipTo(ContainerPhase.RUNNING).containerId()).isEqualTo(running.containerId());
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

    private AgentNode agent() {
        return node.orElseThrow();
    }

    private void start(DockerFixture fixture) {
        node = Optional.of(AgentNode.start(
                KIT.system(),
                ConfigFactory.parseString(String.join(
                                "\n",
                                "persys.agent.node-id = node-1",
                                "persys.agent.ping-interval = 300ms",
                                "persys.agent.docker.ping-timeout = 1s",
                                "persys.agent.docker.call-timeout = 5s",
                                "persys.agent.docker.publish-address = 127.0.0.1",
                                "persys.agent.docker.host = \"" + fixture.host() + "\""))
                        .withFallback(ConfigFactory.load()),
                new FakeScheduler(),
                "test"));
        awaitHealth(true);
        TestProbe<EventsReply> replies = KIT.createTestProbe();
        agent().ref().tell(new AgentProtocol.FollowEvents(Optional.empty(), replies.ref()));
        events = KIT.createTestProbe();
        TestProbe<AgentEvent> to = events;
        var unused = replies.expectMessageClass(EventsReply.Events.class)
                .events()
                .runWith(Sink.foreach(event -> to.ref().tell(event)), KIT.system());
    }

    private void stopNode() {
        node.ifPresent(running -> running.stop()
                .toCompletableFuture()
                .orTimeout(30, TimeUnit.SECONDS)
                .join());
        node = Optional.empty();
    }

    private RunOrder order(long generation, String script, RestartPolicy policy) {
        return Samples.run(
                id, generation, 1, DockerFixture.BUSYBOX, List.of("sh", "-c", script), policy, PullPolicy.MISSING);
    }

    private void run(RunOrder order) {
        agent().ref().tell(new AgentProtocol.Run(order, orders.ref()));
        orders.expectMessage(new OrderReply.Queued());
    }

    private LogsReply read(LogQuery query) {
        TestProbe<LogsReply> replies = KIT.createTestProbe();
        agent().ref().tell(new AgentProtocol.ReadLogs(id.value(), query, replies.ref()));
        return replies.receiveMessage(LIMIT);
    }

    private String text(LogQuery query) {
        return ((LogsReply.Logs) read(query))
                .bytes()
                .runWith(Sink.fold(ByteString.emptyByteString(), ByteString::concat), KIT.system())
                .toCompletableFuture()
                .orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS)
                .join()
                .utf8String();
    }

    private ContainerReport skipTo(ContainerPhase phase) {
        for (int i = 0; i < 40; i++) {
            ContainerReport report = events.receiveMessage(LIMIT).report();
            if (report.phase() == phase) {
                return report;
            }
        }
        throw new AssertionError("no " + phase + " within 40 events");
    }

    private ContainerReport nextNews() {
        return events.receiveMessage(LIMIT).report();
    }

    private ContainerList list() {
        TestProbe<ListReply> replies = KIT.createTestProbe();
        agent().ref().tell(new AgentProtocol.ListContainers(replies.ref()));
        return replies.expectMessageClass(ListReply.Containers.class, LIMIT).list();
    }

    private void awaitRegistered() {
        Awaitility.await().atMost(LIMIT).until(() -> {
            TestProbe<Health> replies = KIT.createTestProbe();
            agent().ref().tell(new AgentProtocol.GetHealth(replies.ref()));
            return replies.receiveMessage().registered();
        });
    }

    private void awaitHealth(boolean dockerAvailable) {
        Awaitility.await().atMost(LIMIT).until(() -> {
            TestProbe<Health> replies = KIT.createTestProbe();
            agent().ref().tell(new AgentProtocol.GetHealth(replies.ref()));
            return replies.receiveMessage().dockerAvailable() == dockerAvailable;
        });
    }
}
