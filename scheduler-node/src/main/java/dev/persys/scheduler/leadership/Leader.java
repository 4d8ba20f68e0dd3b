package dev.persys.scheduler.leadership;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import dev.persys.model.Epoch;
import dev.persys.model.NodeId;
import dev.persys.protocol.SchedulerProtocol;
import dev.persys.protocol.SchedulerProtocol.GetReadiness;
import dev.persys.protocol.SchedulerProtocol.Readiness;
import dev.persys.scheduler.SchedulerEnvironment;
import dev.persys.scheduler.SchedulerMetrics;
import dev.persys.scheduler.record.TermMessage;
import dev.persys.scheduler.store.Failures;
import dev.persys.store.Claim;
import dev.persys.store.ImportUnfinishedException;
import dev.persys.store.Leadership;
import dev.persys.store.StoreTrouble;
import dev.persys.store.StoreUnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;

/**
 * Takes over the state store and leads while the store agrees: reads everything, claims the epoch, and runs a {@link
 * Term}. Whoever cannot read does not claim, and so deposes nobody; what was written between reading and claiming is read
 * by reading once more. The cluster keeps one leader alive; that there is one writer is the epoch's doing, not the cluster's.
 *
 * <p>Nothing is parsed on this actor's thread, so that it always says at once how far things are.
 */
public final class Leader {
    public sealed interface Command {}

    public record Request(SchedulerProtocol.Command request) implements Command {}

    /** A write was refused because of a newer epoch. */
    record TermEnded(Epoch epoch, String why) implements Command {}

    /**
     * An agent speaks of a newer epoch.
     *
     * @param epoch of this leader
     * @param heardOf the newer one, where the agent says so
     */
    record TermDoubted(Epoch epoch, NodeId node, Optional<Epoch> heardOf) implements Command {}

    /** The term of that epoch knows every record, and answers. */
    record TermBegan(Epoch epoch) implements Command {}

    private record Loaded(LoadedState state) implements Command {}

    /** @param revision at which the store stands now */
    private record Claimed(Leadership leadership, LoadedState state, long revision) implements Command {}

    private record LoadedAgain(Leadership leadership, LoadedState state) implements Command {}

    private record TakeoverFailed(Throwable cause) implements Command {}

    private record LeadershipRead(Epoch epoch, Leadership current) implements Command {}

    /** For so long somebody has waited for the store's answer who asks whether requests can be served. */
    private record StoreSilent(CompletableFuture<Leadership> answer) implements Command {}

    /** The store was asked because of a doubt, and has answered. */
    private record DoubtJudged(TermDoubted doubt, Leadership current) implements Command {}

    /** The term is over; where nobody said why before, something in it has failed. */
    private record TermStopped(Epoch epoch) implements Command {}

    private enum TakeOver implements Command {
        INSTANCE
    }

    private static final String RECOVERING = "the scheduler is taking over the cluster's state; ask again";

    private static final String BEGINNING = "the scheduler has read the cluster's state and begins to lead; ask again";

    /** Whoever probes gives up after a second, and is to hear the reason before. */
    private static final Duration READINESS_PATIENCE = Duration.ofMillis(700);

    /** A term that lasted so long did not fail because of how it began. */
    private static final Duration STABLE = Duration.ofMinutes(1);

    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;
    private final SchedulerEnvironment environment;
    private final ClaimRule rule = new ClaimRule();
    private Epoch above = Epoch.NONE;
    private int failedTakeOvers;
    private int failedTerms;
    private String lastFailure = "";
    private long leadingSince;

    private Leader(ActorContext<Command> context, TimerScheduler<Command> timers, SchedulerEnvironment environment) {
        this.context = context;
        this.timers = timers;
        this.environment = environment;
    }

