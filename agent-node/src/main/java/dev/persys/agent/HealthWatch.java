package dev.persys.agent;

import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.TimerScheduler;
import dev.persys.agent.ContainerActor.Command;
import dev.persys.model.HealthCheck;
import dev.persys.model.HealthStatus;
import dev.persys.runtime.ContainerState;
import dev.persys.runtime.ContainerStatus;
import java.time.Duration;
import java.util.Optional;

/**
 * Carries out the checks of one workload's container that are the agent's, while it runs, one at a time. What it is asked
 * to check is in the container's label, so that an agent that begins anew goes on. For one actor's use.
 */
final class HealthWatch {
    /** That much of each pause is left to chance: a thousand containers that were started at once are not asked at once. */
    private static final double JITTER = 0.1;

    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;
    private final Surroundings around;
    private final ContainerSight sight;
    private Optional<Checking> checking = Optional.empty();
    private Optional<String> address = Optional.empty();
    private long number;

    HealthWatch(
            ActorContext<Command> context, TimerScheduler<Command> timers, Surroundings around, ContainerSight sight) {
        this.context = context;
        this.timers = timers;
        this.around = around;
        this.sight = sight;
    }

    /** The workload's container as the engine shows it, with what was found of its health here. */
    ContainerState shown(ContainerState state) {
        Optional<HealthCheck> check = Checking.of(state)
                .filter(HealthCheck::isOfAgent)
                .filter(its -> state.status() == ContainerStatus.RUNNING);
        if (check.isEmpty()) {
            end(state);
            return state;
        }
        address = state.address();
        if (checking.filter(known -> known.isOf(state, check.get())).isEmpty()) {
            number++;
            Checking begun = Checking.begin(state, check.get(), around.nanos().getAsLong());
            checking = Optional.of(begun);
            askAfter(begun.pause());
        }
        return state.withHealth(checking.map(Checking::health));
    }

    void due(ContainerActor.CheckDue due) {
        long asked = due.number();
        if (asked == number) {
            checking.ifPresent(current -> context.pipeToSelf(
                    around.prober().probe(current.check(), address),
                    (trouble, broke) -> new ContainerActor.Checked(
                            asked, broke == null ? trouble : Optional.of(String.valueOf(broke.getMessage())))));
        }
    }

    /** Where that makes another status of it, the container is looked at again, and told. */
    void checked(ContainerActor.Checked checked) {
        if (checked.number() != number || checking.isEmpty()) {
            return;
        }
        HealthStatus before = checking.get().health().status();
        Checking next = checking.get().after(checked.trouble(), around.nanos().getAsLong());
        checking = Optional.of(next);
        if (next.health().status() != before) {
            context.getLog()
                    .info(
                            "Container {} is {}",
                            next.containerId(),
                            next.health().status());
            sight.observe(next.containerId(), false);
        }
        askAfter(next.pause());
    }

    private void end(ContainerState state) {
        if (checking.filter(known -> known.containerId().equals(state.id())).isPresent()) {
            gone();
        }
    }

    /** Nothing is there to be checked. */
    void gone() {
        checking = Optional.empty();
        number++;
        timers.cancel(ContainerActor.CheckDue.class);
    }

    private void askAfter(Duration pause) {
        long millis = pause.toMillis();
        long shortened = millis - (long) (millis * JITTER * around.random().nextDouble());
        timers.startSingleTimer(
                ContainerActor.CheckDue.class, new ContainerActor.CheckDue(number), Duration.ofMillis(shortened));
    }
}
