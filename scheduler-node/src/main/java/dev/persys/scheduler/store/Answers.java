package dev.persys.scheduler.store;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * The one thread that completes the stages given to callers, in the order of their writes. What callers attached to
 * a stage without an executor of their own runs here, so that it can hold up answers but never a write.
 */
final class Answers implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 5;

    private final ThreadLocal<Boolean> answering = ThreadLocal.withInitial(() -> false);
    private final ExecutorService thread;

    Answers(String threadName) {
        this.thread = Executors.newSingleThreadExecutor(task -> StoreThreads.daemon(threadName, task));
    }

    void give(List<Runnable> answers) {
        List<Runnable> given = List.copyOf(answers);
        thread.execute(() -> {
            answering.set(true);
            given.forEach(Runnable::run);
        });
    }

    /** A stage that ends as {@code outcome} does, but on this thread. */
    <T> CompletionStage<T> through(CompletionStage<T> outcome) {
        return outcome.whenCompleteAsync((result, failure) -> answering.set(true), thread);
    }

    /** Gives what is still to be given, waiting a little for callers' code that is slow. */
    @Override
    public void close() {
        thread.shutdown();
        if (answering.get()) {
            return; // called by a caller's code on this very thread, which cannot wait for itself
        }
        try {
            boolean done = thread.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (!done) {
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
