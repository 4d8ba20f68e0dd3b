package dev.persys.lifecycle;

import dev.persys.lifecycle.Outcome.Refused;
import dev.persys.model.Desired;
import dev.persys.model.Observation;
import dev.persys.model.Reason;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadStatus;
import java.time.Instant;
import java.util.List;

/** What somebody's request does to a workload. */
final class RequestedChange {
    private RequestedChange() {}

    static Outcome stop(Workload workload, WorkloadSignal.StopAsked asked, Instant now) {
        if (workload.desired() == Desired.DELETED) {
            return beingDeleted(workload);
        }
        if (workload.desired() == Desired.STOPPED) {
            return Outcome.nothing();
        }
        Workload wanted = workload.withDesired(Desired.STOPPED, asked.requestId());
        if (workload.status().isTerminal()) {
            return WorkloadLifecycle.changed(workload, wanted, List.of());
        }
        if (workload.nodeId().isEmpty() || WorkloadLifecycle.awaitsRetry(workload)) {
            Workload ended = wanted.withObserved(WorkloadLifecycle.asStopped(wanted.observed(), now));
            return WorkloadLifecycle.changed(workload, ended.putBack(), List.of());
        }
        Observation stopping = wanted.observed().as(workload.status(), Reason.STOPPING, "stopping", now);
        return WorkloadLifecycle.changed(
                workload, wanted.withObserved(stopping), List.of(WorkloadLifecycle.stop(wanted)));
    }

    static Outcome start(Workload workload, WorkloadSignal.StartAsked asked, Instant now) {
        return run(workload, asked, false, now);
    }

    static Outcome restart(Workload workload, WorkloadSignal.RestartAsked asked, Instant now) {
        return run(workload, asked, workload.nodeId().isPresent(), now);
    }

    /** @param again also where it runs */
    private static Outcome run(Workload workload, WorkloadSignal.Request asked, boolean again, Instant now) {
        if (workload.desired() == Desired.DELETED) {
            return beingDeleted(workload);
        }
        Workload wanted = workload.withDesired(Desired.RUNNING, asked.requestId());
        if (workload.status().isTerminal()) {
            return WorkloadLifecycle.waitingForAPlacement(wanted, workload.nodeId(), now);
        }
        boolean stopping = workload.desired() == Desired.STOPPED;
        return stopping || again ? WorkloadLifecycle.ordered(wanted, 0, 0, now) : Outcome.nothing();
    }

    static Outcome delete(Workload workload, WorkloadSignal.DeleteAsked delete, Instant now) {
        Workload marked = delete.volumes() ? workload.withoutVolumes() : workload;
        if (workload.desired() == Desired.DELETED) {
            boolean isNews = delete.atOnce() || !marked.equals(workload);
            return WorkloadLifecycle.changed(
                    workload,
                    marked,
                    isNews && workload.containerNode().isPresent() ? List.of(removal(marked, delete)) : List.of());
        }
        Workload wanted =
                marked.withDesired(Desired.DELETED, delete.requestId()).putBack();
        if (workload.containerNode().isEmpty()) {
            return WorkloadLifecycle.gone(wanted);
        }
        // What waits for a placement has ended: nothing of it runs.
        WorkloadStatus status =
                workload.status() == WorkloadStatus.PENDING ? WorkloadStatus.STOPPED : workload.status();
        Observation deleting =
                wanted.observed().as(status, Reason.DELETING, "being deleted; waiting for its node", now);
        return WorkloadLifecycle.changed(workload, wanted.withObserved(deleting), List.of(removal(wanted, delete)));
    }

    private static WorkloadEffect removal(Workload workload, WorkloadSignal.DeleteAsked delete) {
        return delete.atOnce() ? WorkloadLifecycle.kill(workload) : WorkloadLifecycle.remove(workload);
    }

    static Outcome beingDeleted(Workload workload) {
        return new Refused("being-deleted", "workload " + workload.id() + " is being deleted; run it anew instead");
    }
}
