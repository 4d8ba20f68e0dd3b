package dev.persys.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.cli.CommandLineFixture.Result;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventsVerbTest {
    private static final String STARTED = """
            {"id":"3-7","at":"2026-01-02T03:04:05Z","kind":"workload",\
            "workloadId":"6f2c1f0e-8a57-4a4b-9d30-0d5f6f9a1b2c","name":"web","nodeId":"node-1","from":"Starting",\
            "to":"Running","reason":"ContainerRunning","message":"running"}""";
    private static final String NODE = """
            {"id":"3-8","at":"2026-01-02T03:04:06Z","kind":"node","nodeId":"node-1","to":"Active",\
            "reason":"Registered","message":""}""";

    private final ScriptedScheduler scheduler = new ScriptedScheduler();
    private final CommandLineFixture cli = CommandLineFixture.against(scheduler);

    @AfterEach
    void stop() {
        scheduler.close();
    }

    @Test
    void whatHappenedIsPrintedAndThenItEnds() {
        scheduler.storedEvents(STARTED, NODE);
        Result result = cli.run("events", "--since-id", "3-6");
        assertThat(result.code()).isEqualTo(ExitCode.OK);
        assertThat(result.out()).isEqualTo("""
                        2026-01-02T03:04:05Z web (6f2c1f0e) Starting -> Running on node-1: running
                        2026-01-02T03:04:06Z node node-1 Active
                        """);
        assertThat(scheduler.lines()).containsExactly("GET /events?follow=false&limit=500");
        assertThat(scheduler.asked().get(0).header("Last-event-id")).contains("3-6");
    }

    @Test
    void pageThatIsFullIsNotTheLast() {
        String[] full = IntStream.range(0, 500)
                .mapToObj(i -> STARTED.replace("3-7", "3-" + (i + 7)))
                .toArray(String[]::new);
        scheduler.storedEvents(full);
        scheduler.storedEvents(STARTED.replace("3-7", "3-507"));
        assertThat(cli.run("events", "-o", "name").out()).hasLineCount(501).endsWith("\n3-507\n");
        assertThat(scheduler.asked().get(1).header("Last-event-id")).contains("3-506");
        assertThat(scheduler.asked()).hasSize(2);
    }

    @Test
    void serverWithSmallerPagesIsAskedForEachOfThem() {
        scheduler.text("GET /events", Map.of("Persys-Limit", "1"), "data: " + STARTED + "\n\n");
        scheduler.storedEvents();

        assertThat(cli.run("events", "-o", "name").out()).isEqualTo("3-7\n");
        assertThat(scheduler.asked()).hasSize(2);
    }

    @Test
    void followingGoesOnOverARestartOfTheSchedulerAlsoWhereNothingHappenedYet() {
        scheduler.storedEvents();
        scheduler.cut("GET /events");
        scheduler.storedEvents(STARTED);
        scheduler.problem("GET /events", 401, "{\"type\":\"unauthenticated\",\"detail\":\"enough\"}");
        Result result = cli.run("events", "-f", "-o", "name");
        assertThat(result.code()).isEqualTo(ExitCode.UNAUTHORIZED);
        assertThat(result.out()).isEqualTo("3-7\n");
        assertThat(scheduler.asked().get(3).header("Last-event-id")).contains("3-7");
    }

    @Test
    void followingASchedulerThatNeverAnsweredFailsAtOnce() {
        scheduler.cut("GET /events");
        assertThat(cli.run("events", "-f").code()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(scheduler.asked()).hasSize(1);
    }

    @Test
    void whatContainersSayDoesNotMoveTheCursor() {
        scheduler.storedEvents(STARTED.replace("\"running\"", "\"a\\u001b[2Jb\""));
        assertThat(cli.run("events").out()).endsWith(": a [2Jb\n");
    }

    @Test
    void asJsonThereIsOneDocumentALine() {
        scheduler.storedEvents(STARTED, NODE);
        assertThat(cli.run("events", "-o", "json").out()).isEqualTo(STARTED + "\n" + NODE + "\n");
    }

    @Test
    void anIdThatIsNoLongerKeptIsRefused() {
        scheduler.problem(
                "GET /events", 410, "{\"type\":\"events-gone\",\"detail\":\"What happened is no longer kept\"}");
        Result result = cli.run("events", "--since-id", "1-1");
        assertThat(result.code()).isEqualTo(ExitCode.REFUSED);
        assertThat(result.err()).contains("what happened behind that event is no longer kept");
    }

    @Test
    void eventsOfAWorkloadThatNeverWasAreAMistake() {
        scheduler.storedEvents();
        Result result = cli.run("events", "--workload", "nope");
        assertThat(result.code()).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(result.err())
                .contains("there is no workload nope, and no event that is kept tells of one", "persys ps -a");
    }

    @Test
    void eventsOfAWorkloadThatIsGoneOrQuietAreNone() {
        scheduler.storedEvents(STARTED);
        scheduler.storedEvents();
        scheduler.json("GET /workloads/web", "{\"name\":\"web\"}");
        Result gone = cli.run("events", "--workload", "gone");
        assertThat(gone.code()).isEqualTo(ExitCode.OK);
        assertThat(gone.err()).isEmpty();
        Result quiet = cli.run("events", "--workload", "web");
        assertThat(quiet.code()).isEqualTo(ExitCode.OK);
        assertThat(quiet.err()).isEqualTo("No event that is kept tells of web.\n");
    }

    @Test
    void followingWhatIsNotThereYetSaysSoAndWaits() {
        scheduler.storedEvents(STARTED);
        scheduler.problem("GET /events", 401, "{\"type\":\"unauthenticated\",\"detail\":\"enough\"}");
        Result result = cli.run("events", "-f", "--workload", "web", "-o", "name");
        assertThat(result.out()).isEqualTo("3-7\n");
        assertThat(result.err()).startsWith("There is no workload web now; what happens to one of that name is shown.");
    }

    @Test
    void statusThatStaysIsPrintedOnce() {
        scheduler.storedEvents(
                STARTED.replace("\"Starting\"", "\"Running\""), NODE.replace("\"to\"", "\"from\":\"Active\",\"to\""));
        assertThat(cli.run("events").out()).isEqualTo("""
                        2026-01-02T03:04:05Z web (6f2c1f0e) Running on node-1: running
                        2026-01-02T03:04:06Z node node-1 Active
                        """);
    }
}
