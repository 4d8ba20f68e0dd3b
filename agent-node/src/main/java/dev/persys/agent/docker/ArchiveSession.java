package dev.persys.agent.docker;

import akka.Done;
import akka.NotUsed;
import akka.stream.OverflowStrategy;
import akka.stream.javadsl.Flow;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import akka.stream.javadsl.SourceQueueWithComplete;
import akka.util.ByteString;
import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.core.DockerClientConfig;
import dev.persys.api.ArchiveQuery;
import dev.persys.api.Json;
import dev.persys.api.PathStat;
import dev.persys.api.Problem;
import dev.persys.api.SessionChannel;
import dev.persys.runtime.RuntimeFailure;
import dev.persys.runtime.RuntimeFailure.Kind;
import dev.persys.runtime.SessionFrames;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of a container, as tar (Docker's API, "Get an archive of a filesystem resource in a container" and its
 * neighbours): a connection to Docker, one thread that reads from it and, while there is something to write, another. Neither
 * side goes faster than the other takes it, and nothing is held but a few frames.
 */
final class ArchiveSession {
    private static final Logger LOG = LoggerFactory.getLogger(ArchiveSession.class);
    private static final int FRAMES_AHEAD = 4;
    private static final int CHUNK = 32 * 1024;

    /** Of a mode as Go numbers it, which is what Docker tells. */
    private static final int DIRECTORY_BIT = 31;

    private final String containerId;
    private final ArchiveQuery query;
    private final DockerClientConfig config;
    private final Duration openLimit;
    private final Executor threads;
    private final Semaphore places;
    private final CompletableFuture<HijackedConnection> open = new CompletableFuture<>();
    private final AtomicBoolean isOver = new AtomicBoolean();

    /**
     * For one container.
     *
     * @param threads has two for each of {@code places}
     */
    ArchiveSession(
            String containerId,
            ArchiveQuery query,
            DockerClientConfig config,
            Duration openLimit,
            Executor threads,
            Semaphore places) {
        this.containerId = containerId;
        this.query = query;
        this.config = config;
        this.openLimit = openLimit;
        this.threads = threads;
        this.places = places;
    }

    /** To be run once. */
    Flow<ByteString, ByteString, NotUsed> frames() {
        Source<ByteString, NotUsed> out = Source.<ByteString>queue(FRAMES_AHEAD, OverflowStrategy.backpressure())
                .mapMaterializedValue(queue -> {
                    begin(queue);
                    return NotUsed.getInstance();
                });
        Sink<ByteString, NotUsed> in = Flow.of(ByteString.class)
                .watchTermination((notUsed, done) -> {
                    var unused = done.whenComplete((end, failure) -> leave());
                    return notUsed;
                })
                .mapAsync(1, this::take)
                .to(Sink.ignore());
        return Flow.fromSinkAndSourceCoupled(in, out);
    }

    private void begin(SourceQueueWithComplete<ByteString> queue) {
        var unused = queue.watchCompletion().whenComplete((done, failure) -> leave());
        SessionOutlet outlet = new SessionOutlet(queue);
        if (!places.tryAcquire()) {
            open.completeExceptionally(new RejectedExecutionException("no place"));
            outlet.end(SessionOutlet.failed(Problem.Type.BUSY, "all sessions of this node are taken; try again later"));
            return;
        }
        threads.execute(() -> {
            try {
                run(outlet);
            } finally {
                places.release();
            }
        });
    }

