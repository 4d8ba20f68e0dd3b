package dev.persys.scheduler.node;

import dev.persys.model.WorkloadId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The orders that one agent has not taken yet: one a workload, the newest, of which a bounded number is under way.
 * Confined to the {@link AgentLink}.
 */
final class Orders {
    /** What a workload's agent is still to be told. */
    static final class Undelivered {
        private AgentOrder order;
        private boolean untaken;
        private boolean inFlight;
        private boolean told;
        private int timesPutOff;

        private Undelivered(AgentOrder order) {
            this.order = order;
            this.untaken = order.isFirst();
        }

        AgentOrder order() {
            return order;
        }

        /** Whether the node cannot have a container of this order's generation: it took no order for one. */
        boolean isUntaken() {
            return untaken && !inFlight;
        }
    }

    private final int atOnce;
    private final int most;
    private final Map<WorkloadId, Undelivered> undelivered = new HashMap<>();
    private final Set<WorkloadId> waiting = new LinkedHashSet<>();
    private int inFlight;

    /**
     * None yet.
     *
     * @param atOnce how many may be under way
     * @param most how many workloads' there may be: an agent can name containers faster than it removes them
     */
    Orders(int atOnce, int most) {
        this.atOnce = atOnce;
        this.most = most;
    }

    /**
     * Takes {@code order} in the place of an older one; absent where there is a newer one already, or no room: an inventory
     * shows what is still to be done.
     */
    Optional<Undelivered> add(AgentOrder order) {
        if (undelivered.size() >= most && !undelivered.containsKey(order.workload())) {
            return Optional.empty();
        }
        Undelivered one = undelivered.computeIfAbsent(order.workload(), id -> new Undelivered(order));
        if (order.run().isOlderThan(one.order.run())) {
            return Optional.empty();
        }
        if (one.order.run().generation().isOlderThan(order.run().generation())) {
            one.untaken = order.isFirst();
            one.told = false;
        }
        one.order = order;
        if (!one.inFlight) {
            waiting.add(order.workload());
        }
        return Optional.of(one);
    }

    /** The next to be sent, which counts as under way from now on; absent where none waits or enough are. */
    Optional<AgentOrder> next() {
        if (waiting.isEmpty() || inFlight >= atOnce) {
            return Optional.empty();
        }
        WorkloadId id = waiting.iterator().next();
        waiting.remove(id);
        Undelivered one = undelivered.get(id);
        one.inFlight = true;
        inFlight++;
        return Optional.of(one.order);
    }

    boolean areUnderWay() {
        return inFlight > 0;
    }

    /** Whether there is one from which to learn whether the agent takes orders. */
    boolean haveOneToTry() {
        return areUnderWay() || !waiting.isEmpty();
    }

    /** The agent has taken {@code order}, or never will: it is done with, unless another took its place meanwhile. */
    void taken(AgentOrder order) {
        Undelivered one = landed(order);
        one.untaken = false;
        one.timesPutOff = 0;
        if (one.order.equals(order)) {
            undelivered.remove(order.workload());
        } else {
            waiting.add(order.workload());
        }
    }

    /** Nobody took {@code order}: it waits behind the others. */
    Undelivered failed(AgentOrder order, boolean certainlyNotTaken) {
        Undelivered one = landed(order);
        one.untaken &= certainlyNotTaken;
        waiting.add(order.workload());
        return one;
    }

    /**
     * The agent does not take {@code order} now, which waits for {@link #again}.
     *
     * @return how often that has been so by now
     */
    int putOff(AgentOrder order) {
        Undelivered one = landed(order);
        one.timesPutOff++;
        return one.timesPutOff;
    }

    /** The order of this workload may be sent, if there still is one. */
    void again(WorkloadId id) {
        Undelivered one = undelivered.get(id);
        if (one != null && !one.inFlight) {
            waiting.add(id);
        }
    }

    /** Nobody is to be told of it any more. */
    void forget(Undelivered one) {
        undelivered.remove(one.order.workload());
        waiting.remove(one.order.workload());
    }

    /** Those that the agent certainly did not take. */
    List<Undelivered> untaken() {
        return undelivered.values().stream()
                .filter(Undelivered::isUntaken)
                .sorted(Comparator.comparing(one -> one.order.workload()))
                .toList();
    }

    /** Those of which nobody was told yet that they wait; from now on somebody was. */
    List<AgentOrder> toBeTold() {
        List<AgentOrder> orders = new ArrayList<>();
        for (WorkloadId id : waiting) {
            Undelivered one = undelivered.get(id);
            if (!one.told && one.order instanceof AgentOrder.Run) {
                one.told = true;
                orders.add(one.order);
            }
        }
        return orders;
    }

    private Undelivered landed(AgentOrder order) {
        inFlight--;
        Undelivered one = undelivered.get(order.workload());
        one.inFlight = false;
        return one;
    }
}
