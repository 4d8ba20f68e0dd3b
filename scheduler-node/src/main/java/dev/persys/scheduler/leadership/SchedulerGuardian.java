package dev.persys.scheduler.leadership;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.typed.ClusterSingleton;
import akka.cluster.typed.SingletonActor;
import dev.persys.protocol.SchedulerProtocol;
import dev.persys.scheduler.SchedulerEnvironment;
import java.time.Duration;
import java.util.function.Function;

/**
 * Root of a scheduler process: keeps the cluster's one {@link Leader} alive somewhere, and passes every request to it,
 * wherever it is.
 */
public final class SchedulerGuardian {
    private static final Duration RESTART_FIRST = Duration.ofMillis(200);
    private static final Duration RESTART_LONGEST = Duration.ofSeconds(10);
    private static final double RESTART_JITTER = 0.2;

    private SchedulerGuardian() {}

    /** The behaviour of the guardian; its actor system must be a cluster's, if only of one member. */
    public static Behavior<SchedulerProtocol.Command> create(
            Function<ActorSystem<?>, SchedulerEnvironment> environment) {
        return Behaviors.setup(context -> {
            Behavior<Leader.Command> supervised = Behaviors.supervise(
                            Leader.create(environment.apply(context.getSystem())))
                    .onFailure(SupervisorStrategy.restartWithBackoff(RESTART_FIRST, RESTART_LONGEST, RESTART_JITTER));
            ActorRef<Leader.Command> leader =
                    ClusterSingleton.get(context.getSystem()).init(SingletonActor.of(supervised, "leader"));
            return Behaviors.receive(SchedulerProtocol.Command.class)
                    .onAnyMessage(request -> {
                        leader.tell(new Leader.Request(request));
                        return Behaviors.same();
                    })
                    .build();
        });
    }
}
