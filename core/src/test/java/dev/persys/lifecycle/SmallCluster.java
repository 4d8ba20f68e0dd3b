package dev.persys.lifecycle;

import dev.persys.model.ContainerPhase;
import dev.persys.model.ContainerReport;
import dev.persys.model.Generation;
import dev.persys.model.NodeId;
import dev.persys.model.RunId;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadId;
import dev.persys.reconcile.Finding;
import dev.persys.reconcile.Inventory;
import dev.persys.reconcile.Reconciliation;
import dev.persys.reconcile.Records;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * One workload's record and three nodes that do what they are ordered to, as agents do: an order is taken twice and
 * done once, one with an older run is refused, a container of the same generation is started again, and what changes is
 * told.
 */
final class SmallCluster implements WorkloadEffect.Runner {
    /** What a node has of the workload, in which run; an order that failed has no container. */
    record Container(RunId run, ContainerPhase phase, int code) {
        Generation generation() {
            return run.generation();
        }
    }

    private static final Duration GRACE = Duration.ofSeconds(30);
    private static final int ENOUGH = 200;

    private final Map<NodeId, Container> held = new TreeMap<>();
    private final Map<NodeId, Container> failedOrders = new HashMap<>();
    private final Deque<WorkloadSignal> signals = new ArrayDeque<>();
    private Optional<Workload> record;
    private boolean deaf;
    private Instant now = WorkloadScenes.THEN.plusSeconds(1_000_000);

    SmallCluster(Workload workload) {
        this.record = Optional.of(workload);
    }

    /** Puts something on a node, of a generation relative to the record's, and of that generation so many runs before. */
    void leave(NodeId node, long offset, long runsBefore, ContainerPhase phase, int code) {
        long generation = Math.max(0, record.orElseThrow().generation().value() + offset);
        long run = record.orElseThrow().run().number();
        // Once its start was seen, a container is in no run before.
        boolean mayBeBefore = offset == 0 && WorkloadLifecycle.awaitsStart(record.get());
        RunId at = new RunId(Generation.of(generation), mayBeBefore ? Math.max(0, run - runsBefore) : run);
        Container left = new Container(at, phase, code);
        (phase == ContainerPhase.PULL_FAILED ? failedOrders : held).put(node, left);
    }

    Optional<Workload> record() {
        return record;
    }

    Map<NodeId, Container> containers() {
        return held;
    }

    /** A new leader takes over, and every order that it sends at first is lost. */
    void resumeUnheard() {
        deaf = true;
        record.ifPresent(workload -> WorkloadLifecycle.resume(workload).forEach(effect -> effect.runWith(this)));
        settle();
        deaf = false;
    }

    /** One pass over every node; what it found. */
    List<Finding> reconcile() {
        List<Finding> all = new ArrayList<>();
        for (NodeId node : WorkloadDomain.NODES) {
            now = now.plusSeconds(600);
            Inventory inventory =
                    new Inventory(node, reading(now), reports(held, node), reports(failedOrders, node), Set.of());
            List<Finding> findings = Reconciliation.findings(inventory, records(), GRACE, now);
            all.addAll(findings);
            for (Finding finding : findings) {
                if (finding instanceof Finding.Tell tell) {
                    signals.add(tell.signal());
                } else if (finding instanceof Finding.Orphan orphan) {
                    removeFrom(orphan.node(), orphan.generation());
                } else if (finding instanceof Finding.Ahead ahead) {
                    // An operator says at once that the record is gone on with.
                    signals.add(new WorkloadSignal.FoundAhead(ahead.node(), ahead.run()));
                }
            }
            settle();
        }
        return all;
    }

    /** Nobody sets this clock. */
    private static long reading(Instant instant) {
        return TimeUnit.SECONDS.toNanos(instant.getEpochSecond()) + instant.getNano();
    }

    private Records records() {
        return new Records() {
            @Override
            public Iterable<Workload> placedOn(NodeId node) {
                return record.stream().toList();
            }

            @Override
            public Optional<Workload> record(WorkloadId id) {
                return record;
            }

            @Override
            public long since(WorkloadId id) {
                return reading(record.orElseThrow().observed().since());
            }
        };
    }

