package dev.persys.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.cli.CommandLineFixture.Result;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the verbs that start something wait for, and what {@code persys wait} does. */
class StableStartTest {
    private static final String ID = "6f2c1f0e-8a57-4a4b-9d30-0d5f6f9a1b2c";
    private static final String SCHEDULED =
            "{\"workload_id\":\"" + ID + "\",\"node_id\":\"node-1\",\"status\":\"Scheduled\",\"reason\":\"Placed\"}";
    private static final String GET = "GET /workloads/" + ID;

    private final ScriptedScheduler scheduler = new ScriptedScheduler();
    private final CommandLineFixture cli = CommandLineFixture.against(scheduler);

    @AfterEach
    void stop() {
        scheduler.close();
    }

    private static String workload(String status, String reason, String message, String more) {
        return ("{'id':'" + ID + "','name':'web','image':'nginx','nodeId':'node-1','status':'" + status + "','reason':'"
                        + reason + "','message':'" + message + "'" + (more.isEmpty() ? "" : "," + more) + "}")
                .replace('\'', '"');
    }

    private static String running(String more) {
        return workload("Running", "ContainerRunning", "running", more);
    }

    private static String event(String to) {
        return "{\"id\":\"1-2\",\"kind\":\"workload\",\"workloadId\":\"" + ID + "\",\"name\":\"web\",\"to\":\"" + to
                + "\"}";
    }

    @Test
    void runIsDoneOnceItHasRunForTheWindow() {
        scheduler.json("POST /workloads/schedule", SCHEDULED);
        scheduler.json(GET, running(""));
        scheduler.events();
        long begun = System.nanoTime();
        Result result = cli.run("run", "nginx", "--name", "web", "--stable-for", "700ms");
        assertThat(System.nanoTime() - begun).isGreaterThan(700_000_000);
        assertThat(result.code()).isEqualTo(ExitCode.OK);
        assertThat(result.err()).isEqualTo("""
                        web: Scheduled on node-1
                        web: Running on node-1; stable once it has run for 700ms
                        """);
    }

    @Test
    void programThatCrashesWithinTheWindowIsAFailure() {
        scheduler.json("POST /workloads/schedule", SCHEDULED);
        scheduler.json(GET, running(""));
        scheduler.json(GET, running(""));
        scheduler.json(GET, workload("Failed", "OutOfMemory", "killed by the kernel", "'exitCode':137"));
        scheduler.events(event("Running"));
        scheduler.events(event("Failed"));
        scheduler.text(GET + "/logs", Map.of(), "loading\n");
        Result result = cli.run("run", "nginx", "--name", "web", "--stable-for", "1m", "-q");
        assertThat(result.code()).isEqualTo(ExitCode.FAILED);
        assertThat(result.err()).isEqualTo("""
                        persys: web (6f2c1f0e) is Failed (OutOfMemory): killed by the kernel
                        Its last output:
                          | loading
                        persys logs 6f2c1f0e shows all of its output; persys start 6f2c1f0e tries again.
                        """);
    }

    @Test
    void restartByPolicyWithinTheWindowIsAFailure() {
        scheduler.json("POST /workloads/web/restart", workload("Scheduled", "Placed", "ordered", ""));
        scheduler.json(GET, running(""));
        scheduler.json(
                GET,
                workload("Restarting", "ContainerRestarting", "exited with code 3; again in 2 s", "'restartCount':2"));
        scheduler.events(event("Running"));
        Result result = cli.run("restart", "web", "--stable-for", "1m");
        assertThat(result.code()).isEqualTo(ExitCode.FAILED);
        assertThat(result.err())
                .contains("web (6f2c1f0e) is Restarting (ContainerRestarting): exited with code 3; again in 2 s")
                .contains("It was restarted 2 times.")
                .contains("it is started again by its restart policy until persys stop 6f2c1f0e.");
    }

    @Test
    void restartBetweenTwoLooksIsToldToo() {
        scheduler.json("POST /workloads/web/start", workload("Scheduled", "Placed", "ordered", ""));
        scheduler.json(GET, running("'restartCount':1"));
        scheduler.events();
        Result result = cli.run("start", "web", "--stable-for", "1m");
        assertThat(result.code()).isEqualTo(ExitCode.FAILED);
        assertThat(result.err())
                .contains("web (6f2c1f0e) does not stay up: it has ended since it was started, and runs again")
                .contains("It was restarted once.");
    }

