package dev.persys.agent;

import akka.actor.typed.ActorRef;
import dev.persys.api.ArchiveQuery;
import dev.persys.api.SessionQuery;
import dev.persys.model.WorkloadId;
import dev.persys.protocol.AgentProtocol.SessionReply;
import dev.persys.protocol.AgentProtocol.UsageReply;
import dev.persys.runtime.ContainerAccess;
import dev.persys.runtime.ContainerLabels;
import dev.persys.runtime.ContainerState;
import dev.persys.runtime.ContainerStatus;
import dev.persys.runtime.RuntimeFailure;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Lets people into containers of ours. Keeps no state. */
final class ContainerSessions {
    private final ContainerLookup lookup;
    private final ContainerAccess access;
    private final AwaitedSessions awaited;
    private final ActorRef<ContainerManager.Command> manager;

    /** @param manager is told of those who have attached */
    ContainerSessions(Surroundings around, ActorRef<ContainerManager.Command> manager) {
        this.lookup = new ContainerLookup(around.runtime());
        this.access = around.access();
        this.awaited = around.awaited();
        this.manager = manager;
    }

    /**
     * Never fails.
     *
     * @param container as {@link ContainerLookup#find} takes it
     */
    CompletionStage<SessionReply> open(String container, Map<String, String> ours, SessionQuery query) {
        // What is known to run most often does, and a round trip for that would be one of four.
        Optional<ContainerState> running = Optional.of(query)
                .filter(wanted -> !wanted.command().isEmpty())
                .flatMap(wanted -> lookup.lastSeen(container, ours))
                .filter(state -> state.status() == ContainerStatus.RUNNING);
        return running.map(state -> open(state, query)
                        .exceptionallyCompose(failure -> mayBeOld(failure)
                                ? look(container, ours, query)
                                : CompletableFuture.failedStage(failure)))
                .orElseGet(() -> look(container, ours, query))
                .exceptionally(failure -> refusal(RuntimeFailure.from(failure)));
    }

    private static boolean mayBeOld(Throwable failure) {
        RuntimeFailure.Kind kind = RuntimeFailure.from(failure).kind();
        return kind == RuntimeFailure.Kind.NOT_FOUND || kind == RuntimeFailure.Kind.CONFLICT;
    }

    private CompletionStage<SessionReply> look(String container, Map<String, String> ours, SessionQuery query) {
        return lookup.find(container, ours)
                .thenCompose(found -> found.map(state -> open(state, query))
                        .orElseGet(() -> CompletableFuture.completedStage(new SessionReply.NoContainer())));
    }

    private CompletionStage<SessionReply> open(ContainerState state, SessionQuery query) {
        Optional<WorkloadId> workload = ContainerLabels.parse(state.labels()).map(ContainerLabels::workloadId);
        boolean isAttach = query.command().isEmpty();
        boolean isAwaited = isAttach
                && state.status() == ContainerStatus.CREATED
                && workload.filter(awaited::contains).isPresent();
        if (state.status() != ContainerStatus.RUNNING && !isAwaited) {
            return CompletableFuture.completedStage(new SessionReply.NotRunning("its container is " + word(state)));
        }
        return (isAttach ? access.attach(state.id(), query, () -> tell(workload)) : access.exec(state.id(), query))
                .thenApply(SessionReply.Opened::new);
    }

    private void tell(Optional<WorkloadId> attached) {
        attached.ifPresent(workload -> manager.tell(new ContainerManager.SessionBegun(workload)));
    }

    /**
     * Never fails.
     *
     * @param container as {@link ContainerLookup#find} takes it
     */
    CompletionStage<SessionReply> archive(String container, Map<String, String> ours, ArchiveQuery query) {
        return lookup.find(container, ours)
                .thenCompose(found -> found.map(state ->
                                access.archive(state.id(), query).<SessionReply>thenApply(SessionReply.Opened::new))
                        .orElseGet(() -> CompletableFuture.completedStage(new SessionReply.NoContainer())))
                .exceptionally(failure -> refusal(RuntimeFailure.from(failure)));
    }

    /**
     * Never fails.
     *
     * @param container as {@link ContainerLookup#find} takes it
     */
    CompletionStage<UsageReply> usage(String container, Map<String, String> ours, boolean follow) {
        return lookup.find(container, ours)
                .thenApply(found -> found.<UsageReply>map(state -> state.status() == ContainerStatus.RUNNING
                                ? new UsageReply.Usage(access.usage(state.id(), follow))
                                : new UsageReply.NotRunning("its container is " + word(state)))
                        .orElseGet(UsageReply.NoContainer::new))
                .exceptionally(failure ->
                        new UsageReply.Unavailable(RuntimeFailure.from(failure).getMessage()));
    }

    private static String word(ContainerState state) {
        return state.status().name().toLowerCase(Locale.ROOT);
    }

    private static SessionReply refusal(RuntimeFailure failure) {
        return switch (failure.kind()) {
            case NOT_FOUND -> new SessionReply.NoContainer();
            case CONFLICT -> new SessionReply.NotRunning(failure.getMessage());
            case REFUSED, UNSTARTABLE -> new SessionReply.Refused(failure.getMessage());
            case NOT_NOW, PORT_IN_USE, UNAVAILABLE, TIMEOUT -> new SessionReply.Unavailable(failure.getMessage());
        };
    }
}
