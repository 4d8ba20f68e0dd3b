package dev.persys.agent;

import dev.persys.api.Json;
import dev.persys.api.RunOrder;
import dev.persys.model.NodeId;
import dev.persys.model.WorkloadId;
import dev.persys.runtime.ContainerLabels;
import dev.persys.runtime.ContainerSpec;
import dev.persys.runtime.ContainerState;
import dev.persys.runtime.ContainerStatus;
import dev.persys.runtime.ContainerSummary;
import dev.persys.runtime.RuntimeFailure;
import dev.persys.runtime.RuntimeFailure.Kind;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Carries out the steps of one workload on the container engine. Whatever it stops or removes it looks at first: a
 * container that does not carry this node's and this cluster's labels is left alone, whatever its name.
 */
final class ContainerSteps {
    private final WorkloadId workloadId;
    private final NodeId nodeId;
    private final OwnContainers runtime;
    private final Allowed allowed;
    private final HostPaths hostPaths;

    ContainerSteps(WorkloadId workloadId, Surroundings around) {
        this.workloadId = workloadId;
        this.nodeId = around.nodeId();
        this.runtime = around.runtime();
        this.allowed = around.allowed();
        this.hostPaths = around.hostPaths();
    }

    /** One step for {@code goal}, which is to have what the step needs; never fails, see {@link StepOutcome.Broke}. */
    CompletionStage<StepOutcome> perform(Step.Call step, Goal goal, Seen seen) {
        return step.readBy(new Performance(goal, seen));
    }

    /** What the engine shows of a container; never fails. */
    CompletionStage<StepOutcome> inspect(String containerId) {
        return outcome(runtime.inspect(containerId), StepOutcome.Inspected::new);
    }

    private <T> CompletionStage<StepOutcome> outcome(CompletionStage<T> call, Function<T, StepOutcome> success) {
        return call.handle((value, failure) -> failure == null
                        ? CompletableFuture.completedStage(success.apply(value))
                        : broke(RuntimeFailure.from(failure)))
                .thenCompose(Function.identity());
    }

    private CompletionStage<StepOutcome> broke(RuntimeFailure failure) {
        return failure.isTransient()
                ? runtime.ping().handle((done, noAnswer) -> new StepOutcome.Broke(failure, noAnswer != null))
                : CompletableFuture.completedStage(new StepOutcome.Broke(failure, false));
    }

    /** A start and a stop end with what the engine shows afterwards: when it was started tells this run from others. */
    private final class Performance implements Step.Call.Reader<CompletionStage<StepOutcome>> {
        private final Goal goal;
        private final Seen seen;

        Performance(Goal goal, Seen seen) {
            this.goal = goal;
            this.seen = seen;
        }

        /** This workload's container by its labels, so that one renamed by hand is found; the newest where there are more. */
        @Override
        public CompletionStage<StepOutcome> look(Step.Look step) {
            Map<String, String> labels = Map.of(
                    ContainerLabels.WORKLOAD_ID, workloadId.value(),
                    ContainerLabels.NODE, nodeId.value(),
                    ContainerLabels.CLUSTER, goal.clusterId().value());
            return saw(runtime.list(labels)
                    .thenCompose(found -> newest(found)
                            .map(container -> runtime.inspect(container.id())
                                    .thenApply(state -> state.flatMap(this::owned)
                                            .<Seen>map(present -> present)
                                            .orElseGet(Seen.Absent::new)))
                            .orElseGet(() -> CompletableFuture.completedStage(new Seen.Absent()))));
        }

        /** Who has the name: fails with {@code REFUSED} where it is a container that is not ours. */
        @Override
        public CompletionStage<StepOutcome> lookByName(Step.LookByName step) {
            return saw(runtime.inspect(workloadId.value())
                    .thenApply(found -> found.<Seen>map(state -> owned(state)
                                    .orElseThrow(() -> new RuntimeFailure(
                                            Kind.REFUSED,
                                            "the name " + workloadId + " is taken by container " + shortId(state.id())
                                                    + ", which Persys did not start and does not touch; rename or remove"
                                                    + " it")))
                            .orElseGet(Seen.Absent::new)));
        }

        @Override
        public CompletionStage<StepOutcome> checkAllowed(Step.CheckAllowed step) {
            return outcome(hostPaths.resolve(allowed.toLookAt(order())), StepOutcome.LookedAt::new);
        }

        @Override
        public CompletionStage<StepOutcome> checkImage(Step.CheckImage step) {
            return hasImage();
        }

        @Override
        public CompletionStage<StepOutcome> needImage(Step.NeedImage step) {
            return hasImage();
        }

        @Override
        public CompletionStage<StepOutcome> create(Step.Create step) {
            RunOrder order = order();
            return saw(runtime.create(spec(order))
                    .thenApply(
                            id -> new Seen.Present(id, order.generation(), ContainerStatus.CREATED, Optional.empty())));
        }

