package dev.persys.scheduler.simulation;

import akka.actor.PoisonPill;
import dev.persys.api.NodeView;
import dev.persys.model.Orphans;
import dev.persys.protocol.Origin;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol;
import dev.persys.protocol.SchedulerProtocol.NodeAction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Breaks things at any step, and mends all of them in the end. */
final class SimFaults {
    private static final List<Duration> LEAPS = List.of(
            Duration.ofSeconds(3),
            Duration.ofMinutes(11),
            Duration.ofHours(1),
            Duration.ofHours(5),
            Duration.ofDays(4));

    /** So many more than the workloads of a run: those that mishaps take. */
    private static final int SPARE = 10;

    private final Simulation sim;
    private Duration schedulersClock = Duration.ZERO;
    private boolean losing;

    SimFaults(Simulation sim) {
        this.sim = sim;
    }

    /** One fault of those that this run has. */
    void strike() {
        SimProfile profile = sim.profile();
        List<Runnable> faults = new ArrayList<>();
        if (profile.has(SimTrouble.LEADERS)) {
            faults.addAll(List.of(this::killLeader, this::killLeader, this::secondLeader));
        }
        if (profile.has(SimTrouble.AGENTS)) {
            faults.addAll(List.of(this::killAgent, this::cutOff));
        }
        if (profile.has(SimTrouble.CONTAINERS)) {
            faults.addAll(List.of(this::mishap, this::mishap));
        }
        if (profile.has(SimTrouble.ACTORS)) {
            faults.addAll(List.of(this::failActor, this::failActor, this::failActor));
        }
        if (profile.storeTrouble() > 0 || profile.has(SimTrouble.LONG_OUTAGES)) {
            faults.add(this::storeOutage);
        }
        if (profile.has(SimTrouble.CLOCKS)) {
            faults.add(this::setClocks);
        }
        if (profile.has(SimTrouble.LIARS)) {
            faults.addAll(List.of(this::lie, this::lie));
        }
        if (profile.has(SimTrouble.DEAF_NODES)) {
            faults.addAll(List.of(this::deafen, this::deafen));
        }
        // What a liar lists is no share of anything.
        if (profile.has(SimTrouble.LEFT_OVERS) && !profile.has(SimTrouble.LIARS)) {
            faults.add(this::leaveOver);
        }
        if (!faults.isEmpty()) {
            sim.chance().of(faults).run();
        }
    }

    private void killLeader() {
        if (sim.processes().isEmpty()) {
            return;
        }
        sim.kill(sim.chance().of(sim.processes()));
        sim.after(sim.chance().millis(0, 3_000), "", () -> {
            if (sim.processes().isEmpty() && !losing) {
                sim.startLeader();
            }
        });
    }

    /** Beside the one that leads, as in a partition of the schedulers; one of them goes after a while. */
    private void secondLeader() {
        if (sim.processes().size() > 1) {
            return;
        }
        SimProcess second = sim.startLeader();
        sim.after(sim.chance().millis(100, 30_000), "", () -> {
            if (sim.processes().size() > 1) {
                sim.kill(sim.chance().oneIn(2) ? second : sim.processes().get(0));
            }
        });
    }

    private void killAgent() {
        SimNode node = sim.chance().of(sim.nodes());
        if (node.agent().isPresent()) {
            node.crash();
            sim.after(silence(), "", () -> boot(node));
        }
    }

    private void boot(SimNode node) {
        if (node.agent().isEmpty()) {
            node.boot();
        }
    }

    private void cutOff() {
        SimNode node = sim.chance().of(sim.nodes());
        if (!node.isCutOff()) {
            node.cutOff(true);
            sim.after(silence(), "", () -> node.cutOff(false));
        }
    }

    /** Mostly short, now and then so long that the node counts as gone. */
    private Duration silence() {
        Duration silence = sim.chance().oneIn(4)
                ? sim.chance().millis(20_000, 150_000)
                : sim.chance().millis(0, 10_000);
        return silence.multipliedBy(sim.profile().pace());
    }

    /** So long that it is noticed, or not. */
    private Duration length() {
        return sim.chance().oneIn(2) ? sim.chance().millis(50_000, 200_000) : silence();
    }

    private void lie() {
        SimNode node = sim.chance().of(sim.nodes());
        if (!node.lies().isBegun()) {
            node.lies().begin(true);
            sim.after(length(), "", () -> node.lies().begin(false));
        }
    }

    private void deafen() {
        SimNode node = sim.chance().of(sim.nodes());
        if (!node.isDeaf()) {
            node.deaf(true);
            // Long enough for workloads to be given to it that should not be.
            sim.after(length().plus(SimPlacements.NOTICED), "", () -> node.deaf(false));
        }
    }

