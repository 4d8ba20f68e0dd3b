package dev.persys.scheduler.leadership;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import dev.persys.model.Epoch;
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
import java.time.Duration;
import java.time.Instant;

/**
 * Takes over the state store and leads while the store agrees: claims the epoch, reads everything, and runs a {@link
 * Term}. The cluster keeps one leader alive; that there is one writer is the epoch's doing, not the cluster's.
 */
public final class Leader {
    public sealed interface Command {}

    public record Request(SchedulerProtocol.Command request) implements Command {}

    /** A write was refused because of a newer epoch, or a record was changed by somebody else. */
    record TermEnded(Epoch epoch, String why) implements Command {}

    /** An agent speaks of a newer epoch. */
    record TermDoubted(Epoch epoch) implements Command {}

    private record Claimed(Leadership leadership) implements Command {}

    private record Loaded(Leadership leadership, LoadedState state) implements Command {}

    private record TakeoverFailed(Throwable cause) implements Command {}

    private record LeadershipRead(Epoch epoch, Leadership current) implements Command {}

    /** The term is over; where nobody said why before, something in it has failed. */
    private record TermStopped(Epoch epoch) implements Command {}

    private enum TakeOver implements Command {
        INSTANCE
    }

    private static final String RECOVERING = "the scheduler is taking over the cluster's state; ask again";

    /** A term that lasted so long did not fail because of how it began. */
    private static final Duration STABLE = Duration.ofMinutes(1);

    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;
    private final SchedulerEnvironment environment;
    private int failures;
    private Instant leadingSince = Instant.MIN;

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
                .onMessage(Claimed.class, this::onClaimed)
                .onMessage(Loaded.class, this::onLoaded)
                .onMessage(TakeoverFailed.class, this::onTakeoverFailed)
                .onMessage(Request.class, command -> onRequestWhileRecovering(command, detail))
                .onAnyMessage(late -> Behaviors.same())
                .build();
    }

    private Behavior<Command> leading(Epoch epoch, ActorRef<TermMessage> term) {
        return Behaviors.receive(Command.class)
                .onMessage(Request.class, command -> onRequest(command, epoch, term))
                .onMessage(TermEnded.class, command -> onTermEnded(command, epoch, term))
                .onMessage(TermDoubted.class, command -> onTermDoubted(command, epoch))
                .onMessage(LeadershipRead.class, command -> onLeadershipRead(command, epoch, term))
                .onMessage(TermStopped.class, command -> onTermStopped(command, epoch))
                .onAnyMessage(late -> Behaviors.same())
                .build();
    }

    private Behavior<Command> onTakeOver() {
        Claim claim = new Claim(environment.owner(), environment.clusterIdIfNew(), Epoch.NONE);
        context.pipeToSelf(
                environment.store().claim(claim),
                (leadership, failure) -> failure == null ? new Claimed(leadership) : new TakeoverFailed(failure));
        return Behaviors.same();
    }

    private Behavior<Command> onClaimed(Claimed command) {
        context.pipeToSelf(
                environment.store().load().thenApply(snapshot -> LoadedState.of(snapshot.entries())),
                (state, failure) ->
                        failure == null ? new Loaded(command.leadership(), state) : new TakeoverFailed(failure));
        return Behaviors.same();
    }

    private Behavior<Command> onLoaded(Loaded command) {
        leadingSince = environment.clock().instant();
        Epoch epoch = command.leadership().epoch();
        ActorRef<TermMessage> term =
                context.spawn(Term.create(environment, command.leadership(), context.getSelf()), "term-" + epoch);
        context.watchWith(term, new TermStopped(epoch));
        term.tell(new Term.Begin(command.state()));
        SchedulerMetrics.INSTANCE.leadershipBegun();
        context.getLog()
                .info(
                        "leading cluster {} in epoch {} with {} nodes and {} workloads",
                        command.leadership().clusterId(),
                        epoch,
                        command.state().nodes().size(),
                        command.state().workloads().size());
        return leading(epoch, term);
    }

    private Behavior<Command> onTakeoverFailed(TakeoverFailed command) {
        failures++;
        Duration delay = environment.settings().storeRetry(failures);
        Throwable cause = Failures.unwrapped(command.cause());
        timers.startSingleTimer(TakeOver.INSTANCE, delay);
        if (cause instanceof ImportUnfinishedException) {
            context.getLog().error("cannot lead: {}", cause.getMessage());
            return recovering(cause.getMessage());
        } else if (cause instanceof LoadedState.UnreadableException) {
            context.getLog().error("cannot lead: {}", cause.getMessage(), cause);
            return recovering(cause.getMessage());
        }
        context.getLog().warn("cannot take over the state; again in {} ms: {}", delay.toMillis(), cause.toString());
        return recovering("the state store does not answer: " + cause.getMessage());
    }

    private Behavior<Command> onRequestWhileRecovering(Request command, String detail) {
        command.request().unavailable(detail);
        return Behaviors.same();
    }

    private Behavior<Command> onRequest(Request command, Epoch epoch, ActorRef<TermMessage> term) {
        if (command.request() instanceof SchedulerProtocol.Request<?> request) {
            term.tell(new Term.Request(request));
        } else if (command.request() instanceof GetReadiness readiness) {
            context.pipeToSelf(environment.store().leadership(), (leadership, failure) -> {
                readiness.replyTo().tell(readiness(epoch, leadership, failure));
                return new LeadershipRead(
                        epoch, failure == null ? leadership : new Leadership(epoch, environment.clusterIdIfNew()));
            });
        }
        return Behaviors.same();
    }

    private static Readiness readiness(Epoch epoch, Leadership leadership, Throwable failure) {
        if (failure != null) {
            return new Readiness(
                    false,
                    "the state store does not answer: "
                            + Failures.unwrapped(failure).getMessage());
        }
        return epoch.equals(leadership.epoch())
                ? new Readiness(true, "leading in epoch " + epoch)
                : new Readiness(false, "another scheduler leads in epoch " + leadership.epoch());
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
        boolean wasStable =
                leadingSince.plus(STABLE).isBefore(environment.clock().instant());
        failures = wasStable ? 1 : failures + 1;
        Duration delay = environment.settings().storeRetry(failures);
        context.getLog().error("the term of epoch {} has failed; taking over anew in {} ms", epoch, delay.toMillis());
        timers.startSingleTimer(TakeOver.INSTANCE, delay);
        return recovering(RECOVERING);
    }

    private Behavior<Command> onTermDoubted(TermDoubted command, Epoch epoch) {
        if (command.epoch().equals(epoch)) {
            context.pipeToSelf(
                    environment.store().leadership(),
                    (leadership, failure) -> new LeadershipRead(
                            epoch, failure == null ? leadership : new Leadership(epoch, environment.clusterIdIfNew())));
        }
        return Behaviors.same();
    }

    private Behavior<Command> onLeadershipRead(LeadershipRead command, Epoch epoch, ActorRef<TermMessage> term) {
        if (command.epoch().equals(epoch) && epoch.isOlderThan(command.current().epoch())) {
            return onTermEnded(
                    new TermEnded(epoch, "epoch " + command.current().epoch() + " is in force"), epoch, term);
        }
        return Behaviors.same();
    }
}
