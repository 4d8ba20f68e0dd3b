package dev.persys.api;

import dev.persys.model.NodeId;
import dev.persys.model.Present;
import java.math.BigDecimal;

/**
 * Body of {@code POST /nodes/heartbeat}.
 *
 * @param status {@link #DEGRADED} where the container engine does not answer; any other word says that all is well
 * @param availableCpu cores that are free on the machine
 * @param availableMemory MiB that are free on the machine
 */
public record Heartbeat(NodeId nodeId, String status, BigDecimal availableCpu, long availableMemory) {
    public Heartbeat {
        Present.value(nodeId, "nodeId");
        Present.value(status, "status");
        Present.value(availableCpu, "availableCpu");
    }

    public static final String DEGRADED = "degraded";

    public boolean saysDegraded() {
        return status.equals(DEGRADED);
    }
}
