package dev.persys.api;

import dev.persys.model.NodeId;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;

/**
 * Body of {@code POST /nodes/register}. The first four fields are all that some agents send.
 *
 * @param status the agent's own word, {@code active}
 * @param agentPort 8086 unless said otherwise
 * @param totalCpu cores; taken from the first heartbeat where absent
 * @param totalMemory MiB; taken from the first heartbeat where absent
 */
public record RegisterRequest(
        NodeId nodeId,
        String ipAddress,
        String hostname,
        String status,
        Optional<Integer> agentPort,
        Optional<BigDecimal> totalCpu,
        Optional<Long> totalMemory,
        Optional<Map<String, String>> labels,
        Optional<String> os,
        Optional<String> kernel,
        Optional<String> architecture,
        Optional<String> dockerVersion,
        Optional<String> agentVersion) {}
