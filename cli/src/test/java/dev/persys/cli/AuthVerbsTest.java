package dev.persys.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.cli.CommandLineFixture.Result;
import dev.persys.cli.client.Address;
import dev.persys.cli.client.AddressBook;
import dev.persys.cli.client.CertificateFiles;
import dev.persys.cli.output.Terminal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens, users, and who is signed in, at the command line. */
final class AuthVerbsTest {
    private static final String ISSUED = """
            {"user":"alice","role":"operator","session":"00000000000000aa","expiresIn":%d,
             "sessionExpiresAt":"2026-01-02T15:04:05Z","accessToken":"%s","refreshToken":"%s"}""";

    @TempDir
    Path home;

    private final ScriptedScheduler scheduler = new ScriptedScheduler();
    private CommandLineFixture cli;

    @BeforeEach
    void start() {
        cli = CommandLineFixture.against(scheduler)
                .with("PERSYS_HOME", home.toString())
                .with("PERSYS_TOKEN", "");
    }

    @AfterEach
    void stop() {
        scheduler.close();
    }

    private List<String> shown() {
        return scheduler.asked().stream()
                .map(asked -> asked.headers().entrySet().stream()
                        .filter(header -> header.getKey().equalsIgnoreCase("Authorization"))
                        .map(header -> header.getValue().get(0))
                        .findFirst()
                        .orElse("nothing"))
                .toList();
    }

    @Test
    void tokenIsPrintedAloneSoThatAScriptCanTakeIt() {
        scheduler.json(
                "POST /auth/tokens",
                "{\"id\":\"0102030405060708\",\"name\":\"ci\",\"role\":\"operator\",\"token\":\"persys_x\"}");

        Result result = cli.run("token", "create", "ci", "--role", "operator", "--expires-in", "30d");

        assertThat(result.code()).isEqualTo(ExitCode.OK);
        assertThat(result.out()).isEqualTo("persys_x\n");
        assertThat(result.err()).contains("an operator", "until it is revoked").doesNotContain("persys_x");
        assertThat(scheduler.asked().get(0).body())
                .isEqualTo("{\"name\":\"ci\",\"role\":\"operator\",\"expiresIn\":\"30d\"}");
    }

    @Test
    void tokensAreListedAndRevoked() {
        scheduler.json("GET /auth/tokens", """
                {"tokens":[{"id":"0102030405060708","name":"ci","role":"viewer","createdAt":"2026-01-02T03:04:05Z",
                "createdBy":"certificate:operator/jane","expired":true,"expiresAt":"2026-01-03T03:04:05Z"}]}""");
        scheduler.json("DELETE /auth/tokens/ci", "{\"id\":\"0102030405060708\"}");

        assertThat(cli.run("token", "ls").out())
                .contains("ci", "viewer", "expired", "never", "certificate:operator/jane");
        assertThat(cli.run("token", "ls", "-o", "name").out()).isEqualTo("0102030405060708\n");
        assertThat(cli.run("token", "rm", "ci").out()).isEqualTo("0102030405060708\n");
    }

