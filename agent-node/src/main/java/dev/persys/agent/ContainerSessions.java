package dev.persys.agent;

import dev.persys.api.SessionQuery;
import dev.persys.protocol.AgentProtocol.SessionReply;
import dev.persys.protocol.AgentProtocol.UsageReply;
import dev.persys.runtime.ContainerAccess;
import dev.persys.runtime.ContainerState;
import dev.persys.runtime.ContainerStatus;
import dev.persys.runtime.RuntimeFailure;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Lets people into containers of ours. Keeps no state. */
final class ContainerSessions {
    private final ContainerLookup lookup;
    private final ContainerAccess access;

    ContainerSessions(OwnContainers runtime, ContainerAccess access) {
        this.lookup = new ContainerLookup(runtime);
        this.access = access;
    }

    /**
     * Never fails.
     *
     * @param container as {@link ContainerLookup#find} takes it
     */
    CompletionStage<SessionReply> open(String container, Map<String, String> ours, SessionQuery query) {
        return lookup.find(container, ours)
                .thenCompose(found -> found.map(state -> open(state, query))
                        .orElseGet(() -> CompletableFuture.completedStage(new SessionReply.NoContainer())))
                .exceptionally(failure -> refusal(RuntimeFailure.from(failure)));
    }

    private CompletionStage<SessionReply> open(ContainerState state, SessionQuery query) {
        if (state.status() != ContainerStatus.RUNNING) {
            return CompletableFuture.completedStage(new SessionReply.NotRunning("its container is " + word(state)));
        }
        return (query.command().isEmpty() ? access.attach(state.id(), query) : access.exec(state.id(), query))
                .thenApply(SessionReply.Opened::new);
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
            case NOT_NOW, UNAVAILABLE, TIMEOUT -> new SessionReply.Unavailable(failure.getMessage());
        };
    }
}
