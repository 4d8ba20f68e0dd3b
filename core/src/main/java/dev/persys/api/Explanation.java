package dev.persys.api;

import dev.persys.model.NodeId;
import dev.persys.model.PlacementSummary;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Why a workload is where it is, and how every node would answer now.
 *
 * @param decision the stored reason of its last placement; absent before one was tried
 * @param at when {@code nodes} was computed
 * @param policy {@code best-fit} or {@code spread}
 * @param nodes one verdict a node, best first, its own reservation left out of account
 */
public record Explanation(
        WorkloadView workload,
        Optional<PlacementSummary> decision,
        Instant at,
        String policy,
        List<NodeVerdict> nodes) {
    public Explanation {
        nodes = List.copyOf(nodes);
    }

    /**
     * What one node says to the workload.
     *
     * @param score present where it fits; higher is better, 0 to 1,000,000
     * @param vetoes empty where it fits
     */
    public record NodeVerdict(NodeId node, Optional<Long> score, List<VetoView> vetoes) {
        public NodeVerdict {
            vetoes = List.copyOf(vetoes);
        }
    }

    /**
     * Why not.
     *
     * @param filter a stable word, such as {@code memory} or {@code host-port}
     * @param detail what was wanted and what there is
     */
    public record VetoView(String filter, String detail) {}
}
