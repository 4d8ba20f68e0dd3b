package dev.persys.scheduler.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.api.ClusterEvent;
import dev.persys.api.ClusterEvent.Kind;
import dev.persys.api.Json;
import dev.persys.model.Epoch;
import dev.persys.store.Entry;
import dev.persys.store.Keys;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StoredEventsTest {
    @Test
    void eventsAreInTheOrderOfTermsAndNumbersWhateverTheirKeysSortAs() {
        StoredEvents found = StoredEvents.of(List.of(stored(2, 1), stored(1, 1_000_000_000_000L), stored(1, 9)));

        assertThat(found.events()).extracting(ClusterEvent::id).containsExactly("1-9", "1-1000000000000", "2-1");
        assertThat(found.stale()).isEmpty();
        assertThat(found.faults()).isEmpty();
    }

    @Test
    void keysSortAsEventsDo() {
        assertThat(Keys.event(Epoch.of(2), 3)).isGreaterThan(Keys.event(Epoch.of(2), 2));
        assertThat(Keys.event(Epoch.of(10), 1)).isGreaterThan(Keys.event(Epoch.of(9), 99));
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "no json", "[]", "{}", "{\"id\":\"1-2\"}", "{\"id\":7,\"at\":\"yesterday\"}"})
    void whatCannotBeReadIsRemoved(String value) {
        StoredEvents found = StoredEvents.of(List.of(new Entry(Keys.event(Epoch.of(1), 2), value, 7)));

        assertThat(found.events()).isEmpty();
        assertThat(found.stale()).containsExactly(Keys.event(Epoch.of(1), 2));
    }

    @Test
    void eventInAPlaceThatIsNotItsOwnIsRemoved() {
        Entry misplaced = new Entry(Keys.event(Epoch.of(1), 3), stored(1, 2).value(), 7);

        assertThat(StoredEvents.of(List.of(misplaced)).stale()).containsExactly(misplaced.key());
    }

    @Test
    void ringOfAnEarlierVersionIsRemovedBecauseAnEventMayBeMissingInIt() {
        Entry slot = new Entry(Keys.EVENTS + "000123", stored(1, 2).value(), 7);

        StoredEvents found = StoredEvents.of(List.of(slot));

        assertThat(found.events()).isEmpty();
        assertThat(found.stale()).containsExactly("/events/000123");
    }

    @Test
    void foreignKeyIsLeftAloneAndTold() {
        StoredEvents found = StoredEvents.of(List.of(new Entry(Keys.EVENTS + "not-ours", "{}", 7)));

        assertThat(found.stale()).isEmpty();
        assertThat(found.faults()).singleElement().asString().contains("/events/not-ours");
    }

    @Property(tries = 300)
    void noKeyAndNoValueMakesItFail(@ForAll String key, @ForAll String value) {
        assertThat(StoredEvents.of(List.of(new Entry(Keys.EVENTS + key, value, 1))))
                .isNotNull();
    }

    static ClusterEvent event(String id, String message) {
        return new ClusterEvent(
                id,
                Instant.parse("2026-01-01T00:00:00Z"),
                Kind.WORKLOAD,
                Optional.empty(),
                Optional.of("web"),
                Optional.empty(),
                Optional.empty(),
                "Running",
                "ContainerRunning",
                message,
                Optional.empty(),
                Optional.empty());
    }

    private static Entry stored(long epoch, long number) {
        return new Entry(Keys.event(Epoch.of(epoch), number), Json.write(event(epoch + "-" + number, "e")), number);
    }
}
