package dev.persys.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.cli.CommandLineFixture.Result;
import dev.persys.cli.output.DataOut;
import dev.persys.cli.output.Terminal;
import dev.persys.cli.verb.Verbs;
import dev.persys.testing.Processes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FailureTest {
    private final ScriptedScheduler scheduler = new ScriptedScheduler();
    private final CommandLineFixture cli = CommandLineFixture.against(scheduler);

    @AfterEach
    void stop() {
        scheduler.close();
    }

    @Test
    void nothingListensThere() {
        String address = "http://127.0.0.1:" + Processes.freePort();
        Result result = cli.run("ps", "--address", address);
        assertThat(result.code()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(result.err()).startsWith("persys: nothing answers at " + address + "\n");
    }

    @Test
    void noClusterIsKnown(@TempDir Path home) {
        Result result =
                new CommandLineFixture().with("PERSYS_HOME", home.toString()).run("ps");
        assertThat(result.code()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(result.err()).contains("persys dev start makes one here");
    }

    @Test
    void theDevelopmentClusterIsFoundByItsFiles(@TempDir Path home) throws IOException {
        scheduler.json("GET /nodes", "{\"nodes\":[]}");
        scheduler.json("GET /cluster/metrics", "{}");
        Path dev = Files.createDirectories(home.resolve("dev"));
        Files.writeString(dev.resolve("endpoints.json"), "{\"api\":\"" + scheduler.address() + "\"}");
        Files.writeString(dev.resolve("token"), "dev-token\n");
        assertThat(new CommandLineFixture()
                        .with("PERSYS_HOME", home.toString())
                        .run("nodes")
                        .code())
                .isEqualTo(ExitCode.OK);
        assertThat(scheduler.asked().get(0).header("Authorization")).contains("Bearer dev-token");
    }

    @Test
    void schedulerOfThisHomeIsFoundByItsFilesAndByEitherNameOfThisMachine(@TempDir Path home) throws IOException {
        scheduler.json("GET /nodes", "{\"nodes\":[]}");
        scheduler.json("GET /cluster/metrics", "{}");
        Path files = Files.createDirectories(home.resolve("scheduler"));
        Path token = Files.writeString(files.resolve("token"), "made-token\n");
        Files.writeString(
                files.resolve("endpoints.json"),
                "{\"api\":\"" + scheduler.address() + "\",\"tokenFile\":\"" + token + "\"}");
        CommandLineFixture here = new CommandLineFixture().with("PERSYS_HOME", home.toString());

        here.run("nodes");
        here.run("nodes", "--address", scheduler.address());
        here.run("nodes", "--address", scheduler.address().replace("127.0.0.1", "localhost"));

        assertThat(scheduler.asked())
                .hasSize(6)
                .allSatisfy(
                        request -> assertThat(request.header("Authorization")).contains("Bearer made-token"));
    }

    @Test
    void addressThatIsGivenNeedsNoFiles(@TempDir Path home) throws IOException {
        scheduler.json("GET /nodes", "{\"nodes\":[]}");
        scheduler.json("GET /cluster/metrics", "{}");
        Path dev = Files.createDirectories(home.resolve("dev"));
        Files.writeString(dev.resolve("endpoints.json"), "{\"api\":");
        CommandLineFixture here = new CommandLineFixture().with("PERSYS_HOME", home.toString());

        assertThat(here.run("nodes").err()).contains("endpoints.json cannot be read");
        assertThat(here.run("nodes", "--address", scheduler.address()).code()).isEqualTo(ExitCode.OK);
    }

    @Test
    void homeIsTheShells(@TempDir Path home) {
        Result result = new CommandLineFixture().with("HOME", home.toString()).run("ps");
        assertThat(result.err()).contains("there is no " + home.resolve(".persys/dev/endpoints.json"));
    }

    @Test
    void theDevelopmentClustersTokenGoesNowhereElse(@TempDir Path home) throws IOException {
        Path dev = Files.createDirectories(home.resolve("dev"));
        Files.writeString(dev.resolve("endpoints.json"), "{\"api\":\"http://127.0.0.1:1\"}");
        Files.writeString(dev.resolve("token"), "dev-token\n");
        new CommandLineFixture().with("PERSYS_HOME", home.toString()).run("--address", scheduler.address(), "nodes");
        assertThat(scheduler.asked().get(0).header("Authorization")).isEmpty();
    }

    @Test
    void theTokenIsWrongOrMissing(@TempDir Path directory) throws IOException {
        scheduler.problem("GET /workloads", 401, "{\"type\":\"unauthenticated\",\"detail\":\"The token is wrong\"}");
        Result wrong = cli.run("ps");
        assertThat(wrong.code()).isEqualTo(ExitCode.UNAUTHORIZED);
        assertThat(wrong.err()).contains("The token is wrong", "check --token-file and PERSYS_TOKEN");
        assertThat(wrong.err()).doesNotContain("secret-token");
        Result missing = new CommandLineFixture()
                .with("PERSYS_HOME", directory.toString())
                .run("ps", "--address", scheduler.address());
        assertThat(missing.err()).contains("Give a token with --token-file or PERSYS_TOKEN.");
        Path file = Files.writeString(directory.resolve("token"), "from-file\n");
        cli.run("ps", "--token-file", file.toString());
        assertThat(scheduler.asked().get(2).header("Authorization")).contains("Bearer from-file");
        assertThat(cli.run("ps", "--token-file", "/nonexistent/t").code()).isEqualTo(ExitCode.USAGE);
        Result several = cli.run("ps", "--token-file", "/etc/passwd");
        assertThat(several.code()).isEqualTo(ExitCode.USAGE);
        assertThat(several.err()).contains("/etc/passwd holds several lines");
    }

    @Test
    void schedulerThatIsFullIsAskedAgainWhenItSaysTo() {
        scheduler.again("POST /workloads/web/stop", "busy", "1").json("POST /workloads/web/stop", "{\"id\":\"x\"}");
        Result result = cli.run("stop", "-d", "web");
        assertThat(scheduler.lines().stream().filter("POST /workloads/web/stop"::equals))
                .hasSize(2);
        assertThat(result.code()).isEqualTo(ExitCode.OK);
    }

    @Test
    void schedulerThatIsFullForLongerThanAnybodyWaitsSaysSo() {
        scheduler.again("GET /workloads", "busy", "3600");
        Result result = cli.run("ps");
        assertThat(result.code()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(result.err()).contains("256 requests are being answered", "try later");
        assertThat(scheduler.asked()).hasSize(1);
    }

    @Test
    void keyMakesARequestOfUnknownFateSafeToSendAgain() {
        scheduler
                .again("POST /workloads/schedule", "timeout", "1")
                .json("POST /workloads/schedule", "{\"workload_id\":\"6f2c1f0e-8a57-4a4b-9d30-0d5f6f9a1b2c\"}");
        Result result = cli.run("run", "-d", "nginx", "--name", "web");
        List<String> keys = scheduler.asked().stream()
                .map(asked -> asked.header("Idempotency-key").orElse("none"))
                .distinct()
                .toList();
        assertThat(scheduler.asked()).hasSize(2);
        assertThat(keys).hasSize(1).doesNotContain("none");
        assertThat(result.code()).isEqualTo(ExitCode.OK);
    }

    @Test
    void thereIsNoSuchWorkload() {
        Result result = cli.run("inspect", "nope");
        assertThat(result.code()).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(result.err()).contains("there is no workload nope", "persys ps -a lists the workloads");
    }

    @Test
    void theReferenceFitsSeveral() {
        scheduler.problem("GET /workloads/web", 409, """
                {"type":"ambiguous-name","title":"The name fits several workloads","status":409,
                 "detail":"web fits 2 workloads","candidates":[
                  {"id":"6f2c1f0e-8a57-4a4b-9d30-0d5f6f9a1b2c","name":"web","status":"Running",
                   "createdAt":"2026-01-02T03:04:05Z","age":"3h12m5s"},
                 "7f2c1f0e-8a57-4a4b-9d30-0d5f6f9a1b2c"]}""");
        Result result = cli.run("inspect", "web");
        assertThat(result.code()).isEqualTo(ExitCode.REFUSED);
        assertThat(result.err()).isEqualTo("""
                        persys: web fits 2 workloads
                          6f2c1f0e-8a57-4a4b-9d30-0d5f6f9a1b2c web Running, 3h12m5s old
                          7f2c1f0e-8a57-4a4b-9d30-0d5f6f9a1b2c
                        Use an id, or as much of its beginning as is unique.
                        """);
    }

    @Test
    void theSchedulerCannotServeAtTheMoment() {
        scheduler.problem("GET /workloads", 503, "{\"type\":\"unavailable\",\"detail\":\"no leader yet\"}");
        Result result = cli.run("ps");
        assertThat(result.code()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(result.err()).contains("no leader yet");
    }

    @Test
    void someOtherServerAnswers() {
        for (int status : List.of(200, 302, 403, 500, 501)) {
            scheduler.foreign("GET /workloads", status, "<html>oops</html>");
        }
        for (int i = 0; i < 5; i++) {
            Result result = cli.run("ps");
            assertThat(result.code()).isEqualTo(ExitCode.UNREACHABLE);
            assertThat(result.err())
                    .startsWith("persys: " + scheduler.address() + " is no API of a Persys scheduler (it answers with")
                    .doesNotContain("<html>");
        }
        scheduler.foreign("GET /nodes", 502, "<html>bad gateway</html>");
        assertThat(cli.run("nodes").err()).contains("bad gateway");
        scheduler.text("GET /workloads/web", Map.of(), "welcome");
        assertThat(cli.run("inspect", "web").err())
                .contains("is no API of a Persys scheduler (what it answers is no JSON)");
    }

    @Test
    void whoeverAnswersThereIsNoScheduler() {
        scheduler.foreign("GET /workloads", 404, "<html>nothing here</html>");
        scheduler.problem("GET /nodes", 404, """
                {"type":"unknown-path","title":"x","detail":"There is no /nodes here; there is /nodes/register"}""");
        Result foreign = cli.run("ps");
        assertThat(foreign.code()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(foreign.err())
                .startsWith(
                        "persys: " + scheduler.address()
                                + " is no API of a Persys scheduler (it answers with status 404 and a page of HTML); the API's port is 8085")
                .contains("Check --address or PERSYS_ADDRESS");
        Result nodePort = cli.run("nodes");
        assertThat(nodePort.code()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(nodePort.err())
                .contains("is no API of a Persys scheduler (There is no /nodes here; there is /nodes/register)");
    }

    @Test
    void whatCanBeNoTokenIsToldByWhereItStands(@TempDir Path directory) throws IOException {
        for (String text : List.of("é", "to\nken", "\ufffd", "a b", "\"abc\"", "Bearer abc", "a=b")) {
            Result result = cli.with("PERSYS_TOKEN", text).run("ps");
            assertThat(result.code()).isEqualTo(ExitCode.USAGE);
            assertThat(result.err()).startsWith("persys: the variable PERSYS_TOKEN holds no token: ");
        }
        Path file = Files.writeString(directory.resolve("token"), "tökén");
        assertThat(cli.run("ps", "--token-file", file.toString()).err())
                .startsWith("persys: the token file " + file + " holds no token: ")
                .doesNotContain("tökén");
        Path empty = Files.writeString(directory.resolve("empty"), "\n");
        Result nothing = cli.run("ps", "--token-file", empty.toString());
        assertThat(nothing.code()).isEqualTo(ExitCode.USAGE);
        assertThat(nothing.err()).isEqualTo("persys: the token file " + empty + " is empty\n");
        assertThat(scheduler.asked()).isEmpty();
    }

    @Test
    void theAnswerIsNotJson() {
        scheduler.json("GET /workloads", "{\"workloads\":[");
        Result result = cli.run("ps");
        assertThat(result.code()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(result.err()).contains("broke off");
    }

    @Test
    void theAddressIsNone() {
        Result result = cli.run("ps", "--address", "http://");
        assertThat(result.code()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains("One looks like http://127.0.0.1:8085.");
    }

    @Test
    void handshakeThatNeverComesIsGivenUp() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String address = "https://127.0.0.1:" + silent.getLocalPort();
            Result result = cli.run("stop", "web", "--address", address, "--timeout", "300ms");
            assertThat(result.code()).isEqualTo(ExitCode.TIMED_OUT);
            assertThat(result.err()).contains("did not answer in the time that --timeout gives");
        }
    }

    @Test
    void handshakeThatDripsEndsWithTheTimeoutToo() throws IOException {
        CompletableFuture<Void> served;
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            served = CompletableFuture.runAsync(() -> drip(server));
            Result result = cli.run(
                    "stop", "web", "--address", "https://127.0.0.1:" + server.getLocalPort(), "--timeout", "500ms");
            assertThat(result.code()).isEqualTo(ExitCode.TIMED_OUT);
            assertThat(result.err()).contains("did not answer in the time that --timeout gives");
        } // Its time may have been over before the command had come to connect.
        served.join();
    }

    /** The head of a handshake record of 16 KiB, and then a byte of it now and then, until nobody listens. */
    private static void drip(ServerSocket server) {
        try (Socket socket = server.accept()) {
            socket.getOutputStream().write(new byte[] {22, 3, 3, 64, 0, 2, 0, 63, (byte) 252});
            while (true) {
                socket.getOutputStream().write(0);
                socket.getOutputStream().flush();
                java.util.concurrent.locks.LockSupport.parkNanos(50_000_000);
            }
        } catch (IOException e) {
            // As it should: the client has gone.
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "+5", "", "5 5", "ffffffffffffffffff"})
    void lengthThatIsNoneIsNoDefectOfOurs(String length) throws IOException {
        Result chunk = answered("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + length + "\r\n{}\r\n");
        assertThat(chunk.code()).isEqualTo(ExitCode.UNREACHABLE);
        Result whole = answered("HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n{}");
        assertThat(whole.code()).isEqualTo(ExitCode.UNREACHABLE);
    }

    @Test
    void headWithoutAnEndIsNotReadForEver() throws IOException {
        Result result = answered("HTTP/1.1 200 OK\r\n" + "A: b\r\n".repeat(300) + "\r\n{}");
        assertThat(result.code()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(result.err()).contains("more than 256 header lines");
    }

    /** {@code ps} against a server that says just this. */
    private Result answered(String answer) throws IOException {
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Void> served = CompletableFuture.runAsync(() -> {
                try (Socket socket = server.accept()) {
                    socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
                    socket.shutdownOutput();
                    socket.getInputStream().readAllBytes();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            Result result = cli.run("ps", "--address", "http://127.0.0.1:" + server.getLocalPort());
            served.join();
            return result;
        }
    }

    @Test
    void outputThatCannotBeWrittenIsAFailureUnlessNobodyReadsIt() {
        scheduler.json("GET /workloads", "{\"workloads\":[]}");
        assertThat(printingTo("No space left on device").code()).isEqualTo(ExitCode.FAILED);
        assertThat(printingTo("No space left on device").err())
                .contains("the output could not be written: No space left on device");
        assertThat(printingTo("Broken pipe").code()).isEqualTo(ExitCode.OK);
    }

    private Result printingTo(String error) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        OutputStream out = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException(error);
            }
        };
        Exit code = Persys.run(
                List.of("ps"),
                new Context(
                        Map.of("PERSYS_ADDRESS", scheduler.address()),
                        InputStream.nullInputStream(),
                        new DataOut(out, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        Terminal.NONE));
        return new Result(code, "", err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void argumentThatTheLocaleCannotReadIsRefused() {
        Result result = cli.run("run", "nginx", "-e", "GREET=Gr\ufffd\ufffde");
        assertThat(result.code()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains("is no text in the encoding of this locale", "LC_ALL=C.UTF-8");
        assertThat(scheduler.asked()).isEmpty();
    }

    @Test
    void callersLocaleIsWhatAContainerIsGiven() {
        Map<String, String> none = Map.of("LC_ALL", "C.UTF-8", "PERSYS_CALLERS_LC_ALL", "", "LANG", "C");
        assertThat(Context.callersEnvironment(none)).isEqualTo(Map.of("LANG", "C"));
        Map<String, String> some = Map.of("LC_ALL", "C.UTF-8", "PERSYS_CALLERS_LC_ALL", "de_DE.UTF-8");
        assertThat(Context.callersEnvironment(some)).isEqualTo(Map.of("LC_ALL", "de_DE.UTF-8"));
        assertThat(Context.callersEnvironment(Map.of("LC_ALL", "C"))).isEqualTo(Map.of("LC_ALL", "C"));
    }

    @Test
    void theVerbIsUnknown() {
        assertThat(cli.run("--verbose", "ps").err()).contains("unknown option --verbose before the verb");
        assertThat(cli.run("insect").err()).contains("Did you mean persys inspect?");
        assertThat(cli.run("insect").code()).isEqualTo(ExitCode.USAGE);
        assertThat(cli.run("node", "drani").code()).isEqualTo(ExitCode.USAGE);
        assertThat(cli.run("node", "-x").err())
                .contains("wants one word more: inspect, cordon, uncordon, drain, activate, accept-orphans, rm");
    }

    @Test
    void helpAndVersionNeedNothing() {
        assertThat(cli.run().out()).contains("persys VERB --help says more").contains(Verbs.names());
        assertThat(cli.run("help", "run").out())
                .contains("Usage: persys run [OPTIONS] IMAGE [-- COMMAND...]\nStarts a workload");
        assertThat(cli.run("ps", "--help").out()).contains("--status=STATUS");
        assertThat(cli.run("node").out()).contains("node drain");
        assertThat(cli.run("--version").out()).matches("persys [0-9]+\\.[0-9]+\\.[0-9]+\\S*\\n");
    }
}
