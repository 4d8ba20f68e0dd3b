package dev.persys.lifecycle;

import dev.persys.model.ContainerReport;
import dev.persys.model.Generation;
import dev.persys.model.NodeId;
import dev.persys.model.PlacementSummary;
import dev.persys.model.RunId;
import java.time.Instant;
import java.util.Optional;

/** What can happen to a workload. */
public sealed interface WorkloadSignal {
    /** Placement found a node and has reserved it. */
    record Placed(NodeId node, PlacementSummary why) implements WorkloadSignal {}

    /** Placement found no node. */
    record Unplaceable(PlacementSummary why) implements WorkloadSignal {}

    /** A node told of the workload's container, of whatever generation. */
    record Seen(NodeId node, ContainerReport report) implements WorkloadSignal {}

    /** A complete inventory of the node has no container of it, and should have. */
    record Absent(NodeId node) implements WorkloadSignal {}

    /**
     * The node is in trouble: it misses heartbeats, or calls to it come to nothing.
     *
     * @param why a sentence for people
     */
    record NodeSilent(NodeId node, String why) implements WorkloadSignal {}

    /** The node has not taken the order for this generation's container yet, and is asked again until it does. */
    record OrderDelayed(NodeId node, Generation generation, String why) implements WorkloadSignal {}

    /** The node is in trouble, and certainly has no container of this generation: it never took an order for one. */
    record OrderNotTaken(NodeId node, Generation generation, String why) implements WorkloadSignal {}

    /** The node has been silent for so long that it counts as gone. */
    record NodeLost(NodeId node) implements WorkloadSignal {}

    /** An operator took the node out of the cluster for good. */
    record NodeRemoved(NodeId node) implements WorkloadSignal {}

    /** The back-off before a replacement is over. */
    record RetryDue() implements WorkloadSignal {}

    /** The tail of the output, as far as it is kept; asked for when {@code run} was the start that was wanted. */
    record LogsTaken(RunId run, String tail) implements WorkloadSignal {}

    /**
     * It has ended and is kept no longer.
     *
     * @param since the end that was judged; one that has run again since then stays
     * @param why a sentence for people
     * @param nodeGone whether its node counts as gone, so that nobody waits for it
     * @param requestId of the request, where it was one
     */
    record Expired(Instant since, String why, boolean nodeGone, Optional<String> requestId) implements WorkloadSignal {}

    /** A request by somebody. */
    sealed interface Request extends WorkloadSignal {
        Optional<String> requestId();
    }

    record StopAsked(Optional<String> requestId) implements Request {}

    record StartAsked(Optional<String> requestId) implements Request {}

    record RestartAsked(Optional<String> requestId) implements Request {}

    /**
     * It is to go.
     *
     * @param volumes whether the volumes that were made for it are to go, too
     */
    record DeleteAsked(Optional<String> requestId, boolean volumes) implements Request {}
}
