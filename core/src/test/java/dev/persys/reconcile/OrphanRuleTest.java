package dev.persys.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.model.Orphans;
import dev.persys.reconcile.OrphanRule.Surplus;
import dev.persys.reconcile.OrphanRule.Trust;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OrphanRuleTest {
    private final OrphanRule rule = new OrphanRule(50, 3);

    @ParameterizedTest
    @CsvSource({
        "Removed, 0, 0, 10, WHOLE, false",
        "Removed, 2, 0, 2, WHOLE, false",
        "Removed, 3, 0, 6, WHOLE, false",
        "Removed, 3, 0, 5, WHOLE, true",
        "Removed, 100, 0, 100, WHOLE, true",
        "Removed, 0, 1, 100, WHOLE, true",
        "Removed, 1, 1, 100, WHOLE, true",
        "Removed, 1, 0, 1, NEW, true",
        "Removed, 1, 0, 2, NEW, false",
        "Removed, 0, 0, 0, NEW, false",
        "Removed, 1, 0, 100, DOUBTFUL, true",
        "Removed, 3, 0, 6, DOUBTFUL, true",
        "Removed, 0, 0, 6, DOUBTFUL, false",
        "Held, 1, 0, 100, WHOLE, true",
        "Held, 0, 1, 100, WHOLE, true",
        "Held, 0, 0, 100, WHOLE, false",
        "Accepted, 100, 0, 100, WHOLE, false",
        "Accepted, 1, 0, 1, NEW, false",
        "Accepted, 3, 2, 6, DOUBTFUL, false",
    })
    void whatTheRecordsMayLackIsNotRemovedUnasked(
            String decided, int orphans, int ahead, int containers, Trust trust, boolean held) {
        assertThat(rule.holds(Orphans.of(decided), new Surplus(orphans, ahead, containers), trust))
                .isEqualTo(held);
    }

    @ParameterizedTest
    @CsvSource({"3, 3, WHOLE, false", "1000, 1000, NEW, false", "1, 1000, DOUBTFUL, true"})
    void wholeShareNeverAsksOfRecordsThatNothingSpeaksAgainst(int orphans, int containers, Trust trust, boolean held) {
        assertThat(new OrphanRule(100, 1).holds(Orphans.REMOVED, new Surplus(orphans, 0, containers), trust))
                .isEqualTo(held);
    }
}
