package dev.persys.runtime;

import akka.Done;
import akka.NotUsed;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import dev.persys.api.LogQuery;
import dev.persys.model.Health;
import dev.persys.model.PullProgress;
import dev.persys.model.RestartPolicy;
import dev.persys.model.WorkloadId;
import dev.persys.runtime.RuntimeFailure.Kind;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A container engine in memory, for actor tests and for simulations: no threads, no clock of its own, the same answer
 * to the same calls. A script's {@code echo word} is its log, {@code exit n} ends it as soon as it is started, and
 * anything else runs until the test ends it.
 *
 * <p>A test makes it misbehave by operation, the port's method names: {@link #fail} answers with a failure, {@link
 * #hold} answers when told.
 */
public final class FakeContainerRuntime implements ContainerRuntime {

    private record Follower(Map<String, String> labels, Consumer<RuntimeSignal> listener) {}

    private record Held(Supplier<Object> work, CompletableFuture<Object> answer) {}

    private final FakeContainers containers;
    private final Set<String> images = new HashSet<>();
    private final Map<String, RuntimeFailure> registryFailures = new HashMap<>();
    private final List<Follower> followers = new ArrayList<>();
    private final List<String> calls = new ArrayList<>();
    private final Map<String, List<RuntimeFailure>> failures = new HashMap<>();
    private final Map<String, RuntimeFailure> lost = new HashMap<>();
    private final Map<String, List<Held>> held = new HashMap<>();
    private final Map<String, Consumer<PullProgress>> pulling = new HashMap<>();
    private Optional<RuntimeFailure> down = Optional.empty();

    public FakeContainerRuntime(InstantSource clock) {
        this.containers = new FakeContainers(clock, this::tell);
    }

    // What a test does to it.

    public synchronized FakeContainerRuntime withImage(String image) {
        images.add(image);
        return this;
    }

    /** That image, which the node has, declares a volume at {@code path}. */
    public synchronized FakeContainerRuntime withImageVolume(String image, String path) {
        images.add(image);
        containers
                .declaredVolumes
                .computeIfAbsent(image, key -> new TreeSet<>())
                .add(path);
        return this;
    }

    /** Names of the volumes that were made for what images declare. */
    public synchronized Set<String> volumes() {
        return Set.copyOf(containers.volumes);
    }

    /** The registry answers every pull of that image so; otherwise any image can be had. */
    public synchronized void failPull(String image, RuntimeFailure failure) {
        registryFailures.put(image, failure);
    }

    /** The next call of that operation fails. */
    public synchronized void fail(String operation, RuntimeFailure failure) {
        failures.computeIfAbsent(operation, key -> new ArrayList<>()).add(failure);
    }

    /** No call of that operation fails any more. */
    public synchronized void heal(String operation) {
        failures.remove(operation);
    }

    /** The next call of that operation is carried out, and fails all the same: its answer does not arrive. */
    public synchronized void loseAnswer(String operation, RuntimeFailure failure) {
        lost.put(operation, failure);
    }

    /** From now on calls of that operation wait. */
    public synchronized void hold(String operation) {
        held.computeIfAbsent(operation, key -> new ArrayList<>());
    }

    /** Calls of that operation are carried out and answered, those that wait first. */
    public synchronized void release(String operation) {
        List<Held> waiting = held.remove(operation);
        for (Held call : waiting == null ? List.<Held>of() : waiting) {
            answer(call.answer(), call.work());
        }
    }

    /** How many calls of that operation wait. */
    public synchronized int waiting(String operation) {
        return held.getOrDefault(operation, List.of()).size();
    }

    /** Progress of a pull that is held. */
    public synchronized void progress(String image, PullProgress progress) {
        pulling.get(image).accept(progress);
    }

    /** No call succeeds and no stream stays open until {@link #recover}. */
    public synchronized void goDown(RuntimeFailure failure) {
        down = Optional.of(failure);
        List<Follower> cut = List.copyOf(followers);
        followers.clear();
        cut.forEach(follower -> follower.listener().accept(new RuntimeSignal.Closed(failure)));
    }

    public synchronized void recover() {
        down = Optional.empty();
    }

    /** The main process of a container ends by itself. */
    public synchronized void exit(String idOrName, int code) {
        containers.end(containers.require(idOrName), code, false, containers.tick());
    }

    /** The check that the engine runs in it came to that; whoever follows is told, as of a real one. */
    public synchronized void check(String idOrName, Health health) {
        containers.check(containers.require(idOrName), health);
    }

    /** The kernel kills a container for want of memory. */
    public synchronized void exhaustMemory(String idOrName) {
        ContainerState state = containers.require(idOrName);
        containers.tell(state, "oom", Optional.empty());
        containers.end(state, FakeContainers.KILLED, true, containers.tick());
    }

