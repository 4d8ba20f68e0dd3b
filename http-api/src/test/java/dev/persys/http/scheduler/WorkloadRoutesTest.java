package dev.persys.http.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.api.Explanation;
import dev.persys.api.Page;
import dev.persys.api.Problem;
import dev.persys.api.WorkloadView;
import dev.persys.http.testing.Samples;
import dev.persys.http.testing.Wire;
import dev.persys.model.NodeId;
import dev.persys.model.WorkloadId;
import dev.persys.model.WorkloadStatus;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol;
import dev.persys.protocol.SchedulerProtocol.WorkloadAction;
import dev.persys.store.StoreTrouble;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class WorkloadRoutesTest {
    private static final String SEED = "{'name':'celery-worker','type':'docker-container','image':'python:3.9',"
            + "'command':'celery worker','envVars':{'A':'1'}}";

    private SchedulerFixture fixture;

    @BeforeAll
    void start() {
        fixture = new SchedulerFixture("");
    }

    @AfterAll
    void stop() {
        fixture.close();
    }

    @Test
    void seedRequestIsAnsweredWithIdsAndStatus() {
        fixture.scheduler.answer(command -> {
            if (command instanceof SchedulerProtocol.Schedule schedule) {
                schedule.replyTo().tell(new Reply.Ok<>(new SchedulerProtocol.Accepted(Samples.view(7), false)));
            }
        });

        HttpResponse<String> response = fixture.api.json("/workloads/schedule", SEED, "X-Request-Id", "r-1");

        fixture.conforms("POST", "/workloads/schedule", response);
        assertThat(response.statusCode()).isEqualTo(200);
        JsonNode body = Wire.tree(response);
        assertThat(body.path("workload_id").asText()).isEqualTo(Samples.ID.value());
        assertThat(body.path("node_id").asText()).isEqualTo("node-1");
        assertThat(body.path("status").asText()).isEqualTo("Running");
        assertThat(response.headers().firstValue("Idempotent-Replayed")).isEmpty();
        SchedulerProtocol.Schedule schedule = (SchedulerProtocol.Schedule) fixture.scheduler.only();
        assertThat(schedule.spec().command()).containsExactly("celery", "worker");
        assertThat(schedule.idempotencyKey()).isEmpty();
        assertThat(schedule.origin().requestId()).isEqualTo("r-1");
    }

    @Test
    void aCommandThatIsSurelyMeantForAShellIsTakenWithAWarning() {
        fixture.scheduler.answer(command -> ((SchedulerProtocol.Schedule) command)
                .replyTo()
                .tell(new Reply.Ok<>(new SchedulerProtocol.Accepted(Samples.view(1), false))));

        HttpResponse<String> response =
                fixture.api.json("/workloads/schedule", SEED.replace("celery worker", "echo a && echo b"));

        fixture.conforms("POST", "/workloads/schedule", response);
        assertThat(Wire.tree(response).path("warnings").get(0).asText()).contains("/command", "&&", "\"sh\", \"-c\"");
        assertThat(Wire.tree(fixture.api.json("/workloads/schedule", SEED)).has("warnings"))
                .isFalse();
    }

    @Test
    void workloadThatFitsNowhereIsAnsweredPendingWithNullNode() {
        fixture.scheduler.answer(command -> ((SchedulerProtocol.Schedule) command)
                .replyTo()
                .tell(new Reply.Ok<>(new SchedulerProtocol.Accepted(
                        new WorkloadView(Samples.pending(), 1, Optional.empty()), true))));

        HttpResponse<String> response =
                fixture.api.json("/workloads/schedule", SEED, "Idempotency-Key", "k 1".replace(" ", "-"));

        fixture.conforms("POST", "/workloads/schedule", response);
        assertThat(Wire.tree(response).get("node_id").isNull()).isTrue();
        assertThat(Wire.tree(response).path("reason").asText()).isEqualTo("NoNodeFits");
        assertThat(response.headers().firstValue("Idempotent-Replayed")).contains("true");
        assertThat(((SchedulerProtocol.Schedule) fixture.scheduler.only()).idempotencyKey())
                .contains("k-1");
    }

    @Test
    void badFieldsAndABadKeyAreReportedTogetherAndNothingIsAsked() {
        fixture.scheduler.answer(command -> {});

        HttpResponse<String> response =
                fixture.api.json("/workloads/schedule", "{'name':'A','kind':1}", "Idempotency-Key", "a b");

        fixture.conforms("POST", "/workloads/schedule", response);
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(Wire.problem(response).errors())
                .extracting(error -> error.pointer())
                .containsExactly("Idempotency-Key", "/kind", "/name", "/type", "/image");
        assertThat(fixture.scheduler.received()).isEmpty();
    }

    @Test
    void listPassesItsFilterAndPageAndAnswersWithTheNext() {
        fixture.scheduler.answer(command -> ((SchedulerProtocol.ListWorkloads) command)
                .replyTo()
                .tell(new Reply.Ok<>(new Page<>(List.of(Samples.view(7)), Optional.of("next")))));

        HttpResponse<String> response =
                fixture.api.get("/v1/workloads?limit=2&continue=c&node=node-1&status=running&name=celery-worker");

        fixture.conforms("GET", "/workloads", response);
        assertThat(Wire.tree(response).path("workloads")).hasSize(1);
        assertThat(response.body())
                .contains("celery-worker")
                .doesNotContain("envVars", "\"logs\"", "\"placement\"", "first\\nsecond");
        assertThat(Wire.tree(response).path("continue").asText()).isEqualTo("next");
        SchedulerProtocol.ListWorkloads list = (SchedulerProtocol.ListWorkloads) fixture.scheduler.only();
        assertThat(list.limit()).isEqualTo(2);
        assertThat(list.after()).contains("c");
        assertThat(list.filter())
                .isEqualTo(new SchedulerProtocol.WorkloadFilter(
                        Optional.of(NodeId.of("node-1")),
                        Optional.of(WorkloadStatus.RUNNING),
                        Optional.of("celery-worker")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/workloads?limit=11", "/workloads?limit=999999999", "/workloads"})
    void pageHasNoMoreThanPagesHave(String path) {
        AtomicInteger asked = new AtomicInteger();
        fixture.scheduler.answer(command -> {
            SchedulerProtocol.ListWorkloads list = (SchedulerProtocol.ListWorkloads) command;
            asked.set(list.limit());
            list.replyTo().tell(new Reply.Ok<>(new Page<>(List.of(), Optional.empty())));
        });

        assertThat(fixture.api.get(path).statusCode()).isEqualTo(200);
        assertThat(asked.get()).isEqualTo(10);
    }

    @ParameterizedTest
    @CsvSource({
        "/workloads?limit=0, ?limit",
        "/workloads?limit=1e3, ?limit",
        "/workloads?limit=x, ?limit",
        "/workloads?limit=1&limit=2, ?limit",
        "/workloads?status=Gone, ?status",
        "/workloads?node=A_B, ?node",
        "/workloads?name=A_B, ?name",
        "/workloads?color=red, ?color",
        "/nodes?limit=-1, ?limit",
        "/nodes?status=Active, ?status",
        "/workloads/a/logs?tail=-1, ?tail",
        "/workloads/a/logs?since=yesterday, ?since",
        "/workloads/a/logs?follow=maybe, ?follow"
    })
    void badParametersAreNamed(String path, String pointer) {
        HttpResponse<String> response = fixture.api.get(path);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(Wire.problem(response).type()).isEqualTo("invalid-parameter");
        assertThat(Wire.problem(response).errors())
                .singleElement()
                .satisfies(error -> assertThat(error.pointer()).isEqualTo(pointer));
    }

    @Test
    void aReadCarriesATagThatSparesItsRepetition() {
        fixture.scheduler.answer(
                command -> ((SchedulerProtocol.GetWorkload) command).replyTo().tell(new Reply.Ok<>(Samples.view(7))));

        HttpResponse<String> first = fixture.api.get("/workloads/celery-worker");
        String tag = first.headers().firstValue("ETag").orElseThrow();
        HttpResponse<String> again = fixture.api.get("/workloads/celery-worker", "If-None-Match", "\"x\", " + tag);
        HttpResponse<String> other = fixture.api.get("/workloads/celery-worker", "If-None-Match", "\"x\"");

        fixture.conforms("GET", "/workloads/{workload}", first);
        fixture.conforms("GET", "/workloads/{workload}", again);
        assertThat(tag).startsWith("\"7-");
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(other.statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"POST, /stop, STOP", "POST, /start, START", "POST, /restart, RESTART", "DELETE, '', DELETE"})
    void changesPassTheirActionAndTheRevisionOfIfMatch(String method, String path, WorkloadAction action) {
        fixture.scheduler.answer(command ->
                ((SchedulerProtocol.ChangeWorkload) command).replyTo().tell(new Reply.Ok<>(Samples.view(8))));

        HttpResponse<String> response = fixture.api.send(
                method,
                "/workloads/6f2c" + path,
                java.net.http.HttpRequest.BodyPublishers.noBody(),
                "If-Match",
                "\"7-abc\"");

        fixture.conforms(method, "/workloads/{workload}" + path, response);
        assertThat(response.statusCode()).isEqualTo(200);
        SchedulerProtocol.ChangeWorkload change = (SchedulerProtocol.ChangeWorkload) fixture.scheduler.only();
        assertThat(change.action()).isEqualTo(action);
        assertThat(change.reference()).isEqualTo("6f2c");
        assertThat(change.ifRevision()).contains(7L);
    }

    @ParameterizedTest
    @CsvSource({
        "'', DELETE",
        "?volumes=true, DELETE_WITH_VOLUMES",
        "?force=true, KILL_AND_DELETE",
        "?force=true&volumes=true, KILL_AND_DELETE_WITH_VOLUMES",
        "?force=false&volumes=false, DELETE"
    })
    void deletionIsAskedForAsTheParametersSay(String query, WorkloadAction action) {
        fixture.scheduler.answer(command ->
                ((SchedulerProtocol.ChangeWorkload) command).replyTo().tell(new Reply.Ok<>(Samples.view(8))));

        HttpResponse<String> response = fixture.api.delete("/workloads/6f2c" + query);

        fixture.conforms("DELETE", "/workloads/{workload}", response);
        assertThat(((SchedulerProtocol.ChangeWorkload) fixture.scheduler.only()).action())
                .isEqualTo(action);
    }

    @ParameterizedTest
    @CsvSource({"?force=", "?force=yes", "?volumes=1"})
    void deletionThatIsNotSpeltOutIsRefused(String query) {
        assertThat(fixture.api.delete("/workloads/6f2c" + query).statusCode()).isEqualTo(400);
    }

    @Test
    void starInIfMatchAsksForNoRevisionAndATagThatIsNoneOfOursForOneThatNeverWas() {
        fixture.scheduler.answer(command ->
                ((SchedulerProtocol.ChangeWorkload) command).replyTo().tell(new Reply.Ok<>(Samples.view(8))));

        assertThat(fixture.api.post("/workloads/a/stop", "If-Match", "*").statusCode())
                .isEqualTo(200);
        assertThat(((SchedulerProtocol.ChangeWorkload) fixture.scheduler.only()).ifRevision())
                .isEmpty();
        for (String tag : List.of("\"abc\"", "W/\"7\"")) {
            fixture.scheduler.answer(command ->
                    ((SchedulerProtocol.ChangeWorkload) command).replyTo().tell(new Reply.PreconditionFailed<>(8)));
            assertThat(fixture.api.post("/workloads/a/stop", "If-Match", tag).statusCode())
                    .isEqualTo(412);
            assertThat(((SchedulerProtocol.ChangeWorkload) fixture.scheduler.only()).ifRevision())
                    .contains(-1L);
        }
        for (String text : List.of("abc", "\"7-a\", \"8-b\"")) {
            assertThat(fixture.api.post("/workloads/a/stop", "If-Match", text).statusCode())
                    .isEqualTo(400);
        }
    }

    @Test
    void placeInAListThatIsNoneIsABadParameter() {
        fixture.scheduler.answer(command -> ((SchedulerProtocol.ListWorkloads) command)
                .replyTo()
                .tell(new Reply.Conflict<>("bad-continue", "start again")));

        HttpResponse<String> response = fixture.api.get("/workloads?continue=x");

        fixture.conforms("GET", "/workloads", response);
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(Wire.problem(response).errors())
                .singleElement()
                .satisfies(error -> assertThat(error.pointer()).isEqualTo("?continue"));
    }

    @Test
    void everyOtherReplyIsItsOwnProblem() {
        assertProblem(new Reply.NotFound<>("workload", "a"), 404, "unknown-workload");
        assertProblem(new Reply.PreconditionFailed<>(9), 412, "precondition-failed");
        assertProblem(new Reply.Conflict<>("already-deleted", "It is being deleted"), 409, "already-deleted");
        assertProblem(new Reply.Unavailable<>("No leader yet"), 503, "unavailable");
        HttpResponse<String> full = assertProblem(
                new Reply.Unavailable<>(
                        "It is full. Nothing was changed",
                        Optional.of(new StoreTrouble(StoreTrouble.Kind.FULL, "It is full."))),
                503,
                "store-full");
        assertThat(Wire.problem(full).detail()).isEqualTo("It is full. Nothing was changed");
        assertProblem(
                new Reply.Unavailable<>(
                        "It has failed", Optional.of(new StoreTrouble(StoreTrouble.Kind.FAILED, "It has failed"))),
                503,
                "unavailable");
        HttpResponse<String> ambiguous =
                assertProblem(new Reply.Ambiguous<>("a", List.of(candidate()), 40), 409, "ambiguous-name");
        assertThat(Wire.problem(ambiguous).detail()).contains("fits 40 workloads (1 are shown)");
        assertThat(Wire.problem(ambiguous).candidates()).singleElement().satisfies(one -> {
            assertThat(one.id()).isEqualTo(Samples.ID.value());
            assertThat(one.name()).isEqualTo("celery-worker");
            assertThat(one.status()).isEqualTo("Running");
            assertThat(one.age()).matches("([0-9]+[dhms])+");
        });
    }

    @Test
    void aWorkloadIsMadeOnlyWhereNoneHasItsNameIfThatIsAsked() {
        fixture.scheduler.answer(
                command -> ((SchedulerProtocol.Schedule) command).replyTo().tell(new Reply.NameTaken<>(candidate())));

        HttpResponse<String> taken = fixture.api.json("/workloads/schedule", SEED, "If-None-Match", "*");

        fixture.conforms("POST", "/workloads/schedule", taken);
        assertThat(taken.statusCode()).isEqualTo(412);
        assertThat(Wire.problem(taken).candidates())
                .extracting(Problem.Candidate::id)
                .containsExactly(Samples.ID.value());
        assertThat(((SchedulerProtocol.Schedule) fixture.scheduler.only()).ifNoneNamed())
                .isTrue();
        HttpResponse<String> bad = fixture.api.json("/workloads/schedule", SEED, "If-None-Match", "\"7\"");
        assertThat(bad.statusCode()).isEqualTo(400);
        assertThat(Wire.problem(bad).errors())
                .extracting(error -> error.pointer())
                .containsExactly("If-None-Match");
    }

    private static Reply.Candidate candidate() {
        return new Reply.Candidate(Samples.ID, "celery-worker", WorkloadStatus.RUNNING, Samples.NOW);
    }

    private HttpResponse<String> assertProblem(Reply<WorkloadView> reply, int status, String type) {
        fixture.scheduler.answer(command ->
                ((SchedulerProtocol.ChangeWorkload) command).replyTo().tell(reply));
        HttpResponse<String> response = fixture.api.post("/workloads/a/stop", "X-Request-Id", "r-2");
        fixture.conforms("POST", "/workloads/{workload}/stop", response);
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(Wire.problem(response).type()).isEqualTo(type);
        assertThat(Wire.problem(response).requestId()).contains("r-2");
        assertThat(response.headers().firstValue("Retry-After").isPresent()).isEqualTo(status == 503);
        return response;
    }

    @Test
    void noAnswerInTimeIsAProblemThatSaysTheOutcomeIsUnknown() {
        fixture.scheduler.answer(command -> {});

        HttpResponse<String> response = fixture.api.post("/workloads/a/stop");

        fixture.conforms("POST", "/workloads/{workload}/stop", response);
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(Wire.problem(response).type()).isEqualTo("timeout");
        assertThat(response.headers().firstValue("Retry-After")).isPresent();
    }

    @Test
    void explainShowsTheDecisionAndEveryVerdict() {
        Explanation explanation = new Explanation(
                Samples.view(7),
                Samples.running().placement(),
                Samples.NOW,
                "best-fit",
                List.of(
                        new Explanation.NodeVerdict(NodeId.of("node-1"), Optional.of(5L), List.of()),
                        new Explanation.NodeVerdict(
                                NodeId.of("node-2"),
                                Optional.empty(),
                                List.of(new Explanation.VetoView("memory", "64 wanted, 3 free")))));
        fixture.scheduler.answer(command ->
                ((SchedulerProtocol.ExplainWorkload) command).replyTo().tell(new Reply.Ok<>(explanation)));

        HttpResponse<String> response = fixture.api.get("/workloads/a/explain");

        fixture.conforms("GET", "/workloads/{workload}/explain", response);
        assertThat(Wire.tree(response).at("/nodes/1/vetoes/0/filter").asText()).isEqualTo("memory");
    }

    @Test
    void anIdOfAnotherFormIsPassedOnForTheSchedulerToJudge() {
        fixture.scheduler.answer(command -> ((SchedulerProtocol.GetWorkload) command)
                .replyTo()
                .tell(new Reply.NotFound<>("workload", ((SchedulerProtocol.GetWorkload) command).reference())));

        HttpResponse<String> response = fixture.api.get("/workloads/a%2Fb%20c");

        fixture.conforms("GET", "/workloads/{workload}", response);
        assertThat(Wire.problem(response).detail()).contains("a/b c");
        assertThat(WorkloadId.isCanonical("a/b c")).isFalse();
    }
}
