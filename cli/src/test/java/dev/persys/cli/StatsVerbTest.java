package dev.persys.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.cli.CommandLineFixture.Result;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@code persys stats}: who cannot be asked is told, and does not keep the others from being shown. */
class StatsVerbTest {
    private static final String FIGURES = "{\"cpuPercent\":1.5,\"memory\":1024,\"processes\":2}\n";

    private final ScriptedScheduler scheduler = new ScriptedScheduler();
    private final CommandLineFixture cli = CommandLineFixture.against(scheduler);

    @AfterEach
    void stop() {
        scheduler.close();
    }

    private static String workload(String name, String node, String status, String message) {
        return "{\"id\":\"id-" + name + "\",\"name\":\"" + name + "\",\"nodeId\":\"" + node + "\",\"status\":\""
                + status + "\",\"message\":\"" + message + "\"}";
    }

    private static String list(String... workloads) {
        return "{\"workloads\":[" + Arrays.stream(workloads).collect(Collectors.joining(",")) + "]}";
    }

    private void listed(String running, String unknown) {
        scheduler.json("GET /workloads", running).json("GET /workloads", unknown);
    }

    @Test
    void whatNobodyKnowsIsToldOnceForANodeAndAReason() {
        listed(
                list(workload("web", "node-1", "Running", "running")),
                list(
                        workload("db", "node-2", "Unknown", "Docker does not answer"),
                        workload("job", "node-2", "Unknown", "Docker does not answer")));
        scheduler.json("GET /workloads/id-web/stats", FIGURES);

        Result result = cli.run("stats", "--no-stream");

        assertThat(result.code()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(result.out()).contains("web", "1.5%").hasLineCount(2);
        assertThat(result.err()).isEqualTo("""
                        persys: node node-2 does not say what db, job use: Docker does not answer
                        persys nodes shows how it is.
                        """);
        assertThat(scheduler.lines())
                .contains("GET /workloads?limit=500&status=Running", "GET /workloads?limit=500&status=Unknown");
    }

    @Test
    void wideShowsTheWholeIdAndTheNode() {
        listed(list(workload("web", "node-1", "Running", "running")), list());
        scheduler.json("GET /workloads/id-web/stats", FIGURES);

        assertThat(cli.run("stats", "--no-stream", "-o", "wide").out())
                .contains("NODE", "node-1", "id-web")
                .hasLineCount(2);
        assertThat(cli.run("stats", "--no-stream").out()).doesNotContain("node-1");
    }

    @Test
    void nodeThatDoesNotAnswerIsToldUnlessItsWorkloadHasEnded() {
        listed(
                list(
                        workload("web", "node-1", "Running", "running"),
                        workload("done", "node-1", "Running", "running"),
                        workload("gone", "node-1", "Running", "running"),
                        workload("over", "node-1", "Running", "running")),
                list());
        scheduler.problem(
                "GET /workloads/id-over/stats", 409, "{\"type\":\"not-running\",\"detail\":\"it has ended\"}");
        scheduler.json("GET /workloads/id-over", workload("over", "node-1", "Running", "running"));
        scheduler.problem(
                "GET /workloads/id-web/stats", 503, "{\"type\":\"unavailable\",\"detail\":\"node-1 is silent\"}");
        scheduler.problem(
                "GET /workloads/id-done/stats", 503, "{\"type\":\"unavailable\",\"detail\":\"node-1 is silent\"}");
        scheduler.json("GET /workloads/id-web", workload("web", "node-1", "Running", "running"));
        scheduler.json("GET /workloads/id-done", workload("done", "node-1", "Exited", "exited with code 0"));

        Result result = cli.run("stats", "--no-stream", "-o", "json");

        assertThat(result.code()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(result.out()).contains("\"stats\" : [ ]");
        assertThat(result.err()).startsWith("persys: node node-1 does not say what web uses: node-1 is silent\n");
        assertThat(result.err()).doesNotContain("done", "gone", "over");
    }

    @Test
    void oneThatIsMissingDoesNotKeepTheOthersFromBeingShown() {
        scheduler.json("GET /workloads/web", workload("web", "node-1", "Running", "running"));
        scheduler.json("GET /workloads/id-web/stats", FIGURES);

        Result result = cli.run("stats", "nobody", "web");

        assertThat(result.code()).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(result.out()).contains("web", "1.5%");
        assertThat(result.err()).contains("there is no workload nobody");
    }

    @Test
    void namesAreReferencesAlone() {
        listed(list(workload("web", "node-1", "Running", "running")), list());
        scheduler.json("GET /workloads/id-web/stats", FIGURES);

        Result result = cli.run("stats", "-o", "name");

        assertThat(result.out()).isEqualTo("id-web\n");
        assertThat(result.code()).isEqualTo(ExitCode.OK);
    }
}
