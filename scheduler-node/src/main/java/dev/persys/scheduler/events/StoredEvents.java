package dev.persys.scheduler.events;

import dev.persys.api.ClusterEvent;
import dev.persys.api.Json;
import dev.persys.store.Entry;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The events that a new leader finds in the store, whatever was written there. Pure.
 *
 * @param events in their order
 * @param stale keys of what nobody can resume from, to be removed: what cannot be read, and the places of a ring as earlier
 *     versions kept it, in which an event could be missing
 * @param faults a sentence for each key with which nothing can be done
 */
record StoredEvents(List<ClusterEvent> events, List<String> stale, List<String> faults) {
    private static final Pattern RING_PLACE = Pattern.compile("/events/\\d{6,9}");

    StoredEvents {
        events = List.copyOf(events);
        stale = List.copyOf(stale);
        faults = List.copyOf(faults);
    }

    /** No value and no key makes this fail. */
    static StoredEvents of(List<Entry> stored) {
        List<ClusterEvent> events = new ArrayList<>();
        List<String> stale = new ArrayList<>();
        List<String> faults = new ArrayList<>();
        for (Entry entry : stored) {
            Optional<ClusterEvent> event = event(entry);
            if (event.isPresent()) {
                events.add(event.get());
            } else if (isOurs(entry.key())) {
                stale.add(entry.key());
            } else {
                faults.add(entry.key() + " is no event of ours, and is left alone");
            }
        }
        events.sort(Comparator.comparing(EventId::of));
        return new StoredEvents(events, stale, faults);
    }

    private static boolean isOurs(String key) {
        return RING_PLACE.matcher(key).matches() || id(key).isPresent();
    }

    private static Optional<EventId> id(String key) {
        return EventId.parse(key.substring(key.lastIndexOf('/') + 1))
                .filter(id -> id.key().equals(key));
    }

    /** The event that is where its number belongs; empty where there is none, or none that can be read. */
    private static Optional<ClusterEvent> event(Entry entry) {
        try {
            return Optional.ofNullable(Json.read(entry.value(), ClusterEvent.class))
                    .filter(event -> id(entry.key()).equals(EventId.parse(event.id())));
        } catch (UncheckedIOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
