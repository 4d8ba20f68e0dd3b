package dev.persys.http.scheduler;

import dev.persys.http.testing.HandshakeContract;
import dev.persys.trust.Credentials;
import dev.persys.trust.Role;
import dev.persys.trust.TestAuthority;
import dev.persys.trust.tls.MutualTls;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** The scheduler's API. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SchedulerHandshakeTest extends HandshakeContract {
    private final TestAuthority authority = new TestAuthority();
    private SchedulerFixture fixture;

    @BeforeAll
    void start() {
        Credentials own = authority.of(Role.SCHEDULER, "s-1");
        fixture = new SchedulerFixture("persys.http.server.max-in-flight = 64", Optional.of(new MutualTls(() -> own)));
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
        return Role.OPERATOR;
    }

    @Override
    protected InetSocketAddress port() {
        return fixture.server.apiAddress();
    }

    @Override
    protected String request() {
        return "GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n";
    }
}
