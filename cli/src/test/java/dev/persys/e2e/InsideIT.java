package dev.persys.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.api.Json;
import dev.persys.api.SessionChannel;
import dev.persys.testing.DockerFixture;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** People in a running container: through the built launcher, and over the API, on a real Docker engine. */
final class InsideIT {
    private static final String NAME = "inside";
    private static final int PAYLOAD = 10 * 1024 * 1024 + 7;

    /** How often the container is gone into; {@code -Dpersys.inside.times=1000} for more. */
    private static final int TIMES = Integer.getInteger("persys.inside.times", 60);

    @TempDir
    static Path directory;

    private static Launcher persys;
    private static JsonNode endpoints;
    private static HttpClient http;

    @BeforeAll
    static void start() throws IOException {
        persys = new Launcher(directory)
                .with("DOCKER_HOST", DockerFixture.shared().host());
        persys.ok("dev", "start", "--ports", "auto");
        Path dev = directory.resolve("home/dev");
        endpoints = Json.MAPPER.readTree(dev.resolve("endpoints.json").toFile());
        http = DevClient.of(directory.resolve("home")).build();
        persys.ok("run", DockerFixture.BUSYBOX, "--name", NAME, "--stop-grace", "0s", "--", "sleep", "100000");
    }

    @AfterAll
    static void stop() {
        persys.run("dev", "stop");
        DockerFixture.shared().removeContainers();
    }

    @Test
    void exitCodeAndBothOutputsAreTheCommands() {
        Launcher.Result result = persys.run("exec", NAME, "--", "sh", "-c", "echo out; echo err >&2; exit 7");

        assertThat(result).isEqualTo(new Launcher.Result(7, "out\n", "err\n"));
        assertThat(persys.run("exec", NAME, "echo", "-n", "--", "as it is").out())
                .isEqualTo("-- as it is");
        assertThat(persys.ok("exec", "-w", "/tmp", "-e", "A=b c", "-u", "1234", NAME, "sh", "-c", "pwd; echo $A; id -u")
                        .out())
                .isEqualTo("/tmp\nb c\n1234\n");
    }

    @Test
    void whatCannotBeRunSaysSoAsShellsDo() {
        Launcher.Result absent = persys.run("exec", NAME, "no-such-program");

        assertThat(absent.status()).isIn(126, 127); // Engines before 23 say 126 of both.
        assertThat(absent.out() + absent.err()).contains("no-such-program");
        assertThat(persys.run("exec", "nobody-has-this-name", "true").status()).isEqualTo(3);
        assertThat(persys.run("exec", NAME).status()).isEqualTo(2);
    }

    @Test
    void inputOfAnyBytesGoesInAndComesBackWhole() throws IOException {
        byte[] bytes = new byte[PAYLOAD];
        new Random(1).nextBytes(bytes);
        Path in = Files.write(directory.resolve("in.bin"), bytes);
        Path out = directory.resolve("out.bin");

        int status = persys.pipe(in, out, "exec", "-i", NAME, "cat");

        assertThat(status).isZero();
        assertThat(Files.readAllBytes(out)).isEqualTo(bytes);
    }

    @Test
    void commandWithATerminalHasOneOfTheSizeItIsTold() throws Exception {
        try (SessionClient session =
                session("exec?tty=true&stdin=true&rows=33&columns=111&command=sh&command=-c&command="
                        + "while%20read%20x;do%20stty%20size;done")) {
            awaitSize(session, "33 111");
            session.send(SessionChannel.RESIZE, "{\"rows\":44,\"columns\":122}");
            awaitSize(session, "44 122");
            session.send(SessionChannel.STDIN, "\u0004");
            assertThat(session.status().path("exitCode").asInt(-1)).isZero();
        }
    }

