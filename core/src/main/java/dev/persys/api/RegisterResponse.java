package dev.persys.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.persys.model.ClusterId;
import dev.persys.model.Epoch;
import dev.persys.model.NodeId;
import dev.persys.model.NodeStatus;
import dev.persys.model.Present;
import java.time.Duration;
import java.util.List;

/**
 * Answer to a registration.
 *
 * @param heartbeatInterval how often the scheduler wants to hear from the node
 * @param warnings what of the request is not known here and was ignored; left out where there is none
 */
public record RegisterResponse(
        NodeId nodeId,
        NodeStatus status,
        ClusterId clusterId,
        Epoch epoch,
        Duration heartbeatInterval,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> warnings) {
    public RegisterResponse {
        Present.value(nodeId, "nodeId");
        Present.value(status, "status");
        Present.value(clusterId, "clusterId");
        Present.value(epoch, "epoch");
        Present.value(heartbeatInterval, "heartbeatInterval");
        warnings = warnings == null ? List.of() : Present.list(warnings, "warnings");
    }

    /** To a request of which everything is known. */
    public RegisterResponse(
            NodeId nodeId, NodeStatus status, ClusterId clusterId, Epoch epoch, Duration heartbeatInterval) {
        this(nodeId, status, clusterId, epoch, heartbeatInterval, List.of());
    }

    public RegisterResponse withWarnings(List<String> sentences) {
        return new RegisterResponse(nodeId, status, clusterId, epoch, heartbeatInterval, sentences);
    }
}
