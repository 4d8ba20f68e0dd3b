package dev.persys.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.cli.CommandLineFixture.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What gives a workload another specification, or shows what that would be: apply, diff, run --replace, undo and specs. */
class SpecChangeVerbsTest {
    private static final String ID = "6f2c1f0e-8a57-4a4b-9d30-0d5f6f9a1b2c";
    private static final String PUT = "PUT /workloads/" + ID;
    private static final String GET = "GET /workloads/" + ID;
    private static final String LISTED =
            "{\"workloads\":[{\"id\":\"" + ID + "\",\"name\":\"web\",\"status\":\"Running\"}]}";
    private static final String WEB = """
            name: web
            type: docker-container
            image: nginx:1.27
            command: sleep 9
            envVars: {A: "1", GONE: x}
            resources: {memory: 256Mi}
            """;

    private static final String EXISTING = """
            {"id":"6f2c1f0e-8a57-4a4b-9d30-0d5f6f9a1b2c","name":"web","type":"docker-container",
             "image":"nginx:1.27","nodeId":"node-1","status":"Running","desired":"running",
             "statusSince":"2026-01-02T03:04:05Z","publishedPorts":[],"reason":"ContainerRunning","message":"running",
             "oomKilled":false,"restartCount":0,"restartAttempts":0,"generation":1,"command":["sleep","9"],"args":[],
             "entrypoint":[],"envVars":{"A":"1","GONE":"x"},"resources":{"cpu":0.1,"memory":256},"ports":[],
             "volumes":[],"restartPolicy":"no","labels":{},"constraints":{},"stopGracePeriod":"10s",
             "pullPolicy":"missing","logs":"","createdAt":"2026-01-02T03:04:05Z","version":1,"revision":7}""";

    private static final String PROVING = change("Scheduled", "proving");
    private static final String STABLE = change("Running", "stable");

    private final ScriptedScheduler scheduler = new ScriptedScheduler();
    private final CommandLineFixture cli = CommandLineFixture.against(scheduler);

    @AfterEach
    void stop() {
        scheduler.close();
    }

    private static String change(String status, String state) {
        int to = state.equals("undone") ? 3 : 2;
        return EXISTING.replace("\"Running\"", "\"" + status + "\"")
                .replace(
                        "\"revision\":7",
                        "\"revision\":8,\"specVersion\":" + to + ",\"change\":{\"to\":" + to + ",\"from\":" + (to - 1)
                                + ",\"state\":\"" + state + "\",\"message\":\"exited with code 2\"}");
    }

    private static String changed() {
        return WEB.replace("nginx:1.27", "nginx:1.28").replace("A: \"1\", GONE: x", "A: hunter2, NEW: hunter3")
                + "network: host\n";
    }

    private void exists() {
        scheduler.json("GET /workloads", LISTED);
        scheduler.json(GET, EXISTING);
    }

    @Test
    void changedFileChangesTheWorkloadThatWasCompared() {
        exists();
        scheduler.json(GET, STABLE);
        scheduler.json(PUT, PROVING);
        scheduler.events();

        Result result = cli.typing(changed()).run("apply", "--undo=never", "--move", "--stable-for", "7s", "-f", "-");

        assertThat(result.code()).isEqualTo(ExitCode.OK);
        assertThat(result.out()).isEqualTo("web changed " + ID + "\n");
        assertThat(result.err()).contains("""
                web (6f2c1f0e) is changed:
                  image         nginx:1.27 → nginx:1.28
                  envVars.A     changed
                  envVars.NEW   added
                  envVars.GONE  removed
                  network       not set → host
                """).doesNotContain("hunter");
        ScriptedScheduler.Asked put = scheduler.asked().stream()
                .filter(asked -> asked.line().startsWith("PUT"))
                .findFirst()
                .orElseThrow();
        assertThat(put.line()).isEqualTo(PUT + "?undo=never&move=true&stableFor=7s");
        assertThat(put.header("If-match")).contains("\"7\"");
        assertThat(put.body()).contains("nginx:1.28", "hunter2");
    }

    @Test
    void changeThatIsUndoneIsAFailureWithItsReason() {
        exists();
        scheduler.json(GET, change("Running", "undone"));
        scheduler.json(PUT, PROVING);
        scheduler.events();

        Result result = cli.typing(changed()).run("apply", "-f", "-");

        assertThat(result.out()).isEqualTo("web changed " + ID + "\n");
        assertThat(result.err()).contains("the change was undone: exited with code 2");
        assertThat(result.code()).isEqualTo(ExitCode.FAILED);
    }