        @Override
        public CompletionStage<StepOutcome> start(Step.Start step) {
            return outcome(
                    runtime.start(step.containerId()).thenCompose(done -> runtime.inspect(step.containerId())),
                    StepOutcome.Inspected::new);
        }

        @Override
        public CompletionStage<StepOutcome> stop(Step.Stop step) {
            return outcome(
                    ifOwned(
                                    step.containerId(),
                                    () -> runtime.stop(step.containerId(), step.grace())
                                            .handle((done, failure) -> unlessNotFound(failure))
                                            .thenCompose(done -> runtime.inspect(step.containerId())))
                            .thenApply(state -> state.flatMap(inspected -> inspected)),
                    StepOutcome.Inspected::new);
        }

        @Override
        public CompletionStage<StepOutcome> remove(Step.Remove step) {
            return gone(step.containerId(), () -> runtime.remove(step.containerId()));
        }

        @Override
        public CompletionStage<StepOutcome> putAside(Step.PutAside step) {
            return gone(step.containerId(), () -> runtime.putAside(workloadId, step.containerId()));
        }

        @Override
        public CompletionStage<StepOutcome> removePrevious(Step.RemovePrevious step) {
            return saw(runtime.removePrevious(workloadId).thenApply(done -> seen));
        }

        @Override
        public CompletionStage<StepOutcome> removeVolumes(Step.RemoveVolumes step) {
            return saw(runtime.removeVolumes(workloadId).thenApply(done -> seen));
        }

        private CompletionStage<StepOutcome> saw(CompletionStage<Seen> call) {
            return outcome(call, StepOutcome.Saw::new);
        }

        private CompletionStage<StepOutcome> hasImage() {
            return outcome(runtime.hasImage(order().image()), StepOutcome.ImageThere::new);
        }

        private <T> CompletionStage<StepOutcome> gone(String containerId, Supplier<CompletionStage<T>> removal) {
            return saw(ifOwned(containerId, () -> removal.get().handle((done, failure) -> unlessNotFound(failure)))
                    .thenApply(done -> new Seen.Absent()));
        }

        private <T> CompletionStage<Optional<T>> ifOwned(String containerId, Supplier<CompletionStage<T>> action) {
            return runtime.inspect(containerId).thenCompose(found -> {
                if (found.isEmpty()) {
                    return CompletableFuture.completedFuture(Optional.empty());
                }
                if (owned(found.get()).isEmpty()) {
                    return CompletableFuture.failedFuture(new RuntimeFailure(
                            Kind.REFUSED, "container " + shortId(containerId) + " is not ours and is left alone"));
                }
                return action.get().thenApply(Optional::of);
            });
        }

        private Optional<Seen.Present> owned(ContainerState state) {
            return ContainerLabels.parse(state.labels())
                    .filter(labels -> labels.workloadId().equals(workloadId)
                            && labels.nodeId().equals(nodeId)
                            && labels.clusterId().equals(goal.clusterId()))
                    .map(labels -> Seen.Present.of(labels, state));
        }

        private RunOrder order() {
            return ((Goal.Run) goal).order();
        }
    }

    private ContainerSpec spec(RunOrder order) {
        ContainerLabels labels = new ContainerLabels(
                workloadId, order.displayName(), nodeId, order.generation(), order.epoch(), order.clusterId());
        Map<String, String> all = new HashMap<>(labels.over(order.labels()));
        all.put(ContainerLabels.LIMITS, Json.write(order.limits()));
        order.healthCheck().ifPresent(check -> all.put(ContainerLabels.HEALTH, Json.write(check)));
        return new ContainerSpec(
                workloadId.value(),
                order.image(),
                all,
                order.entrypoint(),
                Stream.concat(order.command().stream(), order.args().stream()).toList(),
                order.envVars(),
                order.resources(),
                order.limits(),
                order.ports(),
                order.volumes(),
                order.network(),
                order.user(),
                order.workingDir(),
                order.stopGracePeriod(),
                order.healthCheck(),
                order.options());
    }

    private static Optional<ContainerSummary> newest(List<ContainerSummary> containers) {
        return containers.stream()
                .filter(container -> ContainerLabels.parse(container.labels()).isPresent())
                .max(Comparator.comparing(container ->
                        ContainerLabels.parse(container.labels()).orElseThrow().generation()));
    }

    private static boolean unlessNotFound(Throwable failure) {
        if (failure != null && RuntimeFailure.from(failure).kind() != Kind.NOT_FOUND) {
            throw RuntimeFailure.from(failure);
        }
        return true;
    }

    private static String shortId(String containerId) {
        return containerId.substring(0, Math.min(12, containerId.length()));
    }
}
