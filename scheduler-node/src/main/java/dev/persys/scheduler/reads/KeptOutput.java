package dev.persys.scheduler.reads;

import akka.actor.Cancellable;
import akka.actor.typed.ActorSystem;
import dev.persys.api.WorkloadView;
import dev.persys.scheduler.node.LogTail;
import dev.persys.store.Entry;
import dev.persys.store.Keys;
import dev.persys.store.StateStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * The end of what workloads have printed, which is kept beside their records and which no leader holds. Where it cannot be
 * had, the record's own last lines have to do: a store that is away is no reason to show nothing.
 */
public final class KeptOutput {
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final StateStore store;
    private final LogTail logTail;
    private final ActorSystem<?> system;

    /** @param logTail how much of it is shown, should more have been kept before */
    public KeptOutput(StateStore store, LogTail logTail, ActorSystem<?> system) {
        this.store = store;
        this.logTail = logTail;
        this.system = system;
    }

    /** Tells {@code shown} what to show of the workload, at once or from another thread. */
    void of(WorkloadView view, Consumer<WorkloadView> shown) {
        if (view.workload().logs().isEmpty()) {
            shown.accept(view);
            return;
        }
        CompletableFuture<WorkloadView> answer = new CompletableFuture<>();
        Cancellable limit =
                system.scheduler().scheduleOnce(PATIENCE, () -> answer.complete(view), system.executionContext());
        var unused = answer.thenAccept(shown);
        store.read(List.of(Keys.logs(view.workload().id()))).whenComplete((found, failure) -> {
            limit.cancel();
            answer.complete(failure == null ? with(found, view) : view);
        });
    }

    private WorkloadView with(List<Entry> found, WorkloadView view) {
        return found.stream()
                .findFirst()
                .map(entry -> view.withOutput(logTail.shortened(entry.value())))
                .orElse(view);
    }
}
