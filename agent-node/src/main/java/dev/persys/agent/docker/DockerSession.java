package dev.persys.agent.docker;

import akka.Done;
import akka.NotUsed;
import akka.stream.OverflowStrategy;
import akka.stream.javadsl.Flow;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import akka.stream.javadsl.SourceQueueWithComplete;
import akka.util.ByteString;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.core.DockerClientConfig;
import dev.persys.api.Json;
import dev.persys.api.Problem;
import dev.persys.api.SessionChannel;
import dev.persys.api.TerminalSize;
import dev.persys.runtime.SessionFrames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One session in a container: a connection to Docker, one thread that reads from it and, while there is something to
 * write, another. Output is read no faster than it is taken, and input taken no faster than the process reads it.
 */
final class DockerSession {
    private static final Logger LOG = LoggerFactory.getLogger(DockerSession.class);
    private static final int FRAMES_AHEAD = 4;
    private static final int CHUNK = 32 * 1024;

    /** Those in five seconds: what is about to be started has no terminal yet. */
    private static final int SIZINGS = 250;

    private static final Pattern SIGNAL = Pattern.compile("[A-Z][A-Z0-9+-]{1,15}");

    private final SessionTarget target;
    private final DockerClientConfig config;
    private final Duration openLimit;
    private final Executor threads;
    private final Semaphore places;
    private final BoundedCalls calls;
    private final Looks looks;
    private final CompletableFuture<HijackedConnection> open = new CompletableFuture<>();
    private final AtomicBoolean isOver = new AtomicBoolean();
    private volatile boolean isDetached;

