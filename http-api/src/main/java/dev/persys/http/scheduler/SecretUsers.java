package dev.persys.http.scheduler;

import dev.persys.api.Page;
import dev.persys.api.WorkloadView;
import dev.persys.http.server.Asking;
import dev.persys.model.Workload;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Finds the workloads that are given secrets. */
final class SecretUsers {
    private static final int PAGE = 1_000;

    private final Asking<SchedulerProtocol.Command> scheduler;

    SecretUsers(Asking<SchedulerProtocol.Command> scheduler) {
        this.scheduler = scheduler;
    }

    /** Those that name any secret, the oldest first; what is no {@code Ok} is an answer by itself. */
    CompletionStage<Reply<List<Workload>>> all() {
        return from(Optional.empty(), new ArrayList<>());
    }

    private CompletionStage<Reply<List<Workload>>> from(Optional<String> after, List<Workload> found) {
        return scheduler.<Reply<Page<WorkloadView>>, Reply<List<Workload>>>askThen(
                replyTo ->
                        new SchedulerProtocol.ListWorkloads(SchedulerProtocol.WorkloadFilter.ALL, PAGE, after, replyTo),
                reply -> {
                    if (!(reply instanceof Reply.Ok<Page<WorkloadView>> page)) {
                        return CompletableFuture.completedFuture(other(reply));
                    }
                    page.value().items().stream()
                            .map(WorkloadView::workload)
                            .filter(workload ->
                                    !workload.spec().options().secretEnv().isEmpty())
                            .forEach(found::add);
                    return page.value().next().isPresent()
                            ? from(page.value().next(), found)
                            : CompletableFuture.completedFuture(new Reply.Ok<>(List.copyOf(found)));
                });
    }

    private static Reply<List<Workload>> other(Reply<?> reply) {
        return reply instanceof Reply.Unavailable<?> unavailable
                ? new Reply.Unavailable<>(unavailable.detail(), unavailable.trouble())
                : new Reply.Unavailable<>("which workloads use secrets could not be read");
    }

    /** Of {@code workloads} those that name {@code secret}. */
    static List<Workload> of(List<Workload> workloads, String secret) {
        return workloads.stream()
                .filter(workload -> workload.spec().options().secretEnv().containsValue(secret))
                .toList();
    }

    /** The version that the container of {@code workload} was given; empty where it has none yet. */
    static Optional<Long> version(Workload workload, String secret) {
        return Optional.ofNullable(workload.versions().secrets().get(secret));
    }
}