    @Test
    void whatSomebodyElseChangedMeanwhileIsComparedOnceMore() {
        scheduler.json("GET /workloads", LISTED);
        scheduler.json(GET, EXISTING);
        scheduler.json(GET, EXISTING.replace("\"revision\":7", "\"revision\":9"));
        scheduler.problem(PUT, 412, "{\"type\":\"precondition-failed\",\"status\":412,\"detail\":\"it has changed\"}");
        scheduler.json(PUT, PROVING);

        Result result = cli.typing(changed()).run("apply", "-d", "-f", "-");

        assertThat(result.code()).isEqualTo(ExitCode.OK);
        assertThat(scheduler.asked().stream()
                        .filter(asked -> asked.line().startsWith("PUT"))
                        .map(asked -> asked.header("If-match").orElse("")))
                .containsExactly("\"7\"", "\"9\"");
    }

    @Test
    void whatIsChangedBySomebodyElseTwiceIsLeft() {
        exists();
        scheduler.problem(PUT, 412, "{\"type\":\"precondition-failed\",\"status\":412,\"detail\":\"it has changed\"}");

        Result result = cli.typing(changed()).run("apply", "-f", "-");

        assertThat(result.code()).isEqualTo(ExitCode.REFUSED);
        assertThat(result.err()).contains("changed by somebody else", "persys apply again compares anew");
        assertThat(scheduler.lines().stream().filter(line -> line.startsWith("PUT")))
                .hasSize(2);
    }

    @Test
    void changeOfUnknownFateIsToldWithWhatFindsOut() {
        exists();
        scheduler.cut(PUT);

        Result result = cli.typing(changed()).run("apply", "-f", "-");

        assertThat(result.code()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(result.err()).contains("is not known", "The same persys apply again finds out");
        assertThat(scheduler.lines().stream().filter(line -> line.startsWith("PUT")))
                .hasSize(1);
    }

    @Test
    void whatIsStoppedIsChangedAndThenStarted() {
        scheduler.json("GET /workloads", LISTED);
        String stopped = EXISTING.replace("\"Running\"", "\"Stopped\"")
                .replace("\"desired\":\"running\"", "\"desired\":\"stopped\"");
        scheduler.json(GET, stopped);
        scheduler.json(PUT, stopped);
        scheduler.json("POST /workloads/" + ID + "/start", PROVING);

        Result result = cli.typing(changed()).run("apply", "-d", "-f", "-");

        assertThat(result.out()).isEqualTo("web changed " + ID + "\n");
        assertThat(scheduler.lines()).endsWith(PUT, "POST /workloads/" + ID + "/start");
    }

    @Test
    void severalOfTheNameAreAConflict() {
        String other = "7" + ID.substring(1);
        scheduler.json("GET /workloads", """
                {"workloads":[{"id":"%s","name":"web"},{"id":"%s","name":"web"}]}""".formatted(ID, other));
        scheduler.json(GET, EXISTING);
        scheduler.json("GET /workloads/" + other, EXISTING.replace(ID, other));

        Result result = cli.typing(changed()).run("apply", "-f", "-");

        assertThat(result.code()).isEqualTo(ExitCode.REFUSED);
        assertThat(result.err()).contains("there are 2 workloads of the name web", ID, other, "persys rm");
        assertThat(scheduler.lines()).noneMatch(line -> line.startsWith("PUT"));
    }

    @Test
    void dryRunAndDiffShowThePlansAndAskForNothing() {
        scheduler.json("GET /workloads", LISTED);
        scheduler.json("GET /workloads", "{\"workloads\":[]}");
        scheduler.json("GET /workloads", LISTED);
        scheduler.json("GET /workloads", "{\"workloads\":[]}");
        scheduler.json(GET, EXISTING);
        String both =
                WEB.replace("sleep 9", "sleep 10").replace("256Mi", "300Mi") + "---\n" + WEB.replace("web", "api");
        String plans = """
                web would be changed
                  command           ["sleep","9"] → ["sleep","10"]
                  resources.memory  256 → 300
                  limits.memory     256 → 300
                api would be created
                """;

        Result dry = cli.typing(both).run("apply", "--dry-run", "-f", "-");
        Result diff = cli.typing(both).run("diff", "-f", "-");

        assertThat(List.of(dry.out(), diff.out())).containsExactly(plans, plans);
        assertThat(dry.code()).isEqualTo(ExitCode.OK);
        assertThat(diff.code()).isEqualTo(ExitCode.FAILED);
        assertThat(scheduler.lines()).allMatch(line -> line.startsWith("GET "));
    }

    @Test
    void nothingDiffersWhereNothingWouldBeDone() {
        exists();
        Result diff = cli.typing(WEB).run("diff", "-f", "-");
        assertThat(diff.code()).isEqualTo(ExitCode.OK);
        assertThat(diff.out()).isEqualTo("web unchanged\n");
    }

    @Test
    void directoryIsAllOfItsFilesInOrder(@TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve("b.yml"), WEB);
        Files.writeString(directory.resolve("a.yaml"), WEB.replace("web", "api"));
        Files.writeString(
                directory.resolve("c.json"), "{\"name\":\"db\",\"type\":\"docker-container\",\"image\":\"x\"}");
        Files.writeString(directory.resolve("notes.txt"), "no workload");
        Files.writeString(directory.resolve(".hidden.yaml"), "no workload");
        scheduler.json("GET /workloads", "{\"workloads\":[]}");

        assertThat(cli.run("apply", "--dry-run", "-f", directory.toString()).out())
                .isEqualTo("api would be created\nweb would be created\ndb would be created\n");
        Files.writeString(directory.resolve("d.yaml"), WEB);
        Result twice = cli.run("apply", "-f", directory.toString());
        assertThat(twice.code()).isEqualTo(ExitCode.USAGE);
        assertThat(twice.err())
                .contains("two documents describe a workload web", "b.yml", "d.yaml", "nothing was applied");
        Result none = cli.run(
                "apply", "-f", Files.createDirectory(directory.resolve("empty")).toString());
        assertThat(none.code()).isEqualTo(ExitCode.USAGE);
        assertThat(none.err()).contains("holds no file *.yaml, *.yml or *.json");
        assertThat(scheduler.lines()).allMatch(line -> line.startsWith("GET "));
    }