    /**
     * For {@code target}.
     *
     * @param threads has two for each of {@code places}
     */
    DockerSession(
            SessionTarget target,
            DockerClientConfig config,
            Duration openLimit,
            Executor threads,
            Semaphore places,
            BoundedCalls calls,
            Looks looks) {
        this.target = target;
        this.config = config;
        this.openLimit = openLimit;
        this.threads = threads;
        this.places = places;
        this.calls = calls;
        this.looks = looks;
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
            isOver.set(true);
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
            last = talk(connection, outlet);
        } catch (IOException | RuntimeException e) {
            last = isOver.get()
                    ? SessionFrames.head(SessionChannel.STATUS)
                    : SessionOutlet.refusal(DockerFailures.of(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            last = SessionOutlet.failed(Problem.Type.UNAVAILABLE, "the agent is stopping; what ran is ended");
        }
        open.completeExceptionally(new IOException("the session is over"));
        outlet.end(last);
    }

    /** The status with which it ends. */
    private ByteString talk(HijackedConnection connection, SessionOutlet outlet)
            throws IOException, InterruptedException {
        var tooLate = CompletableFuture.delayedExecutor(openLimit.toMillis(), TimeUnit.MILLISECONDS);
        CompletableFuture<Void> alarm = CompletableFuture.runAsync(() -> giveUp(connection), tooLate);
        connection.begin(target.path(), target.body());
        alarm.cancel(false);
        open.complete(connection);
        target.begun();
        if (isOver.get()) {
            abandonSoon(); // Whoever wanted it left while it began.
            throw new IOException("the session is over");
        }
        target.firstSize().ifPresent(this::sizeOnceItIsThere);
        OutputFrames frames = new OutputFrames(target.hasTerminal());
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
        while (connection.read(chunk) >= 0) {
            chunk.flip();
            for (ByteString frame : frames.frames(chunk)) {
                outlet.put(frame);
            }
            chunk.clear();
        }
        Optional<Integer> code = exitCode();
        if (code.isEmpty()) {
            return SessionOutlet.failed(
                    Problem.Type.UNAVAILABLE, "its output has ended, and how it ended is not known");
        }
        isOver.set(true);
        return SessionFrames.exited(code.get());
    }

    private Optional<Integer> exitCode() throws IOException, InterruptedException {
        try {
            return target.exitCode().toCompletableFuture().get();
        } catch (ExecutionException e) {
            throw new IOException("how it ended is not known: " + e.getCause().getMessage(), e);
        }
    }

    private void giveUp(HijackedConnection connection) {
        if (!open.isDone()) {
            close(connection);
        }
    }

    /** Whoever is on the other side has left, or all is done. */
    private void leave() {
        if (isOver.getAndSet(true)) {
            return;
        }
        if (open.isDone() && !open.isCompletedExceptionally()) {
            close(open.join());
            abandonSoon();
        }
    }

    private void abandonSoon() {
        if (isDetached) {
            return;
        }
        var unused = target.abandon().exceptionally(failure -> {
            LOG.warn("What a session began may still run: {}", failure.getMessage());
            return Done.done();
        });
    }

    private static void close(HijackedConnection connection) {
        try {
            connection.close();
        } catch (IOException e) {
            LOG.debug("A connection to Docker is closed already", e);
        }
    }

    private CompletionStage<Done> take(ByteString frame) {
        ByteString payload = SessionFrames.payload(frame);
        return switch (SessionFrames.channel(frame).orElse(SessionChannel.STATUS)) {
            case STDIN -> inOrder(connection -> connection.write(payload.toByteBuffer()));
            case STDIN_END ->
                target.endsInput()
                        ? inOrder(HijackedConnection::endOutput)
                        : CompletableFuture.completedStage(Done.done());
            case RESIZE -> aside("resize a terminal", () -> target.resize(size(payload)));
            case DETACH -> detached();
            case SIGNAL -> aside("send a signal", () -> target.signal(signal(payload)));
            // What only servers say, or nobody: of a client of another version.
            case STDOUT, STDERR, STATUS -> CompletableFuture.completedStage(Done.done());
        };
    }

    @FunctionalInterface
    private interface Step {
        void on(HijackedConnection connection) throws IOException;
    }

    /** On a thread of its own while it lasts; what the process no longer reads is dropped, as a pipe would. */
    private CompletionStage<Done> inOrder(Step step) {
        return open.handleAsync(
                (connection, failure) -> {
                    if (connection != null) {
                        write(connection, step);
                    }
                    return Done.done();
                },
                threads);
    }

    private void write(HijackedConnection connection, Step step) {
        try {
            step.on(connection);
        } catch (IOException e) {
            LOG.debug("A process takes no more input", e);
        }
    }

    /** Whether it worked is nothing the client waits for: the process may just have ended. */
    private CompletionStage<Done> aside(String what, Runnable work) {
        return open.thenCompose(connection -> calls.call(what, openLimit, () -> {
                    work.run();
                    return Done.done();
                }))
                .exceptionally(failure -> {
                    LOG.debug("Could not {}: {}", what, failure.getMessage());
                    return Done.done();
                });
    }

    private CompletionStage<Done> detached() {
        isDetached = true;
        return CompletableFuture.completedStage(Done.done());
    }

    /** Docker answers first, and starts then; a terminal that is not there yet has no size to set. */
    private void sizeOnceItIsThere(TerminalSize size) {
        var unused = looks.until("size a terminal", SIZINGS, () -> {
            try {
                target.resize(size);
                return Optional.of(size);
            } catch (DockerException e) {
                return isOver.get() ? Optional.of(size) : Optional.empty();
            }
        });
    }

    private static TerminalSize size(ByteString payload) {
        try {
            return Json.MAPPER.readValue(payload.toArrayUnsafe(), TerminalSize.class);
        } catch (IOException e) {
            throw new UncheckedIOException("no size of a terminal", e);
        }
    }

    private static String signal(ByteString payload) {
        String name = payload.decodeString(StandardCharsets.US_ASCII);
        if (!SIGNAL.matcher(name).matches()) {
            throw new IllegalArgumentException("no name of a signal");
        }
        return name;
    }
}
