package dev.persys.scheduler.testing;

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
import dev.persys.scheduler.SchedulerEnvironment;
import dev.persys.scheduler.SchedulerSettings;
import dev.persys.scheduler.node.WorkloadMonitor;
import dev.persys.scheduler.placement.PlacementActor;
import dev.persys.scheduler.record.TermMessage;
import dev.persys.store.Claim;
import dev.persys.store.Leadership;
import dev.persys.testing.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** What one actor under test stands on: a store in memory, a clock that only the test moves, probes as neighbours. */
public final class Workbench implements AutoCloseable {
    /** What comes at all may take its time where other things run beside the test. */
    public static final Config PATIENT =
            ConfigFactory.parseString("akka.actor.testkit.typed.single-expect-default = 10s");

    public static final NodeId NODE = NodeId.of("node-1");
    public static final WorkloadId ID = WorkloadId.of("00000000-0000-4000-8000-000000000001");
    public static final ClusterId CLUSTER = ClusterId.of("test-cluster");
    public static final Resources MACHINE = new Resources(4_000, 4_096);

    public final ActorTestKit kit;
    final ManualTime time;
    public final InMemoryStateStore store = new InMemoryStateStore();
    public final Leadership leadership;
    public final SchedulerEnvironment environment;
    public final TestProbe<TermMessage> term;
    public final TestProbe<PlacementActor.Command> placement;
    public final TestProbe<WorkloadMonitor.Command> workloadMonitor;
    private final AtomicLong ids = new AtomicLong();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private long nanos;

    public Workbench() {
        this("");
    }

    /** With these settings in place of the defaults. */
    public Workbench(String settings) {
        this(settings, Optional.empty());
    }

    /** With this client in place of {@link ScriptedAgents}. */
    public Workbench(String settings, Optional<AgentClient> agents) {
        Config config = VirtualTime.CONFIG
                .withFallback(PATIENT)
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

    public synchronized Instant now() {
        return now;
    }

    public synchronized long nanos() {
        return nanos;
    }

    /** Sets the wall clock forward, or back, as somebody does with a machine's: no time passes. */
    public synchronized void setClock(Duration forward) {
        now = now.plus(forward);
    }

    /** Moves the clocks alone on, as for a process that was stopped meanwhile. */
    public synchronized void standStill(Duration duration) {
        now = now.plus(duration);
        nanos += duration.toNanos();
    }

    /** Moves clocks and timers on. */
    public void pass(Duration duration) {
        standStill(duration);
        time.timePasses(duration);
    }

    /** As another scheduler on the same store does. */
    public Leadership takeOver() {
        return store.claim(new Claim("another", CLUSTER, Epoch.NONE))
                .toCompletableFuture()
                .join();
    }

    public static NodeFacts facts(String hostname, Resources total) {
        return new NodeFacts("127.0.0.1", hostname, 8086, total, Map.of(), "", "", "", "", "");
    }

    public PlacementSummary chosen(NodeId node) {
        return new PlacementSummary(
                now(), "best-fit", 1, Optional.of(new PlacementSummary.Candidate(node, 1)), List.of(), Map.of());
    }

    public PlacementSummary noneOf(int nodes) {
        return new PlacementSummary(now(), "best-fit", nodes, Optional.empty(), List.of(), Map.of("cpu", nodes));
    }

    @Override
    public void close() {
        kit.shutdownTestKit();
    }
}
