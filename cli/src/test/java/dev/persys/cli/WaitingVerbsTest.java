package dev.persys.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.persys.cli.CommandLineFixture.Result;
import dev.persys.cli.client.JsonText;
import dev.persys.cli.output.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WaitingVerbsTest {
    private static final String ID = "6f2c1f0e-8a57-4a4b-9d30-0d5f6f9a1b2c";
    private static final String SCHEDULED = "{\"workload_id\":\"" + ID
            + "\",\"node_id\":\"node-1\",\"status\":\"Scheduled\",\"reason\":\"Placed\"," + "\"message\":\"placed\"}";

    private final ScriptedScheduler scheduler = new ScriptedScheduler();
    private final CommandLineFixture cli = CommandLineFixture.against(scheduler);

    @AfterEach
    void stop() {
        scheduler.close();
    }

    private static String workload(String status, String reason, String message) {
        return "{\"id\":\"" + ID + "\",\"name\":\"web\",\"image\":\"nginx\",\"nodeId\":\"node-1\",\"status\":\""
                + status + "\",\"reason\":\"" + reason + "\",\"message\":\"" + message + "\"}";
    }

    private static String event(String to) {
        return "{\"id\":\"1-2\",\"kind\":\"workload\",\"workloadId\":\"" + ID + "\",\"name\":\"web\",\"to\":\"" + to
                + "\"}";
    }

    private JsonNode body() throws IOException {
        return JsonText.read(scheduler.asked().get(0).body());
    }

    @Test
    void runWaitsUntilItRuns() {
        scheduler.json("POST /workloads/schedule", SCHEDULED);
        scheduler.json("GET /workloads/" + ID, workload("Pulling", "PullingImage", "pulling"));
        scheduler.json("GET /workloads/" + ID, workload("Running", "ContainerRunning", "running"));
        scheduler.events(
                "{\"id\":\"\",\"kind\":\"progress\",\"workloadId\":\"" + ID + "\",\"name\":\"web\",\"to\":\"Pulling\","
                        + "\"progress\":{\"layers\":4,\"layersDone\":1,\"bytes\":1048576,\"totalBytes\":4194304}}",
                event("Running"));
        Result result = cli.run("run", "nginx", "--name", "web");
        assertThat(result.code()).isEqualTo(ExitCode.OK);
        assertThat(result.out()).isEqualTo(ID + "\n");
        assertThat(result.err()).isEqualTo("""
                        web: Scheduled on node-1
                        web: Pulling nginx on node-1
                        web: pulling
                        web: Running on node-1
                        """);
        assertThat(scheduler.asked().get(0).header("Idempotency-key")).isPresent();
    }

    @Test
    void runShowsABarOnATerminal() {
        scheduler.json("POST /workloads/schedule", SCHEDULED);
        scheduler.json("GET /workloads/" + ID, workload("Pulling", "PullingImage", "pulling"));
        scheduler.json("GET /workloads/" + ID, workload("Running", "ContainerRunning", "running"));
        scheduler.events(
                "{\"kind\":\"progress\",\"workloadId\":\"" + ID + "\",\"name\":\"web\",\"progress\":"
                        + "{\"layers\":4,\"layersDone\":1,\"bytes\":1048576,\"totalBytes\":4194304}}",
                event("Running"));
        Result result = cli.on(new Terminal(true, true, 80)).run("run", "nginx", "--name", "web");
        assertThat(result.err())
                .contains("\r\u001b[Kweb: pulling [#####...............] 1 MiB of 4 MiB, 1 of 4 layers")
                .endsWith("\r\u001b[K");
    }

    @Test
    void runSendsWhatTheOptionsSay(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("env");
        Files.writeString(file, "# comment\nA=1\nB=2=3\n\nFROM_SHELL\nABSENT\n");
        scheduler.json("POST /workloads/schedule", SCHEDULED);
        Result result = cli.with("FROM_SHELL", "yes")
                .run(
                        "run",
                        "-d",
                        "nginx:1.27",
                        "--name",
                        "web",
                        "--env-file",
                        file.toString(),
                        "-e",
                        "A=9",
                        "-e",
                        "FROM_SHELL",
                        "-p",
                        "8080:80",
                        "--port",
                        "53/udp",
                        "-p",
                        "127.0.0.1:9090:90",
                        "-p",
                        "[::1]::91",
                        "-v",
                        "/srv:/data:ro",
                        "--cpu",
                        "0.5",
                        "--cpu-limit",
                        "2",
                        "--memory",
                        "256Mi",
                        "--memory-limit",
                        "none",
                        "--restart",
                        "on-failure:3",
                        "--label",
                        "team=a",
                        "--constraint",
                        "disk=ssd",
                        "--network",
                        "host",
                        "--user",
                        "1000:1000",
                        "--workdir",
                        "/srv",
                        "--entrypoint",
                        "/entry",
                        "--pull-policy",
                        "always",
                        "--stop-grace",
                        "30s",
                        "--registry-credentials",
                        "hub",
                        "--idempotency-key",
                        "k1",
                        "--",
                        "sh",
                        "-c",
                        "echo hi");
        assertThat(result.err()).isEmpty();
        assertThat(result.code()).isEqualTo(ExitCode.OK);
        assertThat(body()).isEqualTo(JsonText.read("""
                                {"name":"web","type":"docker-container","image":"nginx:1.27",
                                 "command":["sh","-c","echo hi"],"entrypoint":["/entry"],
                                 "envVars":{"A":"9","B":"2=3","FROM_SHELL":"yes"},
                                 "resources":{"cpu":0.5,"memory":"256Mi"},"limits":{"cpu":2,"memory":"none"},
                                 "ports":["8080:80","53/udp","127.0.0.1:9090:90","[::1]::91"],"volumes":["/srv:/data:ro"],
                                 "restartPolicy":"on-failure:3","labels":{"team":"a"},"constraints":{"disk":"ssd"},
                                 "network":"host","user":"1000:1000","workingDir":"/srv","pullPolicy":"always",
                                 "stopGracePeriod":"30s","registryCredentials":"hub"}"""));
        assertThat(scheduler.asked().get(0).header("Idempotency-key")).contains("k1");
        assertThat(scheduler.asked().get(0).header("If-none-match")).contains("*");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "--cpus 1.5           | {'resources':{'cpu':1.5},'limits':{'cpu':1.5}}",
                "--cpus 2 --cpu 0.5   | {'resources':{'cpu':0.5},'limits':{'cpu':2}}",
                "-m 512m              | {'resources':{'memory':'512Mi'}}",
                "-m 1.5g              | {'resources':{'memory':'1.5Gi'}}",
                "-m 64                | {'resources':{'memory':64}}",
                "--memory-limit 600mb | {'limits':{'memory':'600Mi'}}"
            })
    void dockersSpellingsOfAmountsAreTaken(String options, String amounts) throws IOException {
        scheduler.json("POST /workloads/schedule", SCHEDULED);
        List<String> words = new ArrayList<>(List.of("run", "-d", "nginx", "--name", "web"));
        words.addAll(List.of(options.split(" ")));

        Result result = cli.run(words.toArray(String[]::new));

        assertThat(result.err()).isEmpty();
        ObjectNode expected = (ObjectNode)
                JsonText.read("{'name':'web','type':'docker-container','image':'nginx'}".replace('\'', '"'));
        expected.setAll((ObjectNode) JsonText.read(amounts.replace('\'', '"')));
        assertThat(body()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "-p 8000-8001:9000-9001          | {'ports':['8000-8001:9000-9001']}",
                "-v named:/data                  | {'volumes':['named:/data']}",
                "-u 5 -w /srv                    | {'user':'5','workingDir':'/srv'}",
                "-l a=b -l watchtower.enable     | {'labels':{'a':'b','watchtower.enable':''}}",
                "--init --read-only --tmpfs /run | {'init':true,'readOnly':true,'tmpfs':['/run']}",
                "--cap-drop ALL --cap-add CHOWN  | {'capAdd':['CHOWN'],'capDrop':['ALL']}",
                "--ulimit nofile=1:2 --dns ::1   | {'ulimits':['nofile=1:2'],'dns':['::1']}",
                "--add-host db:10.0.0.5          | {'extraHosts':['db:10.0.0.5']}",
                "--stop-signal QUIT --hostname x | {'stopSignal':'QUIT','hostname':'x'}",
                "-it --rm                        | {'stdinOpen':true,'tty':true,'autoRemove':true}"
            })
    void whatDockerTakesIsTakenInItsSpelling(String options, String fields) throws IOException {
        dockersSpellingsOfAmountsAreTaken(options, fields);
    }

    @ParameterizedTest
    @CsvSource({
        "run -it nginx, wants a terminal as standard input",
        "run -i nginx --wait=started, do not go together",
        "run --rm nginx --stable-for 1s, do not go together",
        "run --rm nginx --restart always, it never ends",
        "run -i nginx --name web --replace, persys attach goes into its container"
    })
    void whoWantsToBeInsideIsToldWhatDoesNotGoWithThat(String line, String told) {
        Result result = cli.run(line.split(" "));

        assertThat(result.code()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains(told);
        assertThat(scheduler.asked()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"./www, www", "., ''", "../x, ../x"})
    void directoriesAreMeantAsAShellMeansThem(String source, String from) throws IOException {
        scheduler.json("POST /workloads/schedule", SCHEDULED);
        cli.run("run", "-d", "nginx", "--name", "web", "-v", source + ":/srv:ro");
        assertThat(body().path("volumes").path(0).asText())
                .isEqualTo(Path.of("").toAbsolutePath().resolve(from).normalize() + ":/srv:ro");
    }

    @ParameterizedTest
    @CsvSource({"-p, 80:90-91", "-p, 70000", "-p, 80:80/ip", "-v, /srv", "-v, a/b:/c", "-v, x:relative"})
    void whatIsNoPortOrVolumeIsRefusedBeforeAnythingIsAskedFor(String option, String value) {
        Result result = cli.run("run", "-d", "nginx", option, value);
        assertThat(result.code()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains(value, "such as");
        assertThat(scheduler.asked()).isEmpty();
    }

    /** By whom it is made is known where the scheduler is: nowhere else does this machine say what is on a node. */
    @Test
    void directoriesThatAreNotThereAreToldOfByADevelopmentCluster(@TempDir Path home) throws IOException {
        Path dev = Files.createDirectories(home.resolve("dev"));
        Files.writeString(dev.resolve("endpoints.json"), "{\"api\":\"" + scheduler.address() + "\"}");
        scheduler.json("POST /workloads/schedule", SCHEDULED);
        String[] line = {
            "run", "-d", "nginx", "--name", "web", "-v", home + ":/a", "-v", home + "/typo:/b:ro", "-v", "named:/c"
        };

        assertThat(new CommandLineFixture()
                        .with("PERSYS_HOME", home.toString())
                        .run(line)
                        .err())
                .isEqualTo("persys: web: " + home
                        + "/typo is not there; Docker makes it, as an empty directory of root's\n");
        assertThat(cli.run(line).err()).isEmpty();
    }

    @Test
    void whatTheSchedulerWarnsOfIsShown() {
        scheduler.json(
                "POST /workloads/schedule",
                SCHEDULED.replaceFirst("}$", ",\"warnings\":[\"/command holds && as a word\"]}"));
        Result result = cli.run("run", "-d", "nginx", "--name", "web");
        assertThat(result.code()).isEqualTo(ExitCode.OK);
        assertThat(result.out()).isEqualTo(ID + "\n");
        assertThat(result.err()).isEqualTo("persys: web: /command holds && as a word\n");
    }

    @Test
    void runNamesAWorkloadAfterItsImage() throws IOException {
        scheduler.json("POST /workloads/schedule", SCHEDULED);
        cli.run("run", "-d", "example.com:5000/team/My_App:2@sha256:abc");
        assertThat(body().path("name").asText()).matches("my-app-[a-z0-9]{4}");
    }

    @Test
    void runSaysWhyItFailedAndWhatToDo() {
        scheduler.json("POST /workloads/schedule", SCHEDULED);
        scheduler.events(event("Failed"));
        scheduler.json("GET /workloads/" + ID, workload("Failed", "ExitedWithError", "exited with code 3"));
        scheduler.text("GET /workloads/" + ID + "/logs", Map.of(), "first\nboom\n");
        Result result = cli.run("run", "nginx", "--name", "web", "--quiet");
        assertThat(result.code()).isEqualTo(ExitCode.FAILED);
        assertThat(result.out()).isEqualTo(ID + "\n");
        assertThat(result.err()).isEqualTo("""
                        persys: web (6f2c1f0e) is Failed (ExitedWithError): exited with code 3
                        Its last output:
                          | first
                          | boom
                        persys logs 6f2c1f0e shows all of its output; persys start 6f2c1f0e tries again.
                        """);
    }

    @Test
    void runThatNeverFitsEndsWithItsTimeout() {
        scheduler.json(
                "POST /workloads/schedule",
                SCHEDULED
                        .replace("Scheduled", "Pending")
                        .replace("\"node-1\"", "null")
                        .replace("placed", "no node"));
        String fitsNowhere = "none of 1 nodes fits: 1 with less than 512 MiB free";
        scheduler.json("GET /workloads/" + ID, workload("Pending", "NoNodeFits", fitsNowhere));
        scheduler.events();
        Result result = cli.run("run", "nginx", "--name", "web", "--timeout", "300ms");
        assertThat(result.code()).isEqualTo(ExitCode.TIMED_OUT);
        assertThat(result.err())
                .contains("web: Pending: " + fitsNowhere + "; it is started as soon as one fits\n")
                .contains("web (6f2c1f0e) is still Pending: " + fitsNowhere)
                .contains("persys explain 6f2c1f0e says what would make it fit");
    }

    @Test
    void whatIsInTheWayIsShownThoughTheStatusStays() {
        scheduler.json("POST /workloads/schedule", SCHEDULED);
        for (String message : List.of("starting the container", "starting the container: bind: address in use")) {
            scheduler.json("GET /workloads/" + ID, workload("Starting", "StartingContainer", message));
        }
        scheduler.json("GET /workloads/" + ID, workload("Running", "ContainerRunning", "running"));
        scheduler.events(event("Starting"), event("Running"));
        Result result = cli.run("run", "nginx", "--name", "web");
        assertThat(result.err()).isEqualTo("""
                        web: Scheduled on node-1
                        web: Starting on node-1
                        web: Starting on node-1: bind: address in use
                        web: Running on node-1
                        """);
    }

    @Test
    void attemptsToFetchAnImageAreShownOneByOne() {
        scheduler.json("POST /workloads/web/start", workload("Scheduled", "OrderNotTaken", "node-1 is busy"));
        for (String why : List.of("", ": attempt 1 of 5 failed: no such host", ": attempt 2 of 5 failed: EOF")) {
            scheduler.json("GET /workloads/" + ID, workload("Pulling", "PullingImage", "pulling a.b:5000/x:1" + why));
        }
        scheduler.json("GET /workloads/" + ID, workload("Running", "ContainerRunning", "running"));
        scheduler.events(event("Pulling"), event("Pulling"), event("Running"));
        assertThat(cli.run("start", "web").err()).isEqualTo("""
                        web: Scheduled on node-1: node-1 is busy
                        web: Pulling nginx on node-1
                        web: Pulling nginx on node-1: attempt 1 of 5 failed: no such host
                        web: Pulling nginx on node-1: attempt 2 of 5 failed: EOF
                        web: Running on node-1
                        """);
    }

    @Test
    void whatIsSaidAtTheTimeoutIsWhatTheLastEventLedTo() {
        scheduler.json("POST /workloads/web/restart", workload("Scheduled", "Placed", "ordered"));
        scheduler.json("GET /workloads/" + ID, workload("Starting", "StartingContainer", "starting the container"));
        scheduler.json("GET /workloads/" + ID, workload("Starting", "StartingContainer", "starting it: port busy"));
        scheduler.foreign("GET /workloads/" + ID, 503, "down");
        scheduler.events(event("Starting"));
        Result result = cli.run("restart", "web", "--timeout", "700ms");
        assertThat(result.code()).isEqualTo(ExitCode.TIMED_OUT);
        assertThat(result.err()).contains("web (6f2c1f0e) is still Starting: starting it: port busy");
    }

    @Test
    void whatNoEventHasToldIsLookedAtOnceMoreAtTheTimeout() {
        scheduler.json("POST /workloads/web/start", workload("Scheduled", "Placed", "ordered"));
        scheduler.json("GET /workloads/" + ID, workload("Starting", "StartingContainer", "starting the container"));
        scheduler.json("GET /workloads/" + ID, workload("Starting", "StartingContainer", "starting it: port busy"));
        scheduler.events();
        Result late = cli.run("start", "web", "--timeout", "300ms");
        assertThat(late.code()).isEqualTo(ExitCode.TIMED_OUT);
        assertThat(late.err()).contains("web (6f2c1f0e) is still Starting: starting it: port busy");
    }

    @Test
    void whatKeepsAStreamAliveDoesNotPutOffTheTimeout() {
        scheduler.json("POST /workloads/web/stop", workload("Running", "Stopping", "stopping"));
        scheduler.json("GET /workloads/" + ID, workload("Running", "Stopping", "stopping"));
        scheduler.keptAlive();
        Result result = cli.run("stop", "web", "--timeout", "300ms");
        assertThat(result.code()).isEqualTo(ExitCode.TIMED_OUT);
        assertThat(result.err()).contains("web (6f2c1f0e) is still Running: stopping");
    }

    @Test
    void timeoutIsForAllWorkloadsTogether() {
        for (String name : new String[] {"a", "b", "c"}) {
            scheduler.json("POST /workloads/" + name + "/stop", workload("Running", "Stopping", "stopping"));
        }
        scheduler.json("GET /workloads/" + ID, workload("Running", "Stopping", "stopping"));
        scheduler.events();
        Result result = cli.run("stop", "a", "b", "c", "--timeout", "300ms");
        assertThat(result.code()).isEqualTo(ExitCode.TIMED_OUT);
        assertThat(scheduler.lines().stream().filter(line -> line.startsWith("GET /events")))
                .hasSize(1);
    }

    @Test
    void lastOutputOfAFailureDoesNotMoveTheCursor() {
        scheduler.json("POST /workloads/schedule", SCHEDULED);
        scheduler.events(event("Failed"));
        scheduler.json("GET /workloads/" + ID, workload("Failed", "ExitedWithError", "exited with code 3"));
        scheduler.text("GET /workloads/" + ID + "/logs", Map.of(), "\u001b[2Jred\u0007\n");
        assertThat(cli.run("run", "nginx", "--name", "web", "--quiet").err()).contains("  |  [2Jred \n");
    }

    @Test
    void environmentFileSaysWhatItSaysOrIsRefused(@TempDir Path directory) throws IOException {
        scheduler.json("POST /workloads/schedule", SCHEDULED);
        Path good = Files.writeString(directory.resolve("good"), "\ufeffA=1\n  B= two \n");
        cli.run("run", "-d", "nginx", "--env-file", good.toString());
        assertThat(body().path("envVars")).isEqualTo(JsonText.read("{\"A\":\"1\",\"B\":\" two \"}"));
        Path script = Files.writeString(directory.resolve("script"), "A=1\nexport C=secret\n");
        Result refused = cli.run("run", "-d", "nginx", "--env-file", script.toString());
        assertThat(refused.code()).isEqualTo(ExitCode.USAGE);
        assertThat(refused.err())
                .contains("script, line 2", "no blanks", "Leave out export")
                .doesNotContain("secret");
        assertThat(scheduler.asked()).hasSize(1);
    }

    @Test
    void badInputIsToldOptionByOption() {
        scheduler.problem("POST /workloads/schedule", 400, """
                {"type":"invalid-request","title":"The request has invalid fields","status":400,
                 "detail":"Correct the fields named in errors and send the request again: /name is 'A'",
                 "errors":[{"pointer":"/name","found":"'A'","allowed":"a DNS label"},
                           {"pointer":"/resources/cpu","found":"0","allowed":"0.01 to 1024"}]}""");
        Result result = cli.run("run", "nginx", "--name", "A");
        assertThat(result.code()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).isEqualTo("""
                        persys: The request has invalid fields
                          --name is 'A'; allowed is a DNS label
                          --cpu is 0; allowed is 0.01 to 1024
                        """);
    }

    @Test
    void mistakesInOptionsNeverReachTheScheduler() {
        assertThat(cli.run("run").err()).contains("IMAGE is missing");
        assertThat(cli.run("run", "nginx", "-p", "eighty").err()).contains("HOST:]CONTAINER[/tcp|udp|sctp] such as");
        assertThat(cli.run("run", "nginx", "-v", "/srv").err()).contains("SOURCE:TARGET[:ro] such as");
        assertThat(cli.run("run", "nginx", "-e", "NOPE").err()).contains("this shell has no such variable");
        assertThat(cli.run("run", "nginx", "-e", "=secret").err()).doesNotContain("secret");
        assertThat(cli.run("run", "nginx", "--memroy", "1").err()).contains("Did you mean --memory?");
        assertThat(cli.run("run", "nginx", "sh", "echo hi").err())
                .contains("The container's command stands behind --: persys run IMAGE -- sh 'echo hi'");
        assertThat(cli.run("run", "nginx", "--env-file", "/nonexistent/x").err())
                .contains("there is no such file");
        assertThat(scheduler.asked()).isEmpty();
    }

    @Test
    void stopAsksForAllAndWaitsForEach() {
        scheduler.json("POST /workloads/web/stop", workload("Running", "Stopping", "stopping"));
        scheduler.json("POST /workloads/api/stop", workload("Stopped", "StoppedByRequest", "stopped as asked"));
        scheduler.json("GET /workloads/" + ID, workload("Running", "Stopping", "stopping"));
        scheduler.json("GET /workloads/" + ID, workload("Stopped", "StoppedByRequest", "stopped as asked"));
        scheduler.events(event("Stopped"));
        Result result = cli.run("stop", "web", "gone", "api");
        assertThat(result.code()).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(result.out()).isEqualTo(ID + "\n" + ID + "\n");
        assertThat(result.err()).contains("there is no workload gone", "web: Stopped: stopped as asked");
    }

    @Test
    void rmWaitsUntilItIsGone() {
        scheduler.json("DELETE /workloads/web", workload("Running", "Deleting", "being deleted"));
        scheduler.json("GET /workloads/" + ID, workload("Running", "Deleting", "being deleted"));
        scheduler.problem("GET /workloads/" + ID, 404, "{\"detail\":\"gone\"}");
        scheduler.events(event("Deleted"));
        Result result = cli.run("rm", "web");
        assertThat(result.code()).isEqualTo(ExitCode.OK);
        assertThat(result.out()).isEqualTo(ID + "\n");
    }

    @Test
    void restartThatEndsInFailureSaysSo() {
        scheduler.json("POST /workloads/web/restart", workload("Scheduled", "Placed", "ordered"));
        scheduler.events();
        scheduler.json("GET /workloads/" + ID, workload("Failed", "StartRefused", "port is already allocated"));
        Result result = cli.run("restart", "web");
        assertThat(result.code()).isEqualTo(ExitCode.FAILED);
        assertThat(result.err())
                .contains("is Failed (StartRefused): port is already allocated")
                .contains("persys start 6f2c1f0e tries again; persys rm 6f2c1f0e removes it.");
    }

    @Test
    void aStreamThatForgotTheLastEventIsOpenedAnew() {
        scheduler.json("POST /workloads/web/start", workload("Scheduled", "Placed", "ordered"));
        scheduler.problem("GET /events", 410, "{\"type\":\"events-gone\",\"detail\":\"gone\"}");
        scheduler.events();
        scheduler.json("GET /workloads/" + ID, workload("Running", "ContainerRunning", "running"));
        assertThat(cli.run("start", "web").code()).isEqualTo(ExitCode.OK);
    }

    @Test
    void nodesAreDrainedAndForgotten() {
        scheduler.json("POST /nodes/node-1/drain", "{\"nodeId\":\"node-1\",\"status\":\"Draining\",\"workloads\":2}");
        scheduler.json("DELETE /nodes/node-1", "{\"nodeId\":\"node-1\"}");
        Result drained = cli.run("node", "drain", "node-1");
        assertThat(drained.out()).isEqualTo("node-1\n");
        assertThat(drained.err())
                .startsWith("node-1 is Draining with 2 workloads\n")
                .contains("drain moves nothing", "persys node cordon");
        scheduler.json("POST /nodes/node-1/cordon", "{\"nodeId\":\"node-1\",\"status\":\"Draining\",\"workloads\":2}");
        scheduler.json("POST /nodes/node-1/uncordon", "{\"nodeId\":\"node-1\",\"status\":\"Active\",\"workloads\":2}");
        assertThat(cli.run("node", "cordon", "node-1").err()).isEqualTo("node-1 is Draining with 2 workloads\n");
        assertThat(cli.run("node", "uncordon", "node-1").err()).isEqualTo("node-1 is Active with 2 workloads\n");
        assertThat(cli.run("node", "rm", "node-1").out()).isEqualTo("node-1\n");
    }
}
