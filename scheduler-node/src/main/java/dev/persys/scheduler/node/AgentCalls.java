package dev.persys.scheduler.node;

import akka.Done;
import akka.NotUsed;
import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.stream.KillSwitches;
import akka.stream.UniqueKillSwitch;
import akka.stream.javadsl.Keep;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import dev.persys.model.NodeFacts;
import dev.persys.model.NodeId;
import dev.persys.model.WorkloadId;
import dev.persys.protocol.AgentClient;
import dev.persys.protocol.AgentClient.Told;
import dev.persys.scheduler.SchedulerEnvironment;
import dev.persys.scheduler.record.TermMessage;
import dev.persys.scheduler.secrets.SecretValues;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Calls one node's agent, and tells the link how each ends. Confined to the {@link AgentLink}. */
final class AgentCalls implements Delivery.Means {
    /** Of the timer of one workload's wish; that of its order has the workload itself. */
    private record TailKey(WorkloadId workload) {}

    private final ActorContext<AgentLink.Command> context;
    private final TimerScheduler<AgentLink.Command> timers;
    private final AgentClient agents;
    private final ActorRef<TermMessage> term;
    private final LogTail logTail;
    private final SecretValues secrets;
    private NodeFacts facts;

    AgentCalls(
            ActorContext<AgentLink.Command> context,
            TimerScheduler<AgentLink.Command> timers,
            NodeId node,
            NodeFacts facts,
            SchedulerEnvironment environment,
            ActorRef<TermMessage> term) {
        this.context = context;
        this.timers = timers;
        this.agents = environment.agents().to(node);
        this.term = term;
        this.logTail = new LogTail(environment.settings().logTailBytes());
        this.secrets = environment.secrets();
        this.facts = facts;
    }

    /** What is known of the node, and with it where its agent is called. */
    NodeFacts facts() {
        return facts;
    }

    /** The agent is there from now on; true where that is another place. */
    boolean moveTo(NodeFacts next) {
        boolean moves =
                next.agentPort() != facts.agentPort() || !next.ipAddress().equals(facts.ipAddress());
        facts = next;
        return moves;
    }

    @Override
    public void send(AgentOrder order) {
        context.pipeToSelf(
                order.send(agents, facts, secrets),
                (result, failure) -> failure == null
                        ? new AgentLink.OrderEnded(order, result)
                        : new AgentLink.OrderFailed(order, failure));
    }

    @Override
    public void sendLater(WorkloadId id, Duration pause) {
        timers.startSingleTimer(id, new AgentLink.SendAgain(id), pause);
    }

    @Override
    public void forget(WorkloadId id) {
        timers.cancel(id);
    }

    @Override
    public void tryLater(Duration pause) {
        timers.startSingleTimer(AgentLink.ProbeDue.INSTANCE, AgentLink.ProbeDue.INSTANCE, pause);
    }

    @Override
    public void tryNoMore() {
        timers.cancel(AgentLink.ProbeDue.INSTANCE);
    }

    @Override
    public void tell(NodeNews news) {
        term.tell(news);
    }

    void list(Inventories.Asked asked) {
        context.pipeToSelf(
                agents.list(facts),
                (list, failure) ->
                        failure == null ? new AgentLink.Listed(asked, list) : new AgentLink.ListFailed(failure));
    }

    /** Opens the stream of events behind {@code after}. */
    void open(Optional<String> after) {
        context.pipeToSelf(
                agents.events(facts, after),
                (opened, failure) -> failure == null
                        ? new AgentLink.StreamOpened(opened)
                        : new AgentLink.StreamEnded(Optional.of(failure)));
    }

    /** Hands what is told, one after the other to the link, each when the one before has been handled. */
    UniqueKillSwitch follow(Source<Told, NotUsed> told) {
        ActorRef<AgentLink.Command> self = context.getSelf();
        // The switch is behind the hand-over, so that an event nobody handles any more does not hold the stream open.
        var running = told.mapAsync(1, one -> {
                    CompletableFuture<Done> handled = new CompletableFuture<>();
                    self.tell(new AgentLink.StreamTold(one, handled));
                    return handled;
                })
                .viaMat(KillSwitches.single(), Keep.right())
                .toMat(Sink.ignore(), Keep.both())
                .run(context.getSystem());
        // A stream's own future calls back on a thread of the common pool; the link is told on the system's.
        context.pipeToSelf(
                running.second().thenApplyAsync(done -> done, context.getExecutionContext()),
                (done, failure) -> new AgentLink.StreamEnded(Optional.ofNullable(failure)));
        return running.first();
    }

    /** The agent may tell the next after so long. */
    void handled(CompletableFuture<Done> told, Duration pause) {
        if (pause.isZero()) {
            told.complete(Done.getInstance());
        } else {
            context.getSystem()
                    .scheduler()
                    .scheduleOnce(pause, () -> told.complete(Done.getInstance()), context.getExecutionContext());
        }
    }

    void takeTailLater(TailWishes.Wish wish, Duration pause) {
        timers.startSingleTimer(new TailKey(wish.workload()), new AgentLink.TailTold(tails -> tails.due(wish)), pause);
    }

    void takeTail(TailWishes.Wish wish) {
        context.pipeToSelf(
                logTail.of(agents, facts, wish.workload(), context.getSystem()),
                (tail, failure) -> failure == null
                        ? new AgentLink.TailTold(tails -> tails.taken(wish, tail))
                        : new AgentLink.TailTold(tails -> tails.failed(wish, failure)));
    }
}
