package dev.persys.model;

import java.time.Instant;
import java.util.Optional;

/**
 * The record of one workload: what was asked for, what is wanted of it now, where it was put and what was last
 * seen of it.
 *
 * @param generation of the container that is wanted, or was wanted last
 * @param nodeId where that container is; absent while it waits for a placement, and once its node is removed
 * @param logs the bounded tail of its output, taken when it last changed status
 * @param placement why it is on {@code nodeId}, or why on none
 * @param idempotencyKey of the request that made it
 * @param requestId of the request that changed it last
 * @param owner of what it is a part; absent for a workload of its own
 * @param newer what a newer version keeps in the record beside all this
 */
public record Workload(
        WorkloadId id,
        WorkloadSpec spec,
        Desired desired,
        Generation generation,
        Optional<NodeId> nodeId,
        Observation observed,
        String logs,
        Optional<PlacementSummary> placement,
        Optional<String> idempotencyKey,
        Optional<String> requestId,
        Optional<String> owner,
        Instant createdAt,
        Newer newer) {

    public Workload {
        Present.value(id, "id");
        Present.value(spec, "spec");
        Present.value(desired, "desired");
        Present.value(generation, "generation");
        Present.value(nodeId, "nodeId");
        Present.value(observed, "observed");
        Present.value(logs, "logs");
        Present.value(placement, "placement");
        Present.value(idempotencyKey, "idempotencyKey");
        Present.value(requestId, "requestId");
        Present.value(owner, "owner");
        Present.value(createdAt, "createdAt");
        Present.value(newer, "newer");
    }

    /** A workload as it is accepted: wanted running, placed nowhere. */
    public static Workload accepted(
            WorkloadId id,
            WorkloadSpec spec,
            Optional<String> idempotencyKey,
            Optional<String> requestId,
            Instant now) {
        return new Workload(
                id,
                spec,
                Desired.RUNNING,
                Generation.NONE,
                Optional.empty(),
                Observation.of(WorkloadStatus.PENDING, now, Reason.NO_NODE_FITS, "waiting for a placement"),
                "",
                Optional.empty(),
                idempotencyKey,
                requestId,
                Optional.empty(),
                now,
                Newer.NONE);
    }

    public WorkloadStatus status() {
        return observed.status();
    }

    /** Whether a node's resources and ports are charged for this workload. */
    public boolean holdsReservation() {
        return nodeId.isPresent() && status().holdsReservation();
    }

    public Workload withObserved(Observation next) {
        return new Workload(
                id,
                spec,
                desired,
                generation,
                nodeId,
                next,
                logs,
                placement,
                idempotencyKey,
                requestId,
                owner,
                createdAt,
                newer);
    }

    public Workload withDesired(Desired next, Optional<String> byRequest) {
        return new Workload(
                id,
                spec,
                next,
                generation,
                nodeId,
                observed,
                logs,
                placement,
                idempotencyKey,
                byRequest,
                owner,
                createdAt,
                newer);
    }

    public Workload withLogs(String tail) {
        return new Workload(
                id,
                spec,
                desired,
                generation,
                nodeId,
                observed,
                tail,
                placement,
                idempotencyKey,
                requestId,
                owner,
                createdAt,
                newer);
    }

    /** Put on {@code node} with a new generation. */
    public Workload placedOn(NodeId node, PlacementSummary why, Observation next) {
        return new Workload(
                id,
                spec,
                desired,
                generation.next(),
                Optional.of(node),
                next,
                logs,
                Optional.of(why),
                idempotencyKey,
                requestId,
                owner,
                createdAt,
                newer);
    }

    /** A new generation on the same node. */
    public Workload respawned(Observation next) {
        return new Workload(
                id,
                spec,
                desired,
                generation.next(),
                nodeId,
                next,
                logs,
                placement,
                idempotencyKey,
                requestId,
                owner,
                createdAt,
                newer);
    }

    /** On no node, for the reason given; the generation stays. */
    public Workload unplaced(Optional<PlacementSummary> why, Observation next) {
        return new Workload(
                id,
                spec,
                desired,
                generation,
                Optional.empty(),
                next,
                logs,
                why,
                idempotencyKey,
                requestId,
                owner,
                createdAt,
                newer);
    }
}
