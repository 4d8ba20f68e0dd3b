package dev.persys.api;

import dev.persys.model.ClusterId;
import dev.persys.model.Epoch;
import dev.persys.model.Generation;
import dev.persys.model.Present;
import dev.persys.model.WorkloadId;
import dev.persys.model.WorkloadSpec;
import java.util.Optional;

/**
 * Body of {@code POST /docker/run} of a caller that counts neither generations nor epochs. It is taken for the newest
 * order about that workload that the agent has seen, so it never gets ahead of the scheduler: asked again it is the same
 * order, whatever else it says, and one that was ordered to end stays ended.
 *
 * @param spec without constraints: the node is chosen
 */
public record BareRun(WorkloadId workloadId, WorkloadSpec spec, Optional<String> requestId) {
    public BareRun {
        Present.value(workloadId, "workloadId");
        Present.value(spec, "spec");
        Present.value(requestId, "requestId");
    }

    /** The order as a scheduler that counts gives it. */
    public RunOrder numbered(Generation generation, Epoch epoch, ClusterId clusterId) {
        return RunOrder.of(workloadId, spec, generation, epoch, clusterId, requestId);
    }

    /** Without the environment. */
    @Override
    public String toString() {
        return "BareRun[" + workloadId + " " + spec.name() + " " + spec.image() + "]";
    }
}
