package dev.persys.scheduler.node;

import dev.persys.model.WorkloadId;
import dev.persys.protocol.AgentClient.NoSuchContainerException;
import dev.persys.scheduler.SchedulerSettings;
import dev.persys.scheduler.store.Failures;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Takes the ends of outputs from one node's agent, as {@link TailWishes} says, while that can be reached: what is wished
 * meanwhile waits. Confined to the {@link AgentLink}.
 */
final class Tails {
    /** Of the places that an agent has for output, with which users are served too. */
    private static final int AT_ONCE = 8;

    /** For some half a minute. */
    private static final int ATTEMPTS = 9;

    private final TailWishes wishes = new TailWishes(AT_ONCE, ATTEMPTS);
    private final AgentCalls calls;
    private final SchedulerSettings settings;
    private final Subscription subscription;

    Tails(AgentCalls calls, SchedulerSettings settings, Subscription subscription) {
        this.calls = calls;
        this.settings = settings;
        this.subscription = subscription;
    }

    void wish(WorkloadId workload, Consumer<String> taken) {
        wishes.add(workload, taken);
        take();
    }

    void taken(TailWishes.Wish wish, String tail) {
        wish.taken().accept(tail);
        wishes.done(wish);
        take();
    }

    /** A node that has no such container has nothing that could be had later. */
    void failed(TailWishes.Wish wish, Throwable why) {
        if (Failures.unwrapped(why) instanceof NoSuchContainerException) {
            wishes.done(wish);
        } else if (!subscription.isOpen()) {
            wishes.untried(wish);
        } else {
            wishes.failed(wish).ifPresent(again -> calls.takeTailLater(again, settings.agentRetry(again.failures())));
        }
        take();
    }

    /** Its pause is over. */
    void due(TailWishes.Wish wish) {
        wishes.back(wish);
        take();
    }

    /** Whatever waits gets its turn, as far as the agent can be reached. */
    void take() {
        if (!subscription.isOpen()) {
            return;
        }
        for (Optional<TailWishes.Wish> next = wishes.next(); next.isPresent(); next = wishes.next()) {
            calls.takeTail(next.get());
        }
    }
}
