package dev.persys.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.api.Json;
import dev.persys.api.Problem;
import dev.persys.cli.CommandLineFixture.Result;
import dev.persys.http.scheduler.Replies;
import dev.persys.model.WorkloadId;
import dev.persys.model.WorkloadStatus;
import dev.persys.protocol.Reply;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the scheduler refuses is told in the words of the command line, and not in those of its HTTP interface. */
class CliWordsTest {
    private static final Reply.Candidate WEB = new Reply.Candidate(
            WorkloadId.of("6f2c1f0e-8a57-4a4b-9d30-0d5f6f9a1b2c"), "web", WorkloadStatus.RUNNING, Instant.EPOCH);

    private final ScriptedScheduler scheduler = new ScriptedScheduler();
    private final CommandLineFixture cli = CommandLineFixture.against(scheduler);

    @AfterEach
    void stop() {
        scheduler.close();
    }

    static Stream<Arguments> refusals() {
        Problem none = Replies.problem(new Reply.NotFound<>("workload", "we b"));
        Problem taken = Replies.problem(new Reply.NameTaken<>(WEB));
        Problem key = Replies.problem(new Reply.Conflict<>(
                "idempotency-key-reused", "this Idempotency-Key made workload " + WEB.id() + "; use a new key"));
        Problem late = Problem.of(
                Problem.Type.TIMEOUT, "whether a change was made is unknown: look with GET, or send it again");
        Problem gone = Problem.of(Problem.Type.EVENTS_GONE, "read the lists again, and follow without an id");
        return Stream.of(
                Arguments.of("inspect we%20b", "GET /workloads/we b", none, 3, "no workload we b", "persys ps -a"),
                Arguments.of("explain web", "GET /workloads/web/explain", none, 3, "no workload web", "persys ps -a"),
                Arguments.of("rm -d web", "DELETE /workloads/web", none, 3, "no workload web", "persys ps -a"),
                Arguments.of(
                        "node inspect n",
                        "GET /nodes/n",
                        Replies.problem(new Reply.NotFound<>("node", "n")),
                        3,
                        "there is no node n",
                        "persys nodes"),
                Arguments.of(
                        "stop we",
                        "POST /workloads/we/stop",
                        Replies.problem(new Reply.Ambiguous<>("we", List.of(WEB, WEB), 2)),
                        4,
                        "we fits 2 workloads",
                        "as is unique"),
                Arguments.of(
                        "run nginx --name web",
                        "POST /workloads/schedule",
                        taken,
                        4,
                        "of the name web already",
                        "Take another name"),
                Arguments.of(
                        "run nginx --idempotency-key k",
                        "POST /workloads/schedule",
                        key,
                        4,
                        "the key of --idempotency-key",
                        "Use a new key"),
                Arguments.of(
                        "run nginx --idempotency-key k",
                        "POST /workloads/schedule",
                        late,
                        5,
                        "is not known",
                        "The same with --idempotency-key k"),
                Arguments.of("start web", "POST /workloads/web/start", late, 5, "is not known", "persys ps -a"),
                Arguments.of(
                        "logs -p web",
                        "GET /workloads/web/logs",
                        Problem.of(Problem.Type.NO_PREVIOUS_OUTPUT, "Leave out previous"),
                        3,
                        "nothing is kept of what web printed",
                        "persys logs web without -p"),
                Arguments.of(
                        "events --since-id 1-1", "GET /events", gone, 4, "is no longer kept", "without --since-id"));
    }

    @ParameterizedTest(name = "{0}: {4}")
    @MethodSource("refusals")
    void refusalsSpeakOfVerbsAndOptions(
            String line, String request, Problem problem, int exit, String sentence, String next) {
        scheduler.problem(request, problem.status(), Json.write(problem));

        Result result = cli.run(
                Stream.of(line.split(" ")).map(word -> word.replace("%20", " ")).toArray(String[]::new));

        assertThat(result.code().status()).isEqualTo(exit);
        assertThat(result.err())
                .startsWith("persys: ")
                .contains(sentence, next)
                .doesNotContainPattern(
                        "GET|POST|If-None-Match|Idempotency-Key|Last-Event-ID|candidates|\\bprevious\\b");
    }

    @Test
    void parametersAreCalledByTheOptionsThatTheyWereMadeFrom() {
        scheduler.problem("GET /events", 400, """
                {"type":"invalid-parameter","title":"The request has invalid parameters","status":400,"detail":"x",
                 "errors":[{"pointer":"?workload","found":"A!","allowed":"the name of a workload"},
                           {"pointer":"Last-Event-ID","found":"z","allowed":"the id of an event"},
                           {"pointer":"?finishedAfter","found":"z","allowed":"a span"}]}""");
        Result result = cli.run("events", "--workload", "A!", "--since-id", "z");
        assertThat(result.code()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err())
                .contains("  --workload is A!; allowed is the name of a workload")
                .contains("  --since-id is z;")
                .contains("  --finished-after is z;");
    }
}
