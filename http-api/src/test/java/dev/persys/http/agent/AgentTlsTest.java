package dev.persys.http.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.stream.javadsl.Flow;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import dev.persys.api.ContainerList;
import dev.persys.api.LogQuery;
import dev.persys.api.SessionChannel;
import dev.persys.http.client.AgentPassage;
import dev.persys.http.client.HttpAgentClient;
import dev.persys.http.testing.Samples;
import dev.persys.http.testing.TlsClient;
import dev.persys.model.NodeId;
import dev.persys.protocol.AgentClient;
import dev.persys.protocol.AgentProtocol;
import dev.persys.protocol.AgentProtocol.ListReply;
import dev.persys.protocol.AgentProtocol.LogsReply;
import dev.persys.protocol.AgentProtocol.SessionReply;
import dev.persys.protocol.CallException;
import dev.persys.runtime.SessionFrames;
import dev.persys.trust.Credentials;
import dev.persys.trust.Role;
import dev.persys.trust.TestAuthority;
import dev.persys.trust.tls.MutualTls;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The agent's port for orders with mutual TLS, and the scheduler's ways to it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AgentTlsTest {
    private static final TestAuthority AUTHORITY = new TestAuthority();
    private static final NodeId NODE = new NodeId("node-1");
    private static final ContainerList LIST = new ContainerList("boot-1", List.of(), List.of());
    private static final Credentials GOOD = AUTHORITY.of(Role.AGENT, NODE.value());

    private final AtomicReference<Credentials> shown = new AtomicReference<>(GOOD);
    private AgentFixture fixture;

    @BeforeAll
    void start() {
        fixture = new AgentFixture("", Optional.of(new MutualTls(shown::get)));
    }

    @AfterAll
    void stop() {
        fixture.close();
    }

    @BeforeEach
    void answer() {
        shown.set(GOOD);
        fixture.agent.answer(command -> {
            if (command instanceof AgentProtocol.ListContainers list) {
                list.replyTo().tell(new ListReply.Containers(LIST));
            } else if (command instanceof AgentProtocol.ReadLogs read) {
                read.replyTo()
                        .tell(new LogsReply.Logs(
                                "c0ffee",
                                Source.repeat(ByteString.fromArray(new byte[10_000]))
                                        .take(100)));
            } else if (command instanceof AgentProtocol.OpenSession open) {
                open.replyTo().tell(new SessionReply.Opened(Flow.of(ByteString.class)));
            }
        });
    }

    @Test
    void schedulerIsAnswered() {
        assertThat(AgentFixture.await(scheduler().to(NODE).list(fixture.node())))
                .isEqualTo(LIST);
    }

    @ParameterizedTest
    @EnumSource(names = {"OPERATOR", "GATEWAY", "AGENT"})
    void nobodyElseGivesOrders(Role role) throws IOException {
        String request = "GET /docker/list HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        assertThat(new TlsClient(Optional.of(AUTHORITY.of(role, NODE.value())))
                        .ask(fixture.server.apiAddress(), request))
                .startsWith("HTTP/1.1 403")
                .contains("wrong-identity");
    }

    @Test
    void longOutputAndSessionsPass() {
        AgentClient.Output output =
                AgentFixture.await(scheduler().to(NODE).logs(fixture.node(), Samples.ID, LogQuery.ALL));
        assertThat(AgentFixture.await(output.bytes()
                        .runWith(Sink.fold(0L, (sum, bytes) -> sum + bytes.size()), fixture.kit.system())))
                .isEqualTo(1_000_000L);

        ByteString frame = SessionFrames.of(
                        SessionChannel.STDIN, ByteString.fromArray(new byte[SessionChannel.MAX_PAYLOAD]))
                .get(0);
        AgentPassage passage = new AgentPassage(fixture.kit.system(), fixture.settings, Optional.of(tls()));
        String target = "/docker/exec/" + Samples.ID + "?command=cat&stdin=true";
        AgentPassage.Answer.Opened opened =
                (AgentPassage.Answer.Opened) AgentFixture.await(passage.open(NODE, fixture.node(), target));
        assertThat(AgentFixture.await(Source.repeat(frame)
                        .take(50)
                        .concat(Source.maybe())
                        .via(opened.frames())
                        .take(50)
                        .runWith(Sink.seq(), fixture.kit.system())))
                .hasSize(50)
                .allMatch(frame::equals);
    }

    @Test
    void anotherNodesAgentIsNotBelieved() {
        NodeId other = new NodeId("node-2");
        notCalled(scheduler().to(other), "spiffe://c-1/agent/node-1");
        assertThatThrownBy(() ->
                        AgentFixture.await(new AgentPassage(fixture.kit.system(), fixture.settings, Optional.of(tls()))
                                .open(other, fixture.node(), "/docker/exec/" + Samples.ID + "?command=cat")))
                .rootCause()
                .hasMessageContaining("spiffe://c-1/agent/node-1");
    }

    @Test
    void whoIsNoAgentIsNotBelieved() {
        shown.set(AUTHORITY.of(Role.SCHEDULER, NODE.value()));
        notCalled(scheduler().to(NODE), "spiffe://c-1/scheduler/node-1");
    }

    @Test
    void agentOfAnotherAuthorityIsNotBelieved() {
        shown.set(TestAuthority.believing(new TestAuthority().of(Role.AGENT, NODE.value()), AUTHORITY.root()));
        notCalled(scheduler().to(NODE), "path");
        shown.set(TestAuthority.believing(AUTHORITY.selfSigned(Role.AGENT, NODE.value()), AUTHORITY.root()));
        notCalled(scheduler().to(NODE), "path");
    }

    @Test
    void agentThatSpeaksPlainTextIsNotCalled() {
        try (AgentFixture plain = new AgentFixture("")) {
            assertThatThrownBy(() -> AgentFixture.await(scheduler().to(NODE).list(plain.node())))
                    .isInstanceOf(RuntimeException.class);
            assertThat(plain.agent.received()).isEmpty();
        }
    }

    @Test
    void nobodyIsCalledWithoutSayingWhoIsMeant() {
        assertThatThrownBy(() -> scheduler().list(fixture.node())).isInstanceOf(CallException.class);
    }

    private void notCalled(AgentClient client, String words) {
        assertThatThrownBy(() -> AgentFixture.await(client.list(fixture.node())))
                .cause()
                .isInstanceOf(CallException.class)
                .hasMessageContaining(words);
        assertThat(fixture.agent.received()).isEmpty();
    }

    private HttpAgentClient scheduler() {
        return new HttpAgentClient(
                fixture.kit.system(), Optional.empty(), fixture.settings.client(), Optional.of(tls()));
    }

    private static MutualTls tls() {
        Credentials own = AUTHORITY.of(Role.SCHEDULER, "s-1");
        return new MutualTls(() -> own);
    }
}
