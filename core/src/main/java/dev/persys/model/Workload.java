package dev.persys.model;

import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The record of one workload: what was asked for, what is wanted of it now, where it was put and what was last
 * seen of it.
 *
 * @param versions which specification that is, of those that it had
 * @param generation of the container that is wanted, or was wanted last
 * @param run which start of that container is wanted, or was wanted last
 * @param nodeId where that container is; absent while it waits for a placement, and once its node is removed
 * @param removeVolumes whether the volumes that were made for it go with it; only of one that is to be deleted
 * @param logs the last line or two of its output ({@link Excerpt}), taken when it last changed status; where it is shown
 *     by itself, the whole tail that is kept beside its record
 * @param placement why it is on {@code nodeId}, or why on none
 * @param idempotencyKey of the request that made it, and whose that was
 * @param requestId of the request that changed it last
 * @param owner of what it is a part; absent for a workload of its own
 * @param newer what a newer version keeps in the record beside all this
 */
public record Workload(
        WorkloadId id,
        WorkloadSpec spec,
        SpecVersions versions,
        Desired desired,
        Generation generation,
        Run run,
        Optional<NodeId> nodeId,
        Observation observed,
        boolean removeVolumes,
        String logs,
        Optional<PlacementSummary> placement,
        Optional<IdempotencyKey> idempotencyKey,
        Optional<String> requestId,
        Optional<String> owner,
        Instant createdAt,
        Newer newer) {

    public Workload {
        Present.value(id, "id");
        Present.value(spec, "spec");
        Present.value(versions, "versions");
        Present.value(desired, "desired");
        Present.value(generation, "generation");
        Present.value(run, "run");
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
            Optional<IdempotencyKey> idempotencyKey,
            Optional<String> requestId,
            Instant now) {
        return new Workload(
                id,
                spec,
                SpecVersions.FIRST,
                Desired.RUNNING,
                Generation.NONE,
                Run.FIRST,
                Optional.empty(),
                Observation.of(WorkloadStatus.PENDING, now, Reason.NO_NODE_FITS, "waiting for a placement"),
                false,
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

    /** The start that is wanted, or was wanted last. */
    public RunId runId() {
        return new RunId(generation, run.number());
    }

    /** Where its last container is, whether it is placed or waits for a placement. */
    public Optional<NodeId> containerNode() {
        return nodeId.or(run::heldBy);
    }

    /** Whether a node's resources and ports are charged for this workload. */
    public boolean holdsReservation() {
        return nodeId.isPresent() && status().holdsReservation();
    }

    /** What of its node is its own, where it {@link #holdsReservation}. */
    public Held held() {
        return Held.of(spec).or(versions.alsoHeld());
    }

    /** Another specification; its last container is as it was. */
    public Workload changed(WorkloadSpec next, SpecVersions nextVersions, Optional<String> byRequest) {
        return changed(it -> {
            it.spec = next;
            it.versions = nextVersions;
            it.requestId = byRequest;
        });
    }

    /** The same specification, with more known of how it came to be. */
    public Workload withChange(SpecChange known) {
        return changed(it -> it.versions = versions.with(known));
    }

    /** The same, with these versions of its specification and secrets. */
    public Workload withVersions(SpecVersions known) {
        return changed(it -> it.versions = known);
    }

    public Workload withObserved(Observation next) {
        // What was only made has written nothing, and an agent may tell of that before its engine refuses the start.
        boolean hasBegun = next.startedAt().isPresent() || next.status() == WorkloadStatus.RUNNING;
        return changed(it -> {
            it.observed = next;
            it.run = hasBegun ? run.begun() : run;
        });
    }

    /** The same, and a container of it has been started once. */
    public Workload begun() {
        return changed(it -> it.run = run.begun());
    }

    public Workload withDesired(Desired next, Optional<String> byRequest) {
        return changed(it -> {
            it.desired = next;
            it.requestId = byRequest;
        });
    }

    /** Its volumes go with it, too. */
    public Workload withoutVolumes() {
        return changed(it -> it.removeVolumes = true);
    }

    public Workload withLogs(String output) {
        return changed(it -> it.logs = output);
    }

    /** The end of its last run's output is still to be taken, or has been. */
    public Workload withOutputDue(boolean due) {
        return changed(it -> it.run = run.withOutputDue(due));
    }

    /**
     * Put on {@code node}: on the one that holds its last container to start that, where it is still what the
     * specification says; otherwise with a new one.
     */
    public Workload placedOn(NodeId node, PlacementSummary why, Observation next) {
        boolean again = run.heldBy().filter(node::equals).isPresent() && versions.isOfContainer();
        return changed(it -> {
            it.versions = versions.ordered();
            it.generation = again ? generation : generation.next();
            it.run = again ? run.again(run.previousStart()) : run.anew();
            it.nodeId = Optional.of(node);
            it.observed = next;
            it.placement = Optional.of(why);
        });
    }

    /** The same container once more, on the same node. */
    public Workload startedAgain(Observation next) {
        return changed(it -> {
            it.run = run.again(lastStart());
            it.observed = next;
        });
    }

    /** A new container on the same node. */
    public Workload respawned(Observation next) {
        return changed(it -> {
            it.versions = versions.ordered();
            it.generation = generation.next();
            it.run = run.anew();
            it.observed = next;
        });
    }

    /** As of a run that was ordered after this record was written: {@code seen} of its container. */
    public Workload caughtUp(RunId seen) {
        return changed(it -> {
            it.generation = seen.generation();
            it.run = new Run(Math.max(run.number(), seen.run()), Optional.empty(), run.heldBy(), run.outputDue());
        });
    }

    /** On no node, for the reason given; the generation stays, and so does a container that {@code holder} has. */
    public Workload unplaced(Optional<NodeId> holder, Optional<PlacementSummary> why, Observation next) {
        return changed(it -> {
            it.run = run.waiting(holder.flatMap(node -> lastStart()), holder);
            it.nodeId = Optional.empty();
            it.observed = next;
            it.placement = why;
        });
    }

    /** No longer waiting for a placement: back where its last container is, if there is one. */
    public Workload putBack() {
        return changed(it -> {
            it.run = run.waiting(run.previousStart(), Optional.empty());
            it.nodeId = containerNode();
        });
    }

    /** When its container was started last, as far as that was seen. */
    private Optional<Instant> lastStart() {
        return observed.startedAt().or(run::previousStart);
    }

    private Workload changed(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.workload(this);
    }

    /** What may become another in a record that is otherwise the same. */
    private static final class Draft {
        private WorkloadSpec spec;
        private SpecVersions versions;
        private Desired desired;
        private Generation generation;
        private Run run;
        private Optional<NodeId> nodeId;
        private Observation observed;
        private boolean removeVolumes;
        private String logs;
        private Optional<PlacementSummary> placement;
        private Optional<String> requestId;

        Draft(Workload from) {
            spec = from.spec;
            versions = from.versions;
            desired = from.desired;
            generation = from.generation;
            run = from.run;
            nodeId = from.nodeId;
            observed = from.observed;
            removeVolumes = from.removeVolumes;
            logs = from.logs;
            placement = from.placement;
            requestId = from.requestId;
        }

        Workload workload(Workload from) {
            return new Workload(
                    from.id,
                    spec,
                    versions,
                    desired,
                    generation,
                    run,
                    nodeId,
                    observed,
                    removeVolumes,
                    logs,
                    placement,
                    from.idempotencyKey,
                    requestId,
                    from.owner,
                    from.createdAt,
                    from.newer);
        }
    }
}
