package dev.persys.scheduler.simulation;

import dev.persys.api.ContainerOrder;
import dev.persys.api.RunOrder;
import dev.persys.model.ClusterId;
import dev.persys.model.Epoch;
import dev.persys.model.Generation;
import dev.persys.model.RunId;
import dev.persys.model.WorkloadId;
import java.util.Optional;

/**
 * An order on its way to an agent.
 *
 * @param id the newest run of which it speaks
 * @param run what to run, where that is the order
 */
record SimOrder(Kind kind, WorkloadId workload, RunId id, Epoch epoch, ClusterId cluster, Optional<RunOrder> run) {
    enum Kind {
        RUN,
        STOP,
        REMOVE
    }

    static SimOrder of(RunOrder order) {
        return new SimOrder(
                Kind.RUN, order.workloadId(), order.runId(), order.epoch(), order.clusterId(), Optional.of(order));
    }

    static SimOrder of(Kind kind, ContainerOrder order) {
        RunId id = kind == Kind.REMOVE ? RunId.lastOf(order.generation()) : order.runId();
        return new SimOrder(kind, order.workloadId(), id, order.epoch(), order.clusterId(), Optional.empty());
    }

    Generation generation() {
        return id.generation();
    }

    @Override
    public String toString() {
        return kind + " " + workload + " " + id + " epoch " + epoch;
    }
}
