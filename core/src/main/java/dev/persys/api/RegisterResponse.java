package dev.persys.api;

import dev.persys.model.ClusterId;
import dev.persys.model.Epoch;
import dev.persys.model.NodeId;
import dev.persys.model.NodeStatus;
import java.time.Duration;

/**
 * Answer to a registration.
 *
 * @param heartbeatInterval how often the scheduler wants to hear from the node
 */
public record RegisterResponse(
        NodeId nodeId, NodeStatus status, ClusterId clusterId, Epoch epoch, Duration heartbeatInterval) {}
