package dev.persys.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.audit.AuditChain;
import dev.persys.audit.AuditChain.Head;
import dev.persys.audit.AuditEntry;
import dev.persys.audit.AuditFiles;
import dev.persys.cli.CommandLineFixture.Result;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditVerbTest {
    private static final String ID = "6f2c1f0e-8a57-4a4b-9d30-0d5f6f9a1b2c";
    private static final String REMOVED = """
            {"seq":7,"prev":"a","at":"2026-01-02T03:04:05.678Z","event":"change",
             "who":{"identity":"token","address":"127.0.0.1"},"method":"DELETE","route":"/workloads/{workload}",
             "parameters":{"volumes":"true"},"on":{"asked":"web","workload":"%s","name":"web","node":"node-1"},
             "outcome":"done","status":200,"requestId":"r-7","hash":"b"}""".formatted(ID);
    private static final String INSIDE = """
            {"seq":8,"prev":"b","at":"2026-01-02T03:04:06.678Z","event":"session-began",
             "who":{"identity":"token","address":"127.0.0.1"},"method":"GET","route":"/workloads/{workload}/exec",
             "detail":"exec of sh","on":{"asked":"web","workload":"%s","name":"web","node":"node-1"},
             "outcome":"done","status":101,"requestId":"r-8","hash":"c"}""".formatted(ID);
    private static final String DENIED = """
            {"seq":9,"prev":"c","at":"2026-01-02T03:04:07.678Z","event":"denied",
             "who":{"identity":"anonymous","address":"127.0.0.1"},"method":"GET","route":"/nodes/{node}",
             "on":{"asked":"node-1"},"outcome":"denied","status":401,"requestId":"r-9","hash":"d"}""";

    @TempDir
    Path directory;

    private final ScriptedScheduler scheduler = new ScriptedScheduler();
    private final CommandLineFixture cli = CommandLineFixture.against(scheduler);

    @AfterEach
    void stop() {
        scheduler.close();
    }

    private void answer(String... entries) {
        scheduler.json(
                "GET /audit",
                "{\"scheduler\":\"host/1\",\"directory\":\"/d\",\"entries\":[" + String.join(",", entries) + "]}");
    }

    @Test
    void aLineOfTheTableSaysWhoDidWhatOnWhat() {
        answer(REMOVED, INSIDE, DENIED);

        Result result = cli.run("audit");

        assertThat(result.code()).isEqualTo(ExitCode.OK);
        assertThat(result.out()).isEqualTo("""
                        TIME                  WHO        FROM       OUTCOME  WHAT                                       ON
                        2026-01-02T03:04:05Z  token      127.0.0.1  done     DELETE /workloads/{workload} volumes=true  web (6f2c1f0e)
                        2026-01-02T03:04:06Z  token      127.0.0.1  began    GET /workloads/{workload}/exec exec of sh  web (6f2c1f0e)
                        2026-01-02T03:04:07Z  anonymous  127.0.0.1  denied   GET /nodes/{node}                          node-1
                        """);
        assertThat(scheduler.lines()).containsExactly("GET /audit?limit=500&since=24h");
    }

    @Test
    void wideHasTheRest() {
        answer(DENIED);

        assertThat(cli.run("audit", "-o", "wide").out()).contains("401", "r-9", "2026-01-02T03:04:07.678Z", "SEQ");
        assertThat(cli.run("audit", "-o", "name").out()).isEqualTo("9\n");
        assertThat(cli.run("audit", "-o", "json").out()).contains("\"entries\"", "\"hash\" : \"d\"");
    }

    @Test
    void allPagesAreShownAlsoBehindAnEmptyOne() {
        scheduler.json("GET /audit", "{\"entries\":[],\"continue\":\"20000\"}");
        answer(DENIED);

        Result result = cli.run("audit", "--since", "2026-01-01T00:00:00Z", "--who", "spiffe://c/operator/jane");

        assertThat(result.out()).hasLineCount(2);
        assertThat(scheduler.lines()).hasSize(2).last().asString().endsWith("&continue=20000");
        assertThat(scheduler.lines().get(0)).contains("who=spiffe%3A%2F%2Fc%2Foperator%2Fjane");
    }

    @Test
    void whereThereIsNothingThatIsSaid() {
        answer();

        assertThat(cli.run("audit").err()).contains("since 24h", "--since");
    }

    private Path log() throws IOException {
        StringBuilder lines = new StringBuilder();
        Head head = Head.BEGINNING;
        for (int i = 0; i < 3; i++) {
            String line = AuditChain.line(head, AuditEntry.ofLog(Instant.EPOCH, "line " + i));
            head = AuditChain.link(line.getBytes(StandardCharsets.ISO_8859_1))
                    .orElseThrow()
                    .head();
            lines.append(line).append('\n');
        }
        Files.createDirectories(directory);
        Files.writeString(AuditFiles.markFile(directory), AuditFiles.mark(head));
        return Files.writeString(AuditFiles.file(directory, 1), lines);
    }

    @Test
    void aLogAsItWasWrittenIsVerifiedWithoutAScheduler() throws IOException {
        Path file = log();

        for (String what : new String[] {directory.toString(), file.toString()}) {
            Result result = cli.run("audit", "--verify", what);
            assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.OK);
            assertThat(result.out()).contains(what, "3 lines are as written", "The last is number 3");
        }
        assertThat(scheduler.lines()).isEmpty();
    }

    @Test
    void theFirstLineThatWasChangedIsNamed() throws IOException {
        Path file = log();
        Files.writeString(file, Files.readString(file).replace("line 1", "lime 1"));

        for (String what : new String[] {directory.toString(), file.toString()}) {
            Result result = cli.run("audit", "--verify", what);
            assertThat(result.code()).isEqualTo(ExitCode.FAILED);
            assertThat(result.err()).contains("line 2 of " + file, "not as it was written", "1 lines before");
        }
        assertThat(cli.run("audit", "--verify", "-o", "json", directory.toString())
                        .out())
                .contains("\"fault\"", "\"line\" : 2");
    }

    @Test
    void theLogOfThisHomeIsFound() throws IOException {
        Path home = directory;
        directory = home.resolve("scheduler/audit");
        log();
        CommandLineFixture there = new CommandLineFixture().with("PERSYS_HOME", home.toString());

        assertThat(there.run("audit", "--verify").out()).contains("scheduler/audit: 3 lines are as written");
        assertThat(cli.run("audit", "--verify").err()).contains("there is no audit log in /nonexistent");
    }

    @Test
    void whatIsNoLogIsNotSound() throws IOException {
        Path empty = Files.createDirectories(directory.resolve("empty"));

        assertThat(cli.run("audit", "--verify", empty.toString()).code()).isEqualTo(ExitCode.FAILED);
        assertThat(cli.run("audit", "--verify", "/nowhere").code()).isEqualTo(ExitCode.USAGE);
        assertThat(cli.run("audit", "--verify", "--who", "me").code()).isEqualTo(ExitCode.USAGE);
        assertThat(cli.run("audit", "some-file").err()).contains("--verify");
    }
}
