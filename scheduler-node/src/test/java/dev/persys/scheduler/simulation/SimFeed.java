package dev.persys.scheduler.simulation;

import akka.stream.BoundedSourceQueue;
import akka.stream.javadsl.Source;
import dev.persys.api.AgentEvent;
import dev.persys.model.ContainerPhase;
import dev.persys.model.ContainerReport;
import dev.persys.model.WorkloadId;
import dev.persys.protocol.AgentClient.EventStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What an agent has told in one life, and who follows that: in order on each connection, until it breaks. */
final class SimFeed {
    private static final int KEPT = 12;
    private static final int BUFFER = 512;

    /** A follower's connection; {@code queue} is there once the follower reads. */
    private static final class Follower {
        Optional<BoundedSourceQueue<AgentEvent>> queue = Optional.empty();
        final List<AgentEvent> early = new ArrayList<>();
        long busyUntil;
        boolean lost;
        boolean broken;

        void deliver(AgentEvent event) {
            if (queue.isPresent()) {
                queue.get().offer(event);
            } else {
                early.add(event);
            }
        }
    }

    private final Simulation sim;
    private final SimNode node;
    private final String boot;
    private final List<AgentEvent> told = new ArrayList<>();
    private final Map<WorkloadId, ContainerReport> latest = new TreeMap<>();
    private final List<Follower> followers = new ArrayList<>();

    SimFeed(Simulation sim, SimNode node, String boot) {
        this.sim = sim;
        this.node = node;
        this.boot = boot;
    }

    String cursor() {
        return boot + "-" + told.size();
    }

    /** The last word on each workload. */
    Map<WorkloadId, ContainerReport> latest() {
        return latest;
    }

    void publish(ContainerReport report) {
        AgentEvent event = new AgentEvent(boot + "-" + (told.size() + 1), report);
        told.add(event);
        sim.trace()
                .line(
                        node.name(),
                        "tells ",
                        event.id(),
                        " ",
                        report.workloadId(),
                        " generation ",
                        report.generation(),
                        " ",
                        report.phase());
        ContainerReport known = latest.get(report.workloadId());
        if (known == null || !report.generation().isOlderThan(known.generation())) {
            if (report.phase() == ContainerPhase.REMOVED) {
                latest.remove(report.workloadId());
            } else {
                latest.put(report.workloadId(), report);
            }
        }
        List.copyOf(followers).forEach(follower -> send(follower, event));
    }

    /** To whoever follows now. */
    void mutter(AgentEvent event) {
        List.copyOf(followers).forEach(follower -> send(follower, event));
    }

    EventStream follow(Optional<String> after) {
        Optional<Integer> position = after.isEmpty() ? Optional.of(told.size()) : after.flatMap(this::position);
        if (position.isEmpty()) {
            return new EventStream.Gone();
        }
        Follower follower = new Follower();
        followers.add(follower);
        told.subList(position.get(), told.size()).forEach(event -> send(follower, event));
        return EventStream.Open.of(Source.<AgentEvent>queue(BUFFER).mapMaterializedValue(queue -> {
            follower.queue = Optional.of(queue);
            follower.early.forEach(queue::offer);
            if (follower.broken) {
                complete(queue);
            }
            return akka.NotUsed.getInstance();
        }));
    }

    private Optional<Integer> position(String id) {
        if (!id.startsWith(boot + "-")) {
            return Optional.empty();
        }
        int position = Integer.parseInt(id.substring(boot.length() + 1));
        return position >= told.size() - KEPT ? Optional.of(position) : Optional.empty();
    }

    private void send(Follower follower, AgentEvent event) {
        boolean troubled = sim.isFaulty() && sim.chance().percent(sim.profile().netTrouble());
        Duration delay = sim.chance().millis(0, troubled ? 2_000 : 3);
        long at = Math.max(sim.now() + delay.toNanos(), follower.busyUntil);
        follower.busyUntil = at;
        sim.after(Duration.ofNanos(at - sim.now()), "", () -> {
            if (!follower.broken && !follower.lost) {
                follower.deliver(event);
            }
        });
        if (troubled && sim.chance().oneIn(8)) {
            disconnect(follower, Duration.ofNanos(at - sim.now()));
        }
    }

    /** The connections are gone, which the other side notices at once. */
    void close() {
        List.copyOf(followers).forEach(follower -> disconnect(follower, Duration.ZERO));
    }

    /** The connections are gone, which the other side notices only by the silence. */
    void lose() {
        for (Follower follower : List.copyOf(followers)) {
            follower.lost = true;
            disconnect(follower, sim.chance().millis(100, 8_000));
        }
    }

    private static void complete(BoundedSourceQueue<AgentEvent> queue) {
        try {
            queue.complete();
        } catch (IllegalStateException alreadyLeft) {
            // The other side has closed the connection itself, which nothing else tells.
            return;
        }
    }

    private void disconnect(Follower follower, Duration delay) {
        // One whose connection has gone already is not among them any more.
        if (followers.remove(follower)) {
            sim.after(delay, "", () -> {
                follower.broken = true;
                follower.queue.ifPresent(SimFeed::complete);
            });
        }
    }
}
