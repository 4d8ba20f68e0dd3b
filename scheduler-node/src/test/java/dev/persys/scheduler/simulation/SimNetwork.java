package dev.persys.scheduler.simulation;

import dev.persys.protocol.SchedulerProtocol;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;

/** Between the processes: loses, delays, doubles and reorders what goes to the agents and what comes from outside. */
final class SimNetwork {
    /** After which a caller gives up. */
    static final Duration DEADLINE = Duration.ofSeconds(3);

    /** What an agent does with a call; it may answer later. */
    interface Handler<T> {
        void handle(SimAgent agent, Consumer<T> answer);
    }

    /** One call, of which two copies may be on their way; to say that nobody was there, nobody may have been for either. */
    private static final class Copies {
        boolean taken;
        boolean refused;
    }

    private final Simulation sim;

    SimNetwork(Simulation sim) {
        this.sim = sim;
    }

    private boolean isTroubled() {
        return sim.isFaulty() && sim.chance().percent(sim.profile().netTrouble());
    }

    private boolean isLost() {
        return isTroubled() && sim.chance().oneIn(2);
    }

    private Duration delay() {
        return isTroubled() ? sim.chance().millis(0, 2_500) : sim.chance().millis(0, 3);
    }

    /** From a scheduler to the agent of {@code node}; an idempotent call may arrive twice. */
    <T> CompletionStage<T> call(SimProcess from, SimNode node, String what, boolean idempotent, Handler<T> handler) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        boolean asked = !isLost();
        boolean answered = !isLost();
        Copies copies = new Copies();
        if (asked) {
            sim.after(delay(), "", () -> arrive(from, node, what, handler, answered, answer, copies));
            if (idempotent && isTroubled()) {
                sim.after(delay(), "", () -> arrive(from, node, what + " (again)", handler, false, answer, copies));
            }
        }
        sim.after(DEADLINE, "", () -> from.complete(() -> answer.completeExceptionally(new TimeoutException(what))));
        return answer;
    }

    private <T> void arrive(
            SimProcess from,
            SimNode node,
            String what,
            Handler<T> handler,
            boolean answered,
            CompletableFuture<T> answer,
            Copies copies) {
        if (node.isCutOff() || copies.refused) {
            return;
        }
        if (node.isDeaf() || node.agent().isEmpty()) {
            copies.refused = !copies.taken;
            if (copies.refused) {
                from.complete(() -> answer.completeExceptionally(new ConnectException("connection refused")));
            }
            return;
        }
        copies.taken = true;
        SimAgent agent = node.agent().get();
        handler.handle(agent, result -> {
            sim.trace().line(node.name(), "answers ", from.name(), " ", what, " -> ", result);
            if (answered) {
                sim.after(delay(), "", () -> {
                    if (!node.isCutOff()) {
                        from.complete(() -> {
                            sim.promises().placements().answered(node.id());
                            answer.complete(result);
                        });
                    }
                });
            }
        });
    }

    /**
     * From outside to a scheduler and back; {@code then} gets at most one answer, and after a while none comes any more.
     *
     * @param doubled whether it may arrive twice
     */
    <T> void ask(
            SimProcess to,
            boolean doubled,
            Function<SimReply<T>, SchedulerProtocol.Command> request,
            Consumer<T> then) {
        if (isLost()) {
            return;
        }
        boolean answered = !isLost();
        SchedulerProtocol.Command command = request.apply(new SimReply<>(reply -> to.complete(() -> {
            if (answered) {
                sim.after(delay(), "", () -> then.accept(reply));
            }
        })));
        sim.after(delay(), "", () -> to.ask(command));
        if (doubled && isTroubled()) {
            sim.after(delay(), "", () -> to.ask(command));
        }
    }
}
