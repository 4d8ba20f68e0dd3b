package dev.persys.agent.docker;

import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.transport.DockerHttpClient.Request;
import com.github.dockerjava.transport.DockerHttpClient.Response;
import dev.persys.runtime.RuntimeFailure;
import dev.persys.runtime.RuntimeFailure.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Answers that go on: fetches, events and logs. Each holds a thread and a connection of a pool of its own, so that they
 * never stand in a quick call's way. docker-java's own streaming starts threads without a bound and cannot be ended
 * before the first byte, so requests go to its transport directly.
 */
final class DockerStreams implements AutoCloseable {
    private static final long IDLE_SECONDS = 10;
    private static final int MAX_ERROR_BYTES = 64 * 1024;

    /** What reads a stream; every method is called on the stream's thread. */
    interface Reader {
        /**
         * The answer has begun, and is a success.
         *
         * @param contentType empty where Docker names none
         */
        default void opened(String contentType) {}

        /** Reads to the end. */
        void read(InputStream body) throws IOException, InterruptedException;

        /** Called last, once: empty where the stream came to its end. */
        void closed(Optional<RuntimeFailure> failure);
    }

    private final DockerHttpClient http;
    private final Duration openTimeout;
    private final ThreadPoolExecutor threads;
    private final ScheduledExecutorService deadlines;

    DockerStreams(
            DockerHttpClient http,
            int maxStreams,
            Duration openTimeout,
            ThreadFactory factory,
            ScheduledExecutorService deadlines) {
        this.http = http;
        this.openTimeout = openTimeout;
        this.threads = new ThreadPoolExecutor(
                0, maxStreams, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), factory);
        this.deadlines = deadlines;
    }

    /** Begins; the answer must begin within the open timeout where {@code boundedOpen}. */
    Stream open(Request.Method method, String path, Map<String, String> headers, boolean boundedOpen, Reader reader) {
        Request request = Request.builder()
                .method(method)
                .path(path)
                .putAllHeaders(headers)
                .build();
        Stream stream = new Stream(request, reader);
        try {
            threads.execute(stream::run);
        } catch (RejectedExecutionException e) {
            reader.closed(Optional.of(new RuntimeFailure(
                    Kind.UNAVAILABLE,
                    "all " + threads.getMaximumPoolSize() + " streams from Docker are in use; try again later",
                    e)));
            return stream;
        }
        if (boundedOpen) {
            stream.alarm = deadlines.schedule(stream::expireOpen, openTimeout.toMillis(), TimeUnit.MILLISECONDS);
        }
        return stream;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    /** One stream under way. */
    final class Stream {
        private final Request request;
        private final Reader reader;
        private final AtomicReference<RuntimeFailure> reason = new AtomicReference<>();
        private final AtomicReference<Thread> thread = new AtomicReference<>();
        private volatile ScheduledFuture<?> alarm;
        private volatile Response response;

        private Stream(Request request, Reader reader) {
            this.request = request;
            this.reader = reader;
        }

        /** Ends it; {@code closed} is called with {@code why}, unless it has ended. */
        void cancel(RuntimeFailure why) {
            reason.compareAndSet(null, why);
            synchronized (thread) {
                Thread reading = thread.get();
                if (reading != null) {
                    reading.interrupt();
                }
            }
            Response open = response;
            if (open != null) {
                open.close();
            }
        }

        private void expireOpen() {
            if (response == null) {
                cancel(new RuntimeFailure(
                        Kind.TIMEOUT,
                        "Docker did not answer within " + openTimeout.toMillis() + " ms: " + request.method() + " "
                                + request.path().split("\\?", 2)[0]));
            }
        }

        private void run() {
            thread.set(Thread.currentThread());
            Optional<RuntimeFailure> end = reason.get() == null ? readToTheEnd() : Optional.empty();
            synchronized (thread) {
                // The thread goes back to the pool: nobody may interrupt it any more.
                thread.set(null);
            }
            boolean wasInterrupted = Thread.interrupted();
            ScheduledFuture<?> pending = alarm;
            if (pending != null) {
                pending.cancel(false);
            }
            RuntimeFailure cancelled = reason.get();
            if (cancelled == null && wasInterrupted && end.isEmpty()) {
                end = Optional.of(new RuntimeFailure(Kind.UNAVAILABLE, "the connection to Docker is closed"));
            }
            reader.closed(cancelled == null ? end : Optional.of(cancelled));
        }

        private Optional<RuntimeFailure> readToTheEnd() {
            try (Response answer = http.execute(request)) {
                response = answer;
                if (answer.getStatusCode() >= 400) {
                    return Optional.of(DockerFailures.ofStatus(answer.getStatusCode(), errorIn(answer)));
                }
                reader.opened(
                        Optional.ofNullable(answer.getHeader("Content-Type")).orElse(""));
                reader.read(answer.getBody());
                return Optional.empty();
            } catch (InterruptedException e) {
                return Optional.of(new RuntimeFailure(Kind.UNAVAILABLE, "the connection to Docker is closed", e));
            } catch (IOException | RuntimeException e) {
                return Optional.of(DockerFailures.of(e));
            }
        }

        private String errorIn(Response answer) throws IOException {
            return DockerFailures.messageIn(
                    new String(answer.getBody().readNBytes(MAX_ERROR_BYTES), StandardCharsets.UTF_8));
        }
    }
}
