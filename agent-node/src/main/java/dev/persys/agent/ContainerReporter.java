package dev.persys.agent;

import akka.actor.typed.ActorRef;
import dev.persys.model.ContainerPhase;
import dev.persys.model.ContainerReport;
import dev.persys.model.Generation;
import dev.persys.model.WorkloadId;
import dev.persys.runtime.ContainerLabels;
import dev.persys.runtime.ContainerState;
import java.util.Optional;
import org.slf4j.Logger;

/** Tells what is seen of one workload, each thing once. For one actor's use. */
final class ContainerReporter {
    private final WorkloadId workloadId;
    private final ActorRef<EventFeed.Command> feed;
    private final Logger log;
    private Optional<ContainerReport> last = Optional.empty();
    private Optional<String> outOfMemory = Optional.empty();
    private Optional<String> gone = Optional.empty();

    ContainerReporter(WorkloadId workloadId, ActorRef<EventFeed.Command> feed, Logger log) {
        this.workloadId = workloadId;
        this.feed = feed;
        this.log = log;
    }

    /** Tells it unless it was the last thing told. */
    void tell(ContainerReport report) {
        if (last.filter(report::equals).isEmpty()) {
            tellAgain(report);
        }
    }

    void tellAgain(ContainerReport report) {
        boolean isNew = last.filter(told ->
                        told.phase() == report.phase() && told.generation().equals(report.generation()))
                .isEmpty();
        if (isNew) {
            log.info(
                    "Workload {} generation {}: {}{}",
                    workloadId,
                    report.generation(),
                    report.phase(),
                    report.exitCode().map(code -> ", exit code " + code).orElse(""));
        }
        last = Optional.of(report);
        feed.tell(new EventFeed.Publish(report));
    }

    private ContainerReport shown(ContainerLabels labels, ContainerState state) {
        return Reports.of(labels, state, outOfMemory.filter(state.id()::equals).isPresent());
    }

    /** Tells of a container that the engine shows so, unless the order being carried out tells how it goes. */
    void tellShown(ContainerMemory memory, ContainerLabels labels, ContainerState state, boolean again) {
        Reports.told(memory, shown(labels, state)).ifPresent(report -> tell(report, again));
    }

    /** Tells of a container; nothing of one that is gone, or that does not run because its order failed. */
    private void tell(ContainerReport report, boolean again) {
        if (report.containerId().filter(this::isGone).isPresent()
                || (!report.phase().isLive() && hasToldFailureOf(report.generation()))) {
            return;
        }
        if (again) {
            tellAgain(report);
        } else {
            tell(report);
        }
    }

    /** The engine killed it for want of memory, which an inspection may show only later. */
    void sawOutOfMemory(String containerId) {
        outOfMemory = Optional.of(containerId);
    }

    void sawStart(String containerId) {
        outOfMemory = outOfMemory.filter(id -> !id.equals(containerId));
    }

    /** An inspection that was under way while it went may still come in. */
    void sawEnd(String containerId) {
        gone = Optional.of(containerId);
    }

    boolean isGone(String containerId) {
        return gone.filter(containerId::equals).isPresent();
    }

    private boolean hasToldFailureOf(Generation generation) {
        return last.filter(report -> report.generation().equals(generation)
                        && (report.phase() == ContainerPhase.START_REFUSED
                                || report.phase() == ContainerPhase.UNUSABLE
                                || report.phase() == ContainerPhase.PULL_FAILED))
                .isPresent();
    }
}
