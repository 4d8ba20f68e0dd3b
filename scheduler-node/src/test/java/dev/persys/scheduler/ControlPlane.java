package dev.persys.scheduler;

import static org.awaitility.Awaitility.await;

import akka.actor.PoisonPill;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.ManualTime;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.Adapter;
import akka.stream.Materializer;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.persys.api.ClusterEvent;
import dev.persys.api.Heartbeat;
import dev.persys.api.NodeView;
import dev.persys.api.Page;
import dev.persys.api.RegisterRequest;
import dev.persys.api.RegisterResponse;
import dev.persys.api.WorkloadView;
import dev.persys.model.ClusterId;
import dev.persys.model.NodeId;
import dev.persys.model.WorkloadId;
import dev.persys.model.WorkloadSpec;
import dev.persys.protocol.Documents;
import dev.persys.protocol.Origin;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol;
import dev.persys.protocol.SchedulerProtocol.Accepted;
import dev.persys.protocol.SchedulerProtocol.EventFeed;
import dev.persys.protocol.SchedulerProtocol.NodeAction;
import dev.persys.protocol.SchedulerProtocol.WorkloadAction;
import dev.persys.scheduler.leadership.Leader;
import dev.persys.scheduler.testing.InMemoryStateStore;
import dev.persys.scheduler.testing.ScriptedAgents;
import dev.persys.scheduler.testing.Workbench;
import dev.persys.testing.VirtualTime;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/** A leader on a store and agents in memory, under a clock that only the test moves. */
final class ControlPlane implements AutoCloseable {
    static final Origin ORIGIN = new Origin("request-1", Origin.ANONYMOUS);

    final InMemoryStateStore store;
    final ScriptedAgents agents;
    private final ActorTestKit kit;
    private final ManualTime time;
    private final AtomicLong ids = new AtomicLong();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final PublishedDocuments documents = new PublishedDocuments();
    private long nanos;
    private ActorRef<Leader.Command> leader;

    ControlPlane() {
        this("");
    }

    /** With these settings in place of the defaults. */
    ControlPlane(String settings) {
        kit = ActorTestKit.create(VirtualTime.CONFIG
                .withFallback(Workbench.PATIENT)
                .withFallback(ConfigFactory.parseString(settings))
                .withFallback(ConfigFactory.load()));
        time = ManualTime.get(kit.system());
        store = new InMemoryStateStore();
        agents = new ScriptedAgents(Materializer.matFromSystem(kit.system()));
        start(kit.system().settings().config());
    }

