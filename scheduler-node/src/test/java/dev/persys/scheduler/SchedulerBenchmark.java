package dev.persys.scheduler;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.AskPattern;
import akka.stream.Materializer;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.persys.api.RecordJson;
import dev.persys.api.RegisterRequest;
import dev.persys.api.RegisterResponse;
import dev.persys.model.NodeId;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadId;
import dev.persys.model.WorkloadSpec;
import dev.persys.protocol.Origin;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol;
import dev.persys.protocol.SchedulerProtocol.Accepted;
import dev.persys.protocol.SchedulerProtocol.Command;
import dev.persys.scheduler.store.EmbeddedStateStore;
import dev.persys.scheduler.testing.ScriptedAgents;
import dev.persys.store.Change;
import dev.persys.store.Keys;
import dev.persys.store.Leadership;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/**
 * How long a request to schedule takes to its answer, beside the bare durable write of the same bytes on the same
 * store in the same run: one at a time, turn by turn, and then 64 in flight.
 */
public final class SchedulerBenchmark {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Origin ORIGIN = new Origin("benchmark", Origin.ANONYMOUS);
    private static final int IN_FLIGHT = 64;

    private final EmbeddedStateStore store;
    private final SchedulerNode node;

    private SchedulerBenchmark(Path directory) {
        Config config = ConfigFactory.parseString("persys.scheduler.system.akka.loglevel = ERROR")
                .withFallback(ConfigFactory.load());
        store = EmbeddedStateStore.open(directory.resolve("state"));
        node = SchedulerNode.start(config, store, system -> new ScriptedAgents(Materializer.matFromSystem(system)));
    }

    /** Takes the directory to measure in, and how many requests to measure. */
    public static void main(String[] args) throws Exception {
        Path directory = args.length > 0 ? Path.of(args[0]) : Files.createTempDirectory("persys-benchmark");
        int requests = args.length > 1 ? Integer.parseInt(args[1]) : 2_000;
        SchedulerBenchmark benchmark = new SchedulerBenchmark(directory);
        benchmark.run(requests);
        benchmark.node.stop().toCompletableFuture().join();
        benchmark.store.close();
    }

    private void run(int requests) throws InterruptedException {
        join();
        oneAtATime(requests);
        long[][] times = oneAtATime(requests);
        print("bare durable write", times[0]);
        print("schedule to answer", times[1]);
        long start = System.nanoTime();
        inFlight(requests * 2);
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf(Locale.ROOT, "%d in flight: %.0f requests a second%n", IN_FLIGHT, requests * 2 / seconds);
    }

    /** The nanoseconds of bare writes, and those of requests. */
    private long[][] oneAtATime(int requests) {
        Leadership leadership = store.leadership().toCompletableFuture().join();
        long[] writes = new long[requests];
        long[] answers = new long[requests];
        for (int i = 0; i < requests; i++) {
            WorkloadId id = WorkloadId.of(UUID.randomUUID());
            Workload workload = Workload.accepted(id, spec(), Optional.empty(), ORIGIN.request(), Instant.EPOCH);
            String json = RecordJson.toJson(workload).toString() + " ".repeat(300);
            List<Change> changes = List.of(new Change.Put(Keys.workload(id), json, Change.ABSENT));
            long start = System.nanoTime();
            store.commit(leadership.epoch(), changes).toCompletableFuture().join();
            writes[i] = System.nanoTime() - start;
            start = System.nanoTime();
            schedule().toCompletableFuture().join();
            answers[i] = System.nanoTime() - start;
        }
        return new long[][] {writes, answers};
    }

    private void inFlight(int requests) throws InterruptedException {
        Semaphore room = new Semaphore(IN_FLIGHT);
        for (int i = 0; i < requests; i++) {
            room.acquire();
            schedule().whenComplete((reply, failure) -> room.release());
        }
        room.acquire(IN_FLIGHT);
    }

    private static void print(String what, long[] nanos) {
        Arrays.sort(nanos);
        System.out.printf(
                Locale.ROOT,
                "%s: p50 %.3f ms, p99 %.3f ms%n",
                what,
                nanos[nanos.length / 2] / 1e6,
                nanos[nanos.length * 99 / 100] / 1e6);
    }

    private static WorkloadSpec spec() {
        return WorkloadSpec.of("web", "nginx:1");
    }

    private CompletionStage<Reply<Accepted>> schedule() {
        return ask(replyTo -> new SchedulerProtocol.Schedule(spec(), Optional.empty(), ORIGIN, replyTo));
    }

    private void join() {
        RegisterRequest request = new RegisterRequest(
                NodeId.of("node-1"),
                "127.0.0.1",
                "node-1",
                "active",
                Optional.empty(),
                Optional.of(BigDecimal.valueOf(100_000)),
                Optional.of(100_000_000L),
                Optional.of(Map.of()),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        Reply<RegisterResponse> reply;
        do {
            reply = this.<Reply<RegisterResponse>>ask(replyTo -> new SchedulerProtocol.RegisterNode(request, replyTo))
                    .toCompletableFuture()
                    .join();
        } while (!(reply instanceof Reply.Ok));
    }

    private <T> CompletionStage<T> ask(Function<ActorRef<T>, Command> request) {
        return AskPattern.ask(
                node.system(), request::apply, PATIENCE, node.system().scheduler());
    }
}
