package dev.persys.scheduler.leadership;

import akka.actor.typed.ActorRef;
import dev.persys.api.ContainerOrder;
import dev.persys.lifecycle.WorkloadSignal;
import dev.persys.model.ContainerPhase;
import dev.persys.model.ContainerReport;
import dev.persys.model.Desired;
import dev.persys.model.Generation;
import dev.persys.model.Node;
import dev.persys.model.NodeId;
import dev.persys.model.NodeStatus;
import dev.persys.model.PullProgress;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadId;
import dev.persys.model.WorkloadSpec;
import dev.persys.reconcile.Finding;
import dev.persys.reconcile.Inventory;
import dev.persys.reconcile.Reconciliation;
import dev.persys.scheduler.SchedulerEnvironment;
import dev.persys.scheduler.SchedulerMetrics;
import dev.persys.scheduler.events.EventLog;
import dev.persys.scheduler.events.Events;
import dev.persys.scheduler.node.AgentLink;
import dev.persys.scheduler.node.AgentOrder;
import dev.persys.scheduler.node.NodeNews;
import dev.persys.scheduler.placement.PlacementActor;
import dev.persys.scheduler.reads.Directory;
import dev.persys.scheduler.retention.RetentionSweep;
import dev.persys.scheduler.workload.WorkloadNews;
import dev.persys.store.Leadership;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What follows from the news of workloads and nodes: who else has to know, in which order. A record's change is first in
 * the directory and among the events; only then are others told, and orders sent. Confined to the {@link Term}.
 */
final class News implements WorkloadNews.Reader, NodeNews.Reader {
    private static final Logger LOG = LoggerFactory.getLogger(News.class);

    private final Leadership leadership;
    private final InstantSource clock;
    private final ActorRef<Leader.Command> leader;
    private final Directory directory;
    private final Writers writers;
    private final ActorRef<PlacementActor.Command> placement;
    private final ActorRef<EventLog.Command> events;
    private final RetentionSweep retention;
    private final OrphanWatch orphans;

    News(
            SchedulerEnvironment environment,
            Leadership leadership,
            ActorRef<Leader.Command> leader,
            Directory directory,
            Writers writers,
            ActorRef<PlacementActor.Command> placement,
            ActorRef<EventLog.Command> events,
            RetentionSweep retention) {
        this.leadership = leadership;
        this.clock = environment.clock();
        this.leader = leader;
        this.directory = directory;
        this.writers = writers;
        this.placement = placement;
        this.events = events;
        this.retention = retention;
        this.orphans = new OrphanWatch(directory, environment.settings().orphanRule(), leadership);
    }

    @Override
    public void committed(WorkloadNews.Committed news) {
        Workload last = news.last().value();
        if (news.after().isPresent()) {
            directory.put(last, news.last().revision());
        } else {
            writers.retire(last.id());
            retention.gone(last.id());
        }
        if (!news.before().map(Workload::status).equals(news.after().map(Workload::status))) {
            news.after().map(Workload::status).ifPresent(SchedulerMetrics.INSTANCE::workloadBecame);
        }
        news.event().ifPresent(event -> events.tell(new EventLog.Durable(event)));
        boolean moved = !news.before().flatMap(Workload::nodeId).equals(last.nodeId());
        boolean unwanted = last.desired() == Desired.DELETED
                && news.before()
                        .map(Workload::desired)
                        .filter(last.desired()::equals)
                        .isEmpty();
        if (news.after().isPresent() && (moved || unwanted)) {
            writers.tellOfItsNode(last);
        }
    }

    @Override
    public void refused(WorkloadNews.Refused news) {
        writers.retire(news.id());
    }

    @Override
    public void ordered(WorkloadNews.Ordered news) {
        order(news.node(), news.order());
    }

    @Override
    public void logsWanted(WorkloadNews.LogsWanted news) {
        directory.link(news.node()).ifPresent(link -> link.tell(new AgentLink.TakeLogs(news.id(), news.taken())));
    }

    @Override
    public void committed(NodeNews.Committed news) {
        Node node = news.last().value();
        news.event().ifPresent(event -> events.tell(new EventLog.Durable(event)));
        if (news.after().isEmpty()) {
            writers.retire(node.id());
            orphans.gone(node.id());
            placement.tell(new PlacementActor.NodeRemoved(node.id()));
            writers.signalAllOn(node.id(), new WorkloadSignal.NodeRemoved(node.id()));
            return;
        }
        directory.put(news.last());
        placement.tell(new PlacementActor.NodeChanged(node));
        boolean entered = !news.before().map(Node::status).equals(Optional.of(node.status()));
        if (entered && node.status() == NodeStatus.SUSPECT) {
            writers.signalAllOn(node.id(), new WorkloadSignal.NodeSilent(node.id(), node.message()));
        } else if (entered && node.status() == NodeStatus.INACTIVE) {
            writers.signalAllOn(node.id(), new WorkloadSignal.NodeLost(node.id()));
        }
    }

