package dev.persys.placement;

import java.util.List;
import java.util.Map;

/**
 * How the nodes of a cluster answer one request. The words of the verdicts are made when they are asked for, which is
 * seldom: a decision over thousands of nodes needs none.
 *
 * @param offers as they were, in the order of the nodes' ids
 * @param best of those that fit, best first: one more than a summary names runners-up
 * @param vetoed how many nodes each filter rules out; a node may fail several
 */
public record Survey(
        PlacementRequest request,
        ScorePolicy policy,
        List<NodeOffer> offers,
        List<Verdict.Fits> best,
        Map<Filter, Integer> vetoed) {
    public Survey {
        best = List.copyOf(best);
        vetoed = Map.copyOf(vetoed);
    }

    /** One a node, in the order of the nodes' ids. */
    public List<Verdict> verdicts() {
        return offers.stream()
                .map(offer -> Placement.verdict(offer, request, policy))
                .toList();
    }
}
