package dev.persys.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.AskPattern;
import akka.stream.Materializer;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.persys.api.RegisterRequest;
import dev.persys.api.RegisterResponse;
import dev.persys.api.WorkloadView;
import dev.persys.model.NodeId;
import dev.persys.model.WorkloadSpec;
import dev.persys.model.WorkloadStatus;
import dev.persys.protocol.Origin;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol;
import dev.persys.protocol.SchedulerProtocol.Accepted;
import dev.persys.protocol.SchedulerProtocol.Command;
import dev.persys.protocol.SchedulerProtocol.Readiness;
import dev.persys.scheduler.store.EmbeddedStateStore;
import dev.persys.scheduler.testing.ScriptedAgents;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A scheduler as a program starts it: a real cluster of one, a real clock, the embedded store. */
final class SchedulerNodeTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration LONGEST_STOP = Duration.ofSeconds(10);
    private static final Origin ORIGIN = new Origin("request-1", Origin.ANONYMOUS);
    private static final Config CONFIG = ConfigFactory.parseString("persys.scheduler.system.akka.loglevel = WARNING")
            .withFallback(ConfigFactory.load());

    @TempDir
    private Path directory;

    private ScriptedAgents agents;
    private EmbeddedStateStore store;
    private SchedulerNode node;

    @BeforeEach
    void start() {
        store = EmbeddedStateStore.open(directory.resolve("state"));
        node = SchedulerNode.start(CONFIG, store, system -> {
            Materializer materializer = Materializer.matFromSystem(system);
            agents = agents == null ? new ScriptedAgents(materializer) : agents.on(materializer);
            return agents;
        });
        await().atMost(PATIENCE)
                .until(() -> this.<Readiness>answer(SchedulerProtocol.GetReadiness::new)
                        .ready());
    }

    @AfterEach
    void stop() throws ExecutionException, InterruptedException, TimeoutException {
        node.stop().toCompletableFuture().get(LONGEST_STOP.toSeconds(), TimeUnit.SECONDS);
        store.close();
    }

    @Test
    void servesAndStopsWithinSeconds() {
        join();
        ok((ActorRef<Reply<Accepted>> replyTo) ->
                new SchedulerProtocol.Schedule(WorkloadSpec.of("web", "nginx"), Optional.empty(), ORIGIN, replyTo));

        await().atMost(PATIENCE).until(() -> web().workload().status() == WorkloadStatus.RUNNING);
    }

    @Test
    void restartKeepsEverything() throws ExecutionException, InterruptedException, TimeoutException {
        join();
        ok((ActorRef<Reply<Accepted>> replyTo) ->
                new SchedulerProtocol.Schedule(WorkloadSpec.of("web", "nginx"), Optional.empty(), ORIGIN, replyTo));
        await().atMost(PATIENCE).until(() -> web().workload().status() == WorkloadStatus.RUNNING);
        WorkloadView before = web();

        stop();
        start();

        assertThat(web().workload().id()).isEqualTo(before.workload().id());
        assertThat(web().workload().generation()).isEqualTo(before.workload().generation());
        assertThat(agents.agent("node-1").runs()).hasSize(1);
    }

    private WorkloadView web() {
        return ok((ActorRef<Reply<WorkloadView>> replyTo) -> new SchedulerProtocol.GetWorkload("web", replyTo));
    }

    private void join() {
        ok((ActorRef<Reply<RegisterResponse>> replyTo) -> new SchedulerProtocol.RegisterNode(
                new RegisterRequest(
                        NodeId.of("node-1"),
                        "127.0.0.1",
                        "node-1",
                        "active",
                        Optional.empty(),
                        Optional.of(BigDecimal.valueOf(4)),
                        Optional.of(4096L),
                        Optional.of(Map.of()),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()),
                replyTo));
    }

    private <T> T ok(Function<ActorRef<Reply<T>>, Command> request) {
        Reply<T> reply = answer(request);
        if (reply instanceof Reply.Ok<T> ok) {
            return ok.value();
        }
        throw new AssertionError("not Ok: " + reply);
    }

    private <T> T answer(Function<ActorRef<T>, Command> request) {
        return AskPattern.<Command, T>ask(
                        node.system(), request::apply, PATIENCE, node.system().scheduler())
                .toCompletableFuture()
                .join();
    }
}
