package dev.persys.scheduler.simulation;

import dev.persys.model.ContainerPhase;
import dev.persys.model.ContainerReport;
import dev.persys.model.Generation;
import dev.persys.model.WorkloadId;
import dev.persys.protocol.AgentClient.OrderResult;
import java.time.Duration;
import java.util.Optional;

/** What an agent does for one workload: one step at a time, decided anew after each from what the engine shows. */
final class SimTask {
    /** Images whose name begins so cannot be had. */
    static final String NO_IMAGE = "missing/";

    private final Simulation sim;
    private final SimNode node;
    private final SimAgent agent;
    private final WorkloadId workload;
    private Optional<SimOrder> goal = Optional.empty();
    private Optional<ContainerReport> failed = Optional.empty();
    private Generation ended = Generation.NONE;
    private boolean pulled;
    private boolean startedOnce;
    private boolean stepping;

    SimTask(Simulation sim, SimNode node, SimAgent agent, WorkloadId workload) {
        this.sim = sim;
        this.node = node;
        this.agent = agent;
        this.workload = workload;
    }

    OrderResult admit(SimOrder order) {
        Generation wanted = order.generation();
        boolean run = order.kind() == SimOrder.Kind.RUN;
        Generation newest = newestRun();
        boolean over = run && !ended.equals(Generation.NONE) && !ended.isOlderThan(wanted);
        Generation ending =
                run ? Generation.NONE : goal.map(SimOrder::generation).orElse(Generation.NONE);
        if (over || wanted.isOlderThan(newest) || wanted.isOlderThan(ending)) {
            return new OrderResult.Refused("stale-generation", "generation " + wanted + " is over");
        }
        if (isKnown(order)) {
            failed.filter(report -> run).ifPresent(agent::publish);
            return new OrderResult.Queued();
        }
        goal = Optional.of(order);
        failed = Optional.empty();
        pulled = false;
        startedOnce = false;
        if (!run) {
            ended = ended.isOlderThan(wanted) ? wanted : ended;
        } else if (node.container(workload)
                .filter(there -> there.generation.equals(wanted))
                .isEmpty()) {
            report(ContainerPhase.STARTING, "");
        }
        advance();
        return new OrderResult.Queued();
    }

    private boolean isKnown(SimOrder order) {
        boolean there = node.containers().stream()
                .anyMatch(each ->
                        each.isLive() && each.workload.equals(workload) && each.generation.equals(order.generation()));
        if (sim.bug().agentStartsTwice() && there && order.kind() == SimOrder.Kind.RUN) {
            node.start(node.create(order));
            return true;
        }
        if (order.kind() == SimOrder.Kind.RUN) {
            return goal.filter(now -> now.kind() == SimOrder.Kind.RUN
                                    && now.generation().equals(order.generation()))
                            .isPresent()
                    || failed.filter(report -> report.generation().equals(order.generation()))
                            .isPresent();
        }
        return order.kind() == SimOrder.Kind.STOP
                && goal.filter(now -> now.kind() == SimOrder.Kind.REMOVE).isPresent();
    }

    private Generation newestRun() {
        Generation newest =
                node.container(workload).map(there -> there.generation).orElse(Generation.NONE);
        Generation ordered = goal.filter(now -> now.kind() == SimOrder.Kind.RUN)
                .map(SimOrder::generation)
                .orElse(Generation.NONE);
        Generation given = failed.map(ContainerReport::generation).orElse(Generation.NONE);
        newest = newest.isOlderThan(ordered) ? ordered : newest;
        return newest.isOlderThan(given) ? given : newest;
    }

    void engineChanged() {
        advance();
    }

    private void report(ContainerPhase phase, String message) {
        agent.publish(ContainerReport.of(workload, goal.orElseThrow().generation(), phase, message));
    }

    private void advance() {
        if (stepping || goal.isEmpty() || !agent.isAlive()) {
            return;
        }
        SimOrder order = goal.get();
        Optional<SimContainer> there = node.container(workload);
        if (order.kind() == SimOrder.Kind.RUN) {
            advanceRun(order, there);
        } else if (there.isEmpty() || order.generation().isOlderThan(there.get().generation)) {
            settle(there);
        } else if (there.get().isLive()) {
            stop(there.get());
        } else if (order.kind() == SimOrder.Kind.REMOVE || there.get().phase == ContainerPhase.STARTING) {
            remove(there.get());
        } else {
            settle(there);
        }
    }

    private void advanceRun(SimOrder order, Optional<SimContainer> there) {
        if (there.isPresent() && there.get().generation.isOlderThan(order.generation())) {
            if (there.get().isLive()) {
                stop(there.get());
            } else {
                remove(there.get());
            }
        } else if (there.isPresent() && there.get().phase == ContainerPhase.STARTING && failed.isEmpty()) {
            start(there.get());
        } else if (there.isPresent() || failed.isPresent() || startedOnce) {
            settle(there);
        } else if (!pulled) {
            pull(order);
        } else {
            step(sim.chance().millis(5, 300), () -> {
                // Its name is the workload's id, and the engine gives a name once.
                if (node.container(workload).isEmpty()) {
                    agent.publish(node.create(order).report());
                }
            });
        }
    }

    private void pull(SimOrder order) {
        String image = order.run().orElseThrow().image();
        if (sim.chance().oneIn(3)) {
            report(ContainerPhase.PULLING, "");
        }
        step(sim.chance().millis(0, 1_500), () -> {
            pulled = true;
            if (image.startsWith(NO_IMAGE) && goal.filter(order::equals).isPresent()) {
                failed = Optional.of(
                        ContainerReport.of(workload, order.generation(), ContainerPhase.PULL_FAILED, "no such image"));
                agent.publish(failed.get());
            }
        });
    }

    private void start(SimContainer container) {
        step(sim.chance().millis(5, 500), () -> {
            if (node.has(container) && container.phase == ContainerPhase.STARTING) {
                startedOnce = true;
                node.start(container);
                agent.publish(container.report());
            }
        });
    }

    private void stop(SimContainer container) {
        step(sim.chance().millis(5, 2_000), () -> {
            if (node.has(container) && container.isLive()) {
                node.end(container, 143);
                agent.publish(container.report());
            }
        });
    }

    private void remove(SimContainer container) {
        step(sim.chance().millis(5, 100), () -> {
            if (node.has(container) && !container.isLive()) {
                node.remove(container);
            }
        });
    }

    /** The engine does what it was asked even where the agent dies meanwhile. */
    private void step(Duration duration, Runnable effect) {
        stepping = true;
        sim.after(duration, "", () -> {
            if (agent.isAlive() || sim.chance().oneIn(2)) {
                effect.run();
            }
            stepping = false;
            advance();
        });
    }

    private void settle(Optional<SimContainer> there) {
        SimOrder order = goal.orElseThrow();
        if (there.isPresent()) {
            if (!startedOnce) {
                agent.publish(there.get().report());
            }
        } else if (order.kind() != SimOrder.Kind.RUN || startedOnce) {
            report(ContainerPhase.REMOVED, "");
        }
        goal = Optional.empty();
    }
}
