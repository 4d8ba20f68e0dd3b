package dev.persys.scheduler.leadership;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.TimerScheduler;
import dev.persys.model.Epoch;
import dev.persys.model.Node;
import dev.persys.model.NodeId;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadId;
import dev.persys.scheduler.SchedulerEnvironment;
import dev.persys.scheduler.node.NodeNews;
import dev.persys.scheduler.placement.PlacementActor;
import dev.persys.scheduler.reads.Directory;
import dev.persys.scheduler.record.LeadershipLost;
import dev.persys.scheduler.record.Stored;
import dev.persys.scheduler.record.TermMessage;
import dev.persys.scheduler.workload.WorkloadNews;
import dev.persys.store.Change;
import dev.persys.store.CommitResult;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Begins again with what has failed: a workload's failure is its own, and so is a node's. The record is read again after
 * a while, a link is made anew, and nobody else notices. Confined to the {@link Term}.
 */
final class Revival {
    /** A link that lasted so long did not fail because of how the one before did. */
    private static final Duration STABLE = Duration.ofMinutes(1);

    /**
     * @param count of links in a row
     * @param relinked when the last of them was made, by the ticker
     */
    private record LinkFailures(int count, long relinked) {}

    private final ActorContext<TermMessage> context;
    private final TimerScheduler<TermMessage> timers;
    private final SchedulerEnvironment environment;
    private final Epoch epoch;
    private final Directory directory;
    private final Writers writers;
    private final ActorRef<PlacementActor.Command> placement;
    private final News news;
    private final Map<Failed, Integer> failures = new HashMap<>();
    private final Map<NodeId, LinkFailures> linkFailures = new HashMap<>();

    Revival(
            ActorContext<TermMessage> context,
            TimerScheduler<TermMessage> timers,
            SchedulerEnvironment environment,
            Epoch epoch,
            Directory directory,
            Writers writers,
            ActorRef<PlacementActor.Command> placement,
            News news) {
        this.context = context;
        this.timers = timers;
        this.environment = environment;
        this.epoch = epoch;
        this.directory = directory;
        this.writers = writers;
        this.placement = placement;
        this.news = news;
    }

    /** The writer of this record is gone, and its record is not. */
    void begin(Failed failed) {
        context.getLog().error("the writer of {} has failed; its record is read again", failed.key());
        later(failed);
    }

    void read(Failed failed) {
        context.pipeToSelf(
                environment.store().read(List.of(failed.key())).thenApply(LoadedState::of),
                (read, failure) ->
                        failure == null ? new Term.Reloaded(failed, read) : new Term.ReloadFailed(failed, failure));
    }

    void notRead(Failed failed, Throwable cause) {
        context.getLog().warn("cannot read {}; again later: {}", failed.key(), cause.toString());
        later(failed);
    }

    /** What fails next fails for the first time. */
    void written(WorkloadNews.Committed news) {
        failures.remove(new Failed.OfWorkload(news.last().value().id()));
    }

    /** What fails next fails for the first time. */
    void written(NodeNews.Committed news) {
        NodeId id = news.last().value().id();
        failures.remove(new Failed.OfNode(id));
        if (news.after().isEmpty()) {
            linkFailures.remove(id);
        }
    }

    private void later(Failed failed) {
        int count = failures.merge(failed, 1, Integer::sum);
        timers.startSingleTimer(
                failed, new Term.Reload(failed), environment.settings().storeRetry(count));
    }

    /** Goes on with what was read. */
    void goOn(Failed failed, LoadedState read) {
        boolean known = failed instanceof Failed.OfWorkload workload
                ? goOn(workload, read.workloads().stream().findFirst())
                : goOn((Failed.OfNode) failed, read.nodes().stream().findFirst());
        if (!known) {
            settle(failed);
        }
    }

    /**
     * The writer failed before its first write was known to be done. That may be on its way still, and would make a record
     * that nobody knows of; a later commit settles it, and one that takes the record's absence for granted says which way.
     */
    private void settle(Failed failed) {
        List<Change> absent = List.of(new Change.Delete(failed.key(), Change.ABSENT));
        context.pipeToSelf(
                environment.store().commit(epoch, absent),
                (result, failure) ->
                        failure == null ? new Term.Settled(failed, result) : new Term.ReloadFailed(failed, failure));
    }

    /** Whether the first write has arrived, or never will. */
    void settled(Failed failed, CommitResult result) {
        if (result instanceof CommitResult.Fenced fenced) {
            context.getSelf().tell(new LeadershipLost(fenced.toString()));
        } else if (result instanceof CommitResult.Conflict) {
            read(failed);
        } else {
            context.getLog().error("the writer of {} failed before there was a record; it is forgotten", failed.key());
            forget(failed);
        }
    }

    private void forget(Failed failed) {
        failures.remove(failed);
        if (failed instanceof Failed.OfWorkload workload) {
            placement.tell(new PlacementActor.Release(List.of(workload.id())));
            news.refused(new WorkloadNews.Refused(workload.id()));
        } else if (failed instanceof Failed.OfNode node) {
            news.refused(new NodeNews.Refused(node.id()));
        }
    }

    private boolean goOn(Failed.OfWorkload failed, Optional<Stored<Workload>> read) {
        WorkloadId id = failed.id();
        Optional<Workload> known = directory.record(id);
        if (read.isEmpty() && known.isEmpty()) {
            return false;
        }
        // Placement may have reserved what the writer has not come to write.
        placement.tell(read.map(Stored::value)
                .filter(Workload::holdsReservation)
                .<PlacementActor.Command>map(PlacementActor.Hold::new)
                .orElseGet(() -> new PlacementActor.Release(List.of(id))));
        if (read.isEmpty()) {
            known.ifPresent(directory::remove);
            failures.remove(failed);
        }
        directory.forget(id);
        read.ifPresent(writers::load);
        return true;
    }

    /** What was written and not told any more is told now. */
    private boolean goOn(Failed.OfNode failed, Optional<Stored<Node>> read) {
        Optional<Stored<Node>> known = directory.node(failed.id());
        if (read.isEmpty() && known.isEmpty()) {
            return false;
        }
        news.committed(new NodeNews.Committed(
                known.map(Stored::value),
                read.map(Stored::value),
                read.orElseGet(() -> new Stored<>(known.orElseThrow().value(), Change.ABSENT)),
                Optional.empty()));
        read.ifPresent(writers::loadNode);
        return true;
    }

    /** The link to this node's agent has failed. */
    void relink(NodeId id) {
        directory.unlink(id);
        int count = Optional.ofNullable(linkFailures.get(id))
                        .filter(last ->
                                environment.ticker().since(last.relinked()).compareTo(STABLE) < 0)
                        .map(LinkFailures::count)
                        .orElse(0)
                + 1;
        context.getLog().error("the link to the agent of node {} has failed; another takes its place", id);
        linkLater(id, count);
    }

    /** Takes up the conversation with the node's agent again. */
    void linkDue(NodeId id) {
        LinkFailures last = linkFailures.get(id);
        if (last == null || directory.nodeWriter(id).isEmpty()) {
            linkFailures.remove(id);
            return;
        }
        if (directory.link(id).isPresent()) {
            return;
        }
        if (writers.linkAgain(id)) {
            linkFailures.put(
                    id, new LinkFailures(last.count(), environment.ticker().nanos()));
        } else {
            linkLater(id, last.count());
        }
    }

    private void linkLater(NodeId id, int count) {
        linkFailures.put(id, new LinkFailures(count, environment.ticker().nanos()));
        timers.startSingleTimer(new Term.LinkDue(id), environment.settings().agentRetry(count));
    }
}
