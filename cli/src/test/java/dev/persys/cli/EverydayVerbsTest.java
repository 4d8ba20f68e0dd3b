package dev.persys.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.cli.CommandLineFixture.Result;
import dev.persys.cli.output.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is typed every day: selecting, printing for scripts, removing, and verbs of other programs. */
class EverydayVerbsTest {
    private static final String WEB = "6f2c1f0e-8a57-4a4b-9d30-0d5f6f9a1b2c";
    private static final String API = "7a3d2e1f-8a57-4a4b-9d30-0d5f6f9a1b2c";
    private static final String LIST = ("{'workloads':["
                    + "{'id':'" + WEB + "','name':'web','image':'nginx','status':'Running','reason':'ContainerRunning',"
                    + "'labels':{'team':'a'},'stopGracePeriod':'8s'},"
                    + "{'id':'" + API + "','name':'api','image':'x\\u001b[2J','status':'Failed','labels':{}}]}")
            .replace('\'', '"');

    private final ScriptedScheduler scheduler = new ScriptedScheduler();
    private final CommandLineFixture cli = CommandLineFixture.against(scheduler);

    @AfterEach
    void stop() {
        scheduler.close();
    }

    @Test
    void psPrintsIdsAlone() {
        scheduler.json("GET /workloads", LIST);
        assertThat(cli.run("ps", "-q").out()).isEqualTo(WEB + "\n" + API + "\n");
        assertThat(cli.run("ps", "-aq", "-l", "team").out()).isEqualTo(WEB + "\n");
        Result none = new CommandLineFixture()
                .with("PERSYS_ADDRESS", scheduler.address())
                .run("ps", "-q", "--selector", "team=b");
        assertThat(none.out()).isEmpty();
        assertThat(none.err()).isEqualTo("There is no workload with the label team=b.\n");
        assertThat(none.code()).isEqualTo(ExitCode.OK);
    }

