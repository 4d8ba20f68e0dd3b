package dev.persys.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.cli.CommandLineFixture.Result;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GcVerbTest {
    private static final String JOB = """
            {"id":"6f2c1f0e-9999-4a4b-9d30-0d5f6f9a1b2c","name":"job","status":"Exited","nodeId":"node-1",
             "statusSince":"2020-01-02T03:04:05.678Z","message":"finished 9 days ago; kept for 3 days"}""";
    private static final String IDLE = """
            {"id":"aaaaaaaa-9999-4a4b-9d30-0d5f6f9a1b2c","name":"idle","status":"Stopped","nodeId":null,
             "statusSince":"2020-01-02T03:04:05Z","message":"more than 9 are stopped; the oldest go first"}""";

    private final ScriptedScheduler scheduler = new ScriptedScheduler();
    private final CommandLineFixture cli = CommandLineFixture.against(scheduler);

    @AfterEach
    void stop() {
        scheduler.close();
    }

    private static String garbage(int expired, int waiting, int removing, String... workloads) {
        return """
                {"dryRun":false,"expired":%d,"waiting":%d,"removing":%d,"kept":7,"workloads":[%s]}""".formatted(expired, waiting, removing, String.join(",", workloads));
    }

    @Test
    void dryRunShowsWhatWouldGoAndWhyAndAsksForNothingElse() {
        scheduler.json("POST /cluster/gc", garbage(2, 0, 0, JOB, IDLE));

        Result result = cli.run("gc", "--dry-run");

        assertThat(result.code()).isEqualTo(ExitCode.OK);
        assertThat(result.out().replaceAll("[0-9]+d  ", "AGE  ")).isEqualTo("""
                        ID        NAME  STATUS   ENDED  NODE    WHY
                        6f2c1f0e  job   Exited   AGE  node-1  finished 9 days ago; kept for 3 days
                        aaaaaaaa  idle  Stopped  AGE  -       more than 9 are stopped; the oldest go first
                        """);
        assertThat(result.err()).isEqualTo("Nothing was changed. 2 workloads would go; 7 that ended stay.\n");
        assertThat(scheduler.lines()).containsExactly("POST /cluster/gc?dryRun=true");
    }

    @Test
    void gcWaitsUntilNothingMoreGoes() {
        scheduler.json("POST /cluster/gc", garbage(3, 1, 0, JOB, IDLE));
        scheduler.json("POST /cluster/gc", garbage(2, 1, 1, JOB));
        scheduler.json("POST /cluster/gc", garbage(1, 1, 0, JOB));

        Result result = cli.run("gc", "--finished-after", "90m");

        assertThat(result.code()).isEqualTo(ExitCode.OK);
        assertThat(result.out()).contains("job", "idle", "and 1 more");
        assertThat(result.err()).isEqualTo("""
                        2 workloads to remove
                        2 workloads removed, 1 more once their nodes answer; 7 that ended stay.
                        """);
        assertThat(scheduler.lines())
                .containsExactly(
                        "POST /cluster/gc?dryRun=false&finishedAfter=1h30m",
                        "POST /cluster/gc?dryRun=true&finishedAfter=1h30m&limit=1",
                        "POST /cluster/gc?dryRun=true&finishedAfter=1h30m&limit=1");
    }

    @Test
    void detachedGcDoesNotWait() {
        scheduler.json("POST /cluster/gc", garbage(1, 0, 0, JOB));

        Result result = cli.run("gc", "-d");

        assertThat(result.err()).isEqualTo("1 workload to remove; 7 that ended stay.\n");
        assertThat(scheduler.lines()).hasSize(1);
    }

    @Test
    void gcThatTakesTooLongSaysHowToLookAgain() {
        scheduler.json("POST /cluster/gc", garbage(1, 0, 0, JOB));

        Result result = cli.run("gc", "-q", "--timeout", "2s");

        assertThat(result.code()).isEqualTo(ExitCode.TIMED_OUT);
        assertThat(result.err()).contains("1 workload still to be removed", "persys gc --dry-run");
    }

    @Test
    void dataIsTheApisOwnAndNamesAreIds() {
        scheduler.json("POST /cluster/gc", garbage(2, 0, 0, JOB, IDLE));

        assertThat(cli.run("gc", "--dry-run", "-o", "json").out()).contains("\"expired\" : 2", "\"nodeId\" : null");
        assertThat(cli.run("gc", "--dry-run", "-o", "yaml").out()).contains("expired: 2");
        assertThat(cli.run("gc", "--dry-run", "-o", "wide").out())
                .contains("aaaaaaaa-9999-4a4b-9d30-0d5f6f9a1b2c", "2020-01-02T03:04:05.678Z");
        assertThat(cli.run("gc", "--dry-run", "-o", "name").out()).isEqualTo("""
                        6f2c1f0e-9999-4a4b-9d30-0d5f6f9a1b2c
                        aaaaaaaa-9999-4a4b-9d30-0d5f6f9a1b2c
                        """);
    }

    @Test
    void spanThatIsNoneIsBadUsage() {
        assertThat(cli.run("gc", "--finished-after", "soon").code()).isEqualTo(ExitCode.USAGE);
        assertThat(scheduler.lines()).isEmpty();
    }
}
