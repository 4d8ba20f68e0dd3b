package dev.persys.scheduler.retention;

import dev.persys.api.Garbage;
import dev.persys.lifecycle.Retention;
import dev.persys.lifecycle.Retention.Expired;
import dev.persys.lifecycle.WorkloadSignal;
import dev.persys.model.Desired;
import dev.persys.model.NodeId;
import dev.persys.model.NodeStatus;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadId;
import dev.persys.protocol.SchedulerProtocol.CollectGarbage;
import dev.persys.scheduler.SchedulerMetrics;
import dev.persys.scheduler.SchedulerSettings;
import dev.persys.scheduler.reads.AgeClock;
import dev.persys.scheduler.reads.Directory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the workloads that {@link Retention} does not keep removed, a bounded number at once. Each is removed by its own
 * writer, which looks once more whether it still stands as it was judged. Confined to the leader's term.
 *
 * <p>A node that does not answer is left alone until it does, or counts as gone; one that is behind with what it was told to
 * remove gets no more until it has caught up, and holds nobody else up.
 */
public final class RetentionSweep {
    private static final Logger LOG = LoggerFactory.getLogger(RetentionSweep.class);

    /** An expired workload that waits for its turn. */
    private record Due(Expired expired, Optional<String> requestId) {}

    /** A removal that was asked for and is not over, on the node that has to do it. */
    private record UnderWay(Optional<NodeId> node, Instant since) {}

    private static final String AT_ONCE = "it was to be removed once it had ended (autoRemove)";

    private final Directory directory;
    private final BiConsumer<WorkloadId, WorkloadSignal> signal;
    private final SchedulerSettings settings;
    private final AgeClock clock;
    private final Map<WorkloadId, Due> due = new LinkedHashMap<>();
    private final Map<WorkloadId, UnderWay> underWay = new LinkedHashMap<>();
    private final Set<NodeId> behind = new HashSet<>();

    /** @param signal tells a workload's writer what has happened */
    public RetentionSweep(
            Directory directory,
            BiConsumer<WorkloadId, WorkloadSignal> signal,
            SchedulerSettings settings,
            AgeClock clock) {
        this.directory = directory;
        this.signal = signal;
        this.settings = settings;
        this.clock = clock;
    }

    /** One look at all that have ended; what is still due from the one before goes on. */
    public void pass() {
        Instant now = clock.now();
        forgetWhatIsOver(now);
        List<Expired> found = find(settings.retention(), now);
        if (!found.isEmpty()) {
            LOG.info("{} workloads that have ended are kept no longer", found.size());
        }
        found.forEach(expired -> due.putIfAbsent(expired.id(), new Due(expired, Optional.empty())));
        goOn(now);
    }

    /** A look because somebody asked for it. */
    public Garbage collect(CollectGarbage request) {
        Instant now = clock.now();
        forgetWhatIsOver(now);
        Retention retention = request.finishedAfter()
                .map(settings.retention()::withFinishedAfter)
                .orElse(settings.retention());
        List<Expired> found = find(retention, now);
        Garbage garbage = describe(request, found);
        if (!request.dryRun()) {
            LOG.info(
                    "{} workloads that have ended are removed as {} asked",
                    found.size(),
                    request.origin().caller());
            found.forEach(expired ->
                    due.put(expired.id(), new Due(expired, request.origin().request())));
            goOn(now);
        }
        return garbage;
    }

    /** The record of that workload is gone: another may take its place. */
    public void gone(WorkloadId id) {
        if (underWay.remove(id) != null) {
            SchedulerMetrics.INSTANCE.workloadExpired();
            goOn(clock.now());
        }
    }

