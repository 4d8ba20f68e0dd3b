package dev.persys.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.persys.model.NodeId;
import dev.persys.model.Present;
import dev.persys.model.PullProgress;
import dev.persys.model.WorkloadId;
import java.time.Instant;
import java.util.Optional;

/**
 * Something that happened, after it was durable.
 *
 * @param id {@code <epoch>-<number>}, growing; what {@code Last-Event-ID} takes
 * @param kind what it is about, in one word: see {@link Kind}
 * @param name the workload's name
 * @param from the status before; absent where there was none
 * @param to the status after; {@code Deleted} where the record is gone
 * @param reason the machine-readable word
 * @param message the sentence for people
 * @param requestId of the request that caused it, where one did
 * @param progress of an image's download; such an event is sent and not kept
 */
public record ClusterEvent(
        String id,
        Instant at,
        Kind kind,
        Optional<WorkloadId> workloadId,
        Optional<String> name,
        Optional<NodeId> nodeId,
        Optional<String> from,
        String to,
        String reason,
        String message,
        Optional<String> requestId,
        Optional<PullProgress> progress) {
    public ClusterEvent {
        Present.value(id, "id");
        Present.value(at, "at");
        Present.value(kind, "kind");
        Present.value(workloadId, "workloadId");
        Present.value(name, "name");
        Present.value(nodeId, "nodeId");
        Present.value(from, "from");
        Present.value(to, "to");
        Present.value(reason, "reason");
        Present.value(message, "message");
        Present.value(requestId, "requestId");
        Present.value(progress, "progress");
    }

    /** The same event under this id. */
    public ClusterEvent withId(String number) {
        return new ClusterEvent(
                number, at, kind, workloadId, name, nodeId, from, to, reason, message, requestId, progress);
    }

    /** What an event is about. */
    public enum Kind {
        /** A workload changed its status, or is gone. */
        @JsonProperty("workload")
        WORKLOAD,
        /** A node changed its status, or is gone. */
        @JsonProperty("node")
        NODE,
        /** An image's download went on; sent and not kept. */
        @JsonProperty("progress")
        PROGRESS
    }
}
