package dev.persys.http.agent;

import dev.persys.api.ContainerList;
import dev.persys.http.testing.HandshakeContract;
import dev.persys.protocol.AgentProtocol;
import dev.persys.protocol.AgentProtocol.ListReply;
import dev.persys.trust.Credentials;
import dev.persys.trust.Role;
import dev.persys.trust.TestAuthority;
import dev.persys.trust.tls.MutualTls;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** The agent's port for orders. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AgentHandshakeTest extends HandshakeContract {
    private final TestAuthority authority = new TestAuthority();
    private AgentFixture fixture;

    @BeforeAll
    void start() {
        Credentials own = authority.of(Role.AGENT, "node-1");
        fixture = new AgentFixture("", Optional.of(new MutualTls(() -> own)));
        fixture.agent.answer(command -> {
            if (command instanceof AgentProtocol.ListContainers list) {
                list.replyTo().tell(new ListReply.Containers(new ContainerList("boot-1", List.of(), List.of())));
            }
        });
    }

    @AfterAll
    void stop() {
        fixture.close();
    }

    @Override
    protected TestAuthority authority() {
        return authority;
    }

    @Override
    protected Role welcome() {
        return Role.SCHEDULER;
    }

    @Override
    protected InetSocketAddress port() {
        return fixture.server.apiAddress();
    }

    @Override
    protected String request() {
        return "GET /docker/list HTTP/1.1\r\nHost: localhost\r\n";
    }
}