    @Test
    void healthIsWaitedForAndToldWhereItIsBad() {
        scheduler.json("POST /workloads/web/start", workload("Scheduled", "Placed", "ordered", ""));
        scheduler.json(GET, running("'health':{'status':'starting'}"));
        scheduler.json(GET, running("'health':{'status':'unhealthy','message':'503 from /ready'}"));
        scheduler.events(event("Running"));
        Result result = cli.run("start", "web", "--stable-for", "1ms");
        assertThat(result.code()).isEqualTo(ExitCode.FAILED);
        assertThat(result.err()).contains("web (6f2c1f0e) runs, but is unhealthy: 503 from /ready");
    }

    @Test
    void changeThatIsUndoneIsToldWithItsMessage() {
        scheduler.json(
                "POST /workloads/web/restart",
                workload("Scheduled", "Placed", "ordered", "'change':{'to':4,'from':3,'state':'proving'}"));
        scheduler.json(
                GET,
                running(
                        "'change':{'to':5,'from':4,'state':'undone','message':'version 4 is undone: exited with code 9'}"));
        scheduler.events();
        Result result = cli.run("restart", "web", "--stable-for", "1s");
        assertThat(result.code()).isEqualTo(ExitCode.FAILED);
        assertThat(result.err()).contains("web (6f2c1f0e): the change was undone: exited with code 9");
    }

    @Test
    void timeoutWithinTheWindowSaysThatItRuns() {
        scheduler.json("POST /workloads/schedule", SCHEDULED);
        scheduler.json(GET, running(""));
        scheduler.events();
        Result result = cli.run("run", "nginx", "--name", "web", "--stable-for", "1m", "--timeout", "300ms");
        assertThat(result.code()).isEqualTo(ExitCode.TIMED_OUT);
        assertThat(result.err())
                .contains("web (6f2c1f0e) is Running, but was not seen to stay so before --timeout passed");
    }

    @Test
    void windowIsWhatTheVariableSaysWhereNoOptionDoes() {
        scheduler.json("POST /workloads/schedule", SCHEDULED);
        scheduler.json(GET, running(""));
        scheduler.events();
        assertThat(cli.with("PERSYS_STABLE_FOR", "300ms")
                        .run("run", "nginx", "--name", "web")
                        .err())
                .contains("has run for 300ms");
        assertThat(cli.with("PERSYS_STABLE_FOR", "soon")
                        .run("run", "nginx", "--name", "web")
                        .err())
                .contains("the variable PERSYS_STABLE_FOR is 'soon'; a span such as 5s or 0 is wanted");
    }

    @Test
    void doneIsWaitedForToTheEnd() {
        scheduler.json("POST /workloads/schedule", SCHEDULED);
        scheduler.json(GET, running(""));
        scheduler.json(GET, workload("Exited", "Completed", "completed", "'exitCode':0"));
        scheduler.events(event("Exited"));
        assertThat(cli.run("run", "nginx", "--name", "web", "--wait", "done").code())
                .isEqualTo(ExitCode.OK);
    }

    @Test
    void jobThatIsDoneAndFailedIsAFailure() {
        scheduler.json("POST /workloads/schedule", SCHEDULED);
        scheduler.json(GET, running(""));
        scheduler.json(GET, workload("Failed", "ExitedWithError", "exited with code 3", "'exitCode':3"));
        scheduler.events(event("Failed"));
        assertThat(cli.run("run", "nginx", "--name", "web", "--wait=done").code())
                .isEqualTo(ExitCode.FAILED);
    }