    @Override
    public void refused(NodeNews.Refused news) {
        writers.retire(news.id());
    }

    @Override
    public void heard(NodeNews.Heard news) {
        directory.put(news.node());
        placement.tell(new PlacementActor.NodeChanged(news.node().value()));
    }

    @Override
    public void orderDelayed(NodeNews.OrderDelayed news) {
        writers.signal(
                news.workload(),
                new WorkloadSignal.OrderDelayed(news.node(), news.generation(), news.why(), news.reason()));
    }

    @Override
    public void orderNotTaken(NodeNews.OrderNotTaken news) {
        writers.signal(news.workload(), new WorkloadSignal.OrderNotTaken(news.node(), news.generation(), news.why()));
    }

    @Override
    public void seen(NodeNews.Seen news) {
        ContainerReport report = news.report();
        WorkloadId id = report.workloadId();
        if (writers.writer(id).isPresent()) {
            writers.signal(id, new WorkloadSignal.Seen(news.node(), report));
            report.progress().ifPresent(progress -> progressed(news.node(), id, progress));
        } else if ((report.phase().isLive() || report.phase() == ContainerPhase.EXITED)
                && !orphans.areHeldOn(news.node())) {
            removeOrphan(news.node(), id, report.generation(), false);
        }
    }

    /** Only from where the container is to be: no other node has anything to say of it. */
    private void progressed(NodeId node, WorkloadId id, PullProgress progress) {
        directory
                .record(id)
                .filter(workload ->
                        workload.containerNode().filter(node::equals).isPresent())
                .ifPresent(workload -> {
                    directory.progress(id, progress);
                    events.tell(new EventLog.Passing(Events.progress(workload, progress, clock.instant())));
                });
    }

    @Override
    public void inventoryTaken(NodeNews.InventoryTaken news) {
        Inventory inventory = news.inventory();
        List<Finding> findings = Reconciliation.findings(inventory, directory, news.grace(), clock.instant());
        orphans.look(inventory, findings);
        orphans.lookForForeign(inventory);
        for (Finding finding : findings) {
            LOG.info("found on node {}: {}", inventory.node(), finding);
            if (finding instanceof Finding.Tell tell) {
                writers.signal(tell.workload(), tell.signal());
            } else if (finding instanceof Finding.Orphan orphan && isToGo(orphan)) {
                removeOrphan(orphan.node(), orphan.workload(), orphan.generation(), orphan.volumes());
            } else if (finding instanceof Finding.Ahead ahead && orphans.areAcceptedOn(ahead.node())) {
                writers.signal(ahead.workload(), new WorkloadSignal.FoundAhead(ahead.node(), ahead.run()));
            }
        }
    }

    @Override
    public void doubted(NodeNews.EpochDoubted news) {
        leader.tell(new Leader.TermDoubted(leadership.epoch(), news.node(), news.heardOf()));
    }

    /** Whether nothing speaks for the container: neither a record on its way, nor that the records may be wrong. */
    private boolean isToGo(Finding.Orphan orphan) {
        return isWritten(orphan.workload()) && !(orphans.areHeldOn(orphan.node()) && orphans.isWithoutRecord(orphan));
    }

    /** Whether the directory's word on this workload is the last: no record of it is on its way. */
    private boolean isWritten(WorkloadId id) {
        return directory.record(id).isPresent() || directory.writer(id).isEmpty();
    }

    private void removeOrphan(NodeId node, WorkloadId id, Generation generation, boolean volumes) {
        SchedulerMetrics.INSTANCE.orphanFound();
        order(
                node,
                new AgentOrder.Remove(new ContainerOrder(
                        id,
                        generation,
                        leadership.epoch(),
                        leadership.clusterId(),
                        WorkloadSpec.DEFAULT_STOP_GRACE_PERIOD,
                        Optional.empty(),
                        0,
                        volumes)));
    }

    private void order(NodeId node, AgentOrder order) {
        directory.link(node).ifPresent(link -> link.tell(new AgentLink.Deliver(order)));
    }
}
