package dev.persys.agent;

import akka.Done;
import akka.NotUsed;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import dev.persys.api.LogQuery;
import dev.persys.model.PullProgress;
import dev.persys.model.WorkloadId;
import dev.persys.runtime.ContainerRuntime;
import dev.persys.runtime.ContainerSpec;
import dev.persys.runtime.ContainerState;
import dev.persys.runtime.ContainerSummary;
import dev.persys.runtime.HostFacts;
import dev.persys.runtime.RuntimeSignal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** A container runtime that leaves everything to another one, but for what a subclass does itself. */
abstract class ForwardingRuntime implements ContainerRuntime {
    final ContainerRuntime runtime;

    ForwardingRuntime(ContainerRuntime runtime) {
        this.runtime = runtime;
    }

    @Override
    public CompletionStage<Done> ping() {
        return runtime.ping();
    }

    @Override
    public CompletionStage<HostFacts> facts() {
        return runtime.facts();
    }

    @Override
    public CompletionStage<Boolean> hasImage(String image) {
        return runtime.hasImage(image);
    }

    @Override
    public Pull pull(String image, Optional<String> credentials, Consumer<PullProgress> progress) {
        return runtime.pull(image, credentials, progress);
    }

    @Override
    public CompletionStage<String> create(ContainerSpec spec) {
        return runtime.create(spec);
    }

    @Override
    public CompletionStage<Done> start(String containerId) {
        return runtime.start(containerId);
    }

    @Override
    public CompletionStage<Done> withoutRestartPolicy(String containerId) {
        return runtime.withoutRestartPolicy(containerId);
    }

    @Override
    public CompletionStage<Done> stop(String containerId, Duration grace) {
        return runtime.stop(containerId, grace);
    }

    @Override
    public CompletionStage<Done> rename(String containerId, String name) {
        return runtime.rename(containerId, name);
    }

    @Override
    public CompletionStage<Done> remove(String containerId) {
        return runtime.remove(containerId);
    }

    @Override
    public CompletionStage<Done> removeVolumes(WorkloadId workloadId) {
        return runtime.removeVolumes(workloadId);
    }

    @Override
    public Source<ByteString, NotUsed> logs(String containerId, LogQuery query) {
        return runtime.logs(containerId, query);
    }

    @Override
    public CompletionStage<Optional<ContainerState>> inspect(String containerIdOrName) {
        return runtime.inspect(containerIdOrName);
    }

    @Override
    public CompletionStage<List<ContainerSummary>> list(Map<String, String> labels) {
        return runtime.list(labels);
    }

    @Override
    public Watch watch(Map<String, String> labels, Optional<Instant> since, Consumer<RuntimeSignal> listener) {
        return runtime.watch(labels, since, listener);
    }

    @Override
    public void close() {
        runtime.close();
    }
}