    @Test
    void passwordComesFromStandardInputAndIsInNoArgument() {
        scheduler.json("POST /auth/users", "{\"name\":\"alice\"}");
        scheduler.json("PUT /auth/users/alice/password", "{\"name\":\"alice\"}");

        assertThat(cli.typing("correct horse battery\nmore\n")
                        .run("user", "add", "alice")
                        .out())
                .isEqualTo("alice\n");
        assertThat(cli.typing("another horse\r\n")
                        .run("user", "passwd", "alice")
                        .code())
                .isEqualTo(ExitCode.OK);
        assertThat(scheduler.asked().get(0).body()).contains("\"correct horse battery\"", "viewer");
        assertThat(scheduler.asked().get(1).body()).isEqualTo("{\"password\":\"another horse\"}");
        assertThat(cli.typing("").run("user", "passwd", "alice").code()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void signInIsKeptForItsOwnerAloneAndShownByWhatFollows() throws IOException {
        scheduler.json("POST /auth/login", ISSUED.formatted(300, "jwt-1", "refresh-1"));
        scheduler.json("GET /auth/whoami", "{\"principal\":\"session:alice\",\"role\":\"operator\"}");

        Result in = cli.typing("correct horse battery\n").run("login", "--user", "alice");

        assertThat(in.code()).isEqualTo(ExitCode.OK);
        assertThat(in.out() + in.err())
                .contains("alice")
                .doesNotContain("jwt-1")
                .doesNotContain("refresh-1");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve("session.json"))))
                .isEqualTo("rw-------");
        assertThat(cli.with("PERSYS_ADDRESS", "").run("whoami").out()).contains("session:alice, operator");
        assertThat(shown()).containsExactly("nothing", "Bearer jwt-1");
    }

    @Test
    void whatIsOverIsRefreshedOnce() {
        scheduler.json("POST /auth/login", ISSUED.formatted(0, "jwt-1", "refresh-1"));
        scheduler.json("POST /auth/refresh", ISSUED.formatted(300, "jwt-2", "refresh-2"));
        scheduler.json("GET /auth/whoami", "{\"principal\":\"session:alice\",\"role\":\"operator\"}");
        cli.typing("correct horse battery\n").run("login", "--user", "alice");

        cli.run("whoami");
        cli.run("whoami");

        assertThat(shown()).containsExactly("nothing", "nothing", "Bearer jwt-2", "Bearer jwt-2");
        assertThat(scheduler.asked().get(1).body()).isEqualTo("{\"refreshToken\":\"refresh-1\"}");
    }

    @Test
    void whatIsOverInTheMiddleOfACommandIsRefreshedThere() {
        scheduler.json("POST /auth/login", ISSUED.formatted(0, "jwt-1", "refresh-1"));
        scheduler.json("POST /auth/refresh", ISSUED.formatted(0, "jwt-2", "refresh-2"));
        scheduler.json("POST /auth/refresh", ISSUED.formatted(300, "jwt-3", "refresh-3"));
        scheduler.json("GET /workloads", "{\"workloads\":[],\"continue\":\"more\"}");
        scheduler.json("GET /workloads", "{\"workloads\":[]}");
        cli.typing("correct horse battery\n").run("login", "--user", "alice");

        assertThat(cli.run("ps").code()).isEqualTo(ExitCode.OK);

        assertThat(shown()).containsExactly("nothing", "nothing", "Bearer jwt-2", "nothing", "Bearer jwt-3");
    }

    @Test
    void passwordGoesNowhereInPlainText() {
        Result plain = cli.typing("correct horse battery\n")
                .run("login", "--user", "alice", "--address", "http://gateway.invalid:8443");
        Result bare = cli.typing("correct horse battery\n")
                .run("login", "--user", "alice", "--address", "gateway.invalid:8443");

        assertThat(plain.code()).isEqualTo(ExitCode.USAGE);
        assertThat(plain.err()).contains("without TLS", "password", "Sign in at https://gateway.invalid:8443");
        assertThat(bare.code()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(AddressBook.toSignIn(context(), Optional.of("gateway.invalid:8443"))
                        .base())
                .hasToString("https://gateway.invalid:8443");
        assertThat(AddressBook.toSignIn(context(), Optional.of("localhost:8443"))
                        .base())
                .hasToString("http://localhost:8443");
    }

    @Test
    void gatewayWhereOneIsSignedInIsAskedByTlsAlsoWithoutItsScheme() throws IOException {
        Files.writeString(
                home.resolve("session.json"),
                "{\"gateway\":\"https://gateway.invalid:8443\",\"accessToken\":\"jwt-1\",\"accessUntilMillis\":"
                        + Long.MAX_VALUE + "}");

        Address here = AddressBook.find(
                context(), Optional.of("gateway.invalid:8443"), Optional.empty(), CertificateFiles.NONE);
        Address elsewhere = AddressBook.find(
                context(), Optional.of("gateway.invalid:8085"), Optional.empty(), CertificateFiles.NONE);

        assertThat(here.base()).hasToString("https://gateway.invalid:8443");
        assertThat(here.token()).contains("jwt-1");
        assertThat(elsewhere.base()).hasToString("http://gateway.invalid:8085");
        assertThat(elsewhere.token()).isEmpty();
    }

    private Context context() {
        return new Context(
                Map.of("PERSYS_HOME", home.toString()),
                InputStream.nullInputStream(),
                System.out,
                System.err,
                Terminal.NONE);
    }

    @Test
    void sessionThatIsOverIsSaidAndForgotten() {
        scheduler.json("POST /auth/login", ISSUED.formatted(0, "jwt-1", "refresh-1"));
        scheduler.problem(
                "POST /auth/refresh",
                401,
                "{\"type\":\"credential-gone\",\"title\":\"t\",\"status\":401,\"detail\":\"it was used twice\"}");
        cli.typing("correct horse battery\n").run("login", "--user", "alice");

        Result result = cli.run("whoami");

        assertThat(result.code()).isEqualTo(ExitCode.UNAUTHORIZED);
        assertThat(result.err()).contains("not signed in any more: it was used twice", "persys login");
        assertThat(home.resolve("session.json")).doesNotExist();
    }

    @Test
    void signingOutEndsTheSessionThereAndHere() {
        scheduler.json("POST /auth/login", ISSUED.formatted(300, "jwt-1", "refresh-1"));
        scheduler.json("POST /auth/logout", "{\"signedOut\":true}");
        cli.typing("correct horse battery\n").run("login", "--user", "alice");

        assertThat(cli.run("logout").code()).isEqualTo(ExitCode.OK);
        assertThat(scheduler.asked().get(1).body()).isEqualTo("{\"refreshToken\":\"refresh-1\"}");
        assertThat(home.resolve("session.json")).doesNotExist();
        assertThat(cli.run("logout").err()).contains("Nobody is signed in here");
    }

    @Test
    void tokenOfASessionGoesToItsOwnGatewayAlone() {
        scheduler.json("POST /auth/login", ISSUED.formatted(300, "jwt-1", "refresh-1"));
        cli.typing("correct horse battery\n").run("login", "--user", "alice");
        try (ScriptedScheduler other = new ScriptedScheduler()) {
            other.json("GET /auth/whoami", "{\"principal\":\"anonymous\",\"role\":\"viewer\"}");
            cli.run("whoami", "--address", other.address());

            assertThat(other.asked().get(0).headers()).doesNotContainKey("Authorization");
        }
    }

    @Test
    void withoutAUserThePersonIsSentToGitHubWithACode() {
        scheduler.json(
                "POST /auth/github/device",
                "{\"flow\":\"f-1\",\"userCode\":\"ABCD-1234\",\"verificationUri\":\"https://github.com/login/device\","
                        + "\"expiresIn\":900,\"interval\":0}");
        scheduler.json("POST /auth/github/device/poll", "{\"pending\":true,\"interval\":0}");
        scheduler.json("POST /auth/github/device/poll", ISSUED.formatted(300, "jwt-1", "refresh-1"));

        Result in = cli.run("login");

        assertThat(in.code()).isEqualTo(ExitCode.OK);
        assertThat(in.err())
                .contains("https://github.com/login/device", "ABCD-1234")
                .doesNotContain("jwt-1");
        assertThat(scheduler.asked().get(1).body()).isEqualTo("{\"flow\":\"f-1\"}");
        assertThat(home.resolve("session.json")).exists();
    }

    @Test
    void failedSignInSaysWhyAndKeepsNothing() {
        scheduler.problem(
                "POST /auth/login",
                401,
                "{\"type\":\"sign-in-failed\",\"title\":\"t\",\"status\":401,\"detail\":\"d\"}");

        Result result = cli.typing("wrong\n").run("login", "--user", "alice");

        assertThat(result.code()).isEqualTo(ExitCode.UNAUTHORIZED);
        assertThat(result.err()).contains("the user or the password is wrong", "persys user passwd");
        assertThat(home.resolve("session.json")).doesNotExist();
    }
}
