package dev.persys.scheduler.node;

import akka.actor.typed.ActorRef;
import dev.persys.api.ContainerList;
import dev.persys.model.NodeId;
import dev.persys.model.NodeReason;
import dev.persys.model.WorkloadId;
import dev.persys.reconcile.Inventory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How the inventories of one node go: which is under way, what is told of workloads meanwhile, and who waits for it.
 * Confined to the {@link AgentLink}.
 */
final class Inventories {
    /**
     * One that was asked for.
     *
     * @param asOf when that was, by the ticker
     * @param afresh whether orders given before it may be forgotten: of an agent that was started anew, or by a link that
     *     failed
     */
    record Asked(long asOf, boolean afresh) {}

    private final NodeId node;
    private final Duration grace;
    private final List<ActorRef<WorkloadMonitor.Command>> waiters = new ArrayList<>();
    private final Set<WorkloadId> news = new HashSet<>();
    private boolean underWay;
    private boolean forgotten;
    private int failures;
    private Optional<Trouble> trouble = Optional.empty();

    /** @param grace how long after an order its container may be missing */
    Inventories(NodeId node, Duration grace) {
        this.node = node;
        this.grace = grace;
    }

    Optional<Trouble> trouble() {
        return trouble;
    }

    /** What was ordered so far may be forgotten: the next one is looked at without any grace. */
    void forgetOrders() {
        forgotten = true;
    }

    void await(ActorRef<WorkloadMonitor.Command> monitor) {
        waiters.add(monitor);
    }

    /** To ask for one at this reading of the ticker; absent while one is under way. */
    Optional<Asked> begin(long now) {
        if (underWay) {
            return Optional.empty();
        }
        underWay = true;
        news.clear();
        return Optional.of(new Asked(now, forgotten));
    }

    /** Something was told of this workload: an inventory that is under way may not show it yet. */
    void heardOf(WorkloadId id) {
        if (underWay) {
            news.add(id);
        }
    }

    NodeNews.InventoryTaken taken(Asked asked, ContainerList list) {
        underWay = false;
        failures = 0;
        trouble = Optional.empty();
        forgotten = forgotten && !asked.afresh();
        Inventory seen = new Inventory(node, asked.asOf(), list.containers(), list.orders(), list.foreign(), news);
        return new NodeNews.InventoryTaken(seen, asked.afresh() ? Duration.ZERO : grace);
    }

    /** It could not be taken. */
    void failed() {
        underWay = false;
    }

    /**
     * It could not be taken though events go on coming: one that was missed would never be found. An answer that is late
     * once is no trouble.
     *
     * @return whether that is news
     */
    boolean failedUnderEvents(Trouble why) {
        failures++;
        if (failures == 1 && why.reason() != NodeReason.MALFORMED_ANSWERS) {
            return false;
        }
        boolean isNew = trouble.isEmpty();
        trouble = Optional.of(why);
        return isNew;
    }

    /** Whoever waits, well or not, waits no longer. */
    void tellWaiters() {
        waiters.forEach(monitor -> monitor.tell(new WorkloadMonitor.Done(node)));
        waiters.clear();
    }
}