    @ParameterizedTest
    @CsvSource({
        "--wait=none, 1",
        "-d, 1",
        "--wait=started, 2",
    })
    void onlyAsMuchIsAskedAsIsWaitedFor(String option, int requests) {
        scheduler.json("POST /workloads/schedule", SCHEDULED.replace("Scheduled", "Running"));
        scheduler.json(GET, running(""));
        scheduler.events();
        assertThat(cli.run("run", "nginx", "--name", "web", option).code()).isEqualTo(ExitCode.OK);
        assertThat(scheduler.asked()).hasSizeLessThanOrEqualTo(requests);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "run nginx -d --wait=done              | --detach and --wait=done do not go together",
                "run nginx -d --stable-for 1s          | --stable-for and --detach do not go together",
                "start web --wait=done --stable-for 1s | --stable-for and --wait=done do not go together",
                "run nginx --wait=done --restart always| --wait=done and --restart always do not go together",
                "run nginx --wait=forever              | one of stable, started, done, none is wanted"
            })
    void optionsThatContradictEachOtherAreRefusedBeforeAnythingIsAsked(String line, String message) {
        Result result = cli.run(line.split(" "));
        assertThat(result.code()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains(message);
        assertThat(scheduler.asked()).isEmpty();
    }

    @Test
    void startOfWhatRunsSaysSo() {
        scheduler.json("POST /workloads/web/start", running(""));
        Result result = cli.run("start", "web", "--stable-for", "1m");
        assertThat(result.code()).isEqualTo(ExitCode.OK);
        assertThat(result.err()).isEqualTo("web (6f2c1f0e) runs already; it was not started again.\n");
        assertThat(result.out()).isEqualTo(ID + "\n");
    }

    @Test
    void waitPrintsTheExitCodes() {
        scheduler.json("GET /workloads/web", running(""));
        scheduler.json("GET /workloads/job", workload("Exited", "Completed", "completed", "'exitCode':0"));
        scheduler.json(GET, workload("Failed", "ExitedWithError", "exited with code 3", "'exitCode':3"));
        scheduler.events();
        Result result = cli.run("wait", "job", "web");
        assertThat(result.out()).isEqualTo("0\n3\n");
        assertThat(result.code()).isEqualTo(ExitCode.OK);
        assertThat(cli.run("wait", "--exit-code", "job").code()).isEqualTo(ExitCode.OK);
        assertThat(cli.run("wait", "--exit-code", "job", "web").code().status()).isEqualTo(3);
    }

    @Test
    void waitTellsOfWhatNeverRanIsGoneOrDoesNotEnd() {
        scheduler.json("GET /workloads/bad", workload("Failed", "ImagePullFailed", "no such image", ""));
        scheduler.json("GET /workloads/web", running(""));
        scheduler.problem(GET, 404, "{\"type\":\"unknown-workload\",\"status\":404,\"detail\":\"gone\"}");
        scheduler.events();
        Result bad = cli.run("wait", "bad");
        assertThat(bad.out()).isEqualTo("-\n");
        assertThat(bad.code()).isEqualTo(ExitCode.FAILED);
        assertThat(bad.err()).contains("is Failed (ImagePullFailed): no such image");
        assertThat(cli.run("wait", "web").err()).contains("was removed meanwhile");
        assertThat(cli.run("wait", "nobody").code()).isEqualTo(ExitCode.NOT_FOUND);
    }

    @Test
    void waitEndsWithItsTimeout() {
        scheduler.json("GET /workloads/web", running(""));
        scheduler.json(GET, running(""));
        scheduler.events();
        Result result = cli.run("wait", "web", "--timeout", "300ms");
        assertThat(result.code()).isEqualTo(ExitCode.TIMED_OUT);
        assertThat(result.err()).contains("persys: web (6f2c1f0e) has not ended within 300ms: it is Running\n");
    }

    @Test
    void runThatIsToEndSaysThatItHasNot() {
        scheduler.json("POST /workloads/schedule", SCHEDULED);
        scheduler.json(GET, running("'health':{'status':'healthy'}"));
        scheduler.events();
        Result result = cli.run("run", "nginx", "--name", "web", "--wait=done", "--timeout", "300ms");
        assertThat(result.code()).isEqualTo(ExitCode.TIMED_OUT);
        assertThat(result.err())
                .contains("web (6f2c1f0e) has not ended before --timeout passed: it is Running (healthy)\n");
    }

    @Test
    void portThatStaysTakenIsToldAtOnceAndNotWaitedFor() {
        scheduler.json("POST /workloads/schedule", SCHEDULED);
        scheduler.json(
                GET,
                workload(
                        "Pending",
                        "PortInUse",
                        "port 80/tcp is in use on node-1",
                        "'retry':{'attempt':2,'nextRetryAt':'2020-01-02T03:04:05Z'}"));
        scheduler.events();
        Result result = cli.run("run", "nginx", "--name", "web", "--timeout", "1m");
        assertThat(result.code()).isEqualTo(ExitCode.FAILED);
        assertThat(result.err()).contains("web (6f2c1f0e) is Pending (PortInUse): port 80/tcp is in use on node-1");
    }
}
