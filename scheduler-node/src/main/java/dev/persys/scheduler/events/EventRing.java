package dev.persys.scheduler.events;

import dev.persys.api.ClusterEvent;
import dev.persys.api.Json;
import dev.persys.store.Entry;
import dev.persys.store.Keys;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The stored ring of events as a new leader finds it, whatever was written there and however large the ring was then.
 * Pure.
 *
 * @param events that a follower may resume from, oldest first: what is before a hole is not among them
 * @param slots all places of the ring in the order in which they are to be used: free ones, then the oldest event's
 * @param revisions of every place that holds something, also of places that the ring does not have any more
 * @param stale places of events for which there is no room any more, oldest first, to be cleared before all else: what
 *     is lost when a leader dies on the way is then always the oldest
 * @param moves newest events whose places the ring does not have any more, to be written to these
 * @param surplus places that the ring does not have any more, to be cleared once the moves are written
 * @param faults what could not be read, a sentence each
 */
record EventRing(
        List<ClusterEvent> events,
        List<Integer> slots,
        Map<Integer, Long> revisions,
        List<Integer> stale,
        List<Move> moves,
        List<Integer> surplus,
        List<String> faults) {
    /** An event and the place it is to go to. */
    record Move(int slot, ClusterEvent event) {}

    private record Placed(int slot, EventNumber number, ClusterEvent event) {}

    EventRing {
        events = List.copyOf(events);
        slots = List.copyOf(slots);
        revisions = Map.copyOf(revisions);
        stale = List.copyOf(stale);
        moves = List.copyOf(moves);
        surplus = List.copyOf(surplus);
        faults = List.copyOf(faults);
    }

    /** The ring of {@code size} places that {@code stored} makes. No value and no key makes this fail. */
    static EventRing of(List<Entry> stored, int size) {
        Map<Integer, Long> revisions = new HashMap<>();
        List<Placed> found = new ArrayList<>();
        List<String> faults = new ArrayList<>();
        for (Entry entry : stored) {
            Optional<Integer> slot = slot(entry.key());
            if (slot.isEmpty()) {
                faults.add(entry.key() + " is no place of the ring of events, and is left alone");
                continue;
            }
            revisions.put(slot.get(), entry.revision());
            try {
                ClusterEvent event = event(entry.value());
                found.add(new Placed(slot.get(), EventNumber.of(event), event));
            } catch (UncheckedIOException | IllegalArgumentException e) {
                faults.add("the event " + entry.key() + " cannot be read and is dropped: " + e.getMessage());
            }
        }
        List<Placed> all = oncePerNumber(found);
        List<Move> moves = new ArrayList<>();
        int tooMany = Math.max(0, all.size() - size);
        List<Integer> stale = all.subList(0, tooMany).stream().map(Placed::slot).toList();
        List<Integer> slots = slots(all.subList(tooMany, all.size()), size, moves);
        Set<Integer> outside = new TreeSet<>(revisions.keySet());
        outside.removeIf(slot -> slot < size);
        outside.removeAll(Set.copyOf(stale));
        return new EventRing(withoutHoles(all), slots, revisions, stale, moves, List.copyOf(outside), faults);
    }

    /** The place that {@code key} names; empty where it is not one that {@link Keys#event} makes. */
    static Optional<Integer> slot(String key) {
        String digits = key.substring(Math.min(key.length(), Keys.EVENTS.length()));
        if (!digits.matches("\\d{6,9}")) {
            return Optional.empty();
        }
        int slot = Integer.parseInt(digits);
        return Keys.event(slot).equals(key) ? Optional.of(slot) : Optional.empty();
    }

    private static ClusterEvent event(String value) {
        return Json.read(value, ClusterEvent.class);
    }

    /** In order. An event that is there twice was being moved when its leader died: the lower place is the new one. */
    private static List<Placed> oncePerNumber(List<Placed> found) {
        List<Placed> sorted = new ArrayList<>(found);
        sorted.sort(Comparator.comparing(Placed::number).thenComparing(Placed::slot));
        List<Placed> once = new ArrayList<>();
        for (Placed one : sorted) {
            if (once.isEmpty() || !once.get(once.size() - 1).number().equals(one.number())) {
                once.add(one);
            }
        }
        return once;
    }

    /** Moves those of {@code newest} that have to into places that are free, or stale. */
    private static List<Integer> slots(List<Placed> newest, int size, List<Move> moves) {
        Set<Integer> taken = new HashSet<>();
        newest.forEach(one -> taken.add(one.slot()));
        Deque<Integer> free = new ArrayDeque<>(IntStream.range(0, size)
                .filter(slot -> !taken.contains(slot))
                .boxed()
                .toList());
        List<Integer> byAge = new ArrayList<>();
        for (Placed one : newest) {
            if (one.slot() < size) {
                byAge.add(one.slot());
            } else {
                int slot = free.removeFirst();
                moves.add(new Move(slot, one.event()));
                byAge.add(slot);
            }
        }
        return Stream.concat(free.stream(), byAge.stream()).toList();
    }

    private static List<ClusterEvent> withoutHoles(List<Placed> all) {
        List<ClusterEvent> events = new ArrayList<>();
        EventNumber last = null;
        for (Placed one : all) {
            if (last != null && !one.number().follows(last)) {
                events.clear();
            }
            last = one.number();
            events.add(one.event());
        }
        return events;
    }

    /** An event's id in the order of time. */
    private record EventNumber(long epoch, long number) implements Comparable<EventNumber> {
        static EventNumber of(ClusterEvent event) {
            String[] parts = event.id().split("-", 2);
            if (parts.length != 2) {
                throw new IllegalArgumentException("not the id of an event: " + event.id());
            }
            return new EventNumber(Long.parseLong(parts[0]), Long.parseLong(parts[1]));
        }

        /** Whether nothing that was written is missing between {@code before} and this. */
        boolean follows(EventNumber before) {
            return epoch == before.epoch ? number == before.number + 1 : number == 1;
        }

        @Override
        public int compareTo(EventNumber other) {
            return Comparator.comparingLong(EventNumber::epoch)
                    .thenComparingLong(EventNumber::number)
                    .compare(this, other);
        }
    }
}
