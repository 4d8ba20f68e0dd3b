package dev.persys.api;

import dev.persys.model.NodeId;
import java.math.BigDecimal;

/**
 * Body of {@code POST /nodes/heartbeat}.
 *
 * @param status {@link #DEGRADED} where the container engine does not answer; any other word says that all is well
 * @param availableCpu cores that are free on the machine
 * @param availableMemory MiB that are free on the machine
 */
public record Heartbeat(NodeId nodeId, String status, BigDecimal availableCpu, long availableMemory) {
    public static final String DEGRADED = "degraded";

    public boolean saysDegraded() {
        return status.equals(DEGRADED);
    }
}
