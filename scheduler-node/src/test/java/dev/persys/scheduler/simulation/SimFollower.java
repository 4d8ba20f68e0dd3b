package dev.persys.scheduler.simulation;

import akka.actor.typed.ActorSystem;
import akka.stream.KillSwitches;
import akka.stream.UniqueKillSwitch;
import akka.stream.javadsl.Keep;
import akka.stream.javadsl.Sink;
import dev.persys.api.ClusterEvent;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol;
import dev.persys.protocol.SchedulerProtocol.EventFeed;
import dev.persys.scheduler.simulation.SimEvents.Place;
import java.time.Duration;
import java.util.Optional;

/** Follows the cluster's events, loses its connection now and then, and resumes behind the last that it was told of. */
final class SimFollower {
    private static final Duration PATIENCE = Duration.ofSeconds(8);

    private final Simulation sim;
    private final String name;
    private final ActorSystem<?> system;
    private Optional<Place> first = Optional.empty();
    private Optional<Place> last = Optional.empty();
    private Optional<String> lastId = Optional.empty();
    private Optional<Place> durableWhenJoined = Optional.empty();
    private Optional<UniqueKillSwitch> connection = Optional.empty();
    private long attempt;

    SimFollower(Simulation sim, String name, ActorSystem<?> system) {
        this.sim = sim;
        this.name = name;
        this.system = system;
    }

    String name() {
        return name;
    }

    Optional<Place> last() {
        return last;
    }

    /** Whether it was told of something before and of something behind {@code place}, without a break. */
    boolean hasPassed(Place place) {
        return first.filter(from -> from.compareTo(place) < 0).isPresent()
                && last.filter(to -> to.compareTo(place) > 0).isPresent();
    }

    boolean isUpToDate(Optional<Place> newest) {
        return connection.isPresent() && (last.equals(newest) || durableWhenJoined.equals(newest));
    }

    /** Connects to whoever leads, and again each time that this fails or ends. */
    void begin() {
        long number = ++attempt;
        sim.anyScheduler()
                .ifPresent(to -> sim.network()
                        .<Reply<EventFeed>>ask(
                                to, false, reply -> new SchedulerProtocol.FollowEvents(lastId, reply), reply -> {
                                    if (attempt == number) {
                                        onReply(to, reply);
                                    }
                                }));
        sim.after(PATIENCE, "", () -> {
            if (attempt == number && connection.isEmpty()) {
                begin();
            }
        });
    }

    private void onReply(SimProcess from, Reply<EventFeed> reply) {
        if (!(reply instanceof Reply.Ok<EventFeed> ok)) {
            return;
        }
        if (ok.value() instanceof EventFeed.Open open) {
            follow(open);
        } else {
            sim.trace().line(name, "cannot go on behind ", lastId);
            sim.promises().events().gone(this, from, last.orElseThrow());
            first = Optional.empty();
            last = Optional.empty();
            lastId = Optional.empty();
            begin();
        }
    }

    private void follow(EventFeed.Open open) {
        long number = attempt;
        if (last.isEmpty()) {
            durableWhenJoined = sim.promises().events().newest();
        }
        var running = open.events()
                .viaMat(KillSwitches.single(), Keep.right())
                .toMat(Sink.foreach(event -> onEvent(number, event)), Keep.both())
                .run(system);
        connection = Optional.of(running.first());
        running.second().whenCompleteAsync((done, failure) -> onEnd(number), system.executionContext());
        if (sim.isFaulty()) {
            sim.after(
                    sim.chance().millis(200, 40_000).multipliedBy(sim.profile().pace()), "", () -> leave(number));
        }
    }

    private void onEvent(long number, ClusterEvent event) {
        if (attempt != number || event.kind() == ClusterEvent.Kind.PROGRESS) {
            return;
        }
        sim.trace().line(name, "is told of ", event.id());
        Place place = Place.of(event.id());
        sim.promises().events().told(this, last, place);
        first = first.or(() -> Optional.of(place));
        last = Optional.of(place);
        lastId = Optional.of(event.id());
    }

    private void leave(long number) {
        if (attempt == number && sim.isFaulty()) {
            connection.ifPresent(UniqueKillSwitch::shutdown);
            onEnd(number);
        }
    }

    private void onEnd(long number) {
        if (attempt == number) {
            connection = Optional.empty();
            attempt++;
            sim.after(sim.chance().millis(0, 5_000), "", this::begin);
        }
    }
}
