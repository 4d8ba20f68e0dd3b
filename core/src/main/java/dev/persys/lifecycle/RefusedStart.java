package dev.persys.lifecycle;

import dev.persys.lifecycle.WorkloadEffect.AvoidPort;
import dev.persys.lifecycle.WorkloadEffect.FindPlacement;
import dev.persys.lifecycle.WorkloadEffect.ReleaseReservation;
import dev.persys.lifecycle.WorkloadEffect.RemoveContainer;
import dev.persys.model.ContainerReport;
import dev.persys.model.HostPort;
import dev.persys.model.NodeId;
import dev.persys.model.Observation;
import dev.persys.model.Reason;
import dev.persys.model.VolumeMount;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What becomes of a workload whose container its engine does not start.
 *
 * <p>A port that something else has is the node's trouble, not the workload's: where nothing of the workload is on the
 * node, it goes back to placement, which keeps away from that node for a while and tries it again in the end. So it does
 * whatever the restart policy, which is about what has run.
 *
 * <p>What its node's settings do not allow is not tried again, whatever the restart policy: it would be refused until
 * somebody changes one of the two.
 */
final class RefusedStart {
    private RefusedStart() {}

    static Outcome on(Workload workload, Observation facts, ContainerReport report, Instant now) {
        if (report.notAllowed().isPresent()) {
            String sentence = Sentences.notAllowed(workload.nodeId().orElseThrow(), report.message());
            return WorkloadLifecycle.changed(
                    workload,
                    workload.withObserved(facts.as(WorkloadStatus.FAILED, Reason.NOT_ALLOWED, sentence, now)),
                    List.of());
        }
        Optional<HostPort> taken = report.portInUse().filter(workload.spec().hostPorts()::contains);
        if (taken.isEmpty()) {
            return SeenContainer.refused(
                    workload, facts, Reason.START_REFUSED, "Docker refused to start it: " + report.message(), now);
        }
        NodeId node = workload.nodeId().orElseThrow();
        String sentence = Sentences.portInUse(taken.get(), node);
        Outcome outcome = isBound(workload)
                ? SeenContainer.refused(workload, facts, Reason.PORT_IN_USE, sentence, now)
                : elsewhere(workload, node, sentence, now);
        return outcome instanceof Outcome.Changed changed ? changed.first(new AvoidPort(node, taken.get())) : outcome;
    }

    /**
     * Whether something of it is on its node, or may be: what a container wrote, a volume by its name. A change that has
     * not proved itself is gone back on where it is.
     */
    private static boolean isBound(Workload workload) {
        return !workload.run().neverStarted()
                || workload.versions().isProving()
                || workload.spec().volumes().stream().anyMatch(RefusedStart::isNamed);
    }

    private static boolean isNamed(VolumeMount volume) {
        return !volume.source().startsWith("/");
    }

    /** What was made for it goes, with the volumes that its image declares: nothing was ever written there. */
    private static Outcome elsewhere(Workload workload, NodeId node, String sentence, Instant now) {
        Workload next = workload.unplaced(
                Optional.empty(),
                workload.placement(),
                Observation.of(
                        WorkloadStatus.PENDING, now, Reason.PORT_IN_USE, sentence + "; another node is looked for"));
        return Outcome.Changed.to(
                next,
                List.of(
                        new RemoveContainer(node, workload.id(), workload.generation(), Duration.ZERO, true),
                        new ReleaseReservation(workload.id()),
                        new FindPlacement(next, Optional.empty())));
    }
}
