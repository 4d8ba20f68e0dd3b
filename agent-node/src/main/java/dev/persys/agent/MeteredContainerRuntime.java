package dev.persys.agent;

import akka.Done;
import dev.persys.model.PullProgress;
import dev.persys.model.WorkloadId;
import dev.persys.runtime.ContainerRuntime;
import dev.persys.runtime.ContainerSpec;
import dev.persys.runtime.ContainerState;
import dev.persys.runtime.ContainerSummary;
import dev.persys.runtime.HostFacts;
import dev.persys.runtime.RuntimeFailure;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** A container runtime whose calls are counted and timed. */
final class MeteredContainerRuntime extends ForwardingRuntime {
    private final AgentMetrics metrics;
    private final LongSupplier nanos;

    /** @param nanos a clock that only ever grows */
    MeteredContainerRuntime(ContainerRuntime runtime, AgentMetrics metrics, LongSupplier nanos) {
        super(runtime);
        this.metrics = metrics;
        this.nanos = nanos;
    }

    @Override
    public CompletionStage<Done> ping() {
        return timed("ping", runtime.ping());
    }

    @Override
    public CompletionStage<HostFacts> facts() {
        return timed("info", runtime.facts());
    }

    @Override
    public CompletionStage<Boolean> hasImage(String image) {
        return timed("inspect-image", runtime.hasImage(image));
    }

    @Override
    public Pull pull(String image, Optional<String> credentials, Consumer<PullProgress> progress) {
        Pull pull = runtime.pull(image, credentials, progress);
        CompletionStage<Done> done = timed("pull", pull.done());
        return new Pull() {
            @Override
            public CompletionStage<Done> done() {
                return done;
            }

            @Override
            public void cancel() {
                pull.cancel();
            }
        };
    }

    @Override
    public CompletionStage<String> create(ContainerSpec spec) {
        return timed("create", runtime.create(spec));
    }

    @Override
    public CompletionStage<Done> start(String containerId) {
        return timed("start", runtime.start(containerId));
    }

    @Override
    public CompletionStage<Done> withoutRestartPolicy(String containerId) {
        return timed("update", runtime.withoutRestartPolicy(containerId));
    }

    @Override
    public CompletionStage<Done> stop(String containerId, Duration grace) {
        return timed("stop", runtime.stop(containerId, grace));
    }

    @Override
    public CompletionStage<Done> rename(String containerId, String name) {
        return timed("rename", runtime.rename(containerId, name));
    }

    @Override
    public CompletionStage<Done> remove(String containerId) {
        return timed("remove", runtime.remove(containerId));
    }

    @Override
    public CompletionStage<Done> removeVolumes(WorkloadId workloadId) {
        return timed("remove-volumes", runtime.removeVolumes(workloadId));
    }

    @Override
    public CompletionStage<Optional<ContainerState>> inspect(String containerIdOrName) {
        return timed("inspect", runtime.inspect(containerIdOrName));
    }

    @Override
    public CompletionStage<List<ContainerSummary>> list(Map<String, String> labels) {
        return timed("list", runtime.list(labels));
    }

    private <T> CompletionStage<T> timed(String operation, CompletionStage<T> stage) {
        long start = nanos.getAsLong();
        return stage.whenComplete((value, failure) -> metrics.operationEnded(
                operation,
                Optional.ofNullable(failure).map(RuntimeFailure::from),
                Math.max(0, nanos.getAsLong() - start)));
    }
}