    private List<Expired> find(Retention retention, Instant now) {
        List<Expired> found = new ArrayList<>();
        for (Retention.Kind kind : Retention.Kind.values()) {
            List<Expired> ofKind = retention.expired(kind, directory.ended(kind), now);
            Set<WorkloadId> known = ofKind.stream().map(Expired::id).collect(Collectors.toSet());
            found.addAll(ofKind);
            directory.ended(kind).stream()
                    .filter(ended -> !known.contains(ended.id()) && isToGoAtOnce(ended.id()))
                    .map(ended -> new Expired(ended.id(), ended.since(), AT_ONCE))
                    .forEach(found::add);
        }
        found.sort(Comparator.comparing(Expired::since).thenComparing(Expired::id));
        return found;
    }

    private boolean isToGoAtOnce(WorkloadId id) {
        return directory
                .record(id)
                .filter(workload -> workload.spec().options().autoRemove())
                .isPresent();
    }

    private Garbage describe(CollectGarbage request, List<Expired> found) {
        int ended = 0;
        for (Retention.Kind kind : Retention.Kind.values()) {
            ended += directory.ended(kind).size();
        }
        int waiting = 0;
        List<Garbage.Item> items = new ArrayList<>();
        for (Expired expired : found) {
            Workload workload = directory.record(expired.id()).orElseThrow();
            waiting += mayGo(workload) ? 0 : 1;
            if (items.size() < request.limit()) {
                items.add(new Garbage.Item(
                        workload.id(),
                        workload.spec().name(),
                        workload.status(),
                        workload.nodeId(),
                        expired.since(),
                        expired.why()));
            }
        }
        int removing = (int) underWay.keySet().stream()
                .filter(id -> directory
                        .record(id)
                        .filter(RetentionSweep::isBeingRemoved)
                        .isPresent())
                .count();
        return new Garbage(request.dryRun(), found.size(), waiting, removing, ended - found.size(), items);
    }

    /** What was told more than an interval ago and is still there makes its node one that is behind. */
    private void forgetWhatIsOver(Instant now) {
        underWay.keySet().removeIf(id -> !isStillUnderWay(id, now));
        behind.clear();
        underWay.values().stream()
                .filter(removal -> isLate(removal, now))
                .forEach(removal -> removal.node().ifPresent(behind::add));
    }

    /** A workload that was started again in the nick of time is under way no more. */
    private boolean isStillUnderWay(WorkloadId id, Instant now) {
        Optional<Workload> record = directory.record(id);
        return record.isPresent() && (isBeingRemoved(record.get()) || !isLate(underWay.get(id), now));
    }

    private boolean isLate(UnderWay removal, Instant now) {
        return Duration.between(removal.since(), now).compareTo(settings.retentionInterval()) >= 0;
    }

    private void goOn(Instant now) {
        long taken = underWay.values().stream()
                .filter(removal -> removal.node().filter(behind::contains).isEmpty())
                .count();
        while (taken < settings.removalsAtOnce() && !due.isEmpty()) {
            Due next = due.remove(due.keySet().iterator().next());
            Optional<Workload> workload = directory.record(next.expired().id()).filter(this::mayGo);
            if (workload.isPresent() && !underWay.containsKey(workload.get().id())) {
                underWay.put(workload.get().id(), new UnderWay(workload.get().nodeId(), now));
                taken++;
                signal.accept(workload.get().id(), signal(next, workload.get()));
            }
        }
    }

    private WorkloadSignal.Expired signal(Due due, Workload workload) {
        boolean nodeGone = workload.nodeId()
                .flatMap(this::status)
                .filter(NodeStatus.INACTIVE::equals)
                .isPresent();
        return new WorkloadSignal.Expired(due.expired().since(), due.expired().why(), nodeGone, due.requestId());
    }

    private boolean mayGo(Workload workload) {
        return workload.nodeId().filter(this::isBusyOrSilent).isEmpty();
    }

    private boolean isBusyOrSilent(NodeId node) {
        return behind.contains(node)
                || status(node).filter(NodeStatus.SUSPECT::equals).isPresent();
    }

    private Optional<NodeStatus> status(NodeId node) {
        return directory.node(node).map(known -> known.value().status());
    }

    private static boolean isBeingRemoved(Workload workload) {
        return workload.desired() == Desired.DELETED;
    }
}
