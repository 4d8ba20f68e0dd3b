package dev.persys.scheduler.simulation;

import dev.persys.api.Heartbeat;
import dev.persys.api.RegisterRequest;
import dev.persys.api.RegisterResponse;
import dev.persys.model.NodeId;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** An agent's standing with the scheduler: registers, beats, and registers again where it is not known. */
final class SimSchedulerLink {
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final int AGENT_PORT = 8086;

    private final Simulation sim;
    private final SimNode node;
    private final SimAgent agent;
    private Duration interval = Duration.ofSeconds(10);
    private long asked;

    SimSchedulerLink(Simulation sim, SimNode node, SimAgent agent) {
        this.sim = sim;
        this.node = node;
        this.agent = agent;
    }

    void register() {
        RegisterRequest request = new RegisterRequest(
                node.id(),
                "127.0.0.1",
                node.name(),
                "active",
                Optional.of(AGENT_PORT),
                Optional.of(node.total().cpu()),
                Optional.of(node.total().memory()),
                Optional.of(node.labels()),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        this.<Reply<RegisterResponse>>ask(
                reply -> new SchedulerProtocol.RegisterNode(request, reply), this::onRegistered, this::register);
    }

    private void onRegistered(Reply<RegisterResponse> reply) {
        if (reply instanceof Reply.Ok<RegisterResponse> ok) {
            sim.promises().registered(node, ok.value());
            agent.registered(ok.value().clusterId(), ok.value().epoch());
            interval = ok.value().heartbeatInterval();
            beat();
        } else {
            later(PAUSE, this::register);
        }
    }

    private void beat() {
        Heartbeat beat = new Heartbeat(
                node.id(), "active", node.total().cpu(), node.total().memory());
        this.<Reply<NodeId>>ask(reply -> new SchedulerProtocol.Beat(beat, reply), this::onBeaten, this::beat);
    }

    private void onBeaten(Reply<NodeId> reply) {
        if (reply instanceof Reply.Ok<NodeId>) {
            later(interval, this::beat);
        } else if (reply instanceof Reply.NotFound<NodeId>) {
            later(Duration.ofMillis(100), this::register);
        } else {
            later(PAUSE, this::beat);
        }
    }

    /** Asks whoever leads; where no answer comes, {@code again} follows. */
    private <T> void ask(Function<SimReply<T>, SchedulerProtocol.Command> request, Consumer<T> then, Runnable again) {
        long number = ++asked;
        if (!node.isCutOff()) {
            sim.anyScheduler()
                    .ifPresent(to -> sim.network().<T>ask(to, true, request, reply -> {
                        if (agent.isAlive() && !node.isCutOff() && asked == number) {
                            asked++;
                            then.accept(reply);
                        }
                    }));
        }
        sim.after(SimNetwork.DEADLINE, "", () -> {
            if (agent.isAlive() && asked == number) {
                again.run();
            }
        });
    }

    private void later(Duration pause, Runnable next) {
        sim.after(pause, "", () -> {
            if (agent.isAlive()) {
                next.run();
            }
        });
    }
}
