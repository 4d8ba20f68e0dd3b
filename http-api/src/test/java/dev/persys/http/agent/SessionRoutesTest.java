package dev.persys.http.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.NotUsed;
import akka.stream.javadsl.Flow;
import akka.stream.javadsl.Keep;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import dev.persys.api.SessionChannel;
import dev.persys.api.SessionQuery;
import dev.persys.http.client.AgentPassage;
import dev.persys.model.NodeId;
import dev.persys.model.WorkloadId;
import dev.persys.protocol.AgentProtocol;
import dev.persys.protocol.AgentProtocol.SessionReply;
import dev.persys.runtime.SessionFrames;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sessions over a real connection, against an agent that is played. */
final class SessionRoutesTest {
    private static final String TARGET = "/docker/exec/" + WorkloadId.of("6f2c1f0e-8a57-4a4b-9d30-0d5f6f9a1b2c")
            + "?command=cat&command=a%20b&env=A%3D1&env=B%3D2&stdin=true";

    private static final NodeId NODE = new NodeId("node-1");

    private final AgentFixture fixture = new AgentFixture("""
            persys.http.server.sessions { max = 2, ping = 100ms, silence = 1s, write-timeout = 1s }
            """);
    private final AtomicReference<SessionQuery> asked = new AtomicReference<>();
    private final CompletableFuture<Boolean> ended = new CompletableFuture<>();

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void framesGoBothWaysThroughThePassageOfTheScheduler() {
        answer(new SessionReply.Opened(Flow.of(ByteString.class)));
        ByteString frame = SessionFrames.of(
                        SessionChannel.STDIN, ByteString.fromArray(new byte[SessionChannel.MAX_PAYLOAD]))
                .get(0);

        List<ByteString> back = AgentFixture.await(Source.repeat(frame)
                .take(50)
                .concat(Source.maybe())
                .via(opened())
                .take(50)
                .runWith(Sink.seq(), fixture.kit.system()));

        assertThat(back).hasSize(50).allMatch(frame::equals);
        assertThat(asked.get().command()).containsExactly("cat", "a b");
        assertThat(asked.get().env()).containsExactly("A=1", "B=2");
        assertThat(asked.get().stdin()).isTrue();
    }

    @Test
    void quietSessionLastsWhileItsClientIsThereAndIsEndedWithIt() {
        answer(new SessionReply.Opened(watched(Flow.fromSinkAndSourceCoupled(Sink.ignore(), Source.maybe()))));
        var input = Source.<ByteString>maybe()
                .viaMat(opened(), Keep.left())
                .to(Sink.ignore())
                .run(fixture.kit.system());

        await().during(Duration.ofSeconds(3)).atMost(Duration.ofSeconds(10)).until(() -> !ended.isDone());
        input.complete(Optional.empty());

        await().atMost(Duration.ofSeconds(20)).until(ended::isDone);
    }

    @Test
    void clientThatGivesNoSignIsLetGo() throws IOException {
        answer(new SessionReply.Opened(watched(Flow.fromSinkAndSourceCoupled(Sink.ignore(), Source.maybe()))));
        try (Socket silent = upgraded("")) {
            assertThat(silent.getInputStream().readNBytes(1)).isNotEmpty(); // A ping, which is not answered.
            await().atMost(Duration.ofSeconds(20)).until(ended::isDone);
        }
    }

    @Test
    void clientThatTakesNothingIsLetGo() throws IOException {
        ByteString frame = SessionFrames.of(
                        SessionChannel.STDOUT, ByteString.fromArray(new byte[SessionChannel.MAX_PAYLOAD]))
                .get(0);
        answer(new SessionReply.Opened(watched(Flow.fromSinkAndSourceCoupled(Sink.ignore(), Source.repeat(frame)))));
        try (Socket slow = upgraded("")) {
            assertThat(slow.isConnected()).isTrue();
            await().atMost(Duration.ofSeconds(30)).until(ended::isDone);
        }
    }

    @Test
    void noMoreSessionsThanTheSettingsAllow() throws IOException {
        answer(new SessionReply.Opened(Flow.fromSinkAndSourceCoupled(Sink.ignore(), Source.maybe())));
        try (Socket first = upgraded("");
                Socket second = upgraded("")) {
            assertThat(first.isConnected() && second.isConnected()).isTrue();
            assertThat(head("")).startsWith("HTTP/1.1 503");
        }
        await().atMost(Duration.ofSeconds(20)).until(() -> head("").startsWith("HTTP/1.1 101"));
    }

    @Test
    void refusalsComeBeforeTheUpgrade() throws IOException {
        answer(new SessionReply.NotRunning("its container is exited"));
        assertThat(head("")).startsWith("HTTP/1.1 409");
        assertThat(head("Origin: https://elsewhere.example\r\n")).startsWith("HTTP/1.1 403");
        AgentPassage.Answer passed = AgentFixture.await(passage().open(NODE, fixture.node(), TARGET));
        assertThat(passed).isEqualTo(new AgentPassage.Answer.Refused(409, false));
        answer(new SessionReply.Unavailable("Docker cannot be reached"));
        assertThat(AgentFixture.await(passage().open(NODE, fixture.node(), TARGET)))
                .isEqualTo(new AgentPassage.Answer.Refused(503, true));
        answer(new SessionReply.NoContainer());
        assertThat(head("")).startsWith("HTTP/1.1 404");
        assertThat(fixture.api.get(TARGET).statusCode()).isEqualTo(426);
        assertThat(fixture.api
                        .get("/docker/exec/6f2c1f0e-8a57-4a4b-9d30-0d5f6f9a1b2c?tty=perhaps&env=x&rows=1")
                        .body())
                .contains("?command", "?env", "?tty", "?columns");
    }

    private void answer(SessionReply reply) {
        fixture.agent.answer(command -> {
            if (command instanceof AgentProtocol.OpenSession open) {
                asked.set(open.query());
                open.replyTo().tell(reply);
            }
        });
    }

    private Flow<ByteString, ByteString, NotUsed> watched(Flow<ByteString, ByteString, NotUsed> frames) {
        return frames.watchTermination((notUsed, done) -> {
            var unused = done.whenComplete((end, failure) -> ended.complete(true));
            return notUsed;
        });
    }

    private AgentPassage passage() {
        return new AgentPassage(fixture.kit.system(), fixture.settings, Optional.empty());
    }

    private Flow<ByteString, ByteString, NotUsed> opened() {
        return ((AgentPassage.Answer.Opened) AgentFixture.await(passage().open(NODE, fixture.node(), TARGET))).frames();
    }

    private String head(String header) throws IOException {
        try (Socket socket = asking(header)) {
            return line(socket.getInputStream());
        }
    }

    private Socket upgraded(String header) throws IOException {
        Socket socket = asking(header);
        assertThat(line(socket.getInputStream())).startsWith("HTTP/1.1 101");
        while (!line(socket.getInputStream()).isEmpty()) {
            assertThat(socket.isConnected()).isTrue();
        }
        return socket;
    }

    private Socket asking(String header) throws IOException {
        Socket socket = new Socket(
                InetAddress.getLoopbackAddress(), fixture.server.apiAddress().getPort());
        socket.setSoTimeout(20_000);
        socket.getOutputStream()
                .write(("GET " + TARGET
                                + " HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                                + header
                                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            line.append((char) c);
        }
        return line.toString().strip();
    }
}
