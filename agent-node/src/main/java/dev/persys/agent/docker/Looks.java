package dev.persys.agent.docker;

import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Looks at Docker again and again, by a timer, until what is about to be is there. */
final class Looks {
    /** What is about to be there mostly is at once; the pauses double up to this. */
    private static final long LONGEST_PAUSE_MILLIS = 20;

    private final BoundedCalls calls;
    private final ScheduledExecutorService timer;

    Looks(BoundedCalls calls, ScheduledExecutorService timer) {
        this.calls = calls;
        this.timer = timer;
    }

    /**
     * What {@code look} found first; empty where it found nothing so many times. Fails as it does.
     *
     * @param what is done, for messages
     */
    <T> CompletionStage<Optional<T>> until(String what, int times, Callable<Optional<T>> look) {
        return until(what, times, look, 1);
    }

    private <T> CompletionStage<Optional<T>> until(
            String what, int times, Callable<Optional<T>> look, long pauseMillis) {
        return calls.call(what, DockerAccess.CALL_LIMIT, look)
                .thenCompose(found -> found.isPresent() || times <= 1
                        ? CompletableFuture.completedStage(found)
                        : later(what, times - 1, look, pauseMillis));
    }

    private <T> CompletionStage<Optional<T>> later(
            String what, int times, Callable<Optional<T>> look, long pauseMillis) {
        CompletableFuture<Optional<T>> result = new CompletableFuture<>();
        var unused = timer.schedule(
                () -> until(what, times, look, Math.min(LONGEST_PAUSE_MILLIS, 2 * pauseMillis))
                        .whenComplete((found, failure) -> {
                            if (failure == null) {
                                result.complete(found);
                            } else {
                                result.completeExceptionally(failure);
                            }
                        }),
                pauseMillis,
                TimeUnit.MILLISECONDS);
        return result;
    }
}
