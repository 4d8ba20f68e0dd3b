package dev.persys.scheduler.simulation;

import akka.actor.PoisonPill;
import java.util.ArrayList;
import java.util.List;

/** Breaks things at any step, and mends all of them in the end. */
final class SimFaults {
    private final Simulation sim;

    SimFaults(Simulation sim) {
        this.sim = sim;
    }

    /** One fault of those that this run has. */
    void strike() {
        SimProfile profile = sim.profile();
        List<Runnable> faults = new ArrayList<>();
        if (profile.leaderFaults()) {
            faults.addAll(List.of(this::killLeader, this::killLeader, this::secondLeader));
        }
        if (profile.agentFaults()) {
            faults.addAll(List.of(this::killAgent, this::cutOff));
        }
        if (profile.containerFaults()) {
            faults.addAll(List.of(this::mishap, this::mishap));
        }
        if (profile.actorFaults()) {
            faults.addAll(List.of(this::failActor, this::failActor, this::failActor));
        }
        if (profile.storeTrouble() > 0) {
            faults.add(this::storeOutage);
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
            if (sim.processes().isEmpty()) {
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
    private java.time.Duration silence() {
        return sim.chance().oneIn(4)
                ? sim.chance().millis(20_000, 150_000)
                : sim.chance().millis(0, 10_000);
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
        sim.trace().line("fault", "the store is away");
        sim.store().away(true);
        sim.after(sim.chance().millis(10, 5_000), "", () -> sim.store().away(false));
    }

    /** All that is broken works again, and one scheduler is left. */
    void mend() {
        sim.store().away(false);
        for (SimNode node : sim.nodes()) {
            if (node.isCutOff()) {
                node.cutOff(false);
            }
            boot(node);
        }
        while (sim.processes().size() > 1) {
            sim.kill(sim.chance().of(sim.processes()));
        }
        if (sim.processes().isEmpty()) {
            sim.startLeader();
        }
    }
}
