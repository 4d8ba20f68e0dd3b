package dev.persys.scheduler.simulation;

import dev.persys.api.RunOrder;
import dev.persys.model.ClusterId;
import dev.persys.model.HealthStatus;
import dev.persys.model.NodeId;
import dev.persys.model.Resources;
import dev.persys.model.WorkloadId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A machine: its engine with the containers, foreign ones too, and the agent while that runs. */
final class SimNode {
    /** One of so many is unwell at first. */
    private static final int SICK_AT_FIRST = 6;

    /** So often a container ends at once that does. */
    private static final int CRASHES = 5;

    private final Simulation sim;
    private final NodeId id;
    private final Resources total;
    private final Map<String, String> labels;
    private final List<SimContainer> containers = new ArrayList<>();
    private final List<SimContainer> foreign = new ArrayList<>();
    private final List<SimContainer> leftOvers = new ArrayList<>();
    private Optional<SimAgent> agent = Optional.empty();
    private final Map<WorkloadId, Integer> crashed = new HashMap<>();
    private final SimLies lies;
    private Duration clockAhead = Duration.ZERO;
    private boolean cutOff;
    private boolean deaf;
    private boolean operatorAsked;
    private long deafSince;
    private int boots;
    private int made;

    SimNode(Simulation sim, NodeId id, Resources total, Map<String, String> labels) {
        this.sim = sim;
        this.id = id;
        this.total = total;
        this.labels = labels;
        this.lies = new SimLies(sim, this);
    }

    NodeId id() {
        return id;
    }

    String name() {
        return id.value();
    }

    Resources total() {
        return total;
    }

    Map<String, String> labels() {
        return labels;
    }

    Optional<SimAgent> agent() {
        return agent;
    }

    boolean isCutOff() {
        return cutOff;
    }

    /** Whether nobody reaches its agent, which reaches the schedulers. */
    boolean isDeaf() {
        return deaf;
    }

    long deafSince() {
        return deafSince;
    }

    void deaf(boolean next) {
        sim.trace().line(name(), next ? "cannot be reached, and beats" : "hears again");
        deaf = next;
        if (next) {
            deafSince = sim.now();
            agent.ifPresent(SimAgent::loseFollowers);
        }
    }

    /** What its agent says that is not so. */
    SimLies lies() {
        return lies;
    }

    Duration clockAhead() {
        return clockAhead;
    }

    /** Somebody sets the machine's clock. */
    void setClock(Duration by) {
        clockAhead = clockAhead.plus(by);
        sim.trace().line(name(), "has its clock set by ", by, " and is now ahead by ", clockAhead);
    }

    /** By the machine's clock. */
    Instant instant() {
        return sim.instant().plus(clockAhead);
    }

    /** Containers with our labels, stopped ones too. */
    List<SimContainer> containers() {
        return containers;
    }

    List<SimContainer> foreign() {
        return foreign;
    }

    boolean has(SimContainer container) {
        return containers.contains(container) || foreign.contains(container);
    }

    Optional<SimContainer> container(WorkloadId workload) {
        return Stream.concat(containers.stream(), sim.bug().listsForeign() ? foreign.stream() : Stream.empty())
                .filter(container -> container.workload.equals(workload))
                .max((one, other) -> one.generation.compareTo(other.generation));
    }

    /** Somebody else's, which look like ours as much as they can: only the cluster is another. */
    void addForeign(WorkloadId workload) {
        SimContainer theirs = new SimContainer(
                name() + "-theirs-" + foreign.size(),
                workload,
                dev.persys.model.Generation.of(1),
                dev.persys.model.Epoch.of(99),
                ClusterId.of("another-cluster"));
        theirs.started(instant());
        foreign.add(theirs);
    }

    /** Ours, by another store's records. */
    void addLeftOvers(int howMany) {
        for (int i = 0; i < howMany; i++) {
            SimContainer container = new SimContainer(
                    name() + "-left-over-" + i,
                    WorkloadId.of(String.format(
                            "00000000-0000-4000-8000-dd%010x",
                            Integer.parseInt(name().substring("node-".length())) * 4_096L + i)),
                    dev.persys.model.Generation.of(1),
                    dev.persys.model.Epoch.of(1),
                    Simulation.CLUSTER);
            container.started(instant());
            leftOvers.add(container);
            containers.add(container);
        }
        sim.trace().line(name(), "has ", howMany, " containers more");
    }

    List<SimContainer> leftOvers() {
        return leftOvers;
    }

