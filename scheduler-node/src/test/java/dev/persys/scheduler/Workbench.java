package dev.persys.scheduler;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.ManualTime;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.stream.Materializer;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.persys.model.ClusterId;
import dev.persys.model.Epoch;
import dev.persys.model.NodeFacts;
import dev.persys.model.NodeId;
import dev.persys.model.PlacementSummary;
import dev.persys.model.Resources;
import dev.persys.model.WorkloadId;
import dev.persys.protocol.AgentClient;
import dev.persys.store.Claim;
import dev.persys.store.Leadership;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** What one actor under test stands on: a store in memory, a clock that only the test moves, probes as neighbours. */
final class Workbench implements AutoCloseable {
    static final NodeId NODE = NodeId.of("node-1");
    static final WorkloadId ID = WorkloadId.of("00000000-0000-4000-8000-000000000001");
    static final ClusterId CLUSTER = ClusterId.of("test-cluster");
    static final Resources MACHINE = new Resources(4_000, 4_096);

    final ActorTestKit kit;
    final ManualTime time;
    final InMemoryStateStore store = new InMemoryStateStore();
    final Leadership leadership;
    final SchedulerEnvironment environment;
    final TestProbe<Term.Command> term;
    final TestProbe<PlacementActor.Command> placement;
    final TestProbe<WorkloadMonitor.Command> workloadMonitor;
    private final AtomicLong ids = new AtomicLong();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private long nanos;

    Workbench() {
        this("");
    }

    /** With these settings in place of the defaults. */
    Workbench(String settings) {
        this(settings, Optional.empty());
    }

    /** With this client in place of {@link ScriptedAgents}. */
    Workbench(String settings, Optional<AgentClient> agents) {
        Config config = ManualTime.config()
                .withFallback(ConfigFactory.parseString(settings))
                .withFallback(ConfigFactory.load());
        kit = ActorTestKit.create(config);
        time = ManualTime.get(kit.system());
        leadership = takeOver();
        environment = new SchedulerEnvironment(
                store,
                agents.orElseGet(() -> new ScriptedAgents(Materializer.matFromSystem(kit.system()))),
                this::now,
                this::nanos,
                () -> WorkloadId.of(String.format("00000000-0000-4000-8000-%012x", ids.incrementAndGet())),
                "test",
                CLUSTER,
                SchedulerSettings.of(config));
        term = kit.createTestProbe();
        placement = kit.createTestProbe();
        workloadMonitor = kit.createTestProbe();
    }

    synchronized Instant now() {
        return now;
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

    /** As another scheduler on the same store does. */
    Leadership takeOver() {
        return store.claim(new Claim("another", CLUSTER, Epoch.NONE))
                .toCompletableFuture()
                .join();
    }

    static NodeFacts facts(String hostname, Resources total) {
        return new NodeFacts("127.0.0.1", hostname, 8086, total, Map.of(), "", "", "", "", "");
    }

    PlacementSummary chosen(NodeId node) {
        return new PlacementSummary(
                now(), "best-fit", 1, Optional.of(new PlacementSummary.Candidate(node, 1)), List.of(), Map.of());
    }

    PlacementSummary noneOf(int nodes) {
        return new PlacementSummary(now(), "best-fit", nodes, Optional.empty(), List.of(), Map.of("cpu", nodes));
    }

    @Override
    public void close() {
        kit.shutdownTestKit();
    }
}
