package dev.persys.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.cli.CommandLineFixture.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApplyVerbTest {
    private static final String ID = "6f2c1f0e-8a57-4a4b-9d30-0d5f6f9a1b2c";
    private static final String EXISTING = """
            {"id":"6f2c1f0e-8a57-4a4b-9d30-0d5f6f9a1b2c","name":"web","type":"docker-container",
             "image":"nginx:1.27","nodeId":"node-1","status":"Running","desired":"running",
             "statusSince":"2026-01-02T03:04:05Z","publishedPorts":[],"reason":"ContainerRunning","message":"running",
             "oomKilled":false,"restartCount":0,"restartAttempts":0,"generation":1,"command":["sleep","9"],"args":[],
             "entrypoint":[],"envVars":{"A":"1"},"resources":{"cpu":0.1,"memory":256},"ports":[],"volumes":[],
             "restartPolicy":"no","labels":{},"constraints":{},"stopGracePeriod":"10s","pullPolicy":"missing","logs":"",
             "createdAt":"2026-01-02T03:04:05Z","version":1,"revision":7}""";

    /** As a list shows it: nothing of its environment. */
    private static final String LISTED =
            "{\"workloads\":[{\"id\":\"" + ID + "\",\"name\":\"web\",\"status\":\"Running\"}]}";

    private static final String WEB = """
            name: web
            type: docker-container
            image: nginx:1.27
            command: sleep 9
            envVars: {A: "1"}
            resources: {memory: 256Mi}
            """;

    private final ScriptedScheduler scheduler = new ScriptedScheduler();
    private final CommandLineFixture cli = CommandLineFixture.against(scheduler);

    @AfterEach
    void stop() {
        scheduler.close();
    }

    @Test
    void whatIsThereAlreadyIsLeftAsItIs() {
        scheduler.json("GET /workloads", LISTED);
        scheduler.json("GET /workloads/" + ID, EXISTING);
        Result result = cli.typing(WEB).run("apply", "-f", "-");
        assertThat(result.err()).isEmpty();
        assertThat(result.out()).isEqualTo("web unchanged " + ID + " Running\n");
    }

    @Test
    void whatHasFailedIsStartedAndWaitedFor() {
        String failed = EXISTING.replace("\"Running\"", "\"Failed\"")
                .replace("\"message\":\"running\"", "\"message\":\"exited with code 2\"");
        scheduler.json("GET /workloads", LISTED.replace("Running", "Failed"));
        scheduler.json("GET /workloads/" + ID, failed);
        scheduler.json("POST /workloads/" + ID + "/start", EXISTING.replace("\"Running\"", "\"Pending\""));
        scheduler.events();
        Result result = cli.typing(WEB).run("apply", "-f", "-");
        assertThat(result.out()).isEqualTo("web started " + ID + "\n");
        assertThat(result.err())
                .contains("persys: web was Failed: exited with code 2; it is started again")
                .contains("web (6f2c1f0e) is Failed");
        assertThat(result.code()).isEqualTo(ExitCode.FAILED);
    }

    @ParameterizedTest
    @CsvSource({
        "Failed, running, no, true",
        "Stopped, stopped, no, true",
        "Running, stopped, no, true",
        "Exited, running, always, true",
        "Exited, running, no, false",
        "Running, running, always, false",
        "Pending, running, always, false"
    })
    void whatOughtToRunIsStarted(String status, String desired, String policy, boolean started) {
        String existing = EXISTING.replace("\"Running\"", "\"" + status + "\"")
                .replace("\"desired\":\"running\"", "\"desired\":\"" + desired + "\"")
                .replace("\"restartPolicy\":\"no\"", "\"restartPolicy\":\"" + policy + "\"");
        scheduler.json("GET /workloads", LISTED);
        scheduler.json("GET /workloads/" + ID, existing);
        scheduler.json("POST /workloads/" + ID + "/start", existing);
        Result result = cli.typing(WEB + "restartPolicy: \"" + policy + "\"\n").run("apply", "-d", "-f", "-");
        assertThat(result.code()).isEqualTo(ExitCode.OK);
        assertThat(result.out()).startsWith(started ? "web started " + ID : "web unchanged " + ID + " " + status);
    }

    @Test
    void whatIsThereButNotUpYetIsWaitedFor() {
        scheduler.json("GET /workloads", LISTED);
        scheduler.json("GET /workloads/" + ID, EXISTING.replace("\"Running\"", "\"Pulling\""));
        scheduler.json("GET /workloads/" + ID, EXISTING.replace("\"Running\"", "\"Failed\""));
        scheduler.events();
        Result result = cli.typing(WEB).run("apply", "-f", "-");
        assertThat(result.out()).isEqualTo("web unchanged " + ID + " Pulling\n");
        assertThat(result.code()).isEqualTo(ExitCode.FAILED);
    }

    @Test
    void whatIsMissingIsMadeAndWaitedFor() {
        scheduler.json("GET /workloads", "{\"workloads\":[]}");
        scheduler.json(
                "POST /workloads/schedule",
                "{\"workload_id\":\"" + ID + "\",\"node_id\":\"node-1\",\"status\":\"Scheduled\"}");
        scheduler.json("GET /workloads/" + ID, "{\"id\":\"" + ID + "\",\"name\":\"web\",\"status\":\"Running\"}");
        scheduler.events();
        Result result = cli.typing(WEB + "---\n" + WEB.replace("web", "api")).run("apply", "-f", "-");
        assertThat(result.code()).isEqualTo(ExitCode.OK);
        assertThat(result.out()).isEqualTo("web created " + ID + "\napi created " + ID + "\n");
    }

    @Test
    void whatSomebodyElseMakesMeanwhileIsLeftAsItIs() {
        scheduler.json("GET /workloads", "{\"workloads\":[]}");
        scheduler.problem("POST /workloads/schedule", 412, "{\"type\":\"precondition-failed\",\"detail\":\"taken\"}");
        scheduler.json("GET /workloads", LISTED);
        scheduler.json("GET /workloads/" + ID, EXISTING);

        Result result = cli.typing(WEB).run("apply", "-f", "-");

        assertThat(result.err()).isEmpty();
        assertThat(result.out()).isEqualTo("web unchanged " + ID + " Running\n");
        assertThat(result.code()).isEqualTo(ExitCode.OK);
    }

    @Test
    void documentsThatAreEmptyAreNone() {
        scheduler.json("GET /workloads", LISTED);
        scheduler.json("GET /workloads/" + ID, EXISTING);

        Result result = cli.typing("---\n# nothing\n---\n" + WEB + "---\n").run("apply", "-f", "-");

        assertThat(result.err()).isEmpty();
        assertThat(result.out()).isEqualTo("web unchanged " + ID + " Running\n");
    }

    @Test
    void commandThatIsSurelyMeantForAShellIsMadeWithAWarning() {
        scheduler.json("GET /workloads", "{\"workloads\":[]}");
        scheduler.json(
                "POST /workloads/schedule",
                "{\"workload_id\":\"" + ID + "\",\"node_id\":\"node-1\",\"status\":\"Scheduled\","
                        + "\"warnings\":[\"no node has that much\"]}");

        Result result = cli.typing(WEB.replace("sleep 9", "sleep 9 && date")).run("apply", "-d", "-f", "-");

        assertThat(result.code()).isEqualTo(ExitCode.OK);
        assertThat(result.out()).isEqualTo("web created " + ID + "\n");
        assertThat(result.err())
                .startsWith("persys: web (-): /command holds && as a word")
                .endsWith("\npersys: web (-): no node has that much\n");
    }

    @Test
    void aMistakeInOneDocumentAppliesNone(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("two.yaml");
        Files.writeString(file, WEB + "---\nname: Web\nimage: nginx\ntype: vm\nreplicas: 2\n");
        Result result = cli.run("apply", "-f", file.toString());
        assertThat(result.code()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains("two.yaml, document 2 is no workload", "/name", "/type", "/replicas");
        assertThat(scheduler.asked()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ports: [{container: 0100}]", "resources: {memory: 0512}", "stopGracePeriod: 1_00"})
    void aNumberThatYamlReadsOtherwiseThanItLooksIsRefused(String line) {
        Result result =
                cli.typing(WEB.replace("resources: {memory: 256Mi}", line)).run("apply", "-f", "-");

        assertThat(result.code()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains("-, line 6", "another number to YAML than it looks like");
        assertThat(scheduler.asked()).isEmpty();
    }

    @Test
    void jsonIsReadToo() {
        scheduler.json("GET /workloads", LISTED);
        scheduler.json("GET /workloads/" + ID, EXISTING);
        String json = """
                {"name":"web","type":"docker-container","image":"nginx:1.27","command":["sleep","9"],
                 "envVars":{"A":"1"},"resources":{"cpu":0.1,"memory":256}}""";
        assertThat(cli.typing(json).run("apply", "-f", "-").out()).startsWith("web unchanged");
    }

    @Test
    void whatCannotBeReadIsToldWithItsPlace() {
        assertThat(cli.typing("name: [web").run("apply", "-f", "-").err()).contains("persys: -, line ");
        assertThat(cli.run("apply", "-f", "/nonexistent/x.yaml").err())
                .isEqualTo("persys: /nonexistent/x.yaml cannot be read: there is no such file\n");
        assertThat(cli.typing("").run("apply", "-f", "-").err()).contains("there is no workload in -");
        assertThat(cli.typing("just text").run("apply", "-f", "-").code()).isEqualTo(ExitCode.USAGE);
        assertThat(cli.run("apply").err()).contains("persys apply wants a file");
    }
}
