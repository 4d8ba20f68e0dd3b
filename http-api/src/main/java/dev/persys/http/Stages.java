package dev.persys.http;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Takes over stages that Scala made. What is chained to those runs on the default executor of {@link
 * CompletableFuture}, which starts a thread a task where there are few cores; what is chained to a stage from here
 * runs where that was completed.
 */
public final class Stages {
    private Stages() {}

    /** The same outcome, completed on {@code executor}. */
    public static <T> CompletableFuture<T> on(CompletionStage<T> stage, Executor executor) {
        CompletableFuture<T> taken = new CompletableFuture<>();
        stage.whenCompleteAsync(
                (value, failure) -> {
                    if (failure == null) {
                        taken.complete(value);
                    } else {
                        taken.completeExceptionally(failure);
                    }
                },
                executor);
        return taken;
    }

    /** What is inside the wrapping that stages put around a failure. */
    public static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
