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
    /** How many runners-up a summary names. */
    int RUNNERS_UP = 3;

    /** Best first: the higher score, then the smaller id. */
    Comparator<Verdict.Fits> BEST_FIRST =
            Comparator.comparingLong(Verdict.Fits::score).reversed().thenComparing(Verdict.Fits::node);

    Survey survey();

    record Placed(Verdict.Fits chosen, Survey survey) implements Decision {
        public NodeId node() {
            return chosen.node();
        }
    }

    record Unplaceable(Survey survey) implements Decision {}

    default ScorePolicy policy() {
        return survey().policy();
    }

    /** One a node, in the order of the nodes' ids. */
    default List<Verdict> verdicts() {
        return survey().verdicts();
    }

    /** What is kept in the record: whatever the number of nodes, it stays small. */
    default PlacementSummary summary(Instant at) {
        Optional<Verdict.Fits> chosen = this instanceof Placed placed ? Optional.of(placed.chosen()) : Optional.empty();
        Map<String, Integer> vetoes = new TreeMap<>();
        survey().vetoed().forEach((filter, nodes) -> vetoes.put(filter.text(), nodes));
        return new PlacementSummary(
                at,
                policy().text(),
                survey().offers().size(),
                chosen.map(Decision::candidate),
                survey().best().stream()
                        .filter(fits -> !Optional.of(fits).equals(chosen))
                        .limit(RUNNERS_UP)
                        .map(Decision::candidate)
                        .toList(),
                vetoes);
    }

    private static Candidate candidate(Verdict.Fits fits) {
        return new Candidate(fits.node(), fits.score());
    }
}
