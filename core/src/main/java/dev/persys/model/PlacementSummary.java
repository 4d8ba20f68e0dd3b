package dev.persys.model;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Why a workload is where it is, small enough to be kept in its record.
 *
 * @param at when it was decided
 * @param policy by what score: {@code best-fit} or {@code spread}
 * @param nodesConsidered how many nodes the cluster had
 * @param chosen absent where no node fitted
 * @param runnersUp the best of those that would have done as well, best first; a handful
 * @param vetoes how many nodes each hard filter ruled out, by the filter's word
 */
public record PlacementSummary(
        Instant at,
        String policy,
        int nodesConsidered,
        Optional<Candidate> chosen,
        List<Candidate> runnersUp,
        Map<String, Integer> vetoes) {

    /**
     * A node that fitted.
     *
     * @param score higher is better; 0 to 1,000,000
     */
    public record Candidate(NodeId node, long score) {
        public Candidate {
            Present.value(node, "node");
        }
    }

    public PlacementSummary {
        Present.value(at, "at");
        Present.value(policy, "policy");
        Present.value(chosen, "chosen");
        runnersUp = Present.list(runnersUp, "runnersUp");
        vetoes = Present.map(vetoes, "vetoes");
    }
}
