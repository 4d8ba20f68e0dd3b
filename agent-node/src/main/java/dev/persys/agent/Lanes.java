package dev.persys.agent;

import dev.persys.model.WorkloadId;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;

/** Bounds how many workloads' calls are under way at once, in the order in which they asked. For one actor's use. */
final class Lanes {
    /** Kinds of calls that get into each other's way. */
    enum Lane {
        /** Making and starting. */
        START,
        /** Stopping and removing. */
        STOP
    }

    private static final class Line {
        final int width;
        final Set<WorkloadId> holders = new HashSet<>();
        final Queue<WorkloadId> waiting = new ArrayDeque<>();

        Line(int width) {
            this.width = width;
        }
    }

    private final Map<Lane, Line> lines = new EnumMap<>(Lane.class);

    Lanes(int starts, int stops) {
        lines.put(Lane.START, new Line(starts));
        lines.put(Lane.STOP, new Line(stops));
    }

    /** Whether the lane is held from now on; otherwise the workload waits until {@link #release} names it. */
    boolean acquire(Lane lane, WorkloadId workload) {
        Line line = lines.get(lane);
        if (line.holders.size() < line.width) {
            line.holders.add(workload);
            return true;
        }
        line.waiting.add(workload);
        return false;
    }

    /** Gives the lane back, or stops waiting for it; the answer is who holds it next. */
    Optional<WorkloadId> release(Lane lane, WorkloadId workload) {
        Line line = lines.get(lane);
        if (!line.holders.remove(workload)) {
            line.waiting.remove(workload);
            return Optional.empty();
        }
        Optional<WorkloadId> next = Optional.ofNullable(line.waiting.poll());
        next.ifPresent(line.holders::add);
        return next;
    }
}
