package dev.persys.placement;

import dev.persys.model.Held;
import dev.persys.model.HostPort;
import dev.persys.model.NodeId;
import dev.persys.model.Resources;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadId;
import dev.persys.model.WorkloadSpec;
import dev.persys.model.WorkloadType;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a workload wants of a node.
 *
 * @param constraints labels that the node must have, with these values
 * @param preferred taken where it fits, whatever the scores: where the workload's volumes and image are
 */
public record PlacementRequest(
        WorkloadId id,
        WorkloadType type,
        Resources resources,
        List<HostPort> hostPorts,
        Map<String, String> constraints,
        Optional<NodeId> preferred) {
    public PlacementRequest {
        hostPorts = List.copyOf(hostPorts);
        constraints = Collections.unmodifiableMap(new TreeMap<>(constraints));
    }

    public static PlacementRequest of(Workload workload, Optional<NodeId> preferred) {
        WorkloadSpec spec = workload.spec();
        Held held = workload.held();
        return new PlacementRequest(
                workload.id(), spec.type(), held.resources(), held.ports(), spec.constraints(), preferred);
    }
}
