package dev.persys.scheduler.simulation;

import static dev.persys.scheduler.simulation.SimPromise.NO_EVENT_MISSED;

import dev.persys.store.Keys;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Every event that was ever durable, and what the followers must have been told of them. */
final class SimEvents {
    /** So many of the newest are kept by whoever leads, with some to spare. */
    private static final int KEPT_FOR_CERTAIN = 10;

    /** The place of an event: epoch and number. */
    record Place(long epoch, long number) implements Comparable<Place> {
        static Place of(String id) {
            int dash = id.indexOf('-');
            return new Place(Long.parseLong(id.substring(0, dash)), Long.parseLong(id.substring(dash + 1)));
        }

        @Override
        public int compareTo(Place other) {
            return Comparator.comparingLong(Place::epoch)
                    .thenComparingLong(Place::number)
                    .compare(this, other);
        }
    }

    private final Simulation sim;
    private final TreeSet<Place> durable = new TreeSet<>();
    private final List<SimFollower> followers = new ArrayList<>();

    SimEvents(Simulation sim) {
        this.sim = sim;
    }

    void add(SimFollower follower) {
        followers.add(follower);
    }

    Optional<Place> newest() {
        return durable.isEmpty() ? Optional.empty() : Optional.of(durable.last());
    }

    /** The store has an event. */
    void committed(String key) {
        Place place = Place.of(key.substring(Keys.EVENTS.length()));
        durable.add(place);
        for (SimFollower follower : followers) {
            sim.promises()
                    .require(
                            !follower.hasPassed(place),
                            NO_EVENT_MISSED,
                            follower.name(),
                            " was told of later ones when ",
                            place,
                            " became durable");
        }
    }

    /** @param last what {@code follower} was told before; empty where it has just begun */
    void told(SimFollower follower, Optional<Place> last, Place next) {
        List<Place> missed = last.isEmpty() || next.compareTo(last.get()) <= 0
                ? List.of()
                : List.copyOf(durable.subSet(last.get(), false, next, false));
        sim.promises()
                .require(
                        durable.contains(next)
                                && (last.isEmpty() || next.compareTo(last.get()) > 0)
                                && missed.isEmpty(),
                        NO_EVENT_MISSED,
                        follower.name(),
                        " is told of ",
                        next,
                        " after ",
                        last,
                        "; between them are ",
                        missed);
    }

    /** {@code by} says that it cannot tell what came behind {@code last}. */
    void gone(SimFollower follower, SimProcess by, Place last) {
        sim.promises()
                .require(
                        !sim.promises().isInForce(by)
                                || durable.tailSet(last, true).size() > KEPT_FOR_CERTAIN,
                        NO_EVENT_MISSED,
                        follower.name(),
                        " cannot go on behind ",
                        last,
                        " although that is one of the newest");
    }

    /** Once nothing happens any more: who has not been told of the newest. */
    List<SimViolation> wrong() {
        return followers.stream()
                .filter(follower -> !follower.isUpToDate(newest()))
                .map(follower -> SimPromises.broken(
                        NO_EVENT_MISSED,
                        follower.name(),
                        " stands at ",
                        follower.last(),
                        " and the newest is ",
                        newest()))
                .toList();
    }
}
