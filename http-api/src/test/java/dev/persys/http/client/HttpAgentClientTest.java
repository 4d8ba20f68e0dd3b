package dev.persys.http.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.NotUsed;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.SinkQueueWithCancel;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import dev.persys.api.AgentEvent;
import dev.persys.api.ContainerList;
import dev.persys.api.ContainerOrder;
import dev.persys.api.LogQuery;
import dev.persys.api.RunOrder;
import dev.persys.http.Secret;
import dev.persys.http.agent.AgentFixture;
import dev.persys.http.testing.Samples;
import dev.persys.model.ContainerPhase;
import dev.persys.model.ContainerReport;
import dev.persys.model.Epoch;
import dev.persys.model.Generation;
import dev.persys.model.NodeFacts;
import dev.persys.protocol.AgentClient;
import dev.persys.protocol.AgentClient.EventStream;
import dev.persys.protocol.AgentClient.LogsBusyException;
import dev.persys.protocol.AgentClient.LogsUnreadableException;
import dev.persys.protocol.AgentClient.NoPreviousOutputException;
import dev.persys.protocol.AgentClient.NoSuchContainerException;
import dev.persys.protocol.AgentClient.OrderResult;
import dev.persys.protocol.AgentProtocol;
import dev.persys.protocol.AgentProtocol.EventsReply;
import dev.persys.protocol.AgentProtocol.ListReply;
import dev.persys.protocol.AgentProtocol.LogsReply;
import dev.persys.protocol.AgentProtocol.OrderReply;
import dev.persys.testing.LoopbackServer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class HttpAgentClientTest {
    private static final RunOrder RUN = RunOrder.of(
            Samples.ID, Samples.SPEC, Generation.of(2), Samples.epoch(), Samples.CLUSTER, Optional.of("r-1"));
    private static final ContainerOrder ORDER = new ContainerOrder(
            Samples.ID,
            Generation.of(2),
            Samples.epoch(),
            Samples.CLUSTER,
            Duration.ofSeconds(3),
            Optional.of("r-1"),
            0,
            true);
    private static final ContainerReport REPORT =
            ContainerReport.of(Samples.ID, Generation.of(2), ContainerPhase.RUNNING, "");

    private AgentFixture fixture;
    private HttpAgentClient client;

    @BeforeAll
    void start() {
        fixture = new AgentFixture("persys.http.agent-secret = hunter2");
        client = new HttpAgentClient(fixture.kit.system(), fixture.settings.agentSecret(), fixture.settings.client());
    }

    @AfterAll
    void stop() {
        fixture.close();
    }

    @Test
    void ordersArriveAsTheyWereGiven() {
        fixture.answerOrders(new OrderReply.Queued());
        assertThat(AgentFixture.await(client.run(fixture.node(), RUN))).isEqualTo(new OrderResult.Queued());
        assertThat(((AgentProtocol.Run) fixture.agent.only()).order()).isEqualTo(RUN);

        fixture.answerOrders(new OrderReply.Queued());
        assertThat(AgentFixture.await(client.stop(fixture.node(), ORDER))).isEqualTo(new OrderResult.Queued());
        assertThat(((AgentProtocol.Stop) fixture.agent.only()).order()).isEqualTo(ORDER);

        fixture.answerOrders(new OrderReply.Queued());
        assertThat(AgentFixture.await(client.remove(fixture.node(), ORDER))).isEqualTo(new OrderResult.Queued());
        assertThat(((AgentProtocol.Remove) fixture.agent.only()).order()).isEqualTo(ORDER);
    }

    @Test
    void whatIsRefusedAndWhatIsToBeRepeatedAreToldApart() {
        fixture.answerOrders(new OrderReply.Refused("stale-epoch", "epoch 4 is known", Optional.of(Epoch.of(4))));
        assertThat(AgentFixture.await(client.run(fixture.node(), RUN)))
                .isEqualTo(new OrderResult.Refused("stale-epoch", "epoch 4 is known", Optional.of(Epoch.of(4))));
        fixture.answerOrders(new OrderReply.Refused("stale-epoch", "as agents of before say it"));
        assertThat(AgentFixture.await(client.run(fixture.node(), RUN)))
                .isEqualTo(new OrderResult.Refused("stale-epoch", "as agents of before say it"));

        fixture.answerOrders(new OrderReply.Busy("100 orders are waiting"));
        assertThat(AgentFixture.await(client.stop(fixture.node(), ORDER)))
                .isEqualTo(new OrderResult.Busy("100 orders are waiting"));
    }

    @Test
    void theListComesAsTheAgentGaveIt() {
        ContainerList list = new ContainerList("boot-7", List.of(REPORT), List.of());
        fixture.agent.answer(
                command -> ((AgentProtocol.ListContainers) command).replyTo().tell(new ListReply.Containers(list)));

        assertThat(AgentFixture.await(client.list(fixture.node()))).isEqualTo(list);
    }

    @Test
    void aListThatCannotBeHadFailsWithTheReason() {
        fixture.agent.answer(command -> ((AgentProtocol.ListContainers) command)
                .replyTo()
                .tell(new ListReply.Unavailable("Docker does not answer")));

        assertThatThrownBy(() -> AgentFixture.await(client.list(fixture.node())))
                .cause()
                .isInstanceOf(PeerException.class)
                .hasMessageContaining("503")
                .hasMessageContaining("Docker does not answer");
    }

    @Test
    void logsComeThroughWithTheirQuery() {
        LogQuery query = new LogQuery(Optional.of(7), Optional.of(Instant.parse("2026-01-02T03:04:05.006Z")), true);
        fixture.agent.answer(command -> ((AgentProtocol.ReadLogs) command)
                .replyTo()
                .tell(new LogsReply.Logs("c0ffee", Source.single(ByteString.fromString("out\n")))));

        AgentClient.Output output = AgentFixture.await(client.logs(fixture.node(), Samples.ID, query.stamped(true)));

        assertThat(text(output.bytes())).isEqualTo("out\n");
        assertThat(output.containerId()).contains("c0ffee");
        assertThat(((AgentProtocol.ReadLogs) fixture.agent.only()).query()).isEqualTo(query.stamped(true));
    }

    @Test
    void spanIsCountedBackFromTheNodesOwnTime() {
        fixture.agent.answer(command -> ((AgentProtocol.ReadLogs) command)
                .replyTo()
                .tell(new LogsReply.Logs("c0ffee", Source.single(ByteString.fromString("out\n")))));

        AgentFixture.await(client.logs(fixture.node(), Samples.ID, LogQuery.ALL.within(Duration.ofMinutes(10))));

        LogQuery asked = ((AgentProtocol.ReadLogs) fixture.agent.only()).query();
        assertThat(asked.ago()).isEmpty();
        assertThat(asked.since().orElseThrow())
                .isBetween(
                        Instant.now().minus(Duration.ofMinutes(11)),
                        Instant.now().minus(Duration.ofMinutes(9)));
    }

    @Test
    void anAgentThatKnowsNoTimesIsAskedWithoutThem() throws Exception {
        List<String> asked = new CopyOnWriteArrayList<>();
        try (LoopbackServer old = new LoopbackServer(exchange -> {
            String query = exchange.getRequestURI().getQuery();
            asked.add(query);
            boolean knows = !query.contains("timestamps");
            LoopbackServer.answer(exchange, knows ? 200 : 400, "text/plain", knows ? "out\n" : "unknown");
        })) {
            NodeFacts node = AgentFixture.facts("127.0.0.1", old.port());

            AgentClient.Output output = AgentFixture.await(client.logs(node, Samples.ID, LogQuery.ALL.stamped(true)));

            assertThat(text(output.bytes())).isEqualTo("out\n");
            assertThat(output.containerId()).isEmpty();
            assertThat(asked).hasSize(2);
        }
    }

    private String text(Source<ByteString, NotUsed> bytes) {
        return AgentFixture.await(bytes.runFold(ByteString.emptyByteString(), ByteString::concat, fixture.kit.system()))
                .utf8String();
    }

    @Test
    void logsOfAContainerThatIsNotThereFailAsSuch() {
        fixture.agent.answer(
                command -> ((AgentProtocol.ReadLogs) command).replyTo().tell(new LogsReply.NoContainer()));

        assertThatThrownBy(() -> AgentFixture.await(client.logs(fixture.node(), Samples.ID, LogQuery.ALL)))
                .hasCauseInstanceOf(NoSuchContainerException.class);
    }

    @Test
    void outputFromBeforeThePresentRunThatIsNotKeptFailsAsSuch() {
        fixture.agent.answer(
                command -> ((AgentProtocol.ReadLogs) command).replyTo().tell(new LogsReply.NoPrevious()));
        LogQuery query = LogQuery.ALL.ofPrevious();

        assertThatThrownBy(() -> AgentFixture.await(client.logs(fixture.node(), Samples.ID, query)))
                .hasCauseInstanceOf(NoPreviousOutputException.class);
        assertThat(((AgentProtocol.ReadLogs) fixture.agent.only()).query()).isEqualTo(query);
    }

    @Test
    void followersThatThereIsNoPlaceForAreToldSo() {
        String few = "persys.http.client { log-streams = 1, list-timeout = 5s }";
        LogQuery follow = new LogQuery(Optional.empty(), Optional.empty(), true);
        try (AgentFixture own = new AgentFixture(few)) {
            HttpAgentClient narrow =
                    new HttpAgentClient(own.kit.system(), own.settings.agentSecret(), own.settings.client());
            own.agent.answer(command -> ((AgentProtocol.ReadLogs) command)
                    .replyTo()
                    .tell(new LogsReply.Logs(
                            "c0ffee", Source.single(ByteString.fromString("x")).concat(Source.never()))));
            SinkQueueWithCancel<ByteString> first = AgentFixture.await(narrow.logs(own.node(), Samples.ID, follow))
                    .bytes()
                    .runWith(Sink.queue(), own.kit.system());
            assertThat(AgentFixture.await(first.pull())).isPresent();

            List<CompletionStage<AgentClient.Output>> others = IntStream.range(0, 8)
                    .mapToObj(i -> narrow.logs(own.node(), Samples.ID, follow))
                    .toList();

            assertThat(others)
                    .allSatisfy(other -> assertThatThrownBy(() -> AgentFixture.await(other))
                            .hasCauseInstanceOf(LogsBusyException.class)
                            .hasStackTraceContaining("persys.http.client.log-streams"));
        }
    }

    @Test
    void logsThatDockerDoesNotGiveForItIsAwayFailAsThat() {
        fixture.agent.answer(command -> ((AgentProtocol.ReadLogs) command)
                .replyTo()
                .tell(new LogsReply.Unavailable("Docker cannot be reached: no such file")));

        assertThatThrownBy(() -> AgentFixture.await(client.logs(fixture.node(), Samples.ID, LogQuery.ALL)))
                .hasCauseInstanceOf(AgentClient.EngineAwayException.class);
    }

    @Test
    void logsThatDockerCannotReadFailInItsWords() {
        fixture.agent.answer(command -> ((AgentProtocol.ReadLogs) command)
                .replyTo()
                .tell(new LogsReply.Unreadable("does not support reading")));

        assertThatThrownBy(() -> AgentFixture.await(client.logs(fixture.node(), Samples.ID, LogQuery.ALL)))
                .hasCauseInstanceOf(LogsUnreadableException.class)
                .hasRootCauseMessage("does not support reading");
    }

    @Test
    void eventsAreFollowedFromWhereTheyWereLeft() {
        AgentEvent event = new AgentEvent("boot-8", REPORT);
        fixture.agent.answer(command ->
                ((AgentProtocol.FollowEvents) command).replyTo().tell(new EventsReply.Events(Source.single(event))));

        EventStream.Open open =
                (EventStream.Open) AgentFixture.await(client.events(fixture.node(), Optional.of("boot-7")));

        assertThat(AgentFixture.await(open.events().runWith(Sink.seq(), fixture.kit.system())))
                .containsExactly(event);
        assertThat(((AgentProtocol.FollowEvents) fixture.agent.only()).after()).contains("boot-7");
    }

    @Test
    void eventsThatAreNoLongerKeptAreGone() {
        fixture.agent.answer(
                command -> ((AgentProtocol.FollowEvents) command).replyTo().tell(new EventsReply.Gone()));

        assertThat(AgentFixture.await(client.events(fixture.node(), Optional.of("a-1"))))
                .isEqualTo(new EventStream.Gone());
    }

    @Test
    void aStreamOutlivesItsSilenceWhileTheAgentKeepsItAlive() {
        // Silent for three times event-silence: only the agent's comments pass.
        fixture.agent.answer(command -> ((AgentProtocol.FollowEvents) command)
                .replyTo()
                .tell(new EventsReply.Events(
                        Source.single(new AgentEvent("boot-9", REPORT)).initialDelay(Duration.ofSeconds(3)))));

        EventStream.Open open = (EventStream.Open) AgentFixture.await(client.events(fixture.node(), Optional.empty()));

        assertThat(AgentFixture.await(open.events().runWith(Sink.head(), fixture.kit.system()))
                        .id())
                .isEqualTo("boot-9");
    }

    @Test
    void followedStreamsDoNotStarveOrders() {
        List<SinkQueueWithCancel<ByteString>> open = new ArrayList<>();
        fixture.agent.answer(command -> {
            if (command instanceof AgentProtocol.ReadLogs read) {
                read.replyTo()
                        .tell(new LogsReply.Logs(
                                "c0ffee",
                                Source.single(ByteString.fromString("x")).concat(Source.never())));
            } else if (command instanceof AgentProtocol.Run run) {
                run.replyTo().tell(new OrderReply.Queued());
            }
        });
        for (int i = 0; i < fixture.settings.server().maxStreams(); i++) {
            SinkQueueWithCancel<ByteString> queue = AgentFixture.await(client.logs(
                            fixture.node(), Samples.ID, new LogQuery(Optional.empty(), Optional.empty(), true)))
                    .bytes()
                    .runWith(Sink.queue(), fixture.kit.system());
            assertThat(AgentFixture.await(queue.pull()).map(ByteString::utf8String))
                    .contains("x");
            open.add(queue);
        }

        List<CompletionStage<OrderResult>> orders = IntStream.range(0, 20)
                .mapToObj(i -> client.run(fixture.node(), RUN))
                .toList();

        assertThat(orders)
                .allSatisfy(order -> assertThat(AgentFixture.await(order)).isEqualTo(new OrderResult.Queued()));
        open.forEach(SinkQueueWithCancel::cancel);
    }

    @Test
    void aWrongSecretIsNoRefusalOfTheOrder() {
        HttpAgentClient stranger =
                new HttpAgentClient(fixture.kit.system(), Optional.of(new Secret("other")), fixture.settings.client());

        assertThatThrownBy(() -> AgentFixture.await(stranger.run(fixture.node(), RUN)))
                .cause()
                .isInstanceOfSatisfying(
                        PeerException.class,
                        failure -> assertThat(failure.kind().isNotTaken()).isTrue())
                .hasMessageContaining("401")
                .hasMessageContaining("AGENT_SECRET");
    }

    @Test
    void addressesOfBothFamiliesMakeAnAuthority() {
        assertThat(Requests.authority("10.0.0.1", 8086)).isEqualTo("10.0.0.1:8086");
        assertThat(Requests.authority("fe80::1", 8086)).isEqualTo("[fe80::1]:8086");
    }
}