    @Test
    void runReplacesWhatHasTheName() {
        exists();
        scheduler.json(GET, STABLE);
        scheduler.json(PUT, PROVING);
        scheduler.events();

        Result result = cli.run("run", "--replace", "--move", "--name", "web", "nginx:1.28");

        assertThat(result.code()).isEqualTo(ExitCode.OK);
        assertThat(scheduler.lines()).anyMatch(line -> line.startsWith(PUT + "?move=true"));
        assertThat(result.out()).isEqualTo(ID + "\n");
        assertThat(result.err()).contains("nginx:1.27 → nginx:1.28").contains("envVars.A", "removed");
        assertThat(scheduler.lines()).noneMatch(line -> line.startsWith("POST"));
    }

    @Test
    void runReplacesOnlyByName() {
        assertThat(cli.run("run", "--replace", "nginx").err()).contains("--replace wants --name");
        assertThat(cli.run("run", "--move", "nginx").err()).contains("--move wants --replace");
        assertThat(cli.run("run", "--replace", "--name", "a", "--idempotency-key", "k", "nginx")
                        .err())
                .contains("--replace and --idempotency-key do not go together");
        Result result = cli.run("run", "--replace", "--name", "Not_A_Label", "nginx");
        assertThat(result.code()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err())
                .contains("--name is \"Not_A_Label\"; allowed is")
                .doesNotContain("/name");
        assertThat(scheduler.asked()).isEmpty();
    }

    @Test
    void undoIsWaitedForLikeAChange() {
        scheduler.json("POST /workloads/web/undo", PROVING);
        scheduler.json(GET, change("Running", "undone"));
        scheduler.events();
        Result bad = cli.run("undo", "web");
        assertThat(bad.code()).isEqualTo(ExitCode.FAILED);
        assertThat(bad.out()).isEmpty();

        scheduler.json(GET, STABLE);
        Result good = cli.run("undo", "web", "-d");
        assertThat(good.code()).isEqualTo(ExitCode.OK);
        assertThat(good.out()).isEqualTo(ID + "\n");
    }

    @Test
    void undoOfWhatNeverChangedIsRefused() {
        scheduler.problem("POST /workloads/web/undo", 409, """
                {"type":"nothing-to-undo","title":"x","status":409,"detail":"web has had one specification alone"}""");
        Result result = cli.run("undo", "web");
        assertThat(result.code()).isEqualTo(ExitCode.REFUSED);
        assertThat(result.err()).contains("web has had one specification alone", "persys specs web shows what is kept");
    }

    @Test
    void specsShowWhatChangedButNoValuesOfTheEnvironment() {
        scheduler.json("GET /workloads/web/specs", """
                {"specs":[
                 {"version":2,"since":"2026-01-02T03:04:05Z","spec":{"name":"web","image":"nginx:1.28","envVars":{"A":"hunter2"}}},
                 {"version":1,"since":"2026-01-01T03:04:05Z","spec":{"name":"web","image":"nginx:1.27","envVars":{"A":"1"}}}]}""");

        assertThat(cli.run("specs", "web", "-o", "wide").out()).isEqualTo("""
                VERSION  SINCE                 IMAGE       CHANGED
                2        2026-01-02T03:04:05Z  nginx:1.28  image nginx:1.27 → nginx:1.28; envVars.A changed
                1        2026-01-01T03:04:05Z  nginx:1.27
                """);
        assertThat(cli.run("specs", "web").out())
                .contains("VERSION", "nginx:1.28")
                .doesNotContain("hunter");
        assertThat(cli.run("specs", "web", "-o", "name").out()).isEqualTo("2\n1\n");
        assertThat(cli.run("specs", "web", "-o", "json").out()).contains("hunter2");
    }
}
