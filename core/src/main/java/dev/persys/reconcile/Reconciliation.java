package dev.persys.reconcile;

import dev.persys.lifecycle.Outcome;
import dev.persys.lifecycle.WorkloadLifecycle;
import dev.persys.lifecycle.WorkloadSignal;
import dev.persys.model.ContainerReport;
import dev.persys.model.Desired;
import dev.persys.model.Generation;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Compares one node's inventory with the records. Of a cluster that is as it should be, it finds nothing.
 *
 * <p>What follows from a difference is left to {@link WorkloadLifecycle}; a report is a finding where that would do
 * something with it.
 */
public final class Reconciliation {
    /**
     * What the inventory shows of a generation: a container hides the order that made it, not one for the next, and
     * neither makes up for a container of the generation that is wanted. Of a workload that is to go, any does.
     */
    private record Shown(WorkloadId id, Generation generation) {
        static Shown of(ContainerReport report) {
            return new Shown(report.workloadId(), report.generation());
        }
    }

    private Reconciliation() {}

    /**
     * What to see to on the inventory's node.
     *
     * @param grace how long after an order its container may be missing from an inventory
     * @param now what is decided is labelled with
     */
    public static List<Finding> findings(Inventory inventory, Records records, Duration grace, Instant now) {
        List<Finding> findings = new ArrayList<>();
        Set<Shown> shown = new HashSet<>();
        Set<WorkloadId> mentioned = new HashSet<>();
        Set<WorkloadId> ahead = new HashSet<>();
        for (ContainerReport container : inventory.containers()) {
            mentioned.add(container.workloadId());
            if (isAhead(inventory, container, records)) {
                ahead.add(container.workloadId());
                findings.add(new Finding.Ahead(inventory.node(), container.workloadId(), container.runId()));
            } else if (!inventory.fresher().contains(container.workloadId()) && shown.add(Shown.of(container))) {
                findingOf(inventory, container, records, grace, now).ifPresent(findings::add);
            }
        }
        for (ContainerReport order : inventory.orders()) {
            mentioned.add(order.workloadId());
            boolean recorded = records.record(order.workloadId()).isPresent();
            if (recorded && !inventory.fresher().contains(order.workloadId()) && shown.add(Shown.of(order))) {
                findingOf(inventory, order, records, grace, now).ifPresent(findings::add);
            }
        }
        for (Workload workload : records.placedOn(inventory.node())) {
            boolean there = workload.desired() == Desired.DELETED
                    ? mentioned.contains(workload.id())
                    : shown.contains(new Shown(workload.id(), workload.generation()));
            if (!there
                    && !ahead.contains(workload.id())
                    && !inventory.fresher().contains(workload.id())
                    && WorkloadLifecycle.isPlacedOn(workload, inventory.node())
                    && isOverdue(workload, inventory, records, grace)) {
                tell(workload, new WorkloadSignal.Absent(inventory.node()), now).ifPresent(findings::add);
            }
        }
        return findings;
    }

    /** News that came meanwhile does not make a container any older. */
    private static boolean isAhead(Inventory inventory, ContainerReport container, Records records) {
        return records.record(container.workloadId())
                .filter(workload -> WorkloadLifecycle.isAhead(workload, inventory.node(), container.generation()))
                .isPresent();
    }

    private static Optional<Finding> findingOf(
            Inventory inventory, ContainerReport report, Records records, Duration grace, Instant now) {
        Optional<Workload> workload = records.record(report.workloadId());
        if (workload.isEmpty()) {
            return Optional.of(new Finding.Orphan(inventory.node(), report.workloadId(), report.generation(), false));
        }
        if (workload.get().desired() == Desired.DELETED
                && WorkloadLifecycle.isPlacedOn(workload.get(), inventory.node())) {
            return Optional.of(new Finding.Orphan(
                    inventory.node(),
                    report.workloadId(),
                    newer(workload.get().generation(), report.generation()),
                    workload.get().removeVolumes()));
        }
        // Until an order can have been carried out, its container shows the run before.
        if (report.generation().equals(workload.get().generation())
                && WorkloadLifecycle.isOldNews(workload.get(), report)
                && !isOverdue(workload.get(), inventory, records, grace)) {
            return Optional.empty();
        }
        return tell(workload.get(), new WorkloadSignal.Seen(inventory.node(), report), now);
    }

    private static Generation newer(Generation one, Generation other) {
        return one.isOlderThan(other) ? other : one;
    }

    private static Optional<Finding> tell(Workload workload, WorkloadSignal signal, Instant now) {
        Outcome outcome = WorkloadLifecycle.on(workload, signal, now);
        boolean idle = outcome instanceof Outcome.Unchanged unchanged
                && unchanged.effects().isEmpty();
        return idle ? Optional.empty() : Optional.of(new Finding.Tell(workload.id(), signal));
    }

    /** Whether the inventory must show the container, if there is one: by the ticker, whatever clocks were set to. */
    private static boolean isOverdue(Workload workload, Inventory inventory, Records records, Duration grace) {
        Duration due = switch (workload.status()) {
            case SCHEDULED, PULLING, STARTING -> grace;
            default -> Duration.ZERO;
        };
        return inventory.asOf() - records.since(workload.id()) > due.toNanos();
    }
}