    private void settle() {
        for (int i = 0; !signals.isEmpty(); i++) {
            if (i > ENOUGH) {
                throw new AssertionError("it never comes to rest: " + record + signals);
            }
            WorkloadSignal signal = signals.remove();
            if (record.isPresent()) {
                Outcome outcome = WorkloadLifecycle.on(record.get(), signal, now);
                if (outcome instanceof Outcome.Changed changed) {
                    record = changed.next();
                    changed.effects().forEach(effect -> effect.runWith(this));
                } else if (outcome instanceof Outcome.Unchanged unchanged) {
                    unchanged.effects().forEach(effect -> effect.runWith(this));
                }
            }
        }
    }

    private void tell(NodeId node, Container container) {
        signals.add(new WorkloadSignal.Seen(node, report(container)));
    }

    private static List<ContainerReport> reports(Map<NodeId, Container> of, NodeId node) {
        return Optional.ofNullable(of.get(node)).map(SmallCluster::report).stream()
                .toList();
    }

    private static ContainerReport report(Container container) {
        return WorkloadScenes.report(container.run(), container.phase(), container.code());
    }

    @Override
    public void run(WorkloadEffect.RunContainer effect) {
        if (deaf) {
            return;
        }
        NodeId node = effect.workload().nodeId().orElseThrow();
        RunId wanted = effect.workload().runId();
        Container there = held.get(node);
        boolean created = there != null && there.run().equals(wanted) && there.phase() == ContainerPhase.STARTING;
        if (there == null || there.run().isOlderThan(wanted) || created) {
            failedOrders.remove(node);
            held.put(node, new Container(wanted, ContainerPhase.RUNNING, 0));
        }
        tell(node, held.get(node));
    }

    @Override
    public void stop(WorkloadEffect.StopContainer effect) {
        Container there = held.get(effect.node());
        boolean stoppable = !deaf && there != null && !effect.run().isOlderThan(there.run());
        if (stoppable) {
            boolean same = there.generation().equals(effect.run().generation());
            int code = there.phase() == ContainerPhase.EXITED ? there.code() : 143;
            Container stopped = new Container(same ? effect.run() : there.run(), ContainerPhase.EXITED, code);
            held.put(effect.node(), stopped);
            tell(effect.node(), stopped);
        }
        Container failed = failedOrders.get(effect.node());
        if (!deaf && failed != null && !effect.run().isOlderThan(failed.run())) {
            failedOrders.remove(effect.node());
        }
    }

    @Override
    public void remove(WorkloadEffect.RemoveContainer effect) {
        removeFrom(effect.node(), effect.generation());
    }

    private void removeFrom(NodeId node, Generation generation) {
        for (Map<NodeId, Container> kind : List.of(failedOrders, held)) {
            Container there = kind.get(node);
            if (!deaf && there != null && !generation.isOlderThan(there.generation())) {
                kind.remove(node);
                tell(node, new Container(there.run(), ContainerPhase.REMOVED, 0));
            }
        }
    }

    @Override
    public void findPlacement(WorkloadEffect.FindPlacement effect) {
        NodeId node = effect.preferred().orElse(WorkloadDomain.NODES.get(0));
        signals.add(new WorkloadSignal.Placed(node, WorkloadDomain.fits(node)));
    }

    @Override
    public void release(WorkloadEffect.ReleaseReservation effect) {}

    @Override
    public void avoid(WorkloadEffect.AvoidPort effect) {}

    @Override
    public void hold(WorkloadEffect.HoldReservation effect) {}

    @Override
    public void proveLater(WorkloadEffect.ProveLater effect) {
        signals.add(new WorkloadSignal.Proved(effect.run()));
    }

    @Override
    public void retryLater(WorkloadEffect.RetryLater effect) {
        signals.add(new WorkloadSignal.RetryDue());
    }

    @Override
    public void takeLogs(WorkloadEffect.TakeLogs effect) {
        signals.add(new WorkloadSignal.LogsTaken(effect.run(), "tail"));
    }
}
