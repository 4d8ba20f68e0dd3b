package dev.persys.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.cli.CommandLineFixture.Result;
import dev.persys.cli.output.Terminal;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code persys logs} of several workloads, with times and up to a time. */
class LogsOfSeveralTest {
    private static final Map<String, String> CONTAINER = Map.of("Persys-Container", "c1");
    private static final String TIMED = """
            2026-01-02T03:04:05.000000001Z one
            2026-01-02T03:04:06Z two
            2026-01-02T03:04:07.5Z three
            """;

    private final ScriptedScheduler scheduler = new ScriptedScheduler();
    private final CommandLineFixture cli = CommandLineFixture.against(scheduler);

    @BeforeEach
    void twoWorkloads() {
        for (String name : new String[] {"web", "db-1"}) {
            String workload = workload(name);
            scheduler.json("GET /workloads/" + name, workload);
            scheduler.json("GET /workloads/id-" + name, workload);
        }
        scheduler.json("GET /workloads", "{\"workloads\":[" + workload("web") + "," + workload("db-1") + "]}");
    }

    @AfterEach
    void stop() {
        scheduler.close();
    }

    private static String workload(String name) {
        return "{\"id\":\"id-" + name + "\",\"name\":\"" + name + "\",\"status\":\"Exited\",\"labels\":{\"app\":\""
                + name + "\",\"team\":\"a\"}}";
    }

    @Test
    void linesOfSeveralHaveTheirNamesInFront() {
        scheduler.text("GET /workloads/id-web/logs", CONTAINER, "up\nserving");
        scheduler.text("GET /workloads/id-db-1/logs", CONTAINER, "ready\n");
        Result result = cli.run("logs", "web", "db-1");
        assertThat(result.out()).isEqualTo("web  | up\nweb  | serving\ndb-1 | ready\n");
        assertThat(result.code()).isEqualTo(ExitCode.OK);
        assertThat(cli.run("logs", "-l", "team=a", "-l", "app!=web").out()).isEqualTo("db-1 | ready\n");
    }

    @Test
    void severalAreFollowedSideBySideUntilAllHaveEnded() {
        scheduler.text("GET /workloads/id-web/logs", CONTAINER, TIMED);
        scheduler.text("GET /workloads/id-db-1/logs", CONTAINER, TIMED);
        Result result = cli.run("logs", "-f", "web", "db-1");
        assertThat(result.out().lines())
                .containsExactlyInAnyOrder(
                        "web  | one", "web  | two", "web  | three", "db-1 | one", "db-1 | two", "db-1 | three");
        assertThat(result.code()).isEqualTo(ExitCode.OK);
    }

    @Test
    void followingGoesOnOverARestartOfTheScheduler() {
        scheduler.text(
                "GET /workloads/web/logs", CONTAINER, TIMED.lines().findFirst().orElseThrow() + "\n");
        scheduler.cut("GET /workloads/web/logs");
        scheduler.text("GET /workloads/web/logs", CONTAINER, TIMED);
        scheduler.json("GET /workloads/web", workload("web").replace("Exited", "Running"));
        scheduler.cut("GET /workloads/web");
        scheduler.json("GET /workloads/web", workload("web"));
        Result result = cli.run("logs", "-f", "web");
        assertThat(result.out()).isEqualTo("one\ntwo\nthree\n");
        assertThat(result.code()).isEqualTo(ExitCode.OK);
        assertThat(scheduler.lines().stream().filter(line -> line.contains("/logs")))
                .hasSize(3);
    }

    @Test
    void oneThatIsMissingDoesNotKeepTheOthersFromBeingPrinted() {
        scheduler.text("GET /workloads/id-web/logs", CONTAINER, "up\n");
        Result result = cli.run("logs", "gone", "web");
        assertThat(result.code()).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(result.out()).isEqualTo("web | up\n");
        assertThat(cli.run("logs", "-l", "team=none").code()).isEqualTo(ExitCode.NOT_FOUND);
    }

    @Test
    void namesAreColouredOnATerminalUnlessNobodyWantsThat() {
        scheduler.text("GET /workloads/id-web/logs", CONTAINER, "up\n");
        scheduler.text("GET /workloads/id-db-1/logs", CONTAINER, "up\n");
        cli.on(new Terminal(true, true, 80));
        assertThat(cli.run("logs", "web", "db-1").out())
                .isEqualTo("\u001b[36mweb  | \u001b[0mup\n\u001b[33mdb-1 | \u001b[0mup\n");
        assertThat(cli.with("NO_COLOR", "1").run("logs", "web", "db-1").out()).doesNotContain("\u001b");
    }

    @Test
    void timesAreShownOrOnlyChosenBy() {
        scheduler.text("GET /workloads/web/logs", CONTAINER, TIMED);
        assertThat(cli.run("logs", "-t", "web").out()).isEqualTo(TIMED);
        assertThat(cli.run("logs", "-ft", "web").out()).isEqualTo(TIMED);
        assertThat(cli.run("logs", "web", "--until", "2026-01-02T03:04:06Z").out())
                .isEqualTo("one\ntwo\n");
        assertThat(cli.run("logs", "web", "-n1", "--until", "2026-01-02T03:04:06Z")
                        .out())
                .isEqualTo("two\n");
        assertThat(scheduler.lines()).noneMatch(line -> line.contains("until") || line.contains("tail"));
        assertThat(scheduler.lines()).anyMatch(line -> line.contains("timestamps=true"));
    }

    @Test
    void agentThatTellsNoTimesIsNamedAsTheReason() {
        scheduler.text("GET /workloads/web/logs", Map.of(), "one\n");
        Result result = cli.run("logs", "-t", "web");
        assertThat(result.code()).isEqualTo(ExitCode.REFUSED);
        assertThat(result.err()).contains("tells no times");
        assertThat(result.out()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "logs, WORKLOAD is missing",
        "logs web -l team, not both",
        "logs web -f -p, --previous and --follow do not go together",
        "logs web -f --until 1m, --until and --follow do not go together",
        "logs web --until soon, a span such as 10m"
    })
    void contradictionsAreRefused(String line, String message) {
        Result result = cli.run(line.split(" "));
        assertThat(result.code()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains(message);
        assertThat(scheduler.asked()).isEmpty();
    }
}
