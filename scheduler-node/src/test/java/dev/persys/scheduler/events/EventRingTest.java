package dev.persys.scheduler.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.api.ClusterEvent;
import dev.persys.api.ClusterEvent.Kind;
import dev.persys.api.Json;
import dev.persys.store.Entry;
import dev.persys.store.Keys;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EventRingTest {
    @Test
    void emptyRingIsFilledFromItsFirstPlace() {
        EventRing ring = EventRing.of(List.of(), 3);

        assertThat(ring.events()).isEmpty();
        assertThat(ring.slots()).containsExactly(0, 1, 2);
    }

    @Test
    void freePlacesAreUsedBeforeTheOldest() {
        EventRing ring = EventRing.of(List.of(stored(2, "1-1"), stored(0, "1-2")), 4);

        assertThat(ring.slots()).containsExactly(1, 3, 2, 0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"null", "7", "[]", "{}", "", "not json", "{\"id\":\"1-2\"}", "{\"id\":\"x-y\",\"at\":\"never\"}"
            })
    void valueThatIsNoEventIsDroppedAndItsPlaceUsedAgain(String value) {
        EventRing ring = EventRing.of(List.of(stored(0, "1-1"), new Entry(Keys.event(1), value, 9)), 2);

        assertThat(ids(ring)).containsExactly("1-1");
        assertThat(ring.slots()).containsExactly(1, 0);
        assertThat(ring.revisions()).containsEntry(1, 9L);
        assertThat(ring.faults()).singleElement().asString().contains(Keys.event(1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/events/",
                "/events/x",
                "/events/-00001",
                "/events/1",
                "/events/0000001",
                "/events/99999999999",
                "/events/000001/x"
            })
    void keyThatIsNoPlaceIsToldOfAndLeftAlone(String key) {
        EventRing ring = EventRing.of(List.of(stored(0, "1-1"), new Entry(key, "{}", 9)), 2);

        assertThat(ids(ring)).containsExactly("1-1");
        assertThat(ring.surplus()).isEmpty();
        assertThat(ring.revisions()).containsOnlyKeys(0);
        assertThat(ring.faults()).singleElement().asString().contains(key);
    }

    @Test
    void smallerRingTakesItsNewestEventsAlong() {
        List<Entry> stored = IntStream.range(0, 6)
                .mapToObj(i -> stored((i + 4) % 6, "1-" + (i + 1)))
                .toList();

        EventRing ring = EventRing.of(stored, 3);

        // 1-3 to 1-6 are in the places 0 to 3: the newest has to move to where 1-3 is, and all before 1-4 are stale.
        assertThat(ring.moves()).extracting(EventRing.Move::slot).containsExactly(0);
        assertThat(ring.moves()).extracting(move -> move.event().id()).containsExactly("1-6");
        assertThat(ring.slots()).containsExactly(1, 2, 0);
        assertThat(ring.stale()).containsExactly(4, 5, 0);
        assertThat(ring.surplus()).containsExactly(3);
        assertThat(ids(ring)).containsExactly("1-1", "1-2", "1-3", "1-4", "1-5", "1-6");
    }

    /**
     * Whatever sizes a ring is given from leader to leader, wherever each dies on the way: no event is resumed from
     * that is not followed by all that were written after it, and in the end nothing is outside.
     */
    @Property(tries = 1000)
    void resizedRingLosesOnlyItsOldest(
            @ForAll @Size(min = 1, max = 6) List<@IntRange(min = 1, max = 8) Integer> sizes,
            @ForAll @Size(value = 6) List<@IntRange(max = 12) Integer> appended,
            @ForAll @Size(value = 6) List<@IntRange(max = 12) Integer> written) {
        Map<Integer, Entry> store = new TreeMap<>();
        List<String> all = new ArrayList<>();
        for (int term = 0; term < sizes.size(); term++) {
            int size = sizes.get(term);
            EventRing ring = EventRing.of(List.copyOf(store.values()), size);
            List<String> resumable = ids(ring);
            assertThat(all).endsWith(resumable.toArray(String[]::new));
            assertThat(Set.copyOf(ring.slots())).hasSameSizeAs(ring.slots()).hasSize(size);
            List<Runnable> writes = new ArrayList<>();
            ring.stale().forEach(slot -> writes.add(() -> store.remove(slot)));
            ring.moves()
                    .forEach(move -> writes.add(() -> store.put(
                            move.slot(), stored(move.slot(), move.event().id()))));
            ring.surplus().forEach(slot -> writes.add(() -> store.remove(slot)));
            writes.stream().limit(written.get(term)).forEach(Runnable::run);
            boolean diesMoving = written.get(term) < writes.size();
            if (!diesMoving) {
                assertThat(store.keySet()).allMatch(slot -> slot < size);
                append(store, all, ring, term + 1, appended.get(term));
            }
        }
    }

    private static void append(Map<Integer, Entry> store, List<String> all, EventRing ring, int epoch, int count) {
        List<Integer> slots = new ArrayList<>(ring.slots());
        for (int i = 1; i <= count; i++) {
            int slot = slots.remove(0);
            slots.add(slot);
            String id = epoch + "-" + i;
            all.add(id);
            store.put(slot, stored(slot, id));
        }
    }

    private static List<String> ids(EventRing ring) {
        return ring.events().stream().map(ClusterEvent::id).toList();
    }

    private static Entry stored(int slot, String id) {
        ClusterEvent event = new ClusterEvent(
                id,
                Instant.EPOCH,
                Kind.WORKLOAD,
                Optional.empty(),
                Optional.of("web"),
                Optional.empty(),
                Optional.empty(),
                "Running",
                "ContainerRunning",
                "running",
                Optional.empty(),
                Optional.empty());
        return new Entry(Keys.event(slot), Json.write(event), 1);
    }
}
