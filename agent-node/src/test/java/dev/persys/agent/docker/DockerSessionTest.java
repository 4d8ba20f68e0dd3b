package dev.persys.agent.docker;

import static org.assertj.core.api.Assertions.assertThat;

import akka.Done;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import com.typesafe.config.ConfigFactory;
import dev.persys.agent.AgentSettings;
import dev.persys.api.ArchiveQuery;
import dev.persys.api.Problem;
import dev.persys.api.SessionChannel;
import dev.persys.api.TerminalSize;
import dev.persys.runtime.SessionFrames;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What sessions make of Docker's answers, and of a command of which it does not say whether it has begun. */
final class DockerSessionTest {
    private static final ArchiveQuery READ = new ArchiveQuery(ArchiveQuery.Access.READ, "/etc");

    private final ActorTestKit kit = ActorTestKit.create();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final BoundedCalls calls = new BoundedCalls(1, 1, Executors.defaultThreadFactory(), timer);
    private final Command command = new Command();
    private final ServerSocket engine = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

    DockerSessionTest() throws IOException {}

    @AfterEach
    void stop() throws IOException {
        engine.close();
        calls.close();
        timer.shutdownNow();
        threads.shutdownNow();
        kit.shutdownTestKit();
    }

    @Test
    void commandWhoseStartIsNotAnsweredInTimeIsGivenUp() throws Exception {
        CompletionStage<List<ByteString>> said = session();
        try (Socket silent = engine.accept()) {
            assertThat(silent.isConnected()).isTrue();
            assertThat(get(said)).containsExactly(failed(Problem.Type.UNAVAILABLE, "Docker did not answer within 1 s"));
        }
        assertThat(command.abandoned).hasValue(1);
    }

    @Test
    void commandWhoseStartEndsWithTheConnectionIsGivenUp() throws Exception {
        CompletionStage<List<ByteString>> said = session();
        try (Socket broken = engine.accept()) {
            broken.shutdownOutput();
            assertThat(get(said))
                    .containsExactly(failed(
                            Problem.Type.UNAVAILABLE,
                            "Docker cannot be reached: Docker closed the connection before it answered"));
        }
        assertThat(command.abandoned).hasValue(1);
    }

    @Test
    void commandThatDockerRefusedIsNotLookedFor() throws Exception {
        CompletionStage<List<ByteString>> said = session();
        try (Socket refusing = engine.accept()) {
            refusing.getOutputStream()
                    .write("HTTP/1.1 409 Conflict\r\nContent-Length: 16\r\n\r\n{\"message\":\"no\"}"
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(get(said)).containsExactly(failed(Problem.Type.SESSION_REFUSED, "no"));
        }
        assertThat(command.abandoned).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 5\r\n\r\nabcde",
                "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
            })
    void archiveIsReadToItsEndHoweverDockerSaysWhereThatIs(String answer) throws Exception {
        CompletionStage<List<ByteString>> said = session(means -> new ArchiveSession("c1", READ, means));
        try (Socket giving = engine.accept()) {
            giving.getOutputStream().write(("HTTP/1.1 200 OK\r\n" + answer).getBytes(StandardCharsets.US_ASCII));
            ByteString read = get(said).stream()
                    .filter(frame -> SessionFrames.channel(frame).equals(Optional.of(SessionChannel.STDOUT)))
                    .map(SessionFrames::payload)
                    .reduce(ByteString.emptyByteString(), ByteString::concat);
            assertThat(read.utf8String()).isEqualTo("abcde");
            assertThat(get(said)).endsWith(SessionFrames.exited(0));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 5\r\n\r\nabc",
                "Content-Length: x\r\n\r\nabcde",
                "\r\nabcde",
                "Transfer-Encoding: chunked\r\n\r\n3\r\nab"
            })
    void archiveThatBreaksOffIsNoWholeOne(String answer) throws Exception {
        CompletionStage<List<ByteString>> said = session(means -> new ArchiveSession("c1", READ, means));
        try (Socket giving = engine.accept()) {
            giving.getOutputStream().write(("HTTP/1.1 200 OK\r\n" + answer).getBytes(StandardCharsets.US_ASCII));
            giving.shutdownOutput();
            assertThat(get(said)).isNotEmpty().doesNotContain(SessionFrames.exited(0));
        }
    }

    private CompletionStage<List<ByteString>> session() {
        return session(means -> new DockerSession(command, means, calls, new Looks(calls, timer)));
    }

    private CompletionStage<List<ByteString>> session(Function<EngineSession.Means, EngineSession> of) {
        DockerSettings settings = AgentSettings.of(ConfigFactory.parseString(
                                "persys.agent.docker.host = \"tcp://127.0.0.1:" + engine.getLocalPort() + "\"")
                        .withFallback(ConfigFactory.load()))
                .docker();
        EngineSession.Means means = new EngineSession.Means(
                DockerTransport.config(settings), Duration.ofSeconds(1), threads, new Semaphore(1));
        return Source.<ByteString>maybe().via(of.apply(means).frames()).runWith(Sink.seq(), kit.system());
    }

    private static ByteString failed(Problem.Type type, String detail) {
        return SessionFrames.failed(Problem.of(type, detail));
    }

    private static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    /** Of which no more is asked than its start and its end. */
    private static final class Command implements SessionTarget {
        final AtomicInteger abandoned = new AtomicInteger();

        @Override
        public String path() {
            return "/exec/e1/start";
        }

        @Override
        public String body() {
            return "{}";
        }

        @Override
        public boolean hasTerminal() {
            return false;
        }

        @Override
        public Optional<TerminalSize> firstSize() {
            return Optional.empty();
        }

        @Override
        public void resize(TerminalSize size) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void signal(String name) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<Optional<Integer>> exitCode() {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<Done> abandon() {
            abandoned.incrementAndGet();
            return CompletableFuture.completedStage(Done.done());
        }
    }
}
