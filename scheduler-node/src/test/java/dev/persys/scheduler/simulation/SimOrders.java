package dev.persys.scheduler.simulation;

import static dev.persys.scheduler.simulation.SimPromise.COMMIT_BEFORE_EFFECT;
import static dev.persys.scheduler.simulation.SimPromise.DATA_STAYS;
import static dev.persys.scheduler.simulation.SimPromise.FOREIGN_UNTOUCHED;
import static dev.persys.scheduler.simulation.SimPromise.OLD_EPOCH_REFUSED;
import static dev.persys.scheduler.simulation.SimPromise.ONE_LIVE_CONTAINER;
import static dev.persys.scheduler.simulation.SimPromise.ORPHANS_HELD;

import dev.persys.model.Desired;
import dev.persys.model.Epoch;
import dev.persys.model.NodeId;
import dev.persys.model.SpecChange;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadStatus;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the agents are ordered, and what they do: that it follows from what is durable, and breaks no promise. */
final class SimOrders {
    private final Simulation sim;
    private final SimPromises promises;
    private final Map<String, Epoch> taken = new HashMap<>();
    private long count;

    SimOrders(Simulation sim, SimPromises promises) {
        this.sim = sim;
        this.promises = promises;
    }

    /** How many were sent; but for what removes a workload that is kept no longer. */
    long count() {
        return count;
    }

    void ordered(SimProcess by, NodeId node, SimOrder order) {
        count += promises.ages().isExpired(order.workload()) ? 0 : 1;
        List<Optional<Workload>> seen = promises.seen(by, order.workload());
        boolean follows = seen.isEmpty()
                ? order.kind() == SimOrder.Kind.REMOVE
                : seen.stream().anyMatch(version -> follows(order, node, version));
        promises.require(
                follows,
                COMMIT_BEFORE_EFFECT,
                by.name(),
                " orders ",
                node,
                " to ",
                order,
                "; of what is durable it has seen ",
                seen);
    }

    private boolean follows(SimOrder order, NodeId node, Optional<Workload> version) {
        Optional<Workload> placed = version.filter(
                workload -> workload.containerNode().filter(node::equals).isPresent()
                        && workload.generation().equals(order.generation()));
        boolean there = order.kind() == SimOrder.Kind.REMOVE
                ? placed.isPresent()
                : placed.filter(workload -> workload.runId().equals(order.id())).isPresent();
        boolean running = version.filter(workload -> workload.desired() == Desired.RUNNING
                        && workload.nodeId().isPresent()
                        && !workload.status().isTerminal())
                .isPresent();
        return switch (order.kind()) {
            case RUN ->
                there
                        && running
                        && version.orElseThrow()
                                .spec()
                                .image()
                                .equals(order.run().orElseThrow().image());
            case STOP -> there && !running;
            case REMOVE ->
                !there
                        || version.filter(workload -> workload.desired() == Desired.DELETED)
                                .isPresent();
        };
    }

    void taken(SimNode node, Epoch heard, SimOrder order) {
        String life = node.name() + " " + node.agent().orElseThrow().boot();
        Epoch newest = taken.merge(life, order.epoch(), (one, other) -> one.isOlderThan(other) ? other : one);
        promises.require(
                !order.epoch().isOlderThan(newest) && !order.epoch().isOlderThan(heard),
                OLD_EPOCH_REFUSED,
                node.id(),
                " takes ",
                order,
                " after one of epoch ",
                newest);
    }

    void started(SimNode node, SimContainer container) {
        if (sim.store().backup().isPutBack()) {
            return; // What old records order beside what they do not know of is removed once somebody says so.
        }
        for (SimNode each : sim.nodes()) {
            for (SimContainer other : each.containers()) {
                promises.require(
                        other == container
                                || !other.isLive()
                                || !other.workload.equals(container.workload)
                                || !other.generation.equals(container.generation),
                        ONE_LIVE_CONTAINER,
                        container,
                        " lives beside ",
                        other);
            }
        }
    }

    /** An agent is about to remove a container. */
    void removed(SimNode node, SimContainer container) {
        boolean lives = promises.workload(container.workload)
                .filter(workload -> workload.desired() != Desired.DELETED
                        && workload.generation().equals(container.generation)
                        && workload.containerNode().filter(node.id()::equals).isPresent())
                .isPresent();
        promises.require(
                !lives || container.startedAt.isEmpty(),
                DATA_STAYS,
                node.id(),
                " removes ",
                container,
                " although nobody asked for that");
        sim.store().backup().removed(node, container);
        promises.require(
                !node.leftOvers().contains(container) || node.isOperatorAsked(),
                ORPHANS_HELD,
                node.id(),
                " removes ",
                container,
                ", one of ",
                node.leftOvers().size(),
                " without a record, and nobody was asked");
    }

    /** A workload that is over had a container that is, whatever other nodes say of it. */
    void requireEnded(Optional<Workload> before, Workload after) {
        boolean ends = (after.status() == WorkloadStatus.EXITED || after.status() == WorkloadStatus.FAILED)
                && before.filter(was -> !was.status().isTerminal()).isPresent();
        if (ends && after.containerNode().isPresent()) {
            sim.node(after.containerNode().get().value()).containers().stream()
                    .filter(container ->
                            container.workload.equals(after.id()) && container.generation.equals(after.generation()))
                    .forEach(container -> promises.require(
                            !container.isLive() || container.hasEndedOnce(),
                            SimPromise.ENDS_ARE_SEEN,
                            after.id(),
                            " is ",
                            after.status(),
                            " and has ",
                            container));
        }
    }

    /** What a liar says of health is nobody's promise. */
    void requireProved(Optional<Workload> before, Workload after) {
        boolean isProved = before.filter(was -> was.versions().isProving()).isPresent()
                && after.status() == WorkloadStatus.RUNNING
                && after.versions()
                        .change()
                        .filter(change -> change.state() == SpecChange.State.STABLE)
                        .isPresent();
        if (!isProved || sim.profile().has(SimTrouble.LIARS)) {
            return;
        }
        sim.node(after.containerNode().orElseThrow().value()).containers().stream()
                .filter(container ->
                        container.workload.equals(after.id()) && container.generation.equals(after.generation()))
                .forEach(container -> promises.require(
                        container.check.isEmpty() || container.wasHealthy,
                        SimPromise.PROVED_IS_WELL,
                        after.id(),
                        " counts as stable, and was never healthy: ",
                        container));
    }

    void checkForeign() {
        for (SimNode node : sim.nodes()) {
            promises.require(
                    node.foreign().stream().allMatch(SimContainer::isLive)
                            && node.foreign().size() == Simulation.FOREIGN,
                    FOREIGN_UNTOUCHED,
                    "of the foreign containers on ",
                    node.id(),
                    " only these are left alive: ",
                    node.foreign());
        }
    }
}
