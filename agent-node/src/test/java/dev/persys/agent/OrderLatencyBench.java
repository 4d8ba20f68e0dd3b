package dev.persys.agent;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.AskPattern;
import akka.actor.typed.javadsl.Behaviors;
import akka.stream.javadsl.Sink;
import com.typesafe.config.ConfigFactory;
import dev.persys.agent.docker.DockerContainerRuntime;
import dev.persys.api.AgentEvent;
import dev.persys.api.RunOrder;
import dev.persys.model.ContainerPhase;
import dev.persys.model.Limits;
import dev.persys.model.PullPolicy;
import dev.persys.model.Resources;
import dev.persys.model.RestartPolicy;
import dev.persys.model.WorkloadId;
import dev.persys.protocol.AgentProtocol;
import dev.persys.protocol.AgentProtocol.EventsReply;
import dev.persys.protocol.AgentProtocol.Health;
import dev.persys.protocol.AgentProtocol.OrderReply;
import dev.persys.runtime.ContainerSpec;
import dev.persys.testing.DockerFixture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * From an order to the event that says "running", beside making and starting the same container by Docker's interface
 * alone, in turns on one engine. Prints milliseconds; asserts nothing.
 *
 * <p>Run it with {@code java -cp <test class path> dev.persys.agent.OrderLatencyBench [rounds]}.
 */
public final class OrderLatencyBench {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int WARM_UP = 5;

    private OrderLatencyBench() {}

    public static void main(String[] arguments) throws Exception {
        int rounds = arguments.length == 0 ? 30 : Integer.parseInt(arguments[0]);
        try (DockerFixture docker = DockerFixture.start()) {
            ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "bench");
            var config = ConfigFactory.parseString(
                            "persys.agent.node-id = node-1\npersys.agent.docker.host = \"" + docker.host() + "\"")
                    .withFallback(ConfigFactory.load());
            AgentNode node = AgentNode.start(system, config, new FakeScheduler(), "bench");
            measure(rounds, docker, system, node);
            node.stop().toCompletableFuture().get(30, TimeUnit.SECONDS);
            system.terminate();
        }
    }

    private static void measure(int rounds, DockerFixture docker, ActorSystem<Void> system, AgentNode node)
            throws Exception {
        BlockingQueue<AgentEvent> events = follow(system, node.ref());
        AgentSettings settings = Samples.settings("persys.agent.docker.host = \"" + docker.host() + "\"");
        List<Double> raw = new ArrayList<>();
        List<Double> ordered = new ArrayList<>();
        try (DockerContainerRuntime runtime = new DockerContainerRuntime(settings.docker())) {
            for (int round = 0; round < rounds + WARM_UP; round++) {
                // In turns: each leaves the engine some cleaning up that the other one feels.
                double first = round % 2 == 0 ? raw(runtime) : ordered(system, node.ref(), events);
                double second = round % 2 == 0 ? ordered(system, node.ref(), events) : raw(runtime);
                double alone = round % 2 == 0 ? first : second;
                double throughAgent = round % 2 == 0 ? second : first;
                if (round >= WARM_UP) {
                    raw.add(alone);
                    ordered.add(throughAgent);
                }
            }
        }
        print("create + start by Docker alone", raw);
        print("order -> event RUNNING", ordered);
    }

    private static double raw(DockerContainerRuntime runtime) throws Exception {
        // With the limits that an order has: a tenth of a core slows the start itself down.
        ContainerSpec spec = new ContainerSpec(
                Samples.workload().value(),
                DockerFixture.BUSYBOX,
                Map.of(),
                List.of(),
                List.of("sleep", "1000"),
                Map.of(),
                Resources.DEFAULT_REQUEST,
                Limits.NONE,
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                RestartPolicy.NEVER,
                Duration.ofSeconds(1));
        long start = System.nanoTime();
        String id = runtime.create(spec).toCompletableFuture().get(30, TimeUnit.SECONDS);
        runtime.start(id).toCompletableFuture().get(30, TimeUnit.SECONDS);
        double millis = (System.nanoTime() - start) / 1e6;
        runtime.remove(id).toCompletableFuture().get(30, TimeUnit.SECONDS);
        return millis;
    }

    private static double ordered(
            ActorSystem<Void> system, ActorRef<AgentProtocol.Command> agent, BlockingQueue<AgentEvent> events)
            throws Exception {
        WorkloadId id = Samples.workload();
        RunOrder order = Samples.run(
                id, 1, 1, DockerFixture.BUSYBOX, List.of("sleep", "1000"), RestartPolicy.NEVER, PullPolicy.MISSING);
        long start = System.nanoTime();
        agent.tell(new AgentProtocol.Run(order, system.ignoreRef()));
        awaitPhase(events, id, ContainerPhase.RUNNING);
        double millis = (System.nanoTime() - start) / 1e6;
        AskPattern.<AgentProtocol.Command, OrderReply>ask(
                        agent, ref -> new AgentProtocol.Remove(Samples.end(id, 1), ref), LIMIT, system.scheduler())
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
        awaitPhase(events, id, ContainerPhase.REMOVED);
        return millis;
    }

    private static void awaitPhase(BlockingQueue<AgentEvent> events, WorkloadId id, ContainerPhase phase)
            throws InterruptedException {
        for (AgentEvent event = events.poll(30, TimeUnit.SECONDS);
                event != null;
                event = events.poll(30, TimeUnit.SECONDS)) {
            if (event.report().workloadId().equals(id) && event.report().phase() == phase) {
                return;
            }
        }
        throw new IllegalStateException("no " + phase + " within the limit");
    }

    private static BlockingQueue<AgentEvent> follow(ActorSystem<Void> system, ActorRef<AgentProtocol.Command> agent)
            throws Exception {
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> AskPattern.<AgentProtocol.Command, Health>ask(
                                agent, AgentProtocol.GetHealth::new, LIMIT, system.scheduler())
                        .toCompletableFuture()
                        .get(30, TimeUnit.SECONDS)
                        .dockerAvailable());
        EventsReply reply = AskPattern.<AgentProtocol.Command, EventsReply>ask(
                        agent, ref -> new AgentProtocol.FollowEvents(Optional.empty(), ref), LIMIT, system.scheduler())
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
        BlockingQueue<AgentEvent> events = new LinkedBlockingQueue<>();
        var unused = ((EventsReply.Events) reply).events().runWith(Sink.foreach(events::add), system);
        return events;
    }

    private static void print(String what, List<Double> millis) {
        List<Double> sorted = millis.stream().sorted().toList();
        System.out.printf(
                "%-32s median %.1f  p90 %.1f  min %.1f ms (%d rounds)%n",
                what, sorted.get(sorted.size() / 2), sorted.get(sorted.size() * 9 / 10), sorted.get(0), sorted.size());
    }
}
