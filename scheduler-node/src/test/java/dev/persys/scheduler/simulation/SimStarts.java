package dev.persys.scheduler.simulation;

import static dev.persys.scheduler.simulation.SimPromise.RESTARTS_BACK_OFF;

import dev.persys.model.NodeId;
import dev.persys.model.WorkloadId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * When containers were started, and that one which ends each time is not started each second. Counted by node: one that a node
 * runs on while nobody reaches it, and the one in its place elsewhere, are each started again later each time.
 */
final class SimStarts {
    /** By the rule the sixth start of one that ends at once follows the first by 31 seconds. */
    private static final int COUNTED = 6;

    /** Allows for an agent or a scheduler that has forgotten once how often it has tried. */
    private static final Duration SHORTEST = Duration.ofSeconds(10);

    private final Simulation sim;
    private final Map<WorkloadId, Map<NodeId, Deque<Long>>> starts = new HashMap<>();

    SimStarts(Simulation sim) {
        this.sim = sim;
    }

    /** Somebody wants something of it: what follows may follow at once. */
    void asked(WorkloadId id) {
        starts.remove(id);
    }

    void started(SimNode node, SimContainer container) {
        Deque<Long> times = starts.computeIfAbsent(container.workload, id -> new HashMap<>())
                .computeIfAbsent(node.id(), id -> new ArrayDeque<>());
        times.addLast(sim.now());
        if (times.size() >= COUNTED) {
            Duration took = Duration.ofNanos(sim.now() - times.removeFirst());
            sim.promises()
                    .require(
                            took.compareTo(SHORTEST) >= 0,
                            RESTARTS_BACK_OFF,
                            node.id(),
                            " has started ",
                            container,
                            " ",
                            COUNTED,
                            " times within ",
                            took);
        }
    }
}
