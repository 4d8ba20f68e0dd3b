package dev.persys.http.scheduler;

import static dev.persys.http.scheduler.SchedulerFixture.HEADERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import akka.NotUsed;
import akka.actor.typed.ActorRef;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import dev.persys.api.ClusterEvent;
import dev.persys.api.Page;
import dev.persys.http.testing.Samples;
import dev.persys.http.testing.Wire;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol;
import dev.persys.protocol.SchedulerProtocol.EventFeed;
import dev.persys.testing.HttpFlood;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients that are too many, too slow, or that stop half-way: they get their answer or their end, and nobody waits. */
final class SlowClientsTest {
    /** Entries that are more than a megabyte together: more than the buffers of a socket take. */
    private static final int LONG_PAGE = 2_000;

    /** Entries that are one piece together, and some twenty kilobytes. */
    private static final int SHORT_PAGE = 20;

    private static final int READ_LIMIT_MILLIS = 20_000;

    private Optional<SchedulerFixture> running = Optional.empty();

    @AfterEach
    void stop() {
        running.ifPresent(SchedulerFixture::close);
    }

    private SchedulerFixture start(String server) {
        SchedulerFixture fixture = new SchedulerFixture("persys.http.server { " + server + " }");
        running = Optional.of(fixture);
        fixture.scheduler.answer(command -> {
            if (command instanceof SchedulerProtocol.GetWorkload get) {
                get.replyTo().tell(new Reply.Ok<>(Samples.view(1)));
            } else if (command instanceof SchedulerProtocol.ListWorkloads list) {
                list.replyTo()
                        .tell(new Reply.Ok<>(
                                new Page<>(Collections.nCopies(LONG_PAGE, Samples.view(1)), Optional.empty())));
            }
        });
        return fixture;
    }

    @Test
    void connectionMoreThanAllowedIsToldWhenToComeAgainAndThenServed() throws IOException {
        SchedulerFixture fixture = start("max-connections = 2, retry-after = 3s");
        silentLog(fixture, new AtomicInteger());
        Socket first = follow(fixture);
        Socket second = follow(fixture);

        List<HttpFlood.Outcome> third = HttpFlood.send(
                address(fixture),
                List.of(HttpFlood.request("GET", "/workloads/a", Optional.empty())),
                Duration.ofSeconds(10));

        assertThat(third.get(0).status()).isEqualTo(503);
        assertThat(third.get(0).retryAfter()).contains("3");
        assertThat(third.get(0).body()).contains("\"type\":\"busy\"", "persys.http.server.max-connections");
        first.close();
        second.close();
        await().atMost(Duration.ofSeconds(20))
                .until(() -> fixture.api.get("/workloads/a").statusCode() == 200);
    }

    @Test
    void whoOnlyHoldsAPlaceKeepsNobodyOut() throws IOException {
        SchedulerFixture fixture = start("max-connections = 2, head-timeout = 1m");
        try (Socket silent = connect(fixture);
                Socket half = connect(fixture)) {
            send(half, "GET /workloads/a HT");

            await().atMost(Duration.ofSeconds(20))
                    .until(() -> fixture.api.get("/workloads/a").statusCode() == 200);

            // One of them is told so; the other keeps its place.
            send(silent, "GET /workloads/a HTTP/1.1\r\n" + HEADERS + "Connection: close\r\n\r\n");
            send(half, "TP/1.1\r\n" + HEADERS + "Connection: close\r\n\r\n");
            assertThat(List.of(status(silent), status(half))).contains("503");
        }
    }

