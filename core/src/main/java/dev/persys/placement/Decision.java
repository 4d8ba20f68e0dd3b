package dev.persys.placement;

import dev.persys.model.NodeId;
import dev.persys.model.PlacementSummary;
import dev.persys.model.PlacementSummary.Candidate;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The answer to a request, with every node's verdict. */
public sealed interface Decision {
    ScorePolicy policy();

    /** One a node, in the order of the nodes' ids. */
    List<Verdict> verdicts();

    record Placed(NodeId node, ScorePolicy policy, List<Verdict> verdicts) implements Decision {
        public Placed {
            verdicts = List.copyOf(verdicts);
        }
    }

    record Unplaceable(ScorePolicy policy, List<Verdict> verdicts) implements Decision {
        public Unplaceable {
            verdicts = List.copyOf(verdicts);
        }
    }

    /** How many runners-up a summary names. */
    int RUNNERS_UP = 3;

    /** Best first: the higher score, then the smaller id. */
    Comparator<Verdict.Fits> BEST_FIRST =
            Comparator.comparingLong(Verdict.Fits::score).reversed().thenComparing(Verdict.Fits::node);

    /** What is kept in the record: whatever the number of nodes, it stays small. */
    default PlacementSummary summary(Instant at) {
        Optional<NodeId> chosen = this instanceof Placed placed ? Optional.of(placed.node()) : Optional.empty();
        List<Candidate> fitting = verdicts().stream()
                .filter(Verdict.Fits.class::isInstance)
                .map(Verdict.Fits.class::cast)
                .sorted(BEST_FIRST)
                .map(fits -> new Candidate(fits.node(), fits.score()))
                .toList();
        Map<String, Integer> vetoes = new TreeMap<>();
        for (Verdict verdict : verdicts()) {
            if (verdict instanceof Verdict.Vetoed vetoed) {
                vetoed.vetoes().forEach(veto -> vetoes.merge(veto.filter().text(), 1, Integer::sum));
            }
        }
        return new PlacementSummary(
                at,
                policy().text(),
                verdicts().size(),
                fitting.stream()
                        .filter(candidate ->
                                chosen.filter(candidate.node()::equals).isPresent())
                        .findFirst(),
                fitting.stream()
                        .filter(candidate ->
                                chosen.filter(candidate.node()::equals).isEmpty())
                        .limit(RUNNERS_UP)
                        .toList(),
                vetoes);
    }
}
