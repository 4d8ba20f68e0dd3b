package dev.persys.agent;

import akka.NotUsed;
import akka.stream.javadsl.Flow;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import dev.persys.api.ArchiveQuery;
import dev.persys.api.ContainerUsage;
import dev.persys.api.SessionQuery;
import dev.persys.runtime.ContainerAccess;
import dev.persys.runtime.RuntimeFailure;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/** Sessions that say back what they are told, in whatever container there is said to be. */
final class FakeContainerAccess implements ContainerAccess {
    /** What was asked for, as {@code exec ID} or {@code attach ID}. */
    final List<String> asked = new CopyOnWriteArrayList<>();

    /** To be run as the engine does when it passes on the output of what was attached to last. */
    volatile Runnable attached = () -> {};

    /** What is said instead. */
    volatile Optional<RuntimeFailure> failure = Optional.empty();

    @Override
    public CompletionStage<Flow<ByteString, ByteString, NotUsed>> exec(String containerId, SessionQuery query) {
        return answer("exec " + containerId);
    }

    @Override
    public CompletionStage<Flow<ByteString, ByteString, NotUsed>> attach(
            String containerId, SessionQuery query, Runnable whenBegun) {
        attached = whenBegun;
        return answer("attach " + containerId);
    }

    @Override
    public CompletionStage<Flow<ByteString, ByteString, NotUsed>> archive(String containerId, ArchiveQuery query) {
        return answer(query.access().word() + " " + query.path() + " " + containerId);
    }

    @Override
    public Source<ContainerUsage, NotUsed> usage(String containerId, boolean follow) {
        asked.add("usage " + containerId);
        return failure.<Source<ContainerUsage, NotUsed>>map(Source::failed).orElseGet(Source::empty);
    }

    private CompletionStage<Flow<ByteString, ByteString, NotUsed>> answer(String what) {
        asked.add(what);
        return failure.<CompletionStage<Flow<ByteString, ByteString, NotUsed>>>map(CompletableFuture::failedFuture)
                .orElseGet(() -> CompletableFuture.completedFuture(Flow.of(ByteString.class)));
    }

    @Override
    public void close() {}
}
