package dev.persys.api;

import dev.persys.model.NodeId;
import java.math.BigDecimal;

/**
 * Body of {@code POST /nodes/heartbeat}.
 *
 * @param availableCpu cores that are free on the machine
 * @param availableMemory MiB that are free on the machine
 */
public record Heartbeat(NodeId nodeId, String status, BigDecimal availableCpu, long availableMemory) {}
