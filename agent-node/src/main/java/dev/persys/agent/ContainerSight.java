package dev.persys.agent;

import dev.persys.model.NodeId;
import dev.persys.model.WorkloadId;
import dev.persys.runtime.ContainerLabels;
import dev.persys.runtime.ContainerState;
import dev.persys.runtime.RuntimeSignal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Looks at one workload's containers when something happened to them: one look at a time, and after a look during which
 * more happened another one. For one actor's use.
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

        /**
         * It is ours.
         *
         * @param again whether this is to be told even where it is nothing new
         */
        record There(ContainerLabels labels, ContainerState state, boolean again) implements Sighting {}
    }

    private final WorkloadId workloadId;
    private final NodeId nodeId;
    private final ContainerReporter reporter;
    private final Look look;
    private final Map<String, Boolean> next = new LinkedHashMap<>();
    private boolean looking;
    private boolean outdated;
    private boolean held;
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
        if (looking || held) {
            next.merge(containerId, again, Boolean::logicalOr);
            return;
        }
        looking = true;
        look.start(containerId, again);
    }

    /** From now on something is being done to the container: looks wait for its end. */
    void hold() {
        held = true;
    }

    /** It is done: what happened meanwhile is looked at, and a look that was under way is done again. */
    void release() {
        held = false;
        outdated = looking;
        if (!looking) {
            lookNext();
        }
    }

    /** A look ended; what it showed. */
    Sighting ended(String containerId, boolean again, Optional<ContainerState> state) {
        failures = 0;
        if (outdated) {
            next.merge(containerId, again, Boolean::logicalOr);
            lookNext();
            return new Sighting.Nothing();
        }
        // Where another look follows, that one tells again.
        boolean follows = next.computeIfPresent(containerId, (id, told) -> told || again) != null;
        lookNext();
        if (state.isEmpty()) {
            return new Sighting.Gone();
        }
        return labelsOf(state.get())
                .filter(labels -> !reporter.isGone(containerId))
                .<Sighting>map(labels -> new Sighting.There(labels, state.get(), again && !follows))
                .orElseGet(Sighting.Nothing::new);
    }

    /** The labels of this workload's container on this node; empty for any other. */
    Optional<ContainerLabels> labelsOf(ContainerState state) {
        return ContainerLabels.parse(state.labels())
                .filter(found ->
                        found.workloadId().equals(workloadId) && found.nodeId().equals(nodeId));
    }

    /** A look failed: the caller comes back to it. The answer is how many failed in a row. */
    int failed() {
        failures++;
        lookNext();
        return failures;
    }

    private void lookNext() {
        looking = false;
        outdated = false;
        if (held) {
            return;
        }
        next.entrySet().stream().findFirst().ifPresent(first -> {
            next.remove(first.getKey());
            observe(first.getKey(), first.getValue());
        });
    }
}
