package dev.persys.scheduler.simulation;

import akka.util.ByteString;
import dev.persys.api.AgentEvent;
import dev.persys.api.ContainerList;
import dev.persys.model.ClusterId;
import dev.persys.model.ContainerPhase;
import dev.persys.model.ContainerReport;
import dev.persys.model.Epoch;
import dev.persys.model.WorkloadId;
import dev.persys.protocol.AgentClient.EventStream;
import dev.persys.protocol.AgentClient.OrderResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * One life of a node's agent. Keeps the rules of the real one: the fence of cluster and epoch, one goal a workload, no
 * run started that was ended before, one owner for each restart, a list whose cursor is taken before the engine is asked.
 */
final class SimAgent {
    private final Simulation sim;
    private final SimNode node;
    private final int boot;
    private final SimFeed feed;
    private final SimSchedulerLink link;
    private final Map<WorkloadId, SimTask> tasks = new TreeMap<>();
    private Optional<ClusterId> cluster;
    private Epoch epoch = Epoch.NONE;
    private boolean alive = true;

    SimAgent(Simulation sim, SimNode node, int boot) {
        this.sim = sim;
        this.node = node;
        this.boot = boot;
        this.feed = new SimFeed(sim, node, "boot" + boot);
        this.link = new SimSchedulerLink(sim, node, this);
        this.cluster =
                node.containers().stream().map(container -> container.cluster).findFirst();
        node.containers().forEach(container -> heard(container.cluster, container.epoch));
    }

    void begin() {
        link.register();
    }

    int boot() {
        return boot;
    }

    boolean isAlive() {
        return alive;
    }

    void die() {
        alive = false;
        feed.close();
    }

    void loseFollowers() {
        feed.lose();
    }

    /** After a registration: the scheduler's word counts. */
    void registered(ClusterId by, Epoch of) {
        heard(by, of);
    }

    private void heard(ClusterId from, Epoch of) {
        cluster = Optional.of(from);
        epoch = epoch.isOlderThan(of) ? of : epoch;
    }

    OrderResult order(SimOrder order) {
        if (cluster.filter(ours -> !ours.equals(order.cluster())).isPresent()) {
            return new OrderResult.Refused("wrong-cluster", "this node belongs to another cluster");
        }
        if (order.epoch().isOlderThan(epoch) && !sim.bug().agentForgetsEpochs()) {
            return new OrderResult.Refused("stale-epoch", "this node has heard of epoch " + epoch, Optional.of(epoch));
        }
        if (sim.isFaulty() && sim.chance().percent(sim.profile().agentBusy())) {
            return new OrderResult.Busy("too much to do");
        }
        sim.promises().orders().taken(node, epoch, order);
        heard(order.cluster(), order.epoch());
        return task(order.workload()).admit(order);
    }

    void publish(ContainerReport report) {
        if (alive) {
            feed.publish(report);
        }
    }

    /** Tells whoever listens, and forgets it. */
    void mutter(AgentEvent event) {
        feed.mutter(event);
    }

    /** The engine shows a container otherwise than before, and no step of ours made it so. */
    void saw(SimContainer container) {
        task(container.workload).saw(container);
    }

    /** Somebody removed a container. */
    void removed(SimContainer container) {
        task(container.workload).removed(container);
    }

    private SimTask task(WorkloadId workload) {
        return tasks.computeIfAbsent(workload, id -> new SimTask(sim, node, this, id));
    }

    void list(Consumer<ContainerList> answer) {
        String cursor = feed.cursor();
        Map<WorkloadId, ContainerReport> board = new TreeMap<>(feed.latest());
        sim.after(sim.chance().millis(0, 30), "", () -> {
            if (alive) {
                answer.accept(new ContainerList(cursor, shown(board), orders(board)));
            }
        });
    }

    private List<ContainerReport> shown(Map<WorkloadId, ContainerReport> board) {
        List<ContainerReport> shown = new ArrayList<>();
        node.containers().stream()
                .map(container -> container.workload)
                .distinct()
                .forEach(id -> shown.add(shown(node.container(id).orElseThrow(), Optional.ofNullable(board.get(id)))));
        if (sim.bug().listsForeign()) {
            node.foreign().forEach(container -> shown.add(container.report()));
        }
        return shown;
    }

    /** What was told of it last: whether one that has ended is started again, the engine does not know. */
    private static ContainerReport shown(SimContainer container, Optional<ContainerReport> told) {
        return told.filter(last -> !last.generation().isOlderThan(container.generation))
                .filter(last -> last.containerId()
                        .filter(id -> !id.equals(container.containerId))
                        .isEmpty())
                .orElseGet(container::report);
    }

    private List<ContainerReport> orders(Map<WorkloadId, ContainerReport> board) {
        return board.values().stream()
                .filter(report -> report.containerId().isEmpty())
                .filter(report -> node.container(report.workloadId())
                        .filter(container -> !container.generation.isOlderThan(report.generation()))
                        .isEmpty())
                .toList();
    }

    Optional<ByteString> logs(WorkloadId id) {
        return node.container(id)
                .filter(container -> container.phase != ContainerPhase.STARTING)
                .map(container -> ByteString.fromString(container.containerId + " wrote this\n"));
    }

    EventStream follow(Optional<String> after) {
        return feed.follow(after);
    }
}
