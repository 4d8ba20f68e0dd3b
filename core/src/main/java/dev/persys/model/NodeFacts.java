package dev.persys.model;

import java.util.Map;

/**
 * What a node says of itself when it registers.
 *
 * @param ipAddress where its agent can be reached
 * @param agentPort the port of its agent
 * @param total what the machine has, less what its configuration sets aside
 * @param labels that workloads may ask for
 * @param engineId what its container engine calls itself; empty where it does not say, or is not to be compared
 */
public record NodeFacts(
        String ipAddress,
        String hostname,
        int agentPort,
        Resources total,
        Map<String, String> labels,
        String os,
        String kernel,
        String architecture,
        String dockerVersion,
        String agentVersion,
        String engineId) {
    public NodeFacts {
        Present.value(ipAddress, "ipAddress");
        Present.value(hostname, "hostname");
        Present.value(total, "total");
        Present.value(os, "os");
        Present.value(kernel, "kernel");
        Present.value(architecture, "architecture");
        Present.value(dockerVersion, "dockerVersion");
        Present.value(agentVersion, "agentVersion");
        Present.value(engineId, "engineId");
        labels = Present.map(labels, "labels");
    }

    /** Of a node that does not say which engine it has. */
    public NodeFacts(
            String ipAddress,
            String hostname,
            int agentPort,
            Resources total,
            Map<String, String> labels,
            String os,
            String kernel,
            String architecture,
            String dockerVersion,
            String agentVersion) {
        this(ipAddress, hostname, agentPort, total, labels, os, kernel, architecture, dockerVersion, agentVersion, "");
    }

    public NodeFacts withTotal(Resources known) {
        return new NodeFacts(
                ipAddress,
                hostname,
                agentPort,
                known,
                labels,
                os,
                kernel,
                architecture,
                dockerVersion,
                agentVersion,
                engineId);
    }

    /** The same on this engine. */
    public NodeFacts onEngine(String id) {
        return new NodeFacts(
                ipAddress,
                hostname,
                agentPort,
                total,
                labels,
                os,
                kernel,
                architecture,
                dockerVersion,
                agentVersion,
                id);
    }
}