    private void run(SessionOutlet outlet) {
        ByteString last;
        try (HijackedConnection connection = HijackedConnection.connect(config, openLimit)) {
            if (query.access() == ArchiveQuery.Access.WRITE) {
                connection.send(
                        "PUT " + path() + "&noOverwriteDirNonDir=true",
                        "Transfer-Encoding: chunked\r\nContent-Type: application/x-tar\r\nConnection: close\r\n");
            }
            open.complete(connection);
            if (isOver.get()) {
                throw new IOException("the session is over");
            }
            switch (query.access()) {
                case STAT -> stat(connection, outlet);
                case READ -> read(connection, outlet);
                case WRITE -> write(connection);
            }
            last = SessionFrames.exited(0);
        } catch (IOException | RuntimeException e) {
            last = refusal(DockerFailures.of(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            last = SessionOutlet.failed(Problem.Type.UNAVAILABLE, "the agent is stopping");
        }
        open.completeExceptionally(new IOException("the session is over"));
        isOver.set(true);
        outlet.end(last);
    }

    private void stat(HijackedConnection connection, SessionOutlet outlet) throws IOException, InterruptedException {
        Map<String, String> headers = inTime(connection, "HEAD " + path());
        String encoded = Optional.ofNullable(headers.get("x-docker-container-path-stat"))
                .orElseThrow(() -> new IOException("Docker does not say what is there"));
        JsonNode told = Json.MAPPER.readTree(Base64.getDecoder().decode(encoded));
        PathStat stat = new PathStat(
                told.path("name").asText(),
                (told.path("mode").asLong() >> DIRECTORY_BIT & 1) == 1,
                told.path("size").asLong(),
                Optional.of(told.path("linkTarget").asText()).filter(target -> !target.isEmpty()));
        ByteString json = ByteString.fromString(Json.write(stat), StandardCharsets.UTF_8);
        for (ByteString frame : SessionFrames.of(SessionChannel.STDOUT, json)) {
            outlet.put(frame);
        }
    }

    private void read(HijackedConnection connection, SessionOutlet outlet) throws IOException, InterruptedException {
        Map<String, String> headers = inTime(connection, "GET " + path());
        if (!headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
            throw new IOException("Docker does not say where what it gives has its end");
        }
        ByteBuffer bytes = ByteBuffer.allocate(CHUNK);
        for (int left = connection.nextChunk(true); left > 0; left = connection.nextChunk(false)) {
            while (left > 0) {
                bytes.clear().limit(Math.min(CHUNK, left));
                int length = connection.read(bytes);
                if (length < 0) {
                    throw new IOException("what Docker gave broke off");
                }
                left -= length;
                byte[] copy = new byte[length];
                bytes.flip().get(copy);
                for (ByteString frame : SessionFrames.of(SessionChannel.STDOUT, ByteString.fromArrayUnsafe(copy))) {
                    outlet.put(frame);
                }
            }
        }
    }

    /** What comes in is written by {@link #take} meanwhile; Docker may refuse it before it has all. */
    private static void write(HijackedConnection connection) throws IOException {
        Map<String, String> unused = connection.answer();
    }

    private Map<String, String> inTime(HijackedConnection connection, String what) throws IOException {
        var tooLate = CompletableFuture.delayedExecutor(openLimit.toMillis(), TimeUnit.MILLISECONDS);
        CompletableFuture<Void> alarm = CompletableFuture.runAsync(() -> close(connection), tooLate);
        try {
            connection.send(what, "Connection: close\r\n");
            return connection.answer();
        } finally {
            alarm.cancel(false);
        }
    }

    private String path() {
        return "/containers/" + containerId + "/archive?path=" + DockerContainerRuntime.encoded(query.path());
    }

    /** Whoever is on the other side has left, or all is done. */
    private void leave() {
        if (!isOver.getAndSet(true) && open.isDone() && !open.isCompletedExceptionally()) {
            close(open.join());
        }
    }

    private static void close(HijackedConnection connection) {
        try {
            connection.close();
        } catch (IOException e) {
            LOG.debug("A connection to Docker is closed already", e);
        }
    }

    private CompletionStage<Done> take(ByteString frame) {
        Optional<SessionChannel> channel = SessionFrames.channel(frame);
        boolean isEnd = channel.filter(SessionChannel.STDIN_END::equals).isPresent();
        boolean isInput = isEnd || channel.filter(SessionChannel.STDIN::equals).isPresent();
        ByteString payload = SessionFrames.payload(frame);
        if (query.access() != ArchiveQuery.Access.WRITE || !isInput || (payload.isEmpty() && !isEnd)) {
            return CompletableFuture.completedStage(Done.done());
        }
        return open.handleAsync(
                (connection, failure) -> {
                    if (connection != null) {
                        pass(connection, payload.toByteBuffer());
                    }
                    return Done.done();
                },
                threads);
    }

    /** Where Docker takes no more, it says why in its answer, which is being read. */
    private static void pass(HijackedConnection connection, ByteBuffer bytes) {
        try {
            connection.writeChunk(bytes);
        } catch (IOException e) {
            LOG.debug("Docker takes no more of an archive", e);
        }
    }

    /** The answer to a request for the head alone has no words. */
    private ByteString refusal(RuntimeFailure failure) {
        boolean isPath =
                failure.kind() == Kind.NOT_FOUND && !failure.getMessage().contains("No such container");
        return isPath
                ? SessionOutlet.failed(Problem.Type.NO_SUCH_PATH, "there is no " + query.path() + " in the container")
                : SessionOutlet.refusal(failure);
    }
}