    public static Behavior<Command> create(SchedulerEnvironment environment) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            context.getSelf().tell(TakeOver.INSTANCE);
            return new Leader(context, timers, environment).recovering(RECOVERING);
        }));
    }

    private Behavior<Command> recovering(String detail) {
        return Behaviors.receive(Command.class)
                .onMessage(TakeOver.class, command -> onTakeOver())
                .onMessage(Loaded.class, this::onLoaded)
                .onMessage(Claimed.class, this::onClaimed)
                .onMessage(LoadedAgain.class, this::onLoadedAgain)
                .onMessage(TakeoverFailed.class, this::onTakeoverFailed)
                .onMessage(Request.class, command -> onRequestWhileRecovering(command, detail))
                .onMessage(StoreSilent.class, this::onStoreSilent)
                .onAnyMessage(late -> Behaviors.same())
                .build();
    }

    /** The term is there, and does not know every record yet. */
    private Behavior<Command> beginning(Epoch epoch, ActorRef<TermMessage> term) {
        return Behaviors.receive(Command.class)
                .onMessage(Request.class, command -> onRequestWhileRecovering(command, BEGINNING))
                .onMessage(StoreSilent.class, this::onStoreSilent)
                .onMessage(TermBegan.class, command -> onTermBegan(command, epoch, term))
                .onMessage(TermEnded.class, command -> onTermEnded(command, epoch, term))
                .onMessage(TermDoubted.class, command -> onTermDoubted(command, epoch))
                .onMessage(LeadershipRead.class, command -> onLeadershipRead(command, epoch, term))
                .onMessage(DoubtJudged.class, command -> onDoubtJudged(command, epoch, term))
                .onMessage(TermStopped.class, command -> onTermStopped(command, epoch))
                .onAnyMessage(late -> Behaviors.same())
                .build();
    }

    private Behavior<Command> leading(Epoch epoch, ActorRef<TermMessage> term) {
        return Behaviors.receive(Command.class)
                .onMessage(Request.class, command -> onRequest(command, epoch, term))
                .onMessage(StoreSilent.class, this::onStoreSilent)
                .onMessage(TermEnded.class, command -> onTermEnded(command, epoch, term))
                .onMessage(TermDoubted.class, command -> onTermDoubted(command, epoch))
                .onMessage(LeadershipRead.class, command -> onLeadershipRead(command, epoch, term))
                .onMessage(DoubtJudged.class, command -> onDoubtJudged(command, epoch, term))
                .onMessage(TermStopped.class, command -> onTermStopped(command, epoch))
                .onAnyMessage(late -> Behaviors.same())
                .build();
    }

    private Behavior<Command> onTakeOver() {
        context.pipeToSelf(load(), (state, failure) -> failure == null ? new Loaded(state) : failed(failure));
        return Behaviors.same();
    }

    private CompletionStage<LoadedState> load() {
        return environment.store().load().thenApplyAsync(LoadedState::of, context.getExecutionContext());
    }

    private static Command failed(Throwable failure) {
        return new TakeoverFailed(failure);
    }

    private Behavior<Command> onLoaded(Loaded command) {
        Claim claim = new Claim(environment.owner(), environment.clusterIdIfNew(), above);
        CompletionStage<Command> claimed = environment
                .store()
                .claim(claim)
                .thenCompose(leadership -> environment
                        .store()
                        .load(List.of())
                        .thenApply(now -> new Claimed(leadership, command.state(), now.revision())));
        context.pipeToSelf(claimed, (next, failure) -> failure == null ? next : failed(failure));
        return Behaviors.same();
    }

    /** Where the store has moved on by more than the claim itself, somebody else has written since it was read. */
    private Behavior<Command> onClaimed(Claimed command) {
        if (command.revision() <= command.state().revision() + 1) {
            return begin(command.leadership(), command.state());
        }
        context.getLog().info("the state was written to while it was taken over; reading it once more");
        context.pipeToSelf(
                load(),
                (state, failure) -> failure == null ? new LoadedAgain(command.leadership(), state) : failed(failure));
        return Behaviors.same();
    }

    private Behavior<Command> onLoadedAgain(LoadedAgain command) {
        return begin(command.leadership(), command.state());
    }

    private Behavior<Command> begin(Leadership leadership, LoadedState state) {
        leadingSince = environment.ticker().nanos();
        failedTakeOvers = 0;
        lastFailure = "";
        Epoch epoch = leadership.epoch();
        ActorRef<TermMessage> term =
                context.spawn(Term.create(environment, leadership, context.getSelf()), "term-" + epoch);
        context.watchWith(term, new TermStopped(epoch));
        term.tell(new Term.Begin(state));
        SchedulerMetrics.INSTANCE.leadershipBegun();
        context.getLog()
                .info(
                        "leading cluster {} in epoch {} with {} nodes and {} workloads",
                        leadership.clusterId(),
                        epoch,
                        state.nodes().size(),
                        state.workloads().size());
        return beginning(epoch, term);
    }

    private Behavior<Command> onTermBegan(TermBegan command, Epoch epoch, ActorRef<TermMessage> term) {
        return command.epoch().equals(epoch) ? leading(epoch, term) : Behaviors.same();
    }

    private Behavior<Command> onTakeoverFailed(TakeoverFailed command) {
        failedTakeOvers++;
        Duration delay = environment.settings().storeRetry(failedTakeOvers);
        Throwable cause = Failures.unwrapped(command.cause());
        timers.startSingleTimer(TakeOver.INSTANCE, delay);
        boolean isNews = !cause.toString().equals(lastFailure);
        lastFailure = cause.toString();
        if (!isNews) {
            context.getLog().debug("cannot take over the state, as before; again in {} ms", delay.toMillis());
        } else if (wantsAPerson(cause)) {
            context.getLog().error("cannot lead, and tries again until it can: {}", cause.getMessage());
        } else {
            context.getLog().warn("cannot take over the state, and tries again until it can: {}", lastFailure);
        }
        if (wantsAPerson(cause)) {
            return recovering(cause.getMessage());
        }
        return recovering(trouble(cause)
                .map(StoreTrouble::detail)
                .orElseGet(() -> "the state store does not answer: " + cause.getMessage()));
    }

    private static boolean wantsAPerson(Throwable cause) {
        return cause instanceof ImportUnfinishedException || cause instanceof LoadedState.UnreadableException;
    }

    private static Optional<StoreTrouble> trouble(Throwable cause) {
        return cause instanceof StoreUnavailableException unavailable ? unavailable.trouble() : Optional.empty();
    }

    private Behavior<Command> onRequestWhileRecovering(Request command, String detail) {
        command.request().unavailable(detail);
        return Behaviors.same();
    }

    private Behavior<Command> onRequest(Request command, Epoch epoch, ActorRef<TermMessage> term) {
        if (command.request() instanceof SchedulerProtocol.Request<?> request) {
            term.tell(new Term.Request(request));
        } else if (command.request() instanceof GetReadiness readiness) {
            askTheStore(readiness, epoch);
        }
        return Behaviors.same();
    }

    /** Answers by what the store says, or by its silence. */
    private void askTheStore(GetReadiness readiness, Epoch epoch) {
        CompletableFuture<Leadership> answer =
                environment.store().leadership().toCompletableFuture().copy();
        timers.startSingleTimer(answer, new StoreSilent(answer), READINESS_PATIENCE);
        context.pipeToSelf(answer, (leadership, failure) -> {
            readiness.replyTo().tell(readiness(epoch, leadership, failure));
            return new LeadershipRead(
                    epoch, failure == null ? leadership : new Leadership(epoch, environment.clusterIdIfNew()));
        });
    }

    private Behavior<Command> onStoreSilent(StoreSilent command) {
        command.answer()
                .completeExceptionally(
                        new TimeoutException("nothing came within " + READINESS_PATIENCE.toMillis() + " ms"));
        return Behaviors.same();
    }

    private Readiness readiness(Epoch epoch, Leadership leadership, Throwable failure) {
        if (failure != null) {
            return new Readiness(
                    false,
                    "the state store does not answer: "
                            + Failures.unwrapped(failure).getMessage());
        }
        if (!epoch.equals(leadership.epoch())) {
            return new Readiness(false, "another scheduler leads in epoch " + leadership.epoch());
        }
        return environment
                .store()
                .trouble()
                .map(trouble -> new Readiness(false, trouble.detail()))
                .orElseGet(() -> new Readiness(true, "leading in epoch " + epoch));
    }

    private Behavior<Command> onTermEnded(TermEnded command, Epoch epoch, ActorRef<TermMessage> term) {
        if (!command.epoch().equals(epoch)) {
            return Behaviors.same();
        }
        Duration delay = environment.settings().reclaimDelay();
        context.getLog()
                .error(
                        "lost the leadership of epoch {}: {}; is a second scheduler on the same store? Asking for it"
                                + " again in {} s",
                        epoch,
                        command.why(),
                        delay.toSeconds());
        context.stop(term);
        timers.startSingleTimer(TakeOver.INSTANCE, delay);
        return recovering("another scheduler has taken over: " + command.why());
    }

    private Behavior<Command> onTermStopped(TermStopped command, Epoch epoch) {
        if (!command.epoch().equals(epoch)) {
            return Behaviors.same();
        }
        boolean wasStable = environment.ticker().since(leadingSince).compareTo(STABLE) > 0;
        failedTerms = wasStable ? 1 : failedTerms + 1;
        Duration delay = environment.settings().storeRetry(failedTerms);
        context.getLog().error("the term of epoch {} has failed; taking over anew in {} ms", epoch, delay.toMillis());
        timers.startSingleTimer(TakeOver.INSTANCE, delay);
        return recovering(RECOVERING);
    }

    private Behavior<Command> onTermDoubted(TermDoubted command, Epoch epoch) {
        if (command.epoch().equals(epoch)) {
            context.pipeToSelf(
                    environment.store().leadership(),
                    (leadership, failure) -> failure == null
                            ? new DoubtJudged(command, leadership)
                            : new LeadershipRead(epoch, new Leadership(epoch, environment.clusterIdIfNew())));
        }
        return Behaviors.same();
    }

    /** Where the store says that nobody else leads, the agent has heard of an epoch that the store has not. */
    private Behavior<Command> onDoubtJudged(DoubtJudged command, Epoch epoch, ActorRef<TermMessage> term) {
        TermDoubted doubt = command.doubt();
        if (!doubt.epoch().equals(epoch)
                || doubt.heardOf().isEmpty()
                || !command.current().epoch().equals(epoch)) {
            return onLeadershipRead(new LeadershipRead(doubt.epoch(), command.current()), epoch, term);
        }
        Epoch heardOf = doubt.heardOf().get();
        Optional<Epoch> next = rule.above(epoch, doubt.node(), heardOf);
        if (next.isEmpty()) {
            if (rule.isNews(doubt.node())) {
                context.getLog()
                        .error(
                                "the agent of node {} says that it has heard of epoch {}, and is not believed: epoch {} is in"
                                        + " force, and it was believed before or no leader can have come so far. It takes no"
                                        + " orders until it is started anew, without containers of that epoch",
                                doubt.node(),
                                heardOf,
                                epoch);
            }
            return Behaviors.same();
        }
        above = heardOf;
        context.getLog()
                .warn(
                        "the agent of node {} has heard of epoch {}, and the store of none after {}: it was put back from an"
                                + " older copy; claiming a newer epoch, so that agents take orders",
                        doubt.node(),
                        heardOf,
                        epoch);
        context.stop(term);
        context.getSelf().tell(TakeOver.INSTANCE);
        return recovering(RECOVERING);
    }

    private Behavior<Command> onLeadershipRead(LeadershipRead command, Epoch epoch, ActorRef<TermMessage> term) {
        if (command.epoch().equals(epoch) && epoch.isOlderThan(command.current().epoch())) {
            return onTermEnded(
                    new TermEnded(epoch, "epoch " + command.current().epoch() + " is in force"), epoch, term);
        }
        return Behaviors.same();
    }
}
