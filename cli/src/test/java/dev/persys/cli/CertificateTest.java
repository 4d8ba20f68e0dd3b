package dev.persys.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.persys.cli.CommandLineFixture.Result;
import dev.persys.trust.Credentials;
import dev.persys.trust.Role;
import dev.persys.trust.TestAuthority;
import dev.persys.trust.tls.CredentialsPaths;
import dev.persys.trust.tls.MutualTls;
import dev.persys.trust.tls.Peers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands against a scheduler that asks for a certificate. */
final class CertificateTest {
    private static final TestAuthority AUTHORITY = new TestAuthority();
    private static final byte[] NONE = "{\"workloads\":[]}".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    Path directory;

    @Test
    void certificateOfTheEnvironmentIsShownAndTheSchedulersLookedAt() throws IOException {
        Result result = run(AUTHORITY.of(Role.SCHEDULER, "s-1"), operator());
        assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.OK);
    }

    @Test
    void whoIsNoSchedulerIsNotAsked() throws IOException {
        Result result = run(AUTHORITY.of(Role.AGENT, "node-1"), operator());
        assertThat(result.code()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(result.err()).contains("spiffe://c-1/agent/node-1", "PERSYS_CERTIFICATE");
    }

    @Test
    void schedulerOfAnotherAuthorityIsNotAsked() throws IOException {
        TestAuthority other = new TestAuthority();
        Credentials own = TestAuthority.believing(other.of(Role.SCHEDULER, "s-1"), AUTHORITY.root());
        Result result = run(own, operator());
        assertThat(result.code()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(result.err()).contains("cannot be spoken with by TLS");
    }

    @Test
    void filesThatCannotBeUsedAreNamed() throws IOException {
        CredentialsPaths files = operator();
        Files.delete(files.key());
        Result result = run(AUTHORITY.of(Role.SCHEDULER, "s-1"), files);
        assertThat(result.code()).isEqualTo(ExitCode.UNAUTHORIZED);
        assertThat(result.err()).contains(files.key().toString(), "no such file", "PERSYS_KEY");
    }

    @Test
    void variablesThatAreMissingAreNamed() {
        Result result = new CommandLineFixture()
                .with("PERSYS_ADDRESS", "https://127.0.0.1:1")
                .with("PERSYS_KEY", "/k")
                .run("ps");
        assertThat(result.code()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains("PERSYS_CERTIFICATE and PERSYS_ROOTS are not set");
    }

    private CredentialsPaths operator() {
        return TestAuthority.write(AUTHORITY.of(Role.OPERATOR, "jane"), directory);
    }

    private static Result run(Credentials scheduler, CredentialsPaths files) throws IOException {
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        SSLContext context = new MutualTls(() -> scheduler).context(Peers.all(Role.OPERATOR));
        server.setHttpsConfigurator(new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters wanted = context.getDefaultSSLParameters();
                wanted.setNeedClientAuth(true);
                parameters.setSSLParameters(wanted);
            }
        });
        server.createContext("/workloads", exchange -> {
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, NONE.length);
            exchange.getResponseBody().write(NONE);
            exchange.close();
        });
        server.start();
        try {
            return new CommandLineFixture()
                    .with(
                            "PERSYS_ADDRESS",
                            "https://127.0.0.1:" + server.getAddress().getPort())
                    .with("PERSYS_CERTIFICATE", files.certificate().toString())
                    .with("PERSYS_KEY", files.key().toString())
                    .with("PERSYS_ROOTS", files.roots().toString())
                    .run("ps");
        } finally {
            server.stop(0);
        }
    }
}
