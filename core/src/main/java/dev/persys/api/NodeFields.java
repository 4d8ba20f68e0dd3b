package dev.persys.api;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import dev.persys.model.Epoch;
import dev.persys.model.Foreign;
import dev.persys.model.HostPort;
import dev.persys.model.Node;
import dev.persys.model.NodeFacts;
import dev.persys.model.NodeId;
import dev.persys.model.NodeReason;
import dev.persys.model.NodeStatus;
import dev.persys.model.Orphans;
import dev.persys.model.Present;
import dev.persys.model.Resources;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The JSON of a node, flat: its record as it is stored, and what routes show of it.
 *
 * @param availableCpu cores
 * @param availableMemory MiB
 * @param settledIn only where it is stored
 * @param version only in a record
 * @param reserved only where it is shown
 * @param free only where it is shown
 * @param workloads only where it is shown
 * @param ports only where it is shown, each as {@code 8080/tcp}
 * @param portsInUse likewise
 * @param revision only where it is shown
 * @param others fields that this version does not know
 */
record NodeFields(
        NodeId nodeId,
        String ipAddress,
        String hostname,
        NodeStatus status,
        Optional<NodeReason> reason,
        Optional<String> message,
        boolean draining,
        Optional<Boolean> reached,
        Optional<Orphans> orphans,
        Optional<Epoch> settledIn,
        Optional<List<Foreign>> foreign,
        Instant statusSince,
        BigDecimal availableCpu,
        long availableMemory,
        int agentPort,
        Resources total,
        Map<String, String> labels,
        String os,
        String kernel,
        String architecture,
        String dockerVersion,
        String agentVersion,
        Optional<String> engineId,
        Instant lastHeartbeat,
        Instant registeredAt,
        Optional<Integer> version,
        Optional<Resources> reserved,
        Optional<Resources> free,
        Optional<Integer> workloads,
        Optional<List<String>> ports,
        Optional<List<String>> portsInUse,
        Optional<Long> revision,
        @JsonAnySetter @JsonAnyGetter Map<String, Object> others) {

    NodeFields {
        Present.value(nodeId, "nodeId");
        Present.value(status, "status");
        Present.value(reason, "reason");
        Present.value(message, "message");
        Present.value(reached, "reached");
        Present.value(orphans, "orphans");
        Present.value(settledIn, "settledIn");
        Present.value(foreign, "foreign");
        Present.value(statusSince, "statusSince");
        Present.value(availableCpu, "availableCpu");
        Present.value(engineId, "engineId");
        Present.value(lastHeartbeat, "lastHeartbeat");
        Present.value(registeredAt, "registeredAt");
        others = others == null ? Map.of() : others;
    }

    static NodeFields stored(Node node) {
        return of(node, node.lastHeartbeat(), Optional.empty());
    }

    static NodeFields shown(NodeView view) {
        return of(view.node(), view.lastHeartbeat(), Optional.of(view));
    }

    private static NodeFields of(Node node, Instant heard, Optional<NodeView> view) {
        NodeFacts facts = node.facts();
        return new NodeFields(
                node.id(),
                facts.ipAddress(),
                facts.hostname(),
                node.status(),
                Optional.of(node.reason()),
                Optional.of(node.message()),
                node.draining(),
                Optional.of(node.reached()),
                Optional.of(node.orphans()).filter(orphans -> orphans != Orphans.REMOVED),
                Optional.of(node.settledIn()).filter(epoch -> view.isEmpty() && !epoch.equals(Epoch.NONE)),
                Optional.of(node.foreign()).filter(found -> !found.isEmpty()),
                node.since(),
                node.available().cpu(),
                node.available().memoryMib(),
                facts.agentPort(),
                facts.total(),
                facts.labels(),
                facts.os(),
                facts.kernel(),
                facts.architecture(),
                facts.dockerVersion(),
                facts.agentVersion(),
                Optional.of(facts.engineId()).filter(id -> !id.isEmpty()),
                heard,
                node.registeredAt(),
                view.isPresent()
                        ? Optional.empty()
                        : Optional.of(
                                Math.max(WorkloadFields.VERSION, node.newer().version())),
                view.map(NodeView::reserved),
                view.map(NodeView::free),
                view.map(NodeView::workloads),
                view.map(its -> texts(its.ports())),
                view.map(its -> texts(its.portsInUse())),
                view.map(NodeView::revision),
                view.isPresent() ? Map.of() : node.newer().fields());
    }

    private static List<String> texts(List<HostPort> ports) {
        return ports.stream().map(HostPort::toString).toList();
    }

    /** Fails with {@link IllegalArgumentException} where a field holds what none can. */
    Node node() {
        return new Node(
                nodeId,
                new NodeFacts(
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
                        engineId.orElse("")),
                status,
                reason.orElseGet(this::reasonOfVersion1),
                message.orElse(""),
                draining,
                reached.orElse(true),
                orphans.orElse(Orphans.REMOVED),
                settledIn.orElse(Epoch.NONE),
                foreign.orElse(List.of()),
                statusSince,
                lastHeartbeat,
                Resources.of(availableCpu, availableMemory),
                registeredAt,
                WorkloadFields.newer(version, others));
    }

    /** Version 1 gave no reason, and knew of silence alone. */
    private NodeReason reasonOfVersion1() {
        return switch (status) {
            case ACTIVE -> NodeReason.HEARTBEAT;
            case DRAINING -> NodeReason.DRAIN_ASKED;
            case SUSPECT, INACTIVE -> NodeReason.SILENT;
        };
    }
}