    private void start(Config config) {
        leader = kit.spawn(Leader.create(new SchedulerEnvironment(
                store,
                agents,
                this::now,
                this::nanos,
                this::nextId,
                "test",
                ClusterId.of("test-cluster"),
                SchedulerSettings.of(config),
                documents)));
        await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(5)).until(() -> {
            TestProbe<SchedulerProtocol.Readiness> probe = kit.createTestProbe();
            tell(new SchedulerProtocol.GetReadiness(probe.getRef()));
            return probe.receiveMessage().ready();
        });
    }

    synchronized Instant now() {
        return now;
    }

    private WorkloadId nextId() {
        return WorkloadId.of(String.format("00000000-0000-4000-8000-%012x", ids.incrementAndGet()));
    }

    private synchronized long nanos() {
        return nanos;
    }

    /** Sets the wall clock forward, or back, as somebody does with a machine's: no time passes. */
    synchronized void setClock(Duration forward) {
        now = now.plus(forward);
    }

    /** Moves clocks and timers on. */
    void pass(Duration duration) {
        synchronized (this) {
            now = now.plus(duration);
            nanos += duration.toNanos();
        }
        time.timePasses(duration);
    }

    /** As after a kill and a new start: nothing survives but the store and the nodes. */
    void restart() {
        restartWith("");
    }

    /** As {@link #restart}, with these settings from now on. */
    void restartWith(String settings) {
        kit.stop(leader);
        start(ConfigFactory.parseString(settings)
                .withFallback(kit.system().settings().config()));
    }

    /** Ends the leader, and nothing comes after it. */
    void stop() {
        kit.stop(leader);
    }

    Documents documents() {
        return documents;
    }

    /** Ends the actors of the term whose name begins so, as a bug in them would. */
    void breakDown(String name) {
        Adapter.toClassic(kit.system())
                .actorSelection("/user/*/term-*/" + name + "*")
                .tell(PoisonPill.getInstance(), akka.actor.ActorRef.noSender());
    }

    /** What happens from just behind {@code after} on; grows as it happens. */
    Queue<ClusterEvent> follow(String after) {
        EventFeed feed = ok(replyTo -> new SchedulerProtocol.FollowEvents(Optional.of(after), replyTo));
        Queue<ClusterEvent> events = new ConcurrentLinkedQueue<>();
        if (!(feed instanceof EventFeed.Open open)) {
            throw new AssertionError("no longer kept: " + after);
        }
        open.events().runForeach(events::add, kit.system());
        return events;
    }

    <T> TestProbe<T> probe() {
        return kit.createTestProbe();
    }

    void tell(SchedulerProtocol.Command request) {
        leader.tell(new Leader.Request(request));
    }

    <T> TestProbe<Reply<T>> send(Function<ActorRef<Reply<T>>, SchedulerProtocol.Command> request) {
        TestProbe<Reply<T>> probe = kit.createTestProbe();
        tell(request.apply(probe.getRef()));
        return probe;
    }

    <T> Reply<T> ask(Function<ActorRef<Reply<T>>, SchedulerProtocol.Command> request) {
        return send(request).receiveMessage();
    }

    /** The answer of a request that must succeed. */
    <T> T ok(Function<ActorRef<Reply<T>>, SchedulerProtocol.Command> request) {
        Reply<T> reply = ask(request);
        if (reply instanceof Reply.Ok<T> ok) {
            return ok.value();
        }
        throw new AssertionError("not Ok: " + reply);
    }

    Accepted schedule(WorkloadSpec spec) {
        return ok(replyTo -> new SchedulerProtocol.Schedule(spec, Optional.empty(), ORIGIN, replyTo));
    }

    WorkloadView workload(String reference) {
        return ok(replyTo -> new SchedulerProtocol.GetWorkload(reference, replyTo));
    }

    WorkloadView change(String reference, WorkloadAction action) {
        return ok(
                replyTo -> new SchedulerProtocol.ChangeWorkload(reference, action, Optional.empty(), ORIGIN, replyTo));
    }

    NodeView change(NodeId node, NodeAction action) {
        return ok(replyTo -> new SchedulerProtocol.ChangeNode(node, action, Optional.empty(), ORIGIN, replyTo));
    }

    Page<NodeView> nodes() {
        return ok(replyTo -> new SchedulerProtocol.ListNodes(100, Optional.empty(), replyTo));
    }

    /** A node of four cores and 4 GiB joins, with an agent under its name that is reached at once. */
    RegisterResponse join(String name) {
        RegisterResponse joined = register(name);
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> nodes().items().stream()
                        .filter(view -> view.node().id().equals(joined.nodeId()))
                        .allMatch(view -> view.node().reached()));
        return joined;
    }

    /** As an agent of that name does, whether or not it is reached. */
    RegisterResponse register(String name) {
        return ok(replyTo -> registration(name, Optional.empty(), replyTo));
    }

    /** As an agent of that name does on an engine that says its name. */
    Reply<RegisterResponse> register(String name, String engine) {
        return ask(replyTo -> registration(name, Optional.of(engine), replyTo));
    }

    static SchedulerProtocol.RegisterNode registration(
            String name, Optional<String> engine, ActorRef<Reply<RegisterResponse>> replyTo) {
        return new SchedulerProtocol.RegisterNode(
                new RegisterRequest(
                        NodeId.of(name),
                        "127.0.0.1",
                        name,
                        "active",
                        Optional.empty(),
                        Optional.of(BigDecimal.valueOf(4)),
                        Optional.of(4096L),
                        Optional.of(Map.of()),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        engine),
                replyTo);
    }

    Reply<NodeId> beat(String name) {
        return ask(replyTo -> new SchedulerProtocol.Beat(
                new Heartbeat(NodeId.of(name), "active", BigDecimal.valueOf(4), 4096), replyTo));
    }

    @Override
    public void close() {
        kit.shutdownTestKit();
    }
}