    /** The kernel kills another process of a container, which lives on; the engine keeps that in mind. */
    public synchronized void exhaustMemoryOfAChild(String idOrName) {
        containers.tell(containers.require(idOrName), "oom", Optional.empty());
    }

    /** Somebody else makes a container. */
    public synchronized String createByHand(ContainerSpec spec) {
        return containers.make(spec);
    }

    /** Somebody has the engine restart a container. */
    public synchronized void restartByEngine(String idOrName, RestartPolicy policy) {
        containers.policies.put(containers.require(idOrName).id(), policy);
    }

    /** Somebody makes an image of a container: it has the container's labels, and an id of its own. */
    public synchronized void commit(String idOrName, String image) {
        images.add(image);
        containers.imageLabels.put(image, containers.require(idOrName).labels());
    }

    /** As Docker does it: marked as being removed, killed where it runs, then gone. */
    public synchronized void removeByHand(String idOrName) {
        beginRemovalByHand(idOrName);
        containers.delete(containers.require(idOrName));
    }

    /** The first half of {@link #removeByHand}: large containers take a while to go. */
    public synchronized void beginRemovalByHand(String idOrName) {
        containers.markRemoved(containers.require(idOrName));
    }

    public synchronized void renameByHand(String idOrName, String name) {
        ContainerState state = containers.require(idOrName);
        containers.put(state, state.status(), name);
        containers.tell(state, "rename", Optional.empty());
    }

    /** Every call so far, as {@code operation argument}. */
    public synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    /** How often that was called. */
    public synchronized long count(String operation) {
        return calls.stream().filter(call -> call.startsWith(operation + " ")).count();
    }

    public synchronized List<ContainerState> containers() {
        return List.copyOf(containers.states.values());
    }

    public synchronized ContainerSpec spec(String idOrName) {
        return containers.specs.get(containers.require(idOrName).id());
    }

    // The port.

    @Override
    public CompletionStage<Done> ping() {
        return call("ping", "", Done::done);
    }

    @Override
    public CompletionStage<HostFacts> facts() {
        return call(
                "facts", "", () -> new HostFacts(4, 8192, "fake", "Fake OS", "6.1", "x86_64", "fake-1", "ENGINE:1"));
    }

    @Override
    public CompletionStage<Boolean> hasImage(String image) {
        return call("hasImage", image, () -> images.contains(image));
    }

    @Override
    public synchronized Pull pull(String image, Optional<String> credentials, Consumer<PullProgress> progress) {
        pulling.put(image, progress);
        CompletionStage<Done> done = call("pull", image, () -> {
            pulling.remove(image);
            Optional.ofNullable(registryFailures.get(image)).ifPresent(failure -> {
                throw failure;
            });
            images.add(image);
            return Done.done();
        });
        CompletableFuture<Done> answer = done.toCompletableFuture();
        CompletableFuture<?> same = answer;
        return new Pull() {
            @Override
            public CompletionStage<Done> done() {
                return answer;
            }

            @Override
            public void cancel() {
                synchronized (FakeContainerRuntime.this) {
                    calls.add("cancelPull " + image);
                    Optional.ofNullable(held.get("pull"))
                            .ifPresent(waiting -> waiting.removeIf(call -> call.answer() == same));
                }
                answer.completeExceptionally(new RuntimeFailure(Kind.UNAVAILABLE, "given up"));
            }
        };
    }

    @Override
    public CompletionStage<String> create(ContainerSpec spec) {
        return call("create", spec.name(), () -> {
            if (!images.contains(spec.image())) {
                throw new RuntimeFailure(Kind.NOT_FOUND, "No such image: " + spec.image());
            }
            if (containers.find(spec.name()).isPresent()) {
                throw new RuntimeFailure(Kind.CONFLICT, "The name " + spec.name() + " is already in use");
            }
            String id = containers.make(spec);
            ContainerState state = containers.require(id);
            Map<String, String> labels = new HashMap<>(state.labels());
            labels.put(ContainerLabels.IMAGE, state.imageId());
            containers.states.put(id, state.withLabels(labels));
            return id;
        });
    }

    @Override
    public CompletionStage<Done> start(String containerId) {
        return call("start", containerId, () -> {
            containers.run(containers.require(containerId), 0);
            return Done.done();
        });
    }

    @Override
    public CompletionStage<Done> withoutRestartPolicy(String containerId) {
        return call("withoutRestartPolicy", containerId, () -> {
            containers.policies.remove(containers.require(containerId).id());
            return Done.done();
        });
    }

    @Override
    public CompletionStage<Done> stop(String containerId, Duration grace) {
        return call("stop", containerId, () -> {
            ContainerState state = containers.require(containerId);
            if (state.status().isLive()) {
                containers.finish(state, FakeContainers.KILLED, false, ContainerStatus.EXITED, containers.tick());
                containers.tell(state, "stop", Optional.empty());
            }
            return Done.done();
        });
    }

