package dev.persys.agent;

import akka.actor.typed.ActorRef;
import dev.persys.agent.Lanes.Lane;
import dev.persys.model.WorkloadId;
import java.util.Optional;

/** The lane that one workload holds or waits for: one at most. For one actor's use. */
final class LaneHold {
    private final WorkloadId workloadId;
    private final ActorRef<ContainerManager.Command> manager;
    private Optional<Lane> held = Optional.empty();
    private Optional<Lane> awaited = Optional.empty();

    LaneHold(WorkloadId workloadId, ActorRef<ContainerManager.Command> manager) {
        this.workloadId = workloadId;
        this.manager = manager;
    }

    /** Whether that lane is held; otherwise it is asked for, and another one is given back. */
    boolean isHeld(Lane lane) {
        if (held.filter(lane::equals).isPresent()) {
            return true;
        }
        if (awaited.filter(lane::equals).isEmpty()) {
            giveBack();
            awaited = Optional.of(lane);
            manager.tell(new ContainerManager.Acquire(lane, workloadId));
        }
        return false;
    }

    /** Whether the lane that was granted is still wanted: giving it up may have crossed the grant. */
    boolean isGranted(Lane lane) {
        if (awaited.filter(lane::equals).isEmpty()) {
            return false;
        }
        held = awaited;
        awaited = Optional.empty();
        return true;
    }

    void giveBack() {
        held.or(() -> awaited).ifPresent(lane -> manager.tell(new ContainerManager.Release(lane, workloadId)));
        held = Optional.empty();
        awaited = Optional.empty();
    }
}
