package dev.persys.scheduler.simulation;

import dev.persys.api.RunOrder;
import dev.persys.lifecycle.RestartRule;
import dev.persys.model.ContainerPhase;
import dev.persys.model.ContainerReport;
import dev.persys.model.RunId;
import dev.persys.model.WorkloadId;
import dev.persys.protocol.AgentClient.OrderResult;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What an agent does for one workload: one step at a time, decided anew after each from what the engine shows. */
final class SimTask {
    /** Images whose name begins so cannot be had. */
    static final String NO_IMAGE = "missing/";

    /** Containers of images whose name begins so end as soon as they have begun, a few times. */
    static final String CRASHING = "crashing/";

    /** Containers of images whose name begins so are not well before faults stop. */
    static final String SICK = "sick/";

    private static final int REFUSALS = 30;

    private final Simulation sim;
    private final SimNode node;
    private final SimAgent agent;
    private final WorkloadId workload;
    private Optional<SimOrder> goal = Optional.empty();
    private Optional<Instant> before = Optional.empty();
    private Optional<ContainerReport> failed = Optional.empty();
    private Optional<SimKeeping> kept = Optional.empty();
    private RunId ended = RunId.NONE;
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
        RunId wanted = order.id();
        boolean run = order.kind() == SimOrder.Kind.RUN;
        boolean over = run && !ended.equals(RunId.NONE) && !ended.isOlderThan(wanted);
        RunId ending = run ? RunId.NONE : goal.map(SimOrder::id).orElse(RunId.NONE);
        if (over || wanted.isOlderThan(newestRun()) || wanted.isOlderThan(ending)) {
            return new OrderResult.Refused("stale-generation", wanted + " is over");
        }
        if (isKnown(order)) {
            failed.filter(report -> run).ifPresent(agent::publish);
            if (failed.isEmpty() && goal.isEmpty()) {
                node.container(workload).ifPresent(this::tell);
            }
            return new OrderResult.Queued();
        }
        Optional<SimContainer> there = own(order);
        before = run && kept.isPresent() ? there.flatMap(container -> container.startedAt) : Optional.empty();
        goal = Optional.of(order);
        failed = Optional.empty();
        kept = order.kind() == SimOrder.Kind.STOP
                ? there.map(container -> SimKeeping.stopped(wanted))
                : Optional.empty();
        pulled = false;
        startedOnce = false;
        if (!run) {
            ended = ended.or(wanted);
        } else if (there.filter(container -> !isEarlier(container)).isEmpty()) {
            agent.publish(ofOrder(ContainerPhase.STARTING, ""));
        }
        advance();
        return new OrderResult.Queued();
    }

    private boolean isKnown(SimOrder order) {
        if (order.kind() != SimOrder.Kind.RUN) {
            return order.kind() == SimOrder.Kind.STOP
                    && goal.filter(now -> now.kind() == SimOrder.Kind.REMOVE).isPresent();
        }
        if (sim.bug().agentStartsTwice()
                && own(order).filter(SimContainer::isLive).isPresent()) {
            node.start(node.create(order));
            return true;
        }
        return goal.filter(now -> now.kind() == SimOrder.Kind.RUN && now.id().equals(order.id()))
                        .isPresent()
                || (kept.filter(keeping -> keeping.run().equals(order.id())).isPresent()
                        && own(order).isPresent())
                || failed.filter(report -> report.runId().equals(order.id())).isPresent();
    }

    private Optional<SimContainer> own(SimOrder order) {
        return node.container(workload).filter(there -> there.generation.equals(order.generation()));
    }

    private RunId newestRun() {
        RunId there = node.container(workload)
                .map(container -> new RunId(container.generation, 0))
                .orElse(RunId.NONE);
        return there.or(goal.filter(now -> now.kind() == SimOrder.Kind.RUN)
                        .map(SimOrder::id)
                        .orElse(RunId.NONE))
                .or(failed.map(ContainerReport::runId).orElse(RunId.NONE))
                .or(kept.map(SimKeeping::run).orElse(RunId.NONE));
    }

    /** The engine shows the container otherwise than before. */
    void saw(SimContainer container) {
        if (goal.isPresent()) {
            advance();
            return;
        }
        Optional<SimKeeping> was = kept;
        Duration lasting = Duration.ofNanos(sim.now() - container.startedNanos);
        kept = kept.map(keeping -> keeping.after(container, sim.bug().life(sim, node, container), lasting));
        tell(container);
        kept.filter(keeping -> keeping.isWaiting() && !was.equals(Optional.of(keeping)))
                .ifPresent(this::restartLater);
    }

    void removed(SimContainer container) {
        kept = Optional.empty();
        if (goal.isPresent()) {
            advance();
        } else {
            agent.publish(ContainerReport.of(workload, container.generation, ContainerPhase.REMOVED, ""));
        }
    }

    private void restartLater(SimKeeping waiting) {
        sim.after(RestartRule.pause(waiting.next()), "", () -> {
            if (agent.isAlive() && goal.isEmpty() && kept.equals(Optional.of(waiting))) {
                kept = Optional.of(waiting.restarting());
                goal = waiting.order().map(SimOrder::of);
                before = waiting.start();
                startedOnce = false;
                advance();
            }
        });
    }

    private void tell(SimContainer container) {
        boolean refused = failed.isPresent() && !container.isLive();
        if (!refused) {
            ContainerReport shown = container.report();
            agent.publish(kept.filter(keeping -> keeping.run().generation().equals(container.generation))
                    .map(keeping -> keeping.told(shown))
                    .orElse(shown));
        }
    }

    private boolean isEarlier(SimContainer container) {
        Optional<Instant> start = container.startedAt;
        return start.isPresent()
                && (start.equals(before)
                        || goal.flatMap(SimOrder::run)
                                .filter(order -> start.equals(order.previousStart()))
                                .isPresent());
    }

    /** How the run order goes, with the container that has run before. */
    private ContainerReport ofOrder(ContainerPhase phase, String message) {
        RunOrder order = goal.orElseThrow().run().orElseThrow();
        ContainerReport bare = own(goal.get())
                .filter(there -> there.startedAt.isPresent())
                .map(there -> there.report().as(phase, message))
                .orElseGet(() -> ContainerReport.of(workload, order.generation(), phase, message));
        return kept.filter(keeping -> keeping.run().equals(order.runId()))
                .map(keeping -> keeping.told(bare))
                .orElseGet(() -> bare.ofRun(order.run(), order.restarts(), order.restartAttempts()));
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
        if (there.isEmpty()) {
            make(order);
            return;
        }
        SimContainer container = there.get();
        boolean isNew = container.phase == ContainerPhase.STARTING;
        boolean isOlder = container.generation.isOlderThan(order.generation());
        boolean isWanted = !startedOnce && container.generation.equals(order.generation());
        if (isOlder || (sim.bug().agentMakesAnew() && isWanted && isEarlier(container))) {
            stopOrRemove(container);
        } else if (isWanted && failed.isPresent() && isNew) {
            remove(container);
        } else if (!isWanted || failed.isPresent() || !(isNew || isEarlier(container))) {
            settle(there);
        } else if (container.isLive()) {
            stop(container);
        } else {
            start(container);
        }
    }

    private void stopOrRemove(SimContainer container) {
        if (container.isLive()) {
            stop(container);
        } else {
            remove(container);
        }
    }

    private void make(SimOrder order) {
        if (failed.isPresent() || startedOnce) {
            settle(Optional.empty());
        } else if (!pulled) {
            pull(order);
        } else {
            step(sim.chance().millis(5, 300), () -> {
                // Its name is the workload's id, and the engine gives a name once.
                if (node.container(workload).isEmpty()) {
                    node.create(order);
                }
            });
        }
    }

    private void pull(SimOrder order) {
        String image = order.run().orElseThrow().image();
        if (sim.chance().oneIn(3)) {
            agent.publish(ofOrder(ContainerPhase.PULLING, ""));
        }
        step(sim.chance().millis(0, 1_500), () -> {
            pulled = true;
            if (image.startsWith(NO_IMAGE) && goal.filter(order::equals).isPresent()) {
                fail(ContainerPhase.PULL_FAILED, "no such image");
            }
        });
    }

    private void fail(ContainerPhase phase, String message) {
        failed = Optional.of(ofOrder(phase, message));
        kept = Optional.empty();
        agent.publish(failed.get());
    }

    private void start(SimContainer container) {
        SimOrder order = goal.orElseThrow();
        step(sim.chance().millis(5, 500), () -> {
            if (!node.has(container) || container.isLive()) {
                return;
            }
            boolean isCurrent = agent.isAlive() && goal.filter(order::equals).isPresent();
            if (isCurrent && sim.isFaulty() && sim.chance().oneIn(REFUSALS)) {
                container.refused = true;
                boolean isOfNoUse =
                        container.startedAt.isPresent() && sim.chance().oneIn(3);
                fail(isOfNoUse ? ContainerPhase.UNUSABLE : ContainerPhase.START_REFUSED, "not now");
                return;
            }
            node.start(container);
            if (isCurrent) {
                started(order.run().orElseThrow(), container);
            }
        });
    }

    private void started(RunOrder order, SimContainer container) {
        startedOnce = true;
        kept = Optional.of(kept.filter(keeping -> keeping.run().equals(order.runId()))
                .map(keeping -> keeping.started(container.startedAt))
                .orElseGet(() -> SimKeeping.of(order, container.startedAt)));
        goal = Optional.empty();
        tell(container);
    }

    private void stop(SimContainer container) {
        SimOrder order = goal.orElseThrow();
        step(sim.chance().millis(5, 2_000), () -> {
            if (node.has(container) && container.isLive()) {
                node.end(container, 143);
                if (order.kind() == SimOrder.Kind.STOP && agent.isAlive()) {
                    agent.publish(container.report().ofRun(order.id().run(), 0, 0));
                }
            }
        });
    }

    private void remove(SimContainer container) {
        step(sim.chance().millis(5, 100), () -> {
            if (node.has(container) && !container.isLive()) {
                sim.promises().orders().removed(node, container);
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
        goal = Optional.empty();
        if (there.isPresent()) {
            SimContainer container = there.get();
            if (order.kind() == SimOrder.Kind.RUN
                    && failed.isEmpty()
                    && container.generation.equals(order.generation())) {
                kept = Optional.of(SimKeeping.of(order.run().orElseThrow(), container.startedAt));
            }
            saw(container);
        } else if (order.kind() != SimOrder.Kind.RUN || startedOnce) {
            ContainerReport gone = ContainerReport.of(workload, order.generation(), ContainerPhase.REMOVED, "");
            agent.publish(kept.map(keeping -> keeping.told(gone)).orElse(gone));
        }
    }
}