    private static String status(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).substring(9, 12);
    }

    @Test
    void whereConnectionsRunOutEachIsClosedBehindItsAnswer() {
        SchedulerFixture fixture = start("max-connections = 1");

        HttpResponse<String> answer = fixture.api.get("/workloads/a");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Connection")).contains("close");
    }

    @Test
    void headThatDoesNotEndClosesItsConnection() throws IOException {
        SchedulerFixture fixture = start("head-timeout = 200ms");
        try (Socket silent = connect(fixture);
                Socket half = connect(fixture)) {
            send(half, "GET /workloads/a HT");

            assertThat(ends(silent)).isTrue();
            assertThat(ends(half)).isTrue();
        }
    }

    @Test
    void connectionThatIsNotUsedAgainIsClosed() throws IOException {
        SchedulerFixture fixture = start("idle-timeout = 200ms");
        try (Socket kept = connect(fixture)) {
            send(kept, "GET /workloads/a HTTP/1.1\r\n" + HEADERS + "\r\n");

            String answer = new String(kept.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(answer).startsWith("HTTP/1.1 200").doesNotContain("Connection: close");
        }
    }

    @Test
    void bodyThatDoesNotComeIsAnsweredSo() throws IOException {
        SchedulerFixture fixture = start("body-timeout = 200ms");
        try (Socket socket = connect(fixture)) {
            send(
                    socket,
                    "POST /workloads/schedule HTTP/1.1\r\n" + HEADERS + "Content-Type: application/json\r\n"
                            + "Content-Length: 100\r\n\r\n{");

            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(answer).startsWith("HTTP/1.1 408");
        }
    }

    @Test
    void bodyThatNobodyWantsAndThatDoesNotComeClosesItsConnection() throws IOException {
        SchedulerFixture fixture = start("body-timeout = 200ms");
        try (Socket socket = connect(fixture)) {
            send(socket, "GET /workloads/a HTTP/1.1\r\n" + HEADERS + "Content-Length: 100\r\n\r\n{");

            assertThat(ends(socket)).isTrue();
        }
    }

    @Test
    void clientThatDoesNotReadItsAnswerIsCutOff() throws IOException {
        SchedulerFixture fixture = start("write-timeout = 300ms");
        List<Socket> unread = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Socket socket = new Socket();
            socket.setReceiveBufferSize(4096);
            socket.connect(address(fixture));
            send(socket, "GET /workloads HTTP/1.1\r\n" + HEADERS + "\r\n");
            unread.add(socket);
        }

        for (Socket socket : unread) {
            // Nothing is read of it before the other side has reset it.
            await().atMost(Duration.ofSeconds(20)).until(() -> isReset(socket));
            socket.close();
        }
        assertThat(fixture.api.get("/workloads/a").statusCode()).isEqualTo(200);
    }

    @Test
    void lastAnswerOfAConnectionIsNotWaitedForLongerThanAnyOther() throws IOException {
        // Longer than a client is given to close its side.
        SchedulerFixture fixture = start("write-timeout = 3s, max-in-flight = 100");
        fixture.scheduler.answer(command -> ((SchedulerProtocol.ListWorkloads) command)
                .replyTo()
                .tell(new Reply.Ok<>(new Page<>(Collections.nCopies(SHORT_PAGE, Samples.view(1)), Optional.empty()))));
        List<Socket> unread = new ArrayList<>();
        // One of these numbers of answers is the first that the buffers of both kernels do not hold.
        for (int answers = 1; answers <= 30; answers++) {
            Socket socket = new Socket();
            socket.setReceiveBufferSize(2048);
            socket.connect(address(fixture));
            send(socket, ("GET /workloads HTTP/1.1\r\n" + HEADERS + "\r\n").repeat(answers - 1));
            send(socket, "GET /workloads HTTP/1.1\r\n" + HEADERS + "Connection: close\r\n\r\n");
            unread.add(socket);
        }

        for (Socket socket : unread) {
            await().atMost(Duration.ofSeconds(30)).until(() -> isReset(socket));
            socket.close();
        }
    }

    @Test
    void whoLeavesASilentStreamGivesBackItsStreamAndItsConnection() throws IOException {
        SchedulerFixture fixture = start("max-streams = 2, max-connections = 2");
        AtomicInteger read = new AtomicInteger();
        silentLog(fixture, read);
        for (int round = 1; round <= 3; round++) {
            Socket first = follow(fixture);
            Socket second = follow(fixture);
            // A client that leaves and one that says only that it sends no more look the same.
            first.close();
            second.shutdownOutput();
            assertThat(ends(second)).isTrue();
            second.close();
            await().atMost(Duration.ofSeconds(20)).until(() -> read.get() == 0);
        }
    }

    @Test
    void whoLeavesIsNoticedWhateverItHasSentBehindItsRequest() throws IOException {
        SchedulerFixture fixture = start("max-streams = 2");
        AtomicInteger read = new AtomicInteger();
        silentLog(fixture, read);
        try (Socket talks = follow(fixture);
                Socket floods = follow(fixture)) {
            send(talks, "\r\n");
            send(talks, "GET /workloads HTTP/1.1\r\n" + HEADERS + "\r\n");
            talks.shutdownOutput();
            await().atMost(Duration.ofSeconds(20)).until(() -> read.get() == 1);

            assertThatThrownBy(() -> {
                        while (true) {
                            send(floods, "x".repeat(8192));
                        }
                    })
                    .isInstanceOf(IOException.class);
            await().atMost(Duration.ofSeconds(20)).until(() -> read.get() == 0);
        }
    }

    @Test
    void whoSaysThatItSendsNoMoreGetsItsAnswerAllTheSame() throws IOException {
        SchedulerFixture fixture = start("");
        try (Socket socket = connect(fixture)) {
            send(socket, "GET /workloads HTTP/1.1\r\n" + HEADERS + "\r\n");
            socket.shutdownOutput();

            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(answer).startsWith("HTTP/1.1 200").endsWith("}");
        }
    }

    /** Counts in {@code read} the followers that the node has. */
    private static void silentLog(SchedulerFixture fixture, AtomicInteger read) {
        fixture.scheduler.answer(command -> {
            if (command instanceof SchedulerProtocol.GetWorkload get) {
                get.replyTo().tell(new Reply.Ok<>(Samples.view(7)));
            } else if (command instanceof SchedulerProtocol.GetNode get) {
                get.replyTo().tell(new Reply.Ok<>(Samples.node(3)));
            }
        });
        fixture.agents.logs = query -> {
            read.incrementAndGet();
            return CompletableFuture.completedFuture(Source.single(ByteString.fromString("first\n"))
                    .concat(Source.never())
                    .watchTermination((notUsed, done) -> {
                        var unused = done.whenComplete((end, failure) -> read.decrementAndGet());
                        return NotUsed.getInstance();
                    }));
        };
    }

    /** Follows the log, and has had what there is of it. */
    private static Socket follow(SchedulerFixture fixture) throws IOException {
        Socket socket = connect(fixture);
        send(socket, "GET /workloads/a/logs?follow=true HTTP/1.1\r\n" + HEADERS + "\r\n");
        StringBuilder answer = new StringBuilder();
        while (!answer.toString().contains("first\n")) {
            answer.append((char) socket.getInputStream().read());
        }
        return socket;
    }

    @Test
    void answersThatAreNotTakenHoldBoundedMemory() throws IOException {
        SchedulerFixture fixture = start("max-held = 3 MiB, write-timeout = 1m");
        List<Socket> unread = new ArrayList<>();
        Optional<String> refused = Optional.empty();
        while (refused.isEmpty() && unread.size() < 100) {
            Socket socket = new Socket();
            socket.setReceiveBufferSize(4096);
            socket.connect(address(fixture));
            socket.setSoTimeout(READ_LIMIT_MILLIS);
            send(socket, "GET /workloads HTTP/1.1\r\n" + HEADERS + "Connection: close\r\n\r\n");
            unread.add(socket);
            byte[] head = socket.getInputStream().readNBytes(1024);
            refused = Optional.of(new String(head, StandardCharsets.UTF_8))
                    .filter(text -> text.startsWith("HTTP/1.1 503"));
        }

        assertThat(refused.orElseThrow()).contains("Retry-After: 1", "persys.http.server.max-held");
        assertThat(fixture.api.get("/workloads/a").statusCode()).isEqualTo(200);
        // Those who take nothing lose what they hold before their time.
        await().atMost(Duration.ofSeconds(20))
                .until(() -> fixture.api.get("/workloads").statusCode() == 200);
        for (Socket socket : unread) {
            socket.close();
        }
    }

    @Test
    void streamThatSaysNothingForLongerThanAConnectionMayBeIdleStaysOpen() throws Exception {
        SchedulerFixture fixture = start("idle-timeout = 2s, head-timeout = 2s, write-timeout = 2s");
        CompletableFuture<ByteString> later = new CompletableFuture<>();
        fixture.scheduler.answer(command -> {
            if (command instanceof SchedulerProtocol.GetWorkload get) {
                get.replyTo().tell(new Reply.Ok<>(Samples.view(7)));
            } else if (command instanceof SchedulerProtocol.GetNode get) {
                get.replyTo().tell(new Reply.Ok<>(Samples.node(3)));
            }
        });
        fixture.agents.logs = query -> CompletableFuture.completedFuture(
                Source.single(ByteString.fromString("first\n")).concat(Source.completionStage(later)));
        try (InputStream log = fixture.api.open("/workloads/a/logs?follow=true").body()) {
            assertThat(new String(log.readNBytes(6), StandardCharsets.UTF_8)).isEqualTo("first\n");
            // Idle connections that were opened behind it are closed one after the other meanwhile.
            for (int i = 0; i < 2; i++) {
                try (Socket idle = connect(fixture)) {
                    assertThat(ends(idle)).isTrue();
                }
            }

            later.complete(ByteString.fromString("last\n"));

            assertThat(new String(log.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("last\n");
        }
    }

    @Test
    void watcherTooManyOpensNothingBehindTheServer() {
        SchedulerFixture fixture = start("max-streams = 1");
        AtomicBoolean asked = new AtomicBoolean();
        fixture.scheduler.answer(command -> {
            asked.set(true);
            ActorRef<Reply<EventFeed>> replyTo = ((SchedulerProtocol.FollowEvents) command).replyTo();
            Source<ClusterEvent, NotUsed> silence = Source.never();
            replyTo.tell(new Reply.Ok<>(new EventFeed.Open(silence, 0)));
        });
        HttpResponse<InputStream> first = fixture.api.open("/events");
        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(asked.getAndSet(false)).isTrue();

        HttpResponse<String> second = fixture.api.get("/events");

        assertThat(second.statusCode()).isEqualTo(503);
        assertThat(Wire.problem(second).detail()).contains("persys.http.server.max-streams");
        assertThat(asked.get()).isFalse();
    }

    private static Socket connect(SchedulerFixture fixture) throws IOException {
        Socket socket = new Socket();
        socket.connect(address(fixture));
        socket.setSoTimeout(READ_LIMIT_MILLIS);
        return socket;
    }

    private static InetSocketAddress address(SchedulerFixture fixture) {
        return fixture.server.apiAddress();
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
    }

    /** Whether the server ends the connection, orderly or not, whatever it says before. */
    private static boolean ends(Socket socket) throws IOException {
        try {
            socket.getInputStream().readAllBytes();
            return true;
        } catch (SocketException reset) {
            return true;
        }
    }

    private static boolean isReset(Socket socket) {
        try {
            send(socket, "GET /workloads/a HTTP/1.1\r\n");
            return false;
        } catch (IOException e) {
            return true;
        }
    }
}