    /** Whether an operator has said that what is left over may go. */
    boolean isOperatorAsked() {
        return operatorAsked;
    }

    void operatorAsked() {
        operatorAsked = true;
    }

    void boot() {
        boots++;
        sim.trace().line(name(), "agent starts, boot ", boots);
        agent = Optional.of(new SimAgent(sim, this, boots));
        agent.get().begin();
    }

    /** The agent is killed; containers live on. */
    void crash() {
        sim.trace().line(name(), "agent is killed");
        agent.ifPresent(SimAgent::die);
        agent = Optional.empty();
    }

    void cutOff(boolean next) {
        sim.trace().line(name(), next ? "is cut off" : "is reachable again");
        cutOff = next;
        if (next) {
            agent.ifPresent(SimAgent::loseFollowers);
        }
    }

    SimContainer create(SimOrder order) {
        made++;
        SimContainer container = new SimContainer(
                name() + "-" + made, order.workload(), order.generation(), order.epoch(), order.cluster());
        container.image = order.run().map(RunOrder::image).orElse("");
        container.crashing = order.run()
                .filter(run -> run.image().startsWith(SimTask.CRASHING))
                .isPresent();
        container.check = order.run().flatMap(RunOrder::healthCheck);
        containers.add(container);
        return container;
    }

    void start(SimContainer container) {
        container.started(instant());
        container.startedNanos = sim.now();
        sim.trace().line(name(), "starts ", container);
        checkLater(container, sim.chance().millis(100, 2_000));
        sim.promises().orders().started(this, container);
        sim.promises().starts().started(this, container);
        boolean crashes = container.crashing && crashed.merge(container.workload, 1, Integer::sum) <= CRASHES;
        if (crashes && sim.isFaulty()) {
            sim.after(sim.chance().millis(0, 300), "", () -> {
                if (has(container)) {
                    ended(container, 1);
                }
            });
        }
    }

    /** Its health is checked once more, unless it has ended until then. */
    private void checkLater(SimContainer container, Duration pause) {
        Optional<Instant> start = container.startedAt;
        if (container.check.isPresent()) {
            sim.after(pause, "", () -> {
                if (has(container) && container.isLive() && container.startedAt.equals(start)) {
                    boolean isSick = container.image.startsWith(SimTask.SICK)
                            || (container.health.equals(Optional.of(HealthStatus.STARTING))
                                    && sim.chance().oneIn(SICK_AT_FIRST));
                    found(container, isSick && sim.isFaulty() ? HealthStatus.UNHEALTHY : HealthStatus.HEALTHY);
                }
            });
        }
    }

    /** Its check comes to this; what is unhealthy is looked at again. */
    private void found(SimContainer container, HealthStatus status) {
        boolean isNews = !container.health.equals(Optional.of(status));
        container.found(status);
        if (isNews) {
            sim.trace().line(name(), "finds ", status, ": ", container);
            agent.filter(there -> !sim.bug().overlooksHealth()).ifPresent(there -> there.saw(container));
        }
        if (status == HealthStatus.UNHEALTHY) {
            checkLater(
                    container,
                    sim.chance()
                            .millis(1_000, 15_000)
                            .multipliedBy(sim.profile().pace()));
        }
    }

    void end(SimContainer container, int code) {
        container.ended(code, instant());
        sim.trace().line(name(), "ended with ", code, ": ", container);
    }

    void remove(SimContainer container) {
        sim.trace().line(name(), "removes ", container);
        containers.remove(container);
        foreign.remove(container);
        leftOvers.remove(container);
    }

    /** A container ends by itself, is stopped or removed by hand, or all do because the machine starts anew; or one gets unwell. */
    void mishap() {
        SimChance chance = sim.chance();
        if (containers.isEmpty()) {
            return;
        }
        SimContainer container = chance.of(containers);
        switch (chance.below(5)) {
            case 0 -> {
                remove(container);
                agent.ifPresent(there -> there.removed(container));
            }
            case 1 -> ended(container, 143);
            case 2 -> containers.stream().toList().forEach(each -> ended(each, 137));
            case 3 ->
                containers.stream()
                        .filter(each -> each.isLive() && each.check.isPresent() && !each.isUnhealthy())
                        .toList()
                        .forEach(each -> found(each, HealthStatus.UNHEALTHY));
            default -> ended(container, chance.between(0, 1));
        }
    }

    private void ended(SimContainer container, int code) {
        if (container.isLive()) {
            end(container, code);
            agent.ifPresent(there -> there.saw(container));
        }
    }
}
