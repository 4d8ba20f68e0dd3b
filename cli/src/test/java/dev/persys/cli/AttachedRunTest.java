package dev.persys.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.api.SessionChannel;
import dev.persys.cli.CommandLineFixture.Result;
import dev.persys.cli.output.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is left of a run by somebody who is in the container. */
class AttachedRunTest {
    private static final String ID = "6f2c1f0e-8a57-4a4b-9d30-0d5f6f9a1b2c";
    private static final String RECORD = "/workloads/" + ID;
    private static final String GOES_ON = " goes on without you: persys ps shows it, persys rm web removes it.\n";
    private static final String COMES_BACK = " goes on without you: persys attach web comes back.\n";

    private final ScriptedScheduler scheduler = new ScriptedScheduler()
            .json(
                    "POST /workloads/schedule",
                    "{\"workload_id\":\"" + ID + "\",\"node_id\":\"node-1\",\"status\":\"Scheduled\","
                            + "\"reason\":\"Placed\",\"message\":\"placed\"}");

    @AfterEach
    void stop() {
        scheduler.close();
    }

    private void is(String status, String reason, String message) {
        scheduler.json(
                "GET " + RECORD,
                "{\"id\":\"" + ID + "\",\"name\":\"web\",\"image\":\"nginx\",\"nodeId\":\"node-1\",\"status\":\""
                        + status + "\",\"reason\":\"" + reason + "\",\"message\":\"" + message + "\"}");
        scheduler.events();
    }

    private void hasNoRoomForSessions() {
        is("Running", "ContainerRunning", "running");
        scheduler.problem(
                "GET " + RECORD + "/attach",
                503,
                "{\"type\":\"unavailable\",\"title\":\"Not at the moment\",\"detail\":\"64 sessions are open\"}");
    }

    private List<String> removals() {
        return scheduler.lines().stream()
                .filter(line -> line.startsWith("DELETE"))
                .toList();
    }

    private Result run(String... line) {
        return CommandLineFixture.against(scheduler).run(line);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-i", "--rm"})
    void whatAKeyMayHaveFoundIsNotTakenBack(String option) {
        hasNoRoomForSessions();
        scheduler.json("DELETE " + RECORD, "{}");

        Result result = run("run", option, "nginx", "--name", "web", "--idempotency-key", "k");

        assertThat(result.code()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(result.err()).contains(GOES_ON);
        assertThat(removals()).isEmpty();
    }

    @Test
    void whatAKeyMayHaveFoundIsNotRemovedWhereItFails() {
        is("Failed", "StartRefused", "no such device");
        scheduler.json("DELETE " + RECORD, "{}");

        Result result = run("run", "--rm", "nginx", "--name", "web", "--idempotency-key", "k");

        assertThat(result.code()).isEqualTo(ExitCode.FAILED);
        assertThat(removals()).isEmpty();
    }

    @Test
    void whereNobodyCanBeInsideItIsTakenBack() {
        hasNoRoomForSessions();
        scheduler.json("DELETE " + RECORD, "{}");

        Result result = run("run", "-i", "nginx", "--name", "web");

        assertThat(result.code()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(result.err()).contains("is removed: nobody was inside yet.\n", "64 sessions are open");
        assertThat(removals()).containsExactly("DELETE " + RECORD + "?force=true&volumes=true");
    }

    @Test
    void whatHasNotStartedInTimeStaysAndIsToldOfOrGoesWithItsRemoval() {
        is("Pending", "NoNodeFits", "none of 1 nodes fits: 1 wants 64 cores");
        scheduler.json("DELETE " + RECORD, "{}");

        Result late = run("run", "-i", "--timeout", "3s", "nginx", "--name", "web");

        assertThat(late.code()).isEqualTo(ExitCode.TIMED_OUT);
        assertThat(late.err()).contains("wants 64 cores").endsWith("persys rm web removes it.\n");
        assertThat(removals()).isEmpty();
        Result gone = run("run", "--rm", "--timeout", "3s", "nginx", "--name", "web");
        assertThat(gone.code()).isEqualTo(ExitCode.TIMED_OUT);
        assertThat(gone.err()).contains("is removed: nobody was inside yet.\n");
        assertThat(removals()).hasSize(1);
    }

    @Test
    void whatCannotBeTakenBackIsToldBeforeTheError() {
        is("Running", "ContainerRunning", "running");
        scheduler.cut("GET " + RECORD + "/attach").cut("DELETE " + RECORD);

        Result result = run("run", "-i", "nginx", "--name", "web");

        assertThat(result.code()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(result.err()).startsWith("web (").contains(GOES_ON + "persys: ");
    }

    @Test
    void whoseOutputNobodyReadsIsToldOfOrRemoved() throws IOException {
        is("Running", "ContainerRunning", "running");
        scheduler.json("DELETE " + RECORD, "{}");

        assertThat(read(List.of("run", "-i", "nginx", "--name", "web"))).endsWith(COMES_BACK);
        assertThat(removals()).isEmpty();
        assertThat(read(List.of("run", "--rm", "nginx", "--name", "web", "--idempotency-key", "k")))
                .endsWith(GOES_ON);
        assertThat(removals()).isEmpty();
        assertThat(read(List.of("run", "--rm", "nginx", "--name", "web")))
                .endsWith("is removed: nobody reads what it prints.\n");
        assertThat(removals()).containsExactly("DELETE " + RECORD + "?volumes=true");
    }

    /** Standard error of a run whose reader has gone. */
    private String read(List<String> line) throws IOException {
        OutputStream closed = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        try (ScriptedSession session = new ScriptedSession(scheduler, SessionChannel.STDOUT, "y\n")) {
            Exit exit = Persys.run(
                    line,
                    new Context(
                            Map.of(
                                    "PERSYS_ADDRESS", session.address(),
                                    "PERSYS_TOKEN", "secret-token",
                                    "PERSYS_HOME", "/nonexistent"),
                            InputStream.nullInputStream(),
                            new PrintStream(closed, true, StandardCharsets.UTF_8),
                            new PrintStream(err, true, StandardCharsets.UTF_8),
                            Terminal.NONE));
            assertThat(exit.status()).isEqualTo(141);
        }
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void whatIsStartedAtASecondTryIsNotRemoved() throws IOException {
        is("Running", "ContainerRunning", "running");
        scheduler.json("DELETE " + RECORD, "{}");
        try (ScriptedSession session = new ScriptedSession(scheduler, SessionChannel.STATUS, "{\"exitCode\":128}")) {
            Result result = CommandLineFixture.against(scheduler)
                    .with("PERSYS_ADDRESS", session.address())
                    .run("run", "--rm", "nginx", "--name", "web");

            assertThat(result.code()).isEqualTo(ExitCode.FAILED);
            assertThat(result.err()).contains("tried again: it is Running").endsWith(GOES_ON);
            assertThat(removals()).isEmpty();
        }
    }
}
