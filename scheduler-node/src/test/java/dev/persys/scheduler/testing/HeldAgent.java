package dev.persys.scheduler.testing;

import akka.NotUsed;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import dev.persys.api.AgentEvent;
import dev.persys.api.ContainerList;
import dev.persys.api.ContainerOrder;
import dev.persys.api.LogQuery;
import dev.persys.api.RunOrder;
import dev.persys.model.NodeFacts;
import dev.persys.model.WorkloadId;
import dev.persys.protocol.AgentClient;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** An agent that answers nothing until the test says what. */
public final class HeldAgent implements AgentClient {
    /** A call that waits for its answer. */
    public record Call<T>(String what, NodeFacts node, CompletableFuture<T> answer) {}

    public final BlockingQueue<Call<OrderResult>> orders = new LinkedBlockingQueue<>();
    public final BlockingQueue<Call<ContainerList>> lists = new LinkedBlockingQueue<>();
    public final BlockingQueue<Call<EventStream>> streams = new LinkedBlockingQueue<>();
    public final BlockingQueue<Call<Source<ByteString, NotUsed>>> logs = new LinkedBlockingQueue<>();

    /** The next call of its kind, which has to come within seconds. */
    public static <T> Call<T> next(BlockingQueue<Call<T>> calls) throws InterruptedException {
        Call<T> call = calls.poll(3, TimeUnit.SECONDS);
        if (call == null) {
            throw new AssertionError("no call came");
        }
        return call;
    }

    /** Answers the first list, with nothing, and the stream behind it, with what a test sends. */
    public void connect(Source<AgentEvent, NotUsed> events) throws InterruptedException {
        next(lists).answer().complete(new ContainerList("boot-0", List.of(), List.of()));
        next(streams).answer().complete(EventStream.Open.of(events));
    }

    /** As {@link #connect}, with silences. */
    public void connectTo(Source<Told, NotUsed> told) throws InterruptedException {
        next(lists).answer().complete(new ContainerList("boot-0", List.of(), List.of()));
        next(streams).answer().complete(new EventStream.Open(told));
    }

    private static <T> CompletionStage<T> held(BlockingQueue<Call<T>> calls, String what, NodeFacts node) {
        Call<T> call = new Call<>(what, node, new CompletableFuture<>());
        calls.add(call);
        return call.answer();
    }

    @Override
    public CompletionStage<OrderResult> run(NodeFacts node, RunOrder order) {
        return held(orders, "run " + order.generation(), node);
    }

    @Override
    public CompletionStage<OrderResult> stop(NodeFacts node, ContainerOrder order) {
        return held(orders, "stop " + order.generation(), node);
    }

    @Override
    public CompletionStage<OrderResult> remove(NodeFacts node, ContainerOrder order) {
        return held(orders, "remove " + order.generation(), node);
    }

    @Override
    public CompletionStage<ContainerList> list(NodeFacts node) {
        return held(lists, "list", node);
    }

    @Override
    public CompletionStage<Output> logs(NodeFacts node, WorkloadId id, LogQuery query) {
        return HeldAgent.<Source<ByteString, NotUsed>>held(logs, id.value(), node)
                .thenApply(bytes -> new Output(Optional.empty(), bytes));
    }

    @Override
    public CompletionStage<EventStream> events(NodeFacts node, Optional<String> after) {
        return held(streams, after.orElse("now"), node);
    }
}
