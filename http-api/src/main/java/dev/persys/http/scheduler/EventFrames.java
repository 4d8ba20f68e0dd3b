package dev.persys.http.scheduler;

import akka.util.ByteString;
import dev.persys.api.ClusterEvent;
import dev.persys.api.Json;
import dev.persys.http.server.ServerSentEvents;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Events as bytes, each written once for all that follow: a thousand watchers cost a thousand sendings, not a thousand
 * writings of JSON. Remembers the last few, since watchers do not stand at the same place.
 */
final class EventFrames {
    private record Framed(ClusterEvent event, ByteString bytes) {}

    private static final int REMEMBERED = 1024;

    private final AtomicReferenceArray<Framed> frames = new AtomicReferenceArray<>(REMEMBERED);

    /** The same bytes for the same event; the very same object goes to every follower, so no other is looked for. */
    @SuppressWarnings("ReferenceEquality")
    ByteString of(ClusterEvent event) {
        int place = Math.floorMod(System.identityHashCode(event), REMEMBERED);
        Framed known = frames.get(place);
        if (known != null && known.event() == event) {
            return known.bytes();
        }
        ByteString bytes = frame(event);
        frames.set(place, new Framed(event, bytes));
        return bytes;
    }

    /** A download's progress is not kept, so its id is none to come back with. */
    private static ByteString frame(ClusterEvent event) {
        String kind = event.kind().name().toLowerCase(Locale.ROOT);
        return event.kind() == ClusterEvent.Kind.PROGRESS
                ? ServerSentEvents.frame(Optional.empty(), kind, Json.write(event))
                : ServerSentEvents.frame(Optional.of(event.id()), kind, Json.write(event));
    }
}
