package dev.persys.agent.docker;

import akka.Done;
import akka.NotUsed;
import akka.stream.OverflowStrategy;
import akka.stream.javadsl.Flow;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import akka.stream.javadsl.SourceQueueWithComplete;
import akka.util.ByteString;
import com.github.dockerjava.core.DockerClientConfig;
import dev.persys.api.Problem;
import dev.persys.api.SessionChannel;
import dev.persys.runtime.RuntimeFailure;
import dev.persys.runtime.SessionFrames;
import java.io.IOException;
import java.time.Duration;
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
 * A session's frames on one side and a connection to Docker of its own on the other: one thread that reads from it and, while
 * there is something to write, another. Neither side goes faster than the other takes it, and nothing is held but a few
 * frames. What is said over that connection is the subclass's.
 */
abstract class EngineSession {
    /** Of what is read from Docker at a time. */
    static final int CHUNK = 32 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(EngineSession.class);
    private static final int FRAMES_AHEAD = 4;

    private final Means means;
    private final CompletableFuture<HijackedConnection> open = new CompletableFuture<>();
    private final AtomicBoolean isOver = new AtomicBoolean();

    /**
     * What all sessions of a node share.
     *
     * @param openLimit for Docker to answer when a session begins
     * @param threads has two for each of {@code places}
     * @param places how many sessions there may be
     */
    record Means(DockerClientConfig config, Duration openLimit, Executor threads, Semaphore places) {}

    EngineSession(Means means) {
        this.means = means;
    }

    /**
     * Begins, calls {@link #opened}, and reads to the end; blocks.
     *
     * @return the status with which the session ends
     */
    abstract ByteString talk(HijackedConnection connection, SessionOutlet outlet)
            throws IOException, InterruptedException;

    /** Takes what the client says; the next comes when that is done. */
    abstract CompletionStage<Done> take(ByteString frame);

    /** Whoever wanted it has left before {@link #end}, once it was {@link #opened} or may have begun; may be told twice. */
    void left() {}

    /** The status for a failure. */
    ByteString refusal(RuntimeFailure failure) {
        return SessionOutlet.refusal(failure);
    }

    /** What a session is told that ends with the agent. */
    String stopping() {
        return "the agent is stopping";
    }

    /** To be run once. */
    final Flow<ByteString, ByteString, NotUsed> frames() {
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
        if (!means.places().tryAcquire()) {
            isOver.set(true);
            open.completeExceptionally(new RejectedExecutionException("no place"));
            outlet.end(SessionOutlet.failed(Problem.Type.BUSY, "all sessions of this node are taken; try again later"));
            return;
        }
        means.threads().execute(() -> {
            try {
                run(outlet);
            } finally {
                means.places().release();
            }
        });
    }

    private void run(SessionOutlet outlet) {
        ByteString last;
        try (HijackedConnection connection = HijackedConnection.connect(means.config(), means.openLimit())) {
            last = talk(connection, outlet);
        } catch (IOException | RuntimeException e) {
            last = isOver() ? SessionFrames.head(SessionChannel.STATUS) : refusal(DockerFailures.of(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            last = SessionOutlet.failed(Problem.Type.UNAVAILABLE, stopping());
        }
        open.completeExceptionally(new IOException("the session is over"));
        outlet.end(last);
    }

    /** What is said to Docker and heard from it. */
    @FunctionalInterface
    interface Exchange<T> {
        T on(HijackedConnection connection) throws IOException;
    }

    /** Fails with a {@link RuntimeFailure} that says so where Docker takes longer than it may. */
    final <T> T inTime(HijackedConnection connection, Exchange<T> exchange) throws IOException {
        CompletableFuture<Done> answered = new CompletableFuture<>();
        var unused = answered.orTimeout(means.openLimit().toMillis(), TimeUnit.MILLISECONDS)
                .exceptionallyAsync(late -> {
                    close(connection);
                    return Done.done();
                });
        try {
            T answer = exchange.on(connection);
            if (answered.complete(Done.done())) {
                return answer;
            }
            throw late(null);
        } catch (IOException e) {
            if (answered.isCompletedExceptionally()) {
                throw late(e);
            }
            throw e;
        } finally {
            answered.complete(Done.done());
        }
    }

    private RuntimeFailure late(IOException cause) {
        return new RuntimeFailure(
                RuntimeFailure.Kind.TIMEOUT,
                "Docker did not answer within " + means.openLimit().toSeconds() + " s",
                cause);
    }

    /** From now on Docker takes what the client says; fails where that one has left meanwhile. */
    final void opened(HijackedConnection connection) throws IOException {
        open.complete(connection);
        if (isOver()) {
            left();
            throw new IOException("the session is over");
        }
    }

    /** All that was wanted is done: who leaves now leaves nothing behind. */
    final void end() {
        isOver.set(true);
    }

    final boolean isOver() {
        return isOver.get();
    }

    /** Whoever is on the other side has left, or all is done. */
    private void leave() {
        if (!isOver.getAndSet(true) && open.isDone() && !open.isCompletedExceptionally()) {
            close(open.join());
            left();
        }
    }

    private static void close(HijackedConnection connection) {
        try {
            connection.close();
        } catch (IOException e) {
            LOG.debug("A connection to Docker is closed already", e);
        }
    }

    /** What is written for the client. */
    @FunctionalInterface
    interface Step {
        void on(HijackedConnection connection) throws IOException;
    }

    /** On a thread of its own while it lasts; what Docker no longer takes is dropped, as a pipe would. */
    final CompletionStage<Done> inOrder(Step step) {
        return open.handleAsync(
                (connection, failure) -> {
                    if (connection != null) {
                        write(connection, step);
                    }
                    return Done.done();
                },
                means.threads());
    }

    /** Where Docker takes no more, it says why in what is being read. */
    private static void write(HijackedConnection connection, Step step) {
        try {
            step.on(connection);
        } catch (IOException e) {
            LOG.debug("Docker takes no more of what a session gives", e);
        }
    }

    /** Once Docker takes what the client says, without waiting for it to be taken; not where it never does. */
    final CompletionStage<HijackedConnection> whenOpened() {
        return open;
    }
}
