package dev.persys.model;

import java.util.Map;

/**
 * What a node says of itself when it registers.
 *
 * @param ipAddress where its agent can be reached
 * @param agentPort the port of its agent
 * @param total what the machine has, less what its configuration sets aside
 * @param labels that workloads may ask for
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
        String agentVersion) {
    public NodeFacts {
        Present.value(ipAddress, "ipAddress");
        Present.value(hostname, "hostname");
        Present.value(total, "total");
        Present.value(os, "os");
        Present.value(kernel, "kernel");
        Present.value(architecture, "architecture");
        Present.value(dockerVersion, "dockerVersion");
        Present.value(agentVersion, "agentVersion");
        labels = Present.map(labels, "labels");
    }

    public NodeFacts withTotal(Resources known) {
        return new NodeFacts(
                ipAddress, hostname, agentPort, known, labels, os, kernel, architecture, dockerVersion, agentVersion);
    }
}