    private static void awaitSize(SessionClient session, String size) {
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            session.send(SessionChannel.STDIN, "\n");
            return session.output().contains(size);
        });
    }

    @Test
    void signalReachesTheCommand() throws Exception {
        try (SessionClient session = session("exec?command=sh&command=-c&command="
                + "trap%20%22exit%209%22%20USR1;echo%20ready;while%20:;do%20sleep%200.1;done")) {
            session.awaitOutput("ready");
            session.send(SessionChannel.SIGNAL, "USR1");

            assertThat(session.status().path("exitCode").asInt(-1)).isEqualTo(9);
        }
    }

    @Test
    void commandEndsWithItsSession() throws Exception {
        for (String tty : List.of("false", "true")) {
            SessionClient session = session("exec?stdin=true&tty=" + tty
                    + "&command=sh&command=-c&command=trap%20''%20TERM%20HUP;echo%20ready;sleep%204242;sleep%204243");
            session.awaitOutput("ready");
            assertThat(processes()).contains("4242");
            session.close();

            await().atMost(Duration.ofSeconds(30)).until(() -> !processes().contains("424"));
        }
    }

    @Test
    void commandThatIsDetachedFromGoesOn() throws Exception {
        SessionClient session = session("exec?stdin=true&tty=true&command=sleep&command=4321");
        await().until(() -> processes().contains("4321"));

        session.send(SessionChannel.DETACH, "");
        session.close();

        await().during(Duration.ofSeconds(2)).until(() -> processes().contains("4321"));
    }

    @Test
    void attachShowsWhatIsPrintedAndEndsAsTheContainerDoes() throws Exception {
        persys.ok(
                "run",
                DockerFixture.BUSYBOX,
                "--name",
                "attached",
                "--",
                "sh",
                "-c",
                "while [ ! -e /go ]; do sleep 0.1; done; echo seen; exit 5");
        try (SessionClient session = session("attached", "attach")) {
            persys.ok("exec", "attached", "touch", "/go");

            session.awaitOutput("seen");
            assertThat(session.status().path("exitCode").asInt(-1)).isEqualTo(5);
        }
        assertThat(persys.run("exec", "attached", "true").status()).isEqualTo(4);
        assertThat(persys.run("exec", "attached", "true").err()).contains("needs a container that runs");
        persys.ok("rm", "attached");
    }

    @Test
    void runWithInputMissesNothingFromTheFirstByteToTheExitCode() throws IOException {
        Path in = Files.writeString(directory.resolve("lines"), "one\ntwo\n");
        Path out = directory.resolve("ran");

        int status = persys.pipe(
                in,
                out,
                "run",
                "-i",
                "--rm",
                "--name",
                "ran",
                DockerFixture.BUSYBOX,
                "--",
                "sh",
                "-c",
                "echo first; cat; exit 9");

        assertThat(status).isEqualTo(9);
        assertThat(out).hasContent("first\none\ntwo\n");
        assertThat(persys.run("inspect", "ran").status()).as("removed").isEqualTo(3);
        assertThat(persys.run("run", "--rm", DockerFixture.BUSYBOX, "--", "sh", "-c", "echo out; echo err >&2"))
                .isEqualTo(new Launcher.Result(0, "out\n", "err\n"));
    }

    @Test
    void runOfWhatCannotBeStartedSaysSoAsShellsDo() {
        Launcher.Result absent =
                persys.run("run", "--rm", "--name", "absent", DockerFixture.BUSYBOX, "--", "no-such-one");

        assertThat(absent.status()).isEqualTo(127);
        assertThat(absent.err()).contains("no-such-one");
        assertThat(absent.out()).isEmpty();
        assertThat(persys.run("inspect", "absent").status()).as("removed").isEqualTo(3);
    }

    @Test
    void terminalIsTheCommandsFollowsItsSizeAndIsGivenBack() throws Exception {
        Path before = directory.resolve("before");
        try (PseudoTerminal at = persys.typed("stty rows 33 cols 111; tty; stty -g > " + before
                + "; $persys exec -it inside sh; echo left $?; stty -g | cmp - " + before + " && echo restored")) {
            String tty = at.awaitShown("/dev/pts/\\d+");
            awaitSize(at, "33 111");
            new ProcessBuilder("stty", "-F", tty, "rows", "44", "cols", "122")
                    .start()
                    .waitFor();
            awaitSize(at, "44 122");
            at.type("sleep 4711\n");
            await().until(() -> processes().contains("4711"));
            at.type("\u0003");
            await().until(() -> !processes().contains("4711"));
            at.type("exit 7\n");
            at.awaitShown("left 7");
            at.awaitShown("restored");
        }
    }

    private static void awaitSize(PseudoTerminal at, String size) {
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            at.type("stty size\n");
            return at.screen().contains(size);
        });
    }

    @Test
    void runAtATerminalIsLeftAndComeBackTo() {
        try (PseudoTerminal at = persys.typed("$persys run -it --name typed " + DockerFixture.BUSYBOX
                + " -- sh; echo left $?; $persys attach typed; echo back $?")) {
            at.awaitShown("# "); // The first thing that it prints, without an end of line.
            at.type("echo $((6 * 7))\n");
            at.awaitShown("\n42\r");
            at.type("\u0010\u0011");
            at.awaitShown("left 0");
            assertThat(at.screen()).contains("persys attach typed comes back");
            at.type("echo $((60 * 7))\n");
            at.awaitShown("\n420\r");
            assertThat(persys.ok("logs", "typed").out()).contains("420\r\n");
            at.type("exit 3\n");
            at.awaitShown("back 3");
        }
        persys.ok("rm", "typed");
    }

    @Test
    void whoOnlyWatchesATerminalLeavesByTheFirstSignal() throws Exception {
        Path log = directory.resolve("watched.log");
        Process watching = persys.serve(
                log,
                "run",
                "-t",
                "--name",
                "watched",
                DockerFixture.BUSYBOX,
                "--",
                "sh",
                "-c",
                "trap '' TERM; echo up; exec sleep 100000");
        await().atMost(Duration.ofSeconds(60)).until(() -> Files.readString(log).contains("up"));

        watching.destroy();

        assertThat(watching.waitFor(30, TimeUnit.SECONDS)).as("has ended").isTrue();
        assertThat(watching.exitValue()).isEqualTo(143);
        assertThat(log).content().contains("goes on without you: persys attach watched comes back.");
        assertThat(persys.ok("inspect", "watched").out()).contains("Running");
        persys.ok("rm", "-f", "watched");
    }

    @Test
    void filesGoInAndComeBackAsTheyWere() throws Exception {
        Path site = Files.createDirectories(directory.resolve("site").resolve("deep"));
        Files.writeString(site.resolve("page"), "page");
        Files.createSymbolicLink(site.resolve("link"), Path.of("page"));
        byte[] big = new byte[PAYLOAD];
        new Random(2).nextBytes(big);
        Files.write(site.getParent().resolve("big"), big);

        persys.ok("cp", site.getParent().toString(), NAME + ":/srv-new");
        persys.ok("cp", site.resolve("page").toString(), NAME + ":/srv-new");
        persys.ok("cp", NAME + ":/srv-new", directory.resolve("back").toString());
        persys.ok("cp", NAME + ":/srv-new/page", directory.resolve("alone").toString());

        Path back = directory.resolve("back");
        assertThat(directory.resolve("alone")).hasContent("page");
        assertThat(back.resolve("big")).hasBinaryContent(big);
        assertThat(back.resolve("page")).hasContent("page");
        assertThat(Files.readSymbolicLink(back.resolve("deep/link"))).hasToString("page");
        assertThat(persys.ok("exec", NAME, "cat", "/srv-new/deep/link").out()).isEqualTo("page");
        Path tar = directory.resolve("deep.tar");
        assertThat(persys.pipe(Path.of("/dev/null"), tar, "cp", NAME + ":/srv-new/deep/.", "-"))
                .isZero();
        assertThat(persys.pipe(tar, Path.of("/dev/null"), "cp", "-", NAME + ":/tmp"))
                .isZero();
        assertThat(persys.ok("exec", NAME, "sh", "-c", "cat $(find /tmp -name page)")
                        .out())
                .isEqualTo("page");
    }

    @Test
    void whatCannotBeCopiedSaysWhy() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "x");

        assertThat(persys.run("cp", NAME + ":/no/such", directory.toString()).err())
                .contains("there is no /no/such");
        assertThat(persys.run("cp", file.toString(), NAME + ":/no/such/file").err())
                .contains("there is no /no/such");
        assertThat(persys.run("cp", file.toString(), NAME + ":/no-such/").err()).contains("there is no directory");
        assertThat(persys.run("cp", directory + "/absent", NAME + ":/").status())
                .isEqualTo(1);
        assertThat(persys.run("cp", NAME + ":/bin", file.toString()).err()).contains("is no directory");
        assertThat(persys.run("cp", file.toString(), "nobody-has-this-name:/").status())
                .isEqualTo(3);
    }

    @Test
    void figuresOfAContainerAreWhatItUses() throws Exception {
        Launcher.Result once = persys.ok("stats", "--no-stream", "-o", "json", NAME);

        JsonNode figures = Json.MAPPER.readTree(once.out()).path("stats").path(0);
        assertThat(figures.path("name").asText()).isEqualTo(NAME);
        assertThat(figures.path("memory").asLong()).isPositive();
        assertThat(figures.path("memoryLimit").asLong())
                .isGreaterThan(figures.path("memory").asLong());
        assertThat(figures.path("processes").asLong()).isPositive();
        assertThat(persys.ok("stats", "--no-stream").out()).contains("CPU", NAME);
        try (SessionClient busy = session("exec?command=sh&command=-c&command=while%20:;do%20:;done")) {
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> Json.MAPPER
                                    .readTree(persys.ok("stats", "--no-stream", "-o", "json", NAME)
                                            .out())
                                    .path("stats")
                                    .path(0)
                                    .path("cpuPercent")
                                    .asDouble()
                            > 5);
            assertThat(busy.output()).isEmpty();
        }
        assertThat(persys.run("stats", "--no-stream", "nobody-has-this-name").status())
                .isEqualTo(3);
    }

    @Test
    void whoAsksOtherwiseIsToldHow() throws Exception {
        String api = endpoints.path("api").asText();
        HttpRequest plain = HttpRequest.newBuilder()
                .uri(java.net.URI.create(api + "/workloads/" + NAME + "/exec?command=true"))
                .build();

        HttpResponse<String> answer = http.send(plain, HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(426);
        assertThat(answer.body()).contains("upgrade-required");
    }

    @Test
    void manySessionsLeaveNothingBehind() throws Exception {
        runOnce();
        long processes = processes().lines().count();
        long descriptors = descriptors();

        for (int i = 0; i < TIMES; i++) {
            runOnce();
        }

        assertThat(processes().lines().count()).isEqualTo(processes);
        await().atMost(Duration.ofSeconds(60)).until(() -> descriptors() <= descriptors + 8);
        assertThat(persys.ok("exec", NAME, "true").out()).isEmpty();
    }

    private static void runOnce() throws Exception {
        try (SessionClient session = session("exec?command=true")) {
            assertThat(session.status().path("exitCode").asInt(-1)).isZero();
        }
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> all =
                Files.list(Path.of("/proc", endpoints.path("pid").asText(), "fd"))) {
            return all.count();
        }
    }

    private static String processes() {
        JsonNode shown;
        try {
            shown = Json.MAPPER.readTree(
                    persys.ok("inspect", NAME, "-o", "json").out());
        } catch (IOException e) {
            throw new AssertionError("no JSON", e);
        }
        return DockerFixture.shared().docker("top", shown.path("id").asText(), "-eo", "pid,args");
    }

    private static SessionClient session(String target) throws Exception {
        return session(NAME, target);
    }

    private static SessionClient session(String workload, String target) throws Exception {
        return SessionClient.open(http, endpoints.path("api").asText(), "/workloads/" + workload + "/" + target);
    }
}
