package dev.persys.lifecycle;

import dev.persys.model.Node;
import dev.persys.model.NodeFacts;
import dev.persys.model.NodeId;
import dev.persys.model.NodeStatus;
import java.util.Collection;
import java.util.Optional;

/**
 * One container engine is one node: two agents on it would count its memory and processors twice, give its ports to two
 * workloads, and each take the other's containers for somebody else's.
 */
public final class EngineRule {
    private EngineRule() {}

    /**
     * The node whose engine it is that {@code facts} name, other than {@code id} itself. One that counts as gone holds
     * nothing any more, and an engine that does not say its name is nobody's.
     */
    public static Optional<Node> holder(NodeId id, NodeFacts facts, Collection<Node> nodes) {
        if (facts.engineId().isEmpty()) {
            return Optional.empty();
        }
        return nodes.stream()
                .filter(node -> !node.id().equals(id))
                .filter(node -> node.status() != NodeStatus.INACTIVE)
                .filter(node -> node.facts().engineId().equals(facts.engineId()))
                .findFirst();
    }

    /** Why {@code id} is refused, and what to do. */
    public static String refusal(NodeId id, NodeFacts facts, Node holder) {
        return "node " + id + " would be on the Docker engine (" + facts.engineId() + ") of node " + holder.id()
                + ", which is " + holder.status() + ": one engine is one node. Stop the agent of " + holder.id()
                + " and remove that node (persys node rm " + holder.id() + "), or give this agent an engine of its own"
                + " (persys.agent.docker.host); where two machines' engines have one id because a disk was copied, set"
                + " persys.agent.docker.tell-engine-id = false";
    }
}
