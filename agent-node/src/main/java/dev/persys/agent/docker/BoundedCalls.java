package dev.persys.agent.docker;

import dev.persys.runtime.RuntimeFailure;
import dev.persys.runtime.RuntimeFailure.Kind;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Blocking calls on a bounded number of threads, each with a deadline.
 *
 * <p>At its deadline a call fails and its thread is interrupted, which closes a unix socket's channel, so that a daemon
 * that accepts and never answers costs a thread no longer than that. A call that cannot be interrupted keeps its thread;
 * there are never more than {@code threads} of them, and once the queue is full too, calls fail at once.
 */
final class BoundedCalls implements AutoCloseable {
    private static final long IDLE_SECONDS = 30;

    private final ThreadPoolExecutor threads;
    private final ScheduledExecutorService deadlines;

    BoundedCalls(int threads, int queued, ThreadFactory factory, ScheduledExecutorService deadlines) {
        this.threads = new ThreadPoolExecutor(
                threads, threads, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(queued), factory);
        this.threads.allowCoreThreadTimeOut(true);
        this.deadlines = deadlines;
    }

    /** Fails with a {@link RuntimeFailure} in any case; {@code what} is for the message. */
    <T> CompletionStage<T> call(String what, Duration deadline, Callable<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        FutureTask<Void> task = new FutureTask<>(() -> run(work, result), null);
        try {
            threads.execute(task);
        } catch (RejectedExecutionException e) {
            result.completeExceptionally(new RuntimeFailure(
                    Kind.UNAVAILABLE,
                    threads.isShutdown()
                            ? "the connection to Docker is closed"
                            : "too many calls to Docker are waiting for an answer; " + what + " was not tried",
                    e));
            return result;
        }
        ScheduledFuture<?> alarm = deadlines.schedule(
                () -> expire(what, deadline, task, result), deadline.toMillis(), TimeUnit.MILLISECONDS);
        return result.whenComplete((value, failure) -> alarm.cancel(false));
    }

    private static <T> void run(Callable<T> work, CompletableFuture<T> result) {
        try {
            result.complete(work.call());
        } catch (Exception e) {
            result.completeExceptionally(DockerFailures.of(e));
        }
    }

    private void expire(String what, Duration deadline, FutureTask<Void> task, CompletableFuture<?> result) {
        RuntimeFailure failure = new RuntimeFailure(
                Kind.TIMEOUT, "Docker did not answer within " + deadline.toMillis() + " ms: " + what);
        if (result.completeExceptionally(failure)) {
            task.cancel(true);
            threads.remove(task);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
