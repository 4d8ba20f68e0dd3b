package dev.persys.agent;

import dev.persys.model.Generation;
import dev.persys.runtime.ContainerLabels;
import dev.persys.runtime.ContainerState;
import dev.persys.runtime.ContainerStatus;
import java.time.Instant;
import java.util.Optional;

/** What is known of one workload's container on this node. */
sealed interface Seen {
    /** A call failed in a way that leaves it open: look before acting. */
    record Unknown() implements Seen {}

    record Absent() implements Seen {}

    /**
     * There is one, and it is ours.
     *
     * @param startedAt the last start, which tells one run of it from another; absent where it never ran
     */
    record Present(String containerId, Generation generation, ContainerStatus status, Optional<Instant> startedAt)
            implements Seen {
        static Present of(ContainerLabels labels, ContainerState state) {
            return new Present(state.id(), labels.generation(), state.status(), state.startedAt());
        }
    }
}
