package dev.persys.scheduler.leadership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.stream.javadsl.Source;
import dev.persys.api.ContainerList;
import dev.persys.api.ContainerOrder;
import dev.persys.api.LogQuery;
import dev.persys.api.RecordJson;
import dev.persys.api.RunOrder;
import dev.persys.model.Epoch;
import dev.persys.model.Newer;
import dev.persys.model.Node;
import dev.persys.model.NodeFacts;
import dev.persys.model.NodeId;
import dev.persys.model.NodeReason;
import dev.persys.model.NodeStatus;
import dev.persys.model.Orphans;
import dev.persys.model.WorkloadId;
import dev.persys.protocol.AgentClient;
import dev.persys.scheduler.testing.Workbench;
import dev.persys.store.Keys;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** How a leader that takes over many nodes comes to follow their agents. */
final class TakeOverTest {
    private static final int MANY = 1_000;
    private static final int AT_ONCE = 64;

    /** Agents that take a moment for each answer; those that are gone take for ever. */
    private static final class CountedAgents implements AgentClient {
        private static final Executor LATER = CompletableFuture.delayedExecutor(2, TimeUnit.MILLISECONDS);

        private final Set<String> gone = ConcurrentHashMap.newKeySet();
        private final Set<String> followed = ConcurrentHashMap.newKeySet();
        private final AtomicInteger underWay = new AtomicInteger();
        private final AtomicInteger most = new AtomicInteger();

        @Override
        public CompletionStage<ContainerList> list(NodeFacts node) {
            if (gone.contains(node.hostname())) {
                return new CompletableFuture<>();
            }
            int now = underWay.incrementAndGet();
            most.accumulateAndGet(now, Math::max);
            return CompletableFuture.supplyAsync(() -> new ContainerList("boot-0", List.of(), List.of()), LATER);
        }

        @Override
        public CompletionStage<EventStream> events(NodeFacts node, Optional<String> after) {
            return CompletableFuture.<EventStream>supplyAsync(
                    () -> {
                        underWay.decrementAndGet();
                        followed.add(node.hostname());
                        return EventStream.Open.of(Source.never());
                    },
                    LATER);
        }

        @Override
        public CompletionStage<OrderResult> run(NodeFacts node, RunOrder order) {
            throw new AssertionError("nothing is to run");
        }

        @Override
        public CompletionStage<OrderResult> stop(NodeFacts node, ContainerOrder order) {
            throw new AssertionError("nothing is to stop");
        }

        @Override
        public CompletionStage<OrderResult> remove(NodeFacts node, ContainerOrder order) {
            throw new AssertionError("nothing is to go");
        }

        @Override
        public CompletionStage<Output> logs(NodeFacts node, WorkloadId id, LogQuery query) {
            throw new AssertionError("nothing has ended");
        }
    }

    private final CountedAgents agents = new CountedAgents();

    @Test
    void agentsAreConnectedToABoundedNumberAtOnce() {
        try (Workbench bench = new Workbench("", Optional.of(agents))) {
            plant(bench, MANY);

            bench.kit.spawn(Leader.create(bench.environment));

            await().until(() -> agents.followed.size() == MANY);
            assertThat(agents.most.get()).isLessThanOrEqualTo(AT_ONCE);
        }
    }

    @Test
    void noneOfAFewWaitsForAnother() {
        try (Workbench bench = new Workbench("", Optional.of(agents))) {
            plant(bench, AT_ONCE);
            agents.gone.addAll(List.of("node-1", "node-2", "node-3"));

            bench.kit.spawn(Leader.create(bench.environment));

            // No time passes here but what the agents take.
            await().until(() -> agents.followed.size() == AT_ONCE - agents.gone.size());
        }
    }

    @Test
    void agentsThatAreGoneHoldUpNobody() {
        try (Workbench bench = new Workbench("", Optional.of(agents))) {
            plant(bench, 3 * AT_ONCE);
            for (int i = 1; i <= 2 * AT_ONCE; i++) {
                agents.gone.add("node-" + i);
            }

            bench.kit.spawn(Leader.create(bench.environment));

            await().until(() -> {
                bench.pass(Duration.ofMillis(100));
                return agents.followed.size() == AT_ONCE;
            });
        }
    }

    private static void plant(Workbench bench, int count) {
        for (int i = 1; i <= count; i++) {
            NodeId id = NodeId.of("node-" + i);
            NodeFacts facts = Workbench.facts(id.value(), Workbench.MACHINE);
            Node node = new Node(
                    id,
                    facts,
                    NodeStatus.ACTIVE,
                    NodeReason.HEARTBEAT,
                    "beats",
                    false,
                    true,
                    Orphans.REMOVED,
                    Epoch.NONE,
                    List.of(),
                    bench.now(),
                    bench.now(),
                    facts.total(),
                    bench.now(),
                    Newer.NONE);
            bench.store.plant(Keys.node(id), RecordJson.write(node));
        }
    }
}
