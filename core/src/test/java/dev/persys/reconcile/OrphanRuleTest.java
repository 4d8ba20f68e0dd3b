package dev.persys.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.model.Orphans;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OrphanRuleTest {
    private final OrphanRule rule = new OrphanRule(50, 3);

    @ParameterizedTest
    @CsvSource({
        "Removed, 0, 10, false, false",
        "Removed, 2, 2, false, false",
        "Removed, 3, 6, false, false",
        "Removed, 3, 5, false, true",
        "Removed, 100, 100, false, true",
        "Removed, 1, 1, true, true",
        "Removed, 1, 2, true, false",
        "Removed, 0, 0, true, false",
        "Held, 1, 100, false, true",
        "Held, 0, 100, false, false",
        "Accepted, 100, 100, false, false",
        "Accepted, 1, 1, true, false",
    })
    void mostOfANodesContainersAreNotRemovedUnasked(
            String decided, int orphans, int containers, boolean newStore, boolean held) {
        assertThat(rule.holds(Orphans.of(decided), orphans, containers, newStore))
                .isEqualTo(held);
    }

    @ParameterizedTest
    @CsvSource({"3, 3, false", "1000, 1000, true"})
    void wholeShareNeverAsks(int orphans, int containers, boolean newStore) {
        assertThat(new OrphanRule(100, 1).holds(Orphans.REMOVED, orphans, containers, newStore))
                .isFalse();
    }
}