    /** One machine's, or all of them as where they are one, or wake up together. */
    private void setClocks() {
        Duration by = leap();
        int whose = sim.chance().below(3);
        if (whose == 0) {
            sim.chance().of(sim.nodes()).setClock(by);
            return;
        }
        sim.processes().forEach(process -> process.setClock(by));
        if (whose == 2) {
            sim.nodes().forEach(node -> node.setClock(by));
        }
    }

    private Duration leap() {
        Duration leap = sim.chance().of(LEAPS);
        return sim.chance().oneIn(2) ? leap : leap.negated();
    }

    /** Nobody has looked after the clocks of the nodes, either. */
    void begin() {
        if (sim.profile().has(SimTrouble.CLOCKS)) {
            sim.nodes().stream().filter(node -> sim.chance().oneIn(2)).forEach(node -> node.setClock(leap()));
        }
    }

    /** That of the machine where the last one was, or another machine's. */
    Duration clockOfNextScheduler() {
        if (sim.profile().has(SimTrouble.CLOCKS)) {
            schedulersClock = sim.processes().isEmpty()
                    ? schedulersClock
                    : sim.processes().get(0).clockAhead();
            if (sim.chance().oneIn(3)) {
                schedulersClock = sim.isFaulty() ? leap() : Duration.ZERO;
            }
        }
        return schedulersClock;
    }

    /** Most of what the node has, however many workloads there will be. */
    private void leaveOver() {
        SimNode node = sim.chance().of(sim.nodes());
        if (node.agent().isPresent() && node.leftOvers().isEmpty()) {
            node.crash();
            node.addLeftOvers(sim.profile().requests() + SPARE);
            sim.after(silence(), "", () -> boot(node));
        }
    }

    /** No scheduler is left, and none is started: until {@link #mend}. */
    void stopSchedulers() {
        losing = true;
        List.copyOf(sim.processes()).forEach(sim::kill);
    }

    /** An operator whom the node asks, as long as it may. */
    private void accept(SimNode node) {
        if (node.leftOvers().isEmpty() && !sim.store().backup().isPutBack()) {
            return;
        }
        boolean asks = sim.promises()
                .node(node.id())
                .filter(record -> record.orphans() == Orphans.HELD)
                .isPresent();
        if (asks) {
            node.operatorAsked();
            sim.trace().line("client", "accepts that what is left over on ", node.id(), " goes");
            sim.processes()
                    .get(0)
                    .ask(new SchedulerProtocol.ChangeNode(
                            node.id(),
                            NodeAction.ACCEPT_ORPHANS,
                            Optional.empty(),
                            new Origin("accept-" + node.id(), "client"),
                            new SimReply<Reply<NodeView>>(reply -> {})));
        }
        sim.after(Duration.ofSeconds(5), "", () -> accept(node));
    }

    private void mishap() {
        sim.chance().of(sim.nodes()).mishap();
    }

    /** As a bug in it would. */
    private void failActor() {
        if (sim.processes().isEmpty()) {
            return;
        }
        String term = sim.chance().of(sim.processes()).root() + "/term-";
        boolean writer = sim.chance().oneIn(2);
        List<SimMailbox.Queue> actors = sim.mailboxes().stream()
                .filter(queue -> queue.path().startsWith(term)
                        && (!writer || queue.path().contains("/workload-0")))
                .toList();
        if (!actors.isEmpty()) {
            SimMailbox.Queue actor = sim.chance().of(actors);
            sim.trace().line("fault", actor.path(), " fails");
            actor.owner().orElseThrow().tell(PoisonPill.getInstance(), akka.actor.ActorRef.noSender());
        }
    }

    private void storeOutage() {
        if (sim.store().isAway()) {
            return;
        }
        boolean isLong =
                sim.profile().has(SimTrouble.LONG_OUTAGES) && sim.chance().oneIn(2);
        Duration outage = isLong
                ? sim.chance()
                        .millis(35_000, 250_000)
                        .multipliedBy(sim.profile().pace())
                : sim.chance().millis(10, 5_000);
        sim.trace().line("fault", "the store is away for ", outage);
        sim.store().away(true);
        sim.after(outage, "", () -> sim.store().away(false));
    }

    /** All that is broken works again, and one scheduler is left. */
    void mend() {
        losing = false;
        sim.store().away(false);
        for (SimNode node : sim.nodes()) {
            if (node.isCutOff()) {
                node.cutOff(false);
            }
            if (node.isDeaf()) {
                node.deaf(false);
            }
            node.lies().begin(false);
            boot(node);
        }
        while (sim.processes().size() > 1) {
            sim.kill(sim.chance().of(sim.processes()));
        }
        if (sim.processes().isEmpty()) {
            sim.startLeader();
        }
        sim.nodes().forEach(this::accept);
    }
}
