package dev.persys.scheduler.simulation;

import akka.actor.typed.ActorRef;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import dev.persys.api.ContainerList;
import dev.persys.api.ContainerOrder;
import dev.persys.api.LogQuery;
import dev.persys.api.RunOrder;
import dev.persys.model.Epoch;
import dev.persys.model.NodeFacts;
import dev.persys.model.WorkloadId;
import dev.persys.protocol.AgentClient;
import dev.persys.protocol.SchedulerProtocol;
import dev.persys.scheduler.leadership.Leader;
import dev.persys.store.Change;
import dev.persys.store.Claim;
import dev.persys.store.CommitResult;
import dev.persys.store.CommitRules;
import dev.persys.store.Entry;
import dev.persys.store.Leadership;
import dev.persys.store.Snapshot;
import dev.persys.store.StateStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * One scheduler process: a real leader, and its way to the store and to the agents. What it had sent before it was
 * killed may still arrive; nothing reaches it any more, and nothing that it does counts.
 */
final class SimProcess implements StateStore, AgentClient {
    private final Simulation sim;
    private final int number;
    private Duration clockAhead;
    private boolean alive = true;
    private Optional<ActorRef<Leader.Command>> leader = Optional.empty();

    /** @param clockAhead by how much its machine's clock is ahead of true time */
    SimProcess(Simulation sim, int number, Duration clockAhead) {
        this.sim = sim;
        this.number = number;
        this.clockAhead = clockAhead;
    }

    Duration clockAhead() {
        return clockAhead;
    }

    /** Somebody sets the clock of its machine. */
    void setClock(Duration by) {
        clockAhead = clockAhead.plus(by);
        sim.trace().line(name(), "has its clock set by ", by, " and is now ahead by ", clockAhead);
    }

    Instant instant() {
        return sim.instant().plus(clockAhead);
    }

    long nanos() {
        return sim.bug().ticker(sim, this);
    }

    String name() {
        return "leader-" + number;
    }

    /** Where its actors are. */
    String root() {
        return "/user/" + name();
    }

    boolean isAlive() {
        return alive;
    }

    void started(ActorRef<Leader.Command> ref) {
        leader = Optional.of(ref);
    }

    Optional<ActorRef<Leader.Command>> leader() {
        return leader;
    }

    void kill() {
        alive = false;
    }

    /** Runs {@code arrival} if there is still anybody for whom it could arrive. */
    void complete(Runnable arrival) {
        if (alive) {
            arrival.run();
        }
    }

    /** A request from outside arrives. */
    void ask(SchedulerProtocol.Command request) {
        if (alive) {
            leader.orElseThrow().tell(new Leader.Request(request));
        }
    }

    @Override
    public CompletionStage<Leadership> claim(Claim claim) {
        return toStore("claim", () -> sim.store().claim(this, claim));
    }

    @Override
    public CompletionStage<Leadership> leadership() {
        return toStore("leadership", sim.store()::leadership);
    }

    @Override
    public CompletionStage<Snapshot> load(List<String> prefixes) {
        return toStore("load", () -> sim.store().load(this, prefixes));
    }

    @Override
    public CompletionStage<List<Entry>> read(List<String> keys) {
        return toStore("read " + keys, () -> sim.store().read(this, keys));
    }

    @Override
    public CompletionStage<CommitResult> commit(Epoch epoch, List<Change> changes) {
        CommitRules.checkChanges(changes);
        List<Change> written = sim.bug().written(sim, this, epoch, changes);
        sim.promises().hearing().decided(this, written);
        String what = sim.trace().isKept() ? "commit of epoch " + epoch + " " + written : "commit";
        return alive ? sim.store().commit(this, what, epoch, written) : new CompletableFuture<>();
    }

    private <T> CompletionStage<T> toStore(String what, java.util.function.Supplier<T> effect) {
        return alive ? sim.store().call(this, what, effect) : new CompletableFuture<>();
    }

    @Override
    public void close() {}

    @Override
    public CompletionStage<OrderResult> run(NodeFacts node, RunOrder order) {
        return order(node, SimOrder.of(order));
    }

    @Override
    public CompletionStage<OrderResult> stop(NodeFacts node, ContainerOrder order) {
        return order(node, SimOrder.of(SimOrder.Kind.STOP, order));
    }

    @Override
    public CompletionStage<OrderResult> remove(NodeFacts node, ContainerOrder order) {
        return order(node, SimOrder.of(SimOrder.Kind.REMOVE, order));
    }

    private CompletionStage<OrderResult> order(NodeFacts facts, SimOrder order) {
        if (!alive) {
            return new CompletableFuture<>();
        }
        SimNode node = sim.node(facts.hostname());
        sim.trace().line(name(), "orders ", node.id(), " to ", order);
        sim.promises().orders().ordered(this, node.id(), order);
        return sim.network()
                .<OrderResult>call(
                        this, node, order.toString(), true, (agent, answer) -> answer.accept(agent.order(order)))
                .thenApply(node.lies()::result);
    }

    @Override
    public CompletionStage<ContainerList> list(NodeFacts facts) {
        SimNode node = sim.node(facts.hostname());
        return alive
                ? sim.network().call(this, node, "list", false, SimAgent::list).thenApply(node.lies()::list)
                : new CompletableFuture<>();
    }

    @Override
    public CompletionStage<Output> logs(NodeFacts facts, WorkloadId id, LogQuery query) {
        if (!alive) {
            return new CompletableFuture<>();
        }
        return sim.network()
                .<Optional<ByteString>>call(
                        this,
                        sim.node(facts.hostname()),
                        "logs of " + id,
                        false,
                        (agent, answer) -> answer.accept(agent.logs(id)))
                .thenCompose(output -> output.map(bytes -> CompletableFuture.<Output>completedStage(
                                new Output(Optional.empty(), Source.single(bytes))))
                        .orElseGet(() -> CompletableFuture.failedStage(new NoSuchContainerException(id))));
    }

    @Override
    public CompletionStage<EventStream> events(NodeFacts facts, Optional<String> after) {
        SimNode node = sim.node(facts.hostname());
        return alive
                ? sim.network()
                        .<EventStream>call(
                                this, node, "events", false, (agent, answer) -> answer.accept(agent.follow(after)))
                        .thenApply(node.lies()::stream)
                : new CompletableFuture<>();
    }
}