    @Override
    public CompletionStage<Done> rename(String containerId, String name) {
        return call("rename", containerId, () -> {
            ContainerState state = containers.require(containerId);
            if (containers.find(name).isPresent()) {
                throw new RuntimeFailure(Kind.CONFLICT, "The name " + name + " is already in use");
            }
            containers.put(state, state.status(), name);
            containers.tell(state, "rename", Optional.empty());
            return Done.done();
        });
    }

    @Override
    public CompletionStage<Done> remove(String containerId) {
        return call("remove", containerId, () -> {
            ContainerState state = containers.require(containerId);
            containers.markRemoved(state);
            containers.delete(state);
            return Done.done();
        });
    }

    @Override
    public CompletionStage<Done> removeVolumes(WorkloadId workloadId) {
        return call("removeVolumes", workloadId.value(), () -> {
            if (containers.specs.values().stream().anyMatch(spec -> spec.name().equals(workloadId.value()))) {
                throw new RuntimeFailure(Kind.CONFLICT, "volume is in use");
            }
            containers.volumes.removeIf(volume -> volume.startsWith(workloadId.value() + "-"));
            return Done.done();
        });
    }

    @Override
    public CompletionStage<Optional<ContainerState>> inspect(String containerIdOrName) {
        return call("inspect", containerIdOrName, () -> containers.find(containerIdOrName));
    }

    @Override
    public CompletionStage<List<ContainerSummary>> list(Map<String, String> labels) {
        return call(
                "list",
                "",
                () -> containers.states.values().stream()
                        .filter(state -> state.labels().entrySet().containsAll(labels.entrySet()))
                        .map(state -> new ContainerSummary(
                                state.id(), state.name(), state.imageId(), state.labels(), state.status()))
                        .toList());
    }

    @Override
    public Source<ByteString, NotUsed> logs(String containerId, LogQuery query) {
        return Source.lazySource(() -> {
                    try {
                        return Source.from(output(containerId, query));
                    } catch (RuntimeFailure e) {
                        return Source.<ByteString>failed(e);
                    }
                })
                .mapMaterializedValue(ignored -> NotUsed.getInstance());
    }

    @Override
    public synchronized Watch watch(
            Map<String, String> labels, Optional<Instant> since, Consumer<RuntimeSignal> listener) {
        calls.add("watch ");
        if (down.isPresent()) {
            listener.accept(new RuntimeSignal.Closed(down.get()));
            return () -> {};
        }
        Follower follower = new Follower(Map.copyOf(labels), listener);
        followers.add(follower);
        listener.accept(new RuntimeSignal.Opened());
        return () -> {
            synchronized (this) {
                if (followers.remove(follower)) {
                    listener.accept(new RuntimeSignal.Closed(new RuntimeFailure(Kind.UNAVAILABLE, "given up")));
                }
            }
        };
    }

    @Override
    public void close() {}

    // How it answers and tells.

    @SuppressWarnings("unchecked") // The answer is what the work returns.
    private synchronized <T> CompletionStage<T> call(String operation, String argument, Supplier<T> work) {
        calls.add(operation + " " + argument);
        CompletableFuture<Object> answer = new CompletableFuture<>();
        List<RuntimeFailure> planned = failures.getOrDefault(operation, List.of());
        if (!planned.isEmpty()) {
            answer.completeExceptionally(planned.remove(0));
        } else if (held.containsKey(operation)) {
            held.get(operation).add(new Held((Supplier<Object>) work, answer));
        } else {
            answer(answer, (Supplier<Object>) work);
        }
        RuntimeFailure unheard = lost.remove(operation);
        return unheard == null
                ? (CompletionStage<T>) answer
                : answer.thenApply(done -> {
                    throw unheard;
                });
    }

    private void answer(CompletableFuture<Object> answer, Supplier<Object> work) {
        try {
            if (down.isPresent()) {
                answer.completeExceptionally(down.get());
            } else {
                answer.complete(work.get());
            }
        } catch (RuntimeFailure e) {
            answer.completeExceptionally(e);
        }
    }

    private void tell(RuntimeSignal.Happened event) {
        for (Follower follower : List.copyOf(followers)) {
            if (event.labels().entrySet().containsAll(follower.labels().entrySet())) {
                follower.listener().accept(event);
            }
        }
    }

    private synchronized List<ByteString> output(String containerId, LogQuery query) {
        String id = containers.require(containerId).id();
        List<RuntimeFailure> planned = failures.getOrDefault("logs", List.of());
        if (!planned.isEmpty()) {
            throw planned.remove(0);
        }
        return containers.lines(id, query);
    }
}
