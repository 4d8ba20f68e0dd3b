package dev.persys.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.cli.CommandLineFixture.Result;
import dev.persys.trust.Credentials;
import dev.persys.trust.Keys;
import dev.persys.trust.Role;
import dev.persys.trust.TestAuthority;
import dev.persys.trust.tls.CredentialsPaths;
import dev.persys.trust.tls.MutualTls;
import dev.persys.trust.tls.Peers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.function.Function;
import javax.net.ssl.SSLServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands against a scheduler that asks for a certificate. */
final class CertificateTest {
    private static final TestAuthority AUTHORITY = new TestAuthority();

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
        assertThat(result.err()).contains("spiffe://c-1/agent/node-1", "--address", "PERSYS_CERTIFICATE");
    }

    @Test
    void schedulerOfAnotherAuthorityIsNotAsked() throws IOException {
        TestAuthority other = new TestAuthority();
        Credentials own = TestAuthority.believing(other.of(Role.SCHEDULER, "s-1"), AUTHORITY.root());
        Result result = run(own, operator());
        assertThat(result.code()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(result.err())
                .contains("cannot be spoken with by TLS", "no root in", "has signed its certificate", "persys ca show");
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
        assertThat(result.err())
                .contains("--certificate (PERSYS_CERTIFICATE) and --roots (PERSYS_ROOTS) are not given");
    }

    @Test
    void optionsComeBeforeTheEnvironmentAndMayStandBeforeTheVerb() throws IOException {
        CredentialsPaths files = operator();
        CommandLineFixture cli = new CommandLineFixture().with("PERSYS_CERTIFICATE", "/nonexistent");
        assertThat(with(
                                AUTHORITY.of(Role.SCHEDULER, "s-1"),
                                address -> cli.run(
                                        "--certificate",
                                        files.certificate().toString(),
                                        "--key=" + files.key(),
                                        "ps",
                                        "--roots",
                                        files.roots().toString(),
                                        "--address",
                                        address))
                        .code())
                .isEqualTo(ExitCode.OK);
    }

    @Test
    void whoShowsNoCertificateIsToldThatOneIsWanted() throws IOException {
        Result result = with(
                AUTHORITY.of(Role.SCHEDULER, "s-1"),
                address -> new CommandLineFixture().run("ps", "--address", address));
        assertThat(result.code()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(result.err()).contains("no roots of a cluster were given", "--certificate", "PERSYS_ROOTS");
    }

    @Test
    void ownCertificateThatHasExpiredIsNamed() throws IOException {
        Credentials over = AUTHORITY.lasting(
                Instant.now().minusSeconds(7200), Instant.now().minusSeconds(60), "spiffe://c-1/operator/jane");
        CredentialsPaths files = TestAuthority.write(over, directory);
        Result result = run(AUTHORITY.of(Role.SCHEDULER, "s-1"), files);
        assertThat(result.code()).isEqualTo(ExitCode.UNAUTHORIZED);
        assertThat(result.err()).contains(files.certificate() + " has expired", "have a new one signed");
    }

    @Test
    void certificateOfAnotherAuthorityIsNamedWhoeverNoticesIt() throws IOException {
        Credentials stranger = TestAuthority.believing(new TestAuthority().of(Role.OPERATOR, "jane"), AUTHORITY.root());
        CredentialsPaths files = TestAuthority.write(stranger, directory);
        Result result = run(AUTHORITY.of(Role.SCHEDULER, "s-1"), files);
        assertThat(result.code()).isEqualTo(ExitCode.UNAUTHORIZED);
        assertThat(result.err()).contains(files.certificate() + " does not lead to a root in " + files.roots());
    }

    @Test
    void whomTheSchedulerDoesNotBelieveIsToldWhatToHaveSigned() throws IOException {
        TestAuthority other = new TestAuthority();
        Credentials both = TestAuthority.believing(other.of(Role.OPERATOR, "jane"), AUTHORITY.root(), other.root());
        CredentialsPaths files = TestAuthority.write(both, directory);
        Result result = run(AUTHORITY.of(Role.SCHEDULER, "s-1"), files);
        // Whether it is heard to say so before it hangs up is a matter of time.
        assertThat(result.code()).as(result.err()).isIn(ExitCode.UNAUTHORIZED, ExitCode.UNREACHABLE);
        assertThat(result.err())
                .contains("does not believe the certificate in " + files.certificate(), "persys ca sign");
    }

    @Test
    void schedulerWhoseCertificateHasExpiredIsNotAsked() throws IOException {
        Credentials over = AUTHORITY.lasting(
                Instant.now().minusSeconds(7200), Instant.now().minusSeconds(60), "spiffe://c-1/scheduler/s-1");
        Result result = run(over, operator());
        assertThat(result.code()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(result.err()).contains("its certificate has expired", "persys ca sign");
    }

    @Test
    void keyOfAnotherCertificateIsNamed() throws IOException {
        CredentialsPaths files = operator();
        TestAuthority.put(
                files.key(), Keys.write(AUTHORITY.of(Role.OPERATOR, "joe").key()));
        Result result = run(AUTHORITY.of(Role.SCHEDULER, "s-1"), files);
        assertThat(result.code()).isEqualTo(ExitCode.UNAUTHORIZED);
        assertThat(result.err()).contains("the key in " + files.key() + " is not that of the certificate");
    }

    @Test
    void portWithoutTlsIsNamed() throws IOException {
        CredentialsPaths files = operator();
        Result result = at(
                new ServerSocket(0, 50, InetAddress.getLoopbackAddress()),
                "https",
                address -> new CommandLineFixture()
                        .run(
                                "ps",
                                "--address",
                                address,
                                "--certificate=" + files.certificate(),
                                "--key=" + files.key(),
                                "--roots=" + files.roots()));
        assertThat(result.code()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(result.err()).contains("it does not speak TLS", "http://");
    }

    private CredentialsPaths operator() {
        return TestAuthority.write(AUTHORITY.of(Role.OPERATOR, "jane"), directory);
    }

    private static Result run(Credentials scheduler, CredentialsPaths files) throws IOException {
        return with(
                scheduler,
                address -> new CommandLineFixture()
                        .with("PERSYS_ADDRESS", address)
                        .with("PERSYS_CERTIFICATE", files.certificate().toString())
                        .with("PERSYS_KEY", files.key().toString())
                        .with("PERSYS_ROOTS", files.roots().toString())
                        .run("ps"));
    }

    /** What {@code command} comes to at the address of this scheduler. */
    private static Result with(Credentials scheduler, Function<String, Result> command) throws IOException {
        SSLServerSocket server = (SSLServerSocket) new MutualTls(() -> scheduler)
                .context(Peers.all(Role.OPERATOR))
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        server.setNeedClientAuth(true);
        return at(server, "https", command);
    }

    /** At a scheduler that has an answer for whoever gets so far. */
    private static Result at(ServerSocket server, String scheme, Function<String, Result> command) throws IOException {
        Thread thread = new Thread(() -> serve(server));
        thread.setDaemon(true);
        thread.start();
        try (server) {
            return command.apply(scheme + "://127.0.0.1:" + server.getLocalPort());
        }
    }

    private static void serve(ServerSocket server) {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                int first = socket.getInputStream().read();
                String head = first == 'G' ? "200 OK" : "400 Bad Request";
                socket.getOutputStream()
                        .write(("HTTP/1.1 " + head + "\r\nContent-Length: 16\r\n\r\n{\"workloads\":[]}")
                                .getBytes(StandardCharsets.US_ASCII));
                socket.shutdownOutput();
                socket.getInputStream().readAllBytes();
            } catch (IOException e) {
                // A client that was turned away, or the end of the test.
            }
        }
    }
}
