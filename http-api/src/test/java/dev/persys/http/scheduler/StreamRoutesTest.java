package dev.persys.http.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import akka.NotUsed;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import dev.persys.api.ClusterEvent;
import dev.persys.api.LogQuery;
import dev.persys.api.NodeView;
import dev.persys.api.WorkloadView;
import dev.persys.http.testing.Samples;
import dev.persys.http.testing.Wire;
import dev.persys.model.Node;
import dev.persys.model.NodeId;
import dev.persys.model.NodeReason;
import dev.persys.model.NodeStatus;
import dev.persys.model.WorkloadId;
import dev.persys.protocol.AgentClient;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol;
import dev.persys.protocol.SchedulerProtocol.EventFeed;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class StreamRoutesTest {
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
    void eventsAreSentAsTheyComeWithTheIdToComeBackWith() throws IOException {
        feed(Source.from(List.of(
                event("3-1", ClusterEvent.Kind.WORKLOAD, "a", "node-1"),
                event("3-2", ClusterEvent.Kind.PROGRESS, "a", "node-1"))));

        String text = fixture.api.get("/events").body();

        assertThat(text).contains("id: 3-1\nevent: workload\ndata: {\"id\":\"3-1\"");
        assertThat(text).contains("\n\nevent: progress\ndata: {\"id\":\"3-2\"").doesNotContain("id: 3-2");
        assertThat(((SchedulerProtocol.FollowEvents) fixture.scheduler.only()).after())
                .isEmpty();
    }

    @Test
    void eventsAreFilteredByWorkloadAndNode() {
        Source<ClusterEvent, NotUsed> events = Source.from(List.of(
                event("3-1", ClusterEvent.Kind.WORKLOAD, "a", "node-1"),
                event("3-2", ClusterEvent.Kind.WORKLOAD, "b", "node-1"),
                event("3-3", ClusterEvent.Kind.WORKLOAD, "a", "node-2")));
        feed(events);

        assertThat(fixture.api.get("/events?workload=a&node=node-2").body())
                .contains("3-3")
                .doesNotContain("3-1", "3-2");
        assertThat(fixture.api.get("/events?workload=6f2c1f0e").body()).contains("3-1", "3-2", "3-3");
        assertThat(fixture.api.get("/events?workload=6f2c1f0e-8a57-").body()).contains("3-1", "3-2", "3-3");
        HttpResponse<String> neverAny = fixture.api.get("/events?workload=No!&node=a_b");
        assertThat(neverAny.statusCode()).isEqualTo(400);
        assertThat(Wire.problem(neverAny).errors()).extracting("pointer").containsExactly("?workload", "?node");
    }

    @Test
    void aClientComesBackByHeaderOrParameter() {
        feed(Source.empty());

        assertThat(fixture.api.get("/events", "Last-Event-ID", "3-7").statusCode())
                .isEqualTo(200);
        assertThat(((SchedulerProtocol.FollowEvents) fixture.scheduler.only()).after())
                .contains("3-7");
        feed(Source.empty());
        assertThat(fixture.api.get("/events?after=3-8").statusCode()).isEqualTo(200);
        assertThat(((SchedulerProtocol.FollowEvents) fixture.scheduler.only()).after())
                .contains("3-8");
    }

    @Test
    void whatIsKeptEndsByItselfAndIsBounded() {
        Source<ClusterEvent, NotUsed> kept = Source.from(List.of(
                event("3-1", ClusterEvent.Kind.WORKLOAD, "a", "node-1"),
                event("3-2", ClusterEvent.Kind.WORKLOAD, "b", "node-1"),
                event("3-3", ClusterEvent.Kind.WORKLOAD, "a", "node-1")));
        feed(
                kept.concat(Source.single(event("3-4", ClusterEvent.Kind.WORKLOAD, "a", "node-1")))
                        .concat(Source.never()),
                3);

        assertThat(fixture.api.get("/events?follow=false").body())
                .contains("3-1", "3-2", "3-3")
                .doesNotContain("3-4");
        assertThat(((SchedulerProtocol.FollowEvents) fixture.scheduler.only()).after())
                .contains("0-0");
        assertThat(fixture.api
                        .get("/events?follow=false&limit=999999")
                        .headers()
                        .firstValue("Persys-Limit"))
                .contains("10");
        assertThat(fixture.api.get("/events?follow=false&workload=a&limit=1").body())
                .contains("id: 3-1\n")
                .doesNotContain("3-2", "3-3");
        feed(Source.never(), 0);
        assertThat(fixture.api.get("/events?follow=false&after=3-3").body()).isEqualTo("retry: 1000\n\n");
    }

    @Test
    void limitOfWhatIsFollowedAndAnIdThatIsNoneAreRefused() {
        for (String query : List.of("?limit=3", "?follow=false&limit=0", "?follow=maybe", "?after=bogus")) {
            assertThat(fixture.api.get("/events" + query).statusCode()).isEqualTo(400);
        }
        HttpResponse<String> bogus = fixture.api.get("/events", "Last-Event-ID", "bogus");
        assertThat(bogus.statusCode()).isEqualTo(400);
        assertThat(Wire.problem(bogus).errors())
                .singleElement()
                .satisfies(error -> assertThat(error.pointer()).isEqualTo("Last-Event-ID"));
    }

    @Test
    void anIdThatIsNoLongerKeptIsGone() {
        fixture.scheduler.answer(command ->
                ((SchedulerProtocol.FollowEvents) command).replyTo().tell(new Reply.Ok<>(new EventFeed.Gone())));

        HttpResponse<String> response = fixture.api.get("/events?after=1-1");

        assertThat(response.statusCode()).isEqualTo(410);
        assertThat(Wire.problem(response).type()).isEqualTo("events-gone");
    }

    @Test
    void aSilentStreamIsKeptAliveAndItsNumberIsBounded() throws IOException {
        try (SchedulerFixture two = new SchedulerFixture("persys.http.server.max-streams = 2")) {
            two.scheduler.answer(command -> ((SchedulerProtocol.FollowEvents) command)
                    .replyTo()
                    .tell(new Reply.Ok<>(new EventFeed.Open(Source.never(), 0))));
            try (InputStream first = two.api.open("/events").body();
                    InputStream second = two.api.open("/events").body()) {
                BufferedReader lines = new BufferedReader(new InputStreamReader(first, StandardCharsets.UTF_8));
                assertThat(lines.readLine()).isEqualTo("retry: 1000");
                assertThat(lines.readLine()).isEmpty();
                assertThat(lines.readLine()).isEqualTo(":");
                assertThat(second.read()).isEqualTo('r');

                HttpResponse<String> third = two.api.get("/events");
                assertThat(third.statusCode()).isEqualTo(503);
                assertThat(Wire.problem(third).type()).isEqualTo("busy");
                assertThat(third.headers().firstValue("Retry-After")).contains("10");
            }
            Awaitility.await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
                try (InputStream again = two.api.open("/events").body()) {
                    assertThat(again.read()).isEqualTo('r');
                }
            });
        }
    }

    @Test
    void logsComeFromTheNodeAsItSendsThem() {
        workload(Samples.view(7), Samples.node(3));
        AtomicReference<LogQuery> asked = new AtomicReference<>();
        fixture.agents.logs = query -> {
            asked.set(query);
            return CompletableFuture.completedFuture(
                    Source.from(List.of(ByteString.fromString("one\n"), ByteString.fromString("two\n"))));
        };

        HttpResponse<String> response =
                fixture.api.get("/workloads/a/logs?tail=5&follow=true&since=2026-01-02T03:04:05%2B01:00");

        assertThat(response.body()).isEqualTo("one\ntwo\n");
        assertThat(response.headers().firstValue("Persys-Log-Source")).contains("node");
        assertThat(response.headers().firstValue("Content-Type")).contains("text/plain; charset=UTF-8");
        assertThat(asked.get())
                .isEqualTo(new LogQuery(Optional.of(5), Optional.of(Instant.parse("2026-01-02T02:04:05Z")), true));
    }

    @Test
    void sinceCanBeHowLongAgoByTheNodesClockWhichOursMayBeAnHourFrom() {
        workload(Samples.view(7), Samples.node(3));
        AtomicReference<LogQuery> asked = new AtomicReference<>();
        fixture.agents.logs = query -> {
            asked.set(query);
            return CompletableFuture.completedFuture(Source.empty());
        };

        HttpResponse<String> response = fixture.api.get("/workloads/a/logs?since=10m&timestamps=true");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(asked.get())
                .isEqualTo(LogQuery.ALL.within(Duration.ofMinutes(10)).stamped(true));
        assertThat(response.headers().firstValue("Persys-Container")).contains("c0ffee");
    }

    @Test
    void storedTailIsShownWhereTheNodeDoesNotHaveTheContainerOrDoesNotAnswer() {
        workload(Samples.view(7), Samples.node(3));
        fixture.agents.logs =
                query -> CompletableFuture.failedFuture(new AgentClient.NoSuchContainerException(Samples.ID));
        assertStoredTail("/workloads/a/logs", "first\nsecond\n");
        assertStoredTail("/workloads/a/logs?tail=1", "second\n");
        assertStoredTail("/workloads/a/logs?tail=0", "");

        workload(Samples.view(7), silent(Samples.node(3)));
        fixture.agents.logs = query -> {
            throw new AssertionError("a node that is gone is not asked");
        };
        assertStoredTail("/workloads/a/logs", "first\nsecond\n");

        workload(new WorkloadView(Samples.pending().withLogs("x"), 1, Optional.empty()), Samples.node(3));
        assertStoredTail("/workloads/a/logs?follow=true", "x");
    }

    @Test
    void outputThatThereIsNoPlaceForIsAskedForAgain() {
        workload(Samples.view(7), Samples.node(3));
        fixture.agents.logs =
                query -> CompletableFuture.failedFuture(new AgentClient.LogsBusyException("all places are taken"));

        HttpResponse<String> response = fixture.api.get("/workloads/a/logs?follow=true");

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("Retry-After")).isPresent();
        assertThat(Wire.problem(response).detail()).isEqualTo("all places are taken; ask again");
    }

    @Test
    void engineThatDoesNotAnswerIsNamedWithItsNode() {
        workload(Samples.view(7), Samples.node(3));
        fixture.agents.logs = query ->
                CompletableFuture.failedFuture(new AgentClient.EngineAwayException("127.0.0.1:1: connection refused"));

        HttpResponse<String> response = fixture.api.get("/workloads/a/logs");

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(Wire.problem(response).detail())
                .startsWith("Docker of node node-1 does not answer: ")
                .doesNotContain("127.0.0.1");
    }

    @Test
    void outputFromBeforeThePresentRunIsTheNodesOrAProblemAndNeverTheStoredTail() {
        String path = "/workloads/a/logs?previous=true&tail=2";
        workload(Samples.view(7), Samples.node(3));
        AtomicReference<LogQuery> asked = new AtomicReference<>();
        fixture.agents.logs = query -> {
            asked.set(query);
            return CompletableFuture.completedFuture(Source.single(ByteString.fromString("before\n")));
        };
        assertThat(fixture.api.get(path).body()).isEqualTo("before\n");
        assertThat(asked.get()).isEqualTo(new LogQuery(Optional.of(2), Optional.empty(), false).ofPrevious());

        for (RuntimeException none : List.of(
                new AgentClient.NoPreviousOutputException(Samples.ID),
                new AgentClient.NoSuchContainerException(Samples.ID))) {
            fixture.agents.logs = query -> CompletableFuture.failedFuture(none);
            assertThat(fixture.api.get(path).statusCode()).isEqualTo(404);
            assertThat(Wire.problem(fixture.api.get(path)).type()).isEqualTo("no-previous-output");
        }
        fixture.agents.logs = query -> CompletableFuture.failedFuture(new IllegalStateException("no answer"));
        assertThat(Wire.problem(fixture.api.get(path)).detail()).contains("node-1");
        assertThat(fixture.api.get(path).statusCode()).isEqualTo(503);
        workload(Samples.view(7), silent(Samples.node(3)));
        assertThat(fixture.api.get(path).statusCode()).isEqualTo(503);
        workload(new WorkloadView(Samples.pending(), 1, Optional.empty()), Samples.node(3));
        assertThat(fixture.api.get(path).statusCode()).isEqualTo(404);
        assertThat(fixture.api.get(path + "&follow=true").statusCode()).isEqualTo(400);
    }

    @Test
    void logsThatTheNodesDockerCannotReadAreAProblemInItsWords() {
        workload(Samples.view(7), Samples.node(3));
        fixture.agents.logs = query ->
                CompletableFuture.failedFuture(new AgentClient.LogsUnreadableException("does not support reading"));

        HttpResponse<String> response = fixture.api.get("/workloads/a/logs?follow=true");

        assertThat(response.statusCode()).isEqualTo(409);
        assertThat(Wire.problem(response).type()).isEqualTo("logs-unreadable");
        assertThat(Wire.problem(response).detail()).isEqualTo("does not support reading");
    }

    @Test
    void logsOfWhatIsNotThereAreAProblem() {
        fixture.scheduler.answer(command ->
                ((SchedulerProtocol.GetWorkload) command).replyTo().tell(new Reply.NotFound<>("workload", "a")));

        assertThat(fixture.api.get("/workloads/a/logs").statusCode()).isEqualTo(404);
    }

    private void assertStoredTail(String path, String text) {
        HttpResponse<String> response = fixture.api.get(path);
        assertThat(response.body()).isEqualTo(text);
        assertThat(response.headers().firstValue("Persys-Log-Source")).contains("stored-tail");
    }

    private void workload(WorkloadView view, NodeView node) {
        fixture.scheduler.answer(command -> {
            if (command instanceof SchedulerProtocol.GetWorkload get) {
                get.replyTo().tell(new Reply.Ok<>(view));
            } else if (command instanceof SchedulerProtocol.GetNode get) {
                get.replyTo().tell(new Reply.Ok<>(node));
            }
        });
    }

    private static NodeView silent(NodeView view) {
        Node node = view.node().withStatus(NodeStatus.INACTIVE, NodeReason.SILENT, "no heartbeat", Samples.NOW);
        return new NodeView(node, view.revision(), view.reserved(), view.workloads(), view.lastHeartbeat());
    }

    private void feed(Source<ClusterEvent, NotUsed> events) {
        feed(events, 0);
    }

    private void feed(Source<ClusterEvent, NotUsed> events, int kept) {
        fixture.scheduler.answer(command -> ((SchedulerProtocol.FollowEvents) command)
                .replyTo()
                .tell(new Reply.Ok<>(new EventFeed.Open(events, kept))));
    }

    private static ClusterEvent event(String id, ClusterEvent.Kind kind, String name, String node) {
        return new ClusterEvent(
                id,
                Samples.NOW,
                kind,
                Optional.of(WorkloadId.of(Samples.ID.value())),
                Optional.of(name),
                Optional.of(NodeId.of(node)),
                Optional.empty(),
                "Running",
                "ContainerRunning",
                "running",
                Optional.empty(),
                Optional.empty());
    }
}
