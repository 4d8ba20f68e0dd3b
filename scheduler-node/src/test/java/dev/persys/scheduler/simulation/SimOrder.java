package dev.persys.scheduler.simulation;

import dev.persys.api.ContainerOrder;
import dev.persys.api.RunOrder;
import dev.persys.model.ClusterId;
import dev.persys.model.Epoch;
import dev.persys.model.Generation;
import dev.persys.model.WorkloadId;
import java.util.Optional;

/**
 * An order on its way to an agent.
 *
 * @param run what to run, where that is the order
 */
record SimOrder(
        Kind kind, WorkloadId workload, Generation generation, Epoch epoch, ClusterId cluster, Optional<RunOrder> run) {
    enum Kind {
        RUN,
        STOP,
        REMOVE
    }

    static SimOrder of(Kind kind, ContainerOrder order) {
        return new SimOrder(
                kind, order.workloadId(), order.generation(), order.epoch(), order.clusterId(), Optional.empty());
    }

    @Override
    public String toString() {
        return kind + " " + workload + " generation " + generation + " epoch " + epoch;
    }
}
