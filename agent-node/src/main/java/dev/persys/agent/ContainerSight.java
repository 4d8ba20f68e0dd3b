package dev.persys.agent;

import dev.persys.model.NodeId;
import dev.persys.model.WorkloadId;
import dev.persys.runtime.ContainerLabels;
import dev.persys.runtime.ContainerState;
import dev.persys.runtime.ContainerStatus;
import dev.persys.runtime.RuntimeSignal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Looks at one workload's containers when something happened to them: one look at a time, and after a look during which
 * more happened another one. What is seen is told at once. For one actor's use.
 */
final class ContainerSight {
    /** Starts an inspection; {@code again}: its outcome is to be told even where it is nothing new. */
    interface Look {
        void start(String containerId, boolean again);
    }

    /** What a look showed. */
    sealed interface Sighting {
        /** Nothing that counts: it is not ours, or went meanwhile. */
        record Nothing() implements Sighting {}

        record Gone() implements Sighting {}

        record There(Seen.Present present) implements Sighting {}
    }

    private final WorkloadId workloadId;
    private final NodeId nodeId;
    private final ContainerReporter reporter;
    private final Look look;
    private final Map<String, Boolean> next = new LinkedHashMap<>();
    private boolean looking;
    private int failures;

    ContainerSight(WorkloadId workloadId, NodeId nodeId, ContainerReporter reporter, Look look) {
        this.workloadId = workloadId;
        this.nodeId = nodeId;
        this.reporter = reporter;
        this.look = look;
    }

    void happened(RuntimeSignal.Happened event) {
        switch (event.action()) {
            case "oom" -> reporter.sawOutOfMemory(event.containerId());
            case "start" -> reporter.sawStart(event.containerId());
            default -> {}
        }
        observe(event.containerId(), false);
    }

    void observe(String containerId, boolean again) {
        if (looking) {
            next.merge(containerId, again, Boolean::logicalOr);
            return;
        }
        looking = true;
        look.start(containerId, again);
    }

    /**
     * A look ended; tells what it showed.
     *
     * @param isUnderOrder whether an order is being carried out: that tells itself what it has removed, once it is gone
     */
    Sighting ended(String containerId, boolean again, Optional<ContainerState> state, boolean isUnderOrder) {
        failures = 0;
        // Where another look follows, that one tells again.
        boolean follows = next.computeIfPresent(containerId, (id, told) -> told || again) != null;
        lookNext();
        if (state.isEmpty()) {
            return new Sighting.Gone();
        }
        Optional<ContainerLabels> labels = ContainerLabels.parse(state.get().labels())
                .filter(found ->
                        found.workloadId().equals(workloadId) && found.nodeId().equals(nodeId));
        if (labels.isEmpty() || reporter.isGone(containerId)) {
            return new Sighting.Nothing();
        }
        if (!isUnderOrder || !isGoing(state.get())) {
            reporter.tell(labels.get(), state.get(), again && !follows);
        }
        return new Sighting.There(Seen.Present.of(labels.get(), state.get()));
    }

    /** What is left of a container that was stopped. */
    Seen stopped(String containerId, Optional<ContainerState> state) {
        Optional<ContainerLabels> labels = state.flatMap(found -> ContainerLabels.parse(found.labels()));
        if (state.isEmpty() || labels.isEmpty()) {
            reporter.sawEnd(containerId);
            return new Seen.Absent();
        }
        if (!isGoing(state.get())) {
            reporter.tell(labels.get(), state.get(), false);
        }
        return Seen.Present.of(labels.get(), state.get());
    }

    /** An order was carried out: its end is told, by this or by a look that follows. */
    void settled(ContainerMemory.Work work, Seen seen) {
        if (seen instanceof Seen.Present present) {
            // After a start the engine's event has mostly been looked at already; a repeated order wants an answer.
            if (!work.started()) {
                observe(present.containerId(), true);
            } else if (!reporter.hasToldStartOf(present.containerId())) {
                observe(present.containerId(), false);
            }
        } else if (!(work.goal() instanceof Goal.Run) || work.started()) {
            reporter.tellRemoved(work.goal());
        }
    }

    /** A look failed: the caller comes back to it. The answer is how many failed in a row. */
    int failed() {
        failures++;
        lookNext();
        return failures;
    }

    private static boolean isGoing(ContainerState state) {
        return state.status() == ContainerStatus.REMOVING;
    }

    private void lookNext() {
        looking = false;
        next.entrySet().stream().findFirst().ifPresent(first -> {
            next.remove(first.getKey());
            observe(first.getKey(), first.getValue());
        });
    }
}
