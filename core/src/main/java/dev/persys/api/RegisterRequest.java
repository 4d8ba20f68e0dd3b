package dev.persys.api;

import dev.persys.model.NodeId;
import dev.persys.model.Present;
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
 * @param engineId what its container engine calls itself; absent where it is not to be compared with those of other nodes
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
        Optional<String> agentVersion,
        Optional<String> engineId) {
    public RegisterRequest {
        Present.value(nodeId, "nodeId");
        Present.value(ipAddress, "ipAddress");
        Present.value(hostname, "hostname");
        Present.value(status, "status");
        Present.value(agentPort, "agentPort");
        Present.value(totalCpu, "totalCpu");
        Present.value(totalMemory, "totalMemory");
        Present.value(os, "os");
        Present.value(kernel, "kernel");
        Present.value(architecture, "architecture");
        Present.value(dockerVersion, "dockerVersion");
        Present.value(agentVersion, "agentVersion");
        Present.value(engineId, "engineId");
        labels = Present.value(labels, "labels").map(each -> Present.map(each, "labels"));
    }

    /** Of an agent that does not say which engine it has. */
    public RegisterRequest(
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
            Optional<String> agentVersion) {
        this(
                nodeId,
                ipAddress,
                hostname,
                status,
                agentPort,
                totalCpu,
                totalMemory,
                labels,
                os,
                kernel,
                architecture,
                dockerVersion,
                agentVersion,
                Optional.empty());
    }
}
