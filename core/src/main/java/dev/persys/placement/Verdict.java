package dev.persys.placement;

import dev.persys.model.NodeId;
import java.util.List;

/** What one node says to a request. */
public sealed interface Verdict {
    NodeId node();

    /**
     * It fits.
     *
     * @param score higher is better; 0 to 1,000,000
     */
    record Fits(NodeId node, long score) implements Verdict {}

    /** It does not; all that is in the way is told, not only the first. */
    record Vetoed(NodeId node, List<Veto> vetoes) implements Verdict {
        public Vetoed {
            vetoes = List.copyOf(vetoes);
        }
    }
}
