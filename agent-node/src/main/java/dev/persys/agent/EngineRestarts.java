package dev.persys.agent;

import akka.actor.typed.javadsl.ActorContext;
import dev.persys.agent.ContainerActor.Command;
import dev.persys.agent.ContainerActor.TookRestarts;
import java.util.Optional;

/**
 * Sees to it that the engine restarts nothing by itself: a container that an older version made has a restart policy of
 * the engine's, which would restart it beside us. For one actor's use.
 */
final class EngineRestarts {
    private final ActorContext<Command> context;
    private final OwnContainers runtime;

    /** The container of which the engine is known to restart nothing. */
    private Optional<String> none = Optional.empty();

    EngineRestarts(ActorContext<Command> context, OwnContainers runtime) {
        this.context = context;
        this.runtime = runtime;
    }

    /** This one was made without a policy. */
    void made(String containerId) {
        none = Optional.of(containerId);
    }

    void take(String containerId) {
        if (!none.equals(Optional.of(containerId))) {
            context.pipeToSelf(
                    runtime.withoutRestartPolicy(containerId),
                    (done, failure) -> new TookRestarts(containerId, failure == null));
        }
    }

    void took(TookRestarts command) {
        if (command.isDone()) {
            none = Optional.of(command.containerId());
        }
    }
}
