package dev.persys.agent;

import akka.NotUsed;
import akka.actor.typed.ActorSystem;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import dev.persys.api.LogQuery;
import dev.persys.model.WorkloadId;
import dev.persys.protocol.AgentProtocol.LogsReply;
import dev.persys.runtime.ContainerLabels;
import dev.persys.runtime.ContainerState;
import dev.persys.runtime.RuntimeFailure;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Reads what containers of ours print, and what they printed before their present run. Keeps no state. */
final class ContainerLogs {
    private final OwnContainers runtime;
    private final ContainerLookup lookup;
    private final ActorSystem<?> system;

    ContainerLogs(OwnContainers runtime, ActorSystem<?> system) {
        this.runtime = runtime;
        this.lookup = new ContainerLookup(runtime);
        this.system = system;
    }

    /**
     * Never fails, and answers only once the engine has given an answer: until then it can be a refusal.
     *
     * @param container a workload's id, or the engine's id of its container, whole or the beginning of it
     * @param ours labels that the container has to have
     */
    CompletionStage<LogsReply> read(String container, Map<String, String> ours, LogQuery query) {
        return lookup.find(container, ours)
                .thenCompose(state -> {
                    Optional<WorkloadId> workload = WorkloadId.isCanonical(container)
                            ? Optional.of(WorkloadId.of(container))
                            : state.flatMap(known -> ContainerLabels.parse(known.labels()))
                                    .map(ContainerLabels::workloadId);
                    if (query.previous() && workload.isPresent()) {
                        return beforePresentRun(workload.get(), state, query);
                    }
                    return state.map(known -> opened(known.id(), runtime.logs(known.id(), query)))
                            .orElseGet(() -> CompletableFuture.completedStage(new LogsReply.NoContainer()));
                })
                .exceptionally(failure ->
                        new LogsReply.Unavailable(RuntimeFailure.from(failure).getMessage()));
    }

    private CompletionStage<LogsReply> beforePresentRun(
            WorkloadId workload, Optional<ContainerState> present, LogQuery query) {
        CompletionStage<Optional<Source<ByteString, NotUsed>>> earlier = present.flatMap(
                        state -> runtime.runs(state).border().map(end -> lines(state.id(), query, end)))
                .orElseGet(() -> CompletableFuture.completedStage(Optional.empty()));
        return earlier.thenCompose(output -> output.isPresent()
                        ? opened(present.orElseThrow().id(), output.get())
                        : ofReplaced(workload, query))
                .exceptionally(failure -> refusal(RuntimeFailure.from(failure)));
    }

    private CompletionStage<LogsReply> ofReplaced(WorkloadId workload, LogQuery query) {
        return runtime.previous(workload)
                .thenCompose(kept -> kept.map(state -> opened(state.id(), runtime.logs(state.id(), query.ofAll())))
                        .orElseGet(() -> CompletableFuture.completedStage(new LogsReply.NoPrevious())));
    }

    /**
     * What a container printed until {@code end}; empty where that is nothing. The engine counts the lines of a tail from
     * the end of all that it has, so they are counted here: it is read twice, and never held.
     */
    private CompletionStage<Optional<Source<ByteString, NotUsed>>> lines(
            String containerId, LogQuery query, Instant end) {
        Source<ByteString, NotUsed> output = runtime.logs(containerId, query.linesUntil(end));
        if (query.tail().isEmpty()) {
            return output.filter(ByteString::nonEmpty)
                    .runWith(Sink.headOption(), system)
                    .thenApply(first -> first.map(some -> output));
        }
        return output.runWith(Sink.fold(LineCount.NONE, LineCount::and), system)
                .thenApply(count -> count.isNothing()
                        ? Optional.empty()
                        : Optional.of(LineCount.withoutFirst(
                                output, count.lines() - query.tail().get())));
    }

    private CompletionStage<LogsReply> opened(String containerId, Source<ByteString, NotUsed> output) {
        return output.prefixAndTail(1)
                .runWith(Sink.head(), system)
                .<LogsReply>thenApply(opened -> new LogsReply.Logs(
                        containerId, Source.from(opened.first()).concat(opened.second())))
                .exceptionally(failure -> refusal(RuntimeFailure.from(failure)));
    }

    private static LogsReply refusal(RuntimeFailure failure) {
        if (failure.kind() == RuntimeFailure.Kind.NOT_FOUND) {
            return new LogsReply.NoContainer();
        }
        return failure.mayPass()
                ? new LogsReply.Unavailable(failure.getMessage())
                : new LogsReply.Unreadable(failure.getMessage());
    }
}
