package dev.persys.agent;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/** Lets so many calls be under way at once; the others begin in the order in which they came. Safe for many threads. */
final class Turns {
    private final Queue<CompletableFuture<Boolean>> waiting = new ArrayDeque<>();
    private int free;

    /** @param most calls at once, one at least */
    Turns(int most) {
        this.free = most;
    }

    /** What {@code call} comes to, which begins when it is its turn. */
    <T> CompletionStage<T> take(Supplier<CompletionStage<T>> call) {
        return turn().thenCompose(granted -> call.get())
                .handle((value, failure) -> {
                    release();
                    return failure == null
                            ? CompletableFuture.completedStage(value)
                            : CompletableFuture.<T>failedStage(failure);
                })
                .thenCompose(Function.identity());
    }

    private synchronized CompletionStage<Boolean> turn() {
        if (free > 0) {
            free--;
            return CompletableFuture.completedStage(true);
        }
        CompletableFuture<Boolean> turn = new CompletableFuture<>();
        waiting.add(turn);
        return turn;
    }

    private void release() {
        CompletableFuture<Boolean> next;
        synchronized (this) {
            next = waiting.poll();
            if (next == null) {
                free++;
                return;
            }
        }
        next.complete(true);
    }
}
