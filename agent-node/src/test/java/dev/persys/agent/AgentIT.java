package dev.persys.agent;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.stream.javadsl.Sink;
import akka.util.ByteString;
import com.fasterxml.jackson.databind.JsonNode;
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
import dev.persys.protocol.AgentProtocol;
import dev.persys.protocol.AgentProtocol.LogsReply;
import dev.persys.protocol.AgentProtocol.OrderReply;
import dev.persys.testing.DockerFixture;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What orders come to on a real Docker engine. */
final class AgentIT extends AgentOnDocker {
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
        TestProbe<LogsReply> logs = kit.createTestProbe();
        agent().ref().tell(new AgentProtocol.ReadLogs(id.value(), LogQuery.ALL, logs.ref()));
        LogsReply.Logs reply = logs.expectMessageClass(LogsReply.Logs.class, LIMIT);
        Awaitility.await()
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(reply.bytes()
                                .runWith(Sink.fold(ByteString.emptyByteString(), ByteString::concat), kit.system())
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
}