    @Test
    void selectorsMustAllHold() {
        scheduler.json("GET /workloads", LIST);
        assertThat(cli.run("ps", "-o", "name", "-l", "team!=b").out()).isEqualTo(WEB + "\n" + API + "\n");
        assertThat(cli.run("ps", "-q", "-l", "team!=b", "-l", "!team").out()).isEqualTo(API + "\n");
        assertThat(cli.run("ps", "-l", "=b").code()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void formatPrintsALineForEach() {
        scheduler.json("GET /workloads", LIST);
        scheduler.json("GET /workloads/web", "{\"name\":\"web\",\"labels\":{\"team\":\"a\"}}");
        assertThat(cli.run("ps", "--format", "{.name}\\t{.status}").out()).isEqualTo("web\tRunning\napi\tFailed\n");
        assertThat(cli.run("inspect", "web", "--format", "{/labels/team}").out())
                .isEqualTo("a\n");
        assertThat(cli.run("ps", "--format", "{{.Names}}").err()).contains("nothing here has {{.Names}}");
        assertThat(cli.run("ps", "--format", "{.image}").out()).contains("\u001b");
        assertThat(cli.on(new Terminal(true, true, 80))
                        .run("ps", "--format", "{.image}")
                        .out())
                .doesNotContain("\u001b");
    }

    @Test
    void formatIsTakenAsDockerTakesIt() {
        scheduler.json("GET /workloads", LIST);
        scheduler.json("GET /workloads/web", "{\"name\":\"web\"}");

        assertThat(cli.run("ps", "--format", "json").out())
                .isEqualTo(cli.run("ps", "-o", "json").out());
        assertThat(cli.run("ps", "--format", "table").out())
                .isEqualTo(cli.run("ps").out());
        assertThat(cli.run("inspect", "web", "--format", "json").out()).isEqualTo("{\n  \"name\" : \"web\"\n}\n");
        assertThat(cli.run("ps", "--format", "table {{.Name}}\\t{{.Status}}!").out())
                .isEqualTo("NAME  STATUS!\nweb   Running!\napi   Failed!\n");
        assertThat(cli.run("ps", "--format", "table {{.Names}}\t{.labels.team}").out())
                .startsWith("NAMES  TEAM\n");
        assertThat(cli.run("ps", "--format", "{{.Names}}").err()).contains("for Names of docker, write {{.Name}}");
    }

    @ParameterizedTest
    @CsvSource({
        "ps --format {.name} -o json, do not go together",
        "ps -q --format json, do not go together",
        "ps -q --format {.name}, do not go together",
        "ps -q -o wide, do not go together",
        "ps --format {name}, is no field"
    })
    void waysToPrintThatContradictEachOtherAreRefused(String line, String message) {
        Result result = cli.run(line.split(" "));
        assertThat(result.code()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains(message);
        assertThat(scheduler.asked()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"rm", "stop", "start", "restart"})
    void nothingNamedIsNothingDone(String verb) {
        Result result = cli.run(verb);
        assertThat(result.code()).isEqualTo(ExitCode.OK);
        assertThat(result.err()).isEqualTo("No workload is named, so nothing is done.\n");
        assertThat(cli.run(verb, "").err()).contains("WORKLOAD is empty");
        assertThat(scheduler.asked()).isEmpty();
    }

    @Test
    void whatIsNotThereIsNoFailureOfAForcedRemoval() {
        assertThat(cli.run("rm", "gone").code()).isEqualTo(ExitCode.NOT_FOUND);
        Result forced = cli.run("rm", "-f", "gone");
        assertThat(forced.code()).isEqualTo(ExitCode.OK);
        assertThat(forced.err()).isEqualTo("There is no workload gone.\n");
        assertThat(forced.out()).isEmpty();
        cli.run("rm", "-f", "--volumes", "gone");
        assertThat(scheduler.lines())
                .containsExactly(
                        "DELETE /workloads/gone",
                        "DELETE /workloads/gone?force=true",
                        "DELETE /workloads/gone?volumes=true&force=true");
    }

    @Test
    void removalSaysThatItStopsAndWhenItKills() {
        String going = "{'id':'" + WEB + "','name':'web','nodeId':'node-1','status':'Running','reason':'Deleting',"
                + "'message':'being deleted','stopGracePeriod':'8s'}";
        scheduler.json("DELETE /workloads/web", going.replace('\'', '"'));
        scheduler.events();
        assertThat(cli.run("rm", "web").err())
                .isEqualTo("web: stopping on node-1; killed if it has not ended after 8s\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Pending | NoNodeFits   | none of 1 nodes fits | removing",
                "Exited  | Deleting     | completed            | removing",
                "Unknown | NodeSilent   | node a is in trouble | removing: node a is in trouble"
            })
    void whatIsRemovedIsNotSaidToWaitForAnythingElse(String status, String reason, String message, String told) {
        scheduler.json(
                "DELETE /workloads/web",
                ("{'id':'" + WEB + "','name':'web','status':'" + status + "','reason':'" + reason + "','message':'"
                                + message + "'}")
                        .replace('\'', '"'));
        scheduler.events();

        assertThat(cli.run("rm", "web").err()).isEqualTo("web: " + told + "\n");
    }

    @Test
    void whatIsInTheWayIsToldOnceHoweverOftenItIsTried() {
        scheduler.json("POST /workloads/web/start", starting(""));
        for (String trouble : new String[] {": port 80 is busy", "", ": port 80 is busy", ""}) {
            scheduler.json("GET /workloads/" + WEB, starting(trouble));
        }
        scheduler.json("GET /workloads/" + WEB, starting("").replace("Starting\"", "Running\""));
        String event = "{\"id\":\"1-2\",\"workloadId\":\"" + WEB + "\",\"name\":\"web\"}";
        scheduler.events(event, event, event, event);
        assertThat(cli.run("start", "web").err()).isEqualTo("""
                        web: Starting on node-1
                        web: Starting on node-1: port 80 is busy
                        web: Running on node-1
                        """);
    }

    private static String starting(String trouble) {
        return "{\"id\":\"" + WEB + "\",\"name\":\"web\",\"nodeId\":\"node-1\",\"status\":\"Starting\",\"reason\":"
                + "\"StartingContainer\",\"message\":\"starting the container" + trouble + "\"}";
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "images            | keeps no images",
                "compose up        | persys apply -f FILE",
                "up                | persys apply -f FILE",
                "kill web          | persys rm -f WORKLOAD",
                "rename a b        | keeps its name",
                "get pods          | persys ps",
                "get nodes         | persys nodes",
                "describe pod web  | persys inspect WORKLOAD",
                "job run x.nomad   | persys apply -f FILE",
                "alloc logs x      | persys logs WORKLOAD",
                "service ls        | persys ps",
                "node ls           | persys nodes",
                "container rm web  | persys rm WORKLOAD",
                "prune             | persys gc"
            })
    void verbsOfOthersAreTranslated(String line, String ours) {
        Result result = cli.run(line.split(" "));
        assertThat(result.code()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains(" is unknown\n").contains(ours).hasLineCount(2);
        assertThat(scheduler.asked()).isEmpty();
    }

    @Test
    void keyThatNoHeaderCarriesIsBadUsage() {
        Result result = cli.run("run", "nginx", "--idempotency-key", "a\nb");
        assertThat(result.code()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains("visible ASCII characters without blanks");
        assertThat(scheduler.asked()).isEmpty();
    }

    @Test
    void exportWritesOverNoFileUnasked(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("state"), "mine");
        Result refused = cli.run(
                "store", "export", "--directory", directory.resolve("none").toString(), file.toString());
        assertThat(refused.code()).isEqualTo(ExitCode.REFUSED);
        assertThat(refused.err()).contains("there is a file " + file + " already", "--replace");
        assertThat(file).hasContent("mine");
    }
}
