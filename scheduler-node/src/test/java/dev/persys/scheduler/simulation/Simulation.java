package dev.persys.scheduler.simulation;

import akka.actor.typed.ActorRef;
import dev.persys.api.NodeView;
import dev.persys.api.Page;
import dev.persys.model.ClusterId;
import dev.persys.model.NodeId;
import dev.persys.model.Resources;
import dev.persys.model.WorkloadId;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol;
import dev.persys.scheduler.SchedulerEnvironment;
import dev.persys.scheduler.SchedulerSettings;
import dev.persys.scheduler.leadership.Leader;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One run of the whole control plane from one seed: real leaders with all their actors, on a store, agents, a network
 * and a clock that do what the seed says. First there are faults, then there are none, and the cluster has {@link
 * #ROUNDS} passes of reconciliation to become what its records want.
 */
final class Simulation {
    /** Of how many passes of reconciliation a cluster has need at the most, once faults have stopped. */
    static final int ROUNDS = 12;

    /** Containers on each node that are none of ours. */
    static final int FOREIGN = 2;

    static final ClusterId CLUSTER = ClusterId.of("sim-cluster");

    /** A round that takes more than this is one in which something goes in circles. */
    private static final int STEPS_A_ROUND = 20_000;

    private static final int QUIET_ROUNDS = 2;

    /** Longer than anything is on its way to an agent, and carried out there. */
    private static final Duration ARRIVAL = Duration.ofSeconds(15);

    private static final Resources MACHINE = new Resources(4_000, 4_096);
    private static final long SOON = Duration.ofMillis(20).toNanos();
    private static final int SLOW_TURN = 10;

    private final SimSystem system;
    private final SimBug bug;
    private final SimChance chance;
    private final SimChance bugChance;
    private final SimProfile profile;
    private final SchedulerSettings settings;
    private final SimAgenda agenda = new SimAgenda();
    private final SimTrace trace;
    private final SimStore store = new SimStore(this);
    private final SimNetwork network = new SimNetwork(this);
    private final SimPromises promises = new SimPromises(this);
    private final SimFaults faults = new SimFaults(this);
    private final SimClient client = new SimClient(this);
    private final List<SimNode> nodes = new ArrayList<>();
    private final List<SimProcess> processes = new ArrayList<>();
    private final long salt;
    private Optional<SimViolation> violation = Optional.empty();
    private boolean faulty = true;
    private int processesStarted;
    private long ids;

    Simulation(SimSystem system, long seed, SimBug bug, boolean traced) {
        this.system = system;
        this.bug = bug;
        this.chance = new SimChance(seed);
        this.bugChance = new SimChance(~seed);
        this.profile = SimProfile.of(chance);
        this.settings = SimSettings.of(profile);
        this.salt = chance.below(Integer.MAX_VALUE);
        this.trace = new SimTrace(agenda, traced);
    }

    /** How a run went: no violation, or the first; and its lines, where they were wanted. */
    record Result(Optional<SimViolation> violation, long steps, int rounds, List<String> lines) {}

    Result run() {
        int rounds = 0;
        system.begin(this);
        try {
            trace.line("profile", profile);
            begin();
            long backUpAt = profile.has(SimTrouble.OLD_RECORDS) ? chance.below(profile.steps() / 2) : Long.MAX_VALUE;
            while (trace.steps() < profile.steps()) {
                if (trace.steps() >= backUpAt) {
                    store.backUp();
                }
                stepWithFaults();
            }
            trace.line("simulation", "faults stop");
            faulty = false;
            if (store.backup().isMade()) {
                putBack();
            }
            faults.mend();
            rounds = converge();
            rest();
        } catch (SimViolation broken) {
            trace.line("broken", broken(broken).getMessage());
        } finally {
            faulty = false;
            List.copyOf(processes).forEach(this::kill);
            system.end();
        }
        return new Result(violation, trace.steps(), rounds, trace.lines());
    }

    private void begin() {
        for (int i = 1; i <= profile.nodes(); i++) {
            SimNode node = new SimNode(
                    this, NodeId.of("node-" + i), MACHINE, i % 2 == 0 ? Map.of("disk", "ssd") : Map.of("disk", "hdd"));
            nodes.add(node);
            for (int k = 0; k < FOREIGN; k++) {
                node.addForeign(WorkloadId.of(String.format("00000000-0000-4000-8000-ff%010x", i * 16 + k)));
            }
            after(chance.millis(0, 2_000), "", node::boot);
        }
        faults.begin();
        startLeader();
        client.begin();
        // Who has seen what is no more in the store has missed nothing.
        int followers = profile.has(SimTrouble.OLD_RECORDS) ? 0 : profile.followers();
        for (int i = 1; i <= followers; i++) {
            SimFollower follower = new SimFollower(this, "follower-" + i, system.actors());
            promises.events().add(follower);
            after(chance.millis(0, 10_000), "", follower::begin);
        }
    }

    /**
     * Only when everything on its way has arrived: a store that is put back is another one. The agents are started anew, too:
     * they remember which runs are over.
     */
    private void putBack() {
        faults.stopSchedulers();
        pass(ARRIVAL);
        nodes.forEach(SimNode::crash);
        store.putBack(!chance.oneIn(3));
    }

    private void stepWithFaults() {
        if (chance.oneIn(profile.calm())) {
            faults.strike();
        }
        step();
    }

    /** One message handled by one actor, or one thing that was due. */
    private void step() {
        trace.step();
        SimDispatch dispatch = system.dispatch();
        long wait = agenda.untilNext();
        boolean impatient = wait < SOON && chance.percent(profile.impatience());
        if (dispatch.isIdle() || impatient) {
            agenda.next().run();
        } else {
            dispatch.run(choose(dispatch.candidates()));
        }
        promises.orders().checkForeign();
        if (violation.isPresent()) {
            throw violation.get();
        }
    }

    /** The run is over: also where an actor's failure hides what it failed by. The first counts. */
    SimViolation broken(SimViolation next) {
        if (violation.isEmpty()) {
            violation = Optional.of(next);
        }
        return next;
    }

    private long choose(List<Long> candidates) {
        List<Long> swift = profile.laggards() == 0 || chance.oneIn(SLOW_TURN)
                ? candidates
                : candidates.stream().filter(number -> !isLaggard(number)).toList();
        return chance.of(swift.isEmpty() ? candidates : swift);
    }

    private boolean isLaggard(long mailbox) {
        long mixed = (system.numberInRun(mailbox) + salt) * 0x9E3779B97F4A7C15L;
        return (mixed >>> 33) % 100 < profile.laggards();
    }

    private void pass(Duration duration) {
        long end = agenda.now() + duration.toNanos();
        long limit = trace.steps() + STEPS_A_ROUND;
        while (!system.dispatch().isIdle() || agenda.now() + agenda.untilNext() <= end) {
            step();
            if (trace.steps() > limit) {
                throw SimPromises.broken(SimPromise.CONVERGES, "something goes in circles");
            }
        }
    }

    /** How many rounds it took. */
    private int converge() {
        List<SimViolation> wrong = List.of();
        for (int round = 1; round <= ROUNDS; round++) {
            pass(settings.workloadMonitorInterval());
            wrong = SimRest.wrong(this, shownNodes());
            trace.line("simulation", "round ", round, " ", wrong.isEmpty() ? "all is as it should be" : wrong);
            if (wrong.isEmpty()) {
                return round;
            }
        }
        throw wrong.get(0);
    }

    private List<NodeView> shownNodes() {
        List<NodeView> shown = new ArrayList<>();
        processes
                .get(0)
                .ask(new SchedulerProtocol.ListNodes(
                        100, Optional.empty(), new SimReply<Reply<Page<NodeView>>>(reply -> {
                            if (reply instanceof Reply.Ok<Page<NodeView>> ok) {
                                shown.addAll(ok.value().items());
                            }
                        })));
        pass(Duration.ofMillis(100));
        return shown;
    }

    private void rest() {
        pass(Duration.ofSeconds(5).multipliedBy(profile.pace()));
        // What a liar said of a container that runs all the same is put right by the next inventory.
        pass(settings.workloadMonitorInterval());
        long commits = promises.commits();
        long orders = promises.orders().count();
        pass(settings.workloadMonitorInterval().multipliedBy(QUIET_ROUNDS));
        if (promises.commits() != commits || promises.orders().count() != orders) {
            throw SimPromises.broken(
                    SimPromise.REST_IS_QUIET,
                    promises.commits() - commits,
                    " records were written and ",
                    promises.orders().count() - orders,
                    " orders sent although nothing happened");
        }
        List<SimViolation> wrong = SimRest.wrong(this, shownNodes());
        if (!wrong.isEmpty()) {
            throw wrong.get(0);
        }
    }

    /** An actor failed by itself. */
    void failed(String why) {
        if (processes.stream().anyMatch(SimProcess::isAlive)) {
            broken(SimPromises.broken(SimPromise.NOTHING_FAILS, why));
        }
    }

    SimProcess startLeader() {
        processesStarted++;
        SimProcess process = new SimProcess(this, processesStarted, faults.clockOfNextScheduler());
        trace.line(process.name(), "starts, its clock ahead by ", process.clockAhead());
        SchedulerEnvironment environment = new SchedulerEnvironment(
                process, process, process::instant, process::nanos, this::nextId, process.name(), CLUSTER, settings);
        process.started(system.spawn(Leader.create(environment), process.name()));
        processes.add(process);
        return process;
    }

    private WorkloadId nextId() {
        return WorkloadId.of(String.format("00000000-0000-4000-8000-%012x", ++ids));
    }

    void kill(SimProcess process) {
        trace.line(process.name(), "is killed");
        process.kill();
        processes.remove(process);
        ActorRef<Leader.Command> leader = process.leader().orElseThrow();
        system.bury(leader, process.root());
    }

    /** Those alive, oldest first. */
    List<SimProcess> processes() {
        return processes;
    }

    /** Whoever somebody outside finds; mostly the newest. */
    Optional<SimProcess> anyScheduler() {
        return processes.isEmpty()
                ? Optional.empty()
                : Optional.of(chance.oneIn(3) ? chance.of(processes) : processes.get(processes.size() - 1));
    }

    List<SimMailbox.Queue> mailboxes() {
        return system.dispatch().mailboxes();
    }

    void after(Duration delay, String what, Runnable action) {
        agenda.after(delay, what, action);
    }

    boolean isFaulty() {
        return faulty;
    }

    SimChance chance() {
        return chance;
    }

    /** For a planted bug, so that the run is the same without it up to where it strikes. */
    SimChance bugChance() {
        return bugChance;
    }

    SimProfile profile() {
        return profile;
    }

    SchedulerSettings settings() {
        return settings;
    }

    SimBug bug() {
        return bug;
    }

    SimStore store() {
        return store;
    }

    SimNetwork network() {
        return network;
    }

    SimPromises promises() {
        return promises;
    }

    SimTrace trace() {
        return trace;
    }

    SimAgenda agenda() {
        return agenda;
    }

    List<SimNode> nodes() {
        return nodes;
    }

    SimNode node(String hostname) {
        return nodes.stream()
                .filter(node -> node.name().equals(hostname))
                .findFirst()
                .orElseThrow();
    }

    long now() {
        return agenda.now();
    }

    Instant instant() {
        return agenda.instant();
    }
}
