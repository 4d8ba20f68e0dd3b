package dev.persys.agent;

import dev.persys.model.ClusterId;
import dev.persys.model.Epoch;
import dev.persys.protocol.AgentProtocol.OrderReply;
import dev.persys.runtime.ContainerLabels;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whose orders are taken: those of one cluster, and of no leader older than the newest that was heard of. Pure.
 *
 * @param cluster the cluster; absent until the settings, the scheduler, the containers or the first order tell it
 * @param source whose word that is
 * @param epoch the newest
 */
record Fence(Optional<ClusterId> cluster, Source source, Epoch epoch) {
    /** Who told the cluster. */
    enum Source {
        /** The settings: nobody else is believed. */
        SETTINGS,
        /** A scheduler, as it registered the node or gave an order; or nobody yet. */
        SCHEDULER,
        /** The containers that were found: the scheduler may be of another one. */
        CONTAINERS
    }

    static Fence of(Optional<ClusterId> setting) {
        return new Fence(setting, setting.isPresent() ? Source.SETTINGS : Source.SCHEDULER, Epoch.NONE);
    }

    /** Why an order is refused; empty where it is taken, and then {@link #heard} is to follow. */
    Optional<OrderReply.Refused> check(ClusterId from, Epoch of) {
        if (cluster.filter(ours -> !ours.equals(from)).isPresent()) {
            return Optional.of(new OrderReply.Refused(
                    "wrong-cluster", "this node belongs to cluster " + cluster.get() + ", not to " + from));
        }
        if (of.isOlderThan(epoch)) {
            return Optional.of(new OrderReply.Refused(
                    "stale-epoch",
                    "epoch " + of + " is over; this node has heard of epoch " + epoch,
                    Optional.of(epoch)));
        }
        return Optional.empty();
    }

    /** After an order that was taken. */
    Fence heard(ClusterId from, Epoch of) {
        return new Fence(Optional.of(from), told(), epoch.isOlderThan(of) ? of : epoch);
    }

    /** After a registration: the scheduler's word counts, unless the settings name another cluster. */
    Fence registered(ClusterId by, Epoch of) {
        boolean isSame = cluster.filter(by::equals).isPresent();
        if (isSame || cluster.isEmpty()) {
            return heard(by, of);
        }
        return source == Source.SETTINGS ? this : new Fence(Optional.of(by), Source.SCHEDULER, of);
    }

    /** After the node's containers were listed: they tell the cluster where they agree on it, and the epoch. */
    Fence found(List<ContainerLabels> containers) {
        Set<ClusterId> clusters =
                containers.stream().map(ContainerLabels::clusterId).collect(Collectors.toSet());
        Optional<ClusterId> known =
                cluster.or(() -> clusters.size() == 1 ? clusters.stream().findFirst() : Optional.empty());
        Epoch newest = containers.stream()
                .filter(labels -> known.filter(labels.clusterId()::equals).isPresent())
                .map(ContainerLabels::epoch)
                .reduce(epoch, (one, other) -> one.isOlderThan(other) ? other : one);
        return new Fence(known, cluster.isEmpty() && known.isPresent() ? Source.CONTAINERS : source, newest);
    }

    private Source told() {
        return source == Source.SETTINGS ? Source.SETTINGS : Source.SCHEDULER;
    }

    /** Whether a container is of this cluster, as far as that is known. */
    boolean covers(ContainerLabels labels) {
        return cluster.filter(labels.clusterId()::equals).isPresent();
    }
}
