package dev.persys.runtime;

import akka.Done;
import akka.NotUsed;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import dev.persys.api.LogQuery;
import dev.persys.model.PortMapping;
import dev.persys.model.PublishedPort;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A container engine in memory, for actor tests and for simulations: no threads, no clock of its own, the same answer
 * to the same calls. A script's {@code echo word} is its log, {@code exit n} ends it as soon as it is started, and
 * anything else runs until the test ends it.
 *
 * <p>A test makes it misbehave by operation, the port's method names: {@link #fail} answers with a failure, {@link
 * #hold} answers when told.
 */
public final class FakeContainerRuntime implements ContainerRuntime {
    private static final int FIRST_EPHEMERAL_PORT = 32_768;
    private static final Pattern ECHO = Pattern.compile("echo (\\S+?);");
    private static final Pattern EXIT = Pattern.compile("exit (\\d+)");
    private static final int KILLED = 137;
    private static final int SHORT_ID_LENGTH = 12;
    private static final int NANOS_TO_START = 1_000;

    private record Follower(Map<String, String> labels, Consumer<RuntimeSignal> listener) {}

    private record Held(Supplier<Object> work, CompletableFuture<Object> answer) {}

    private final InstantSource clock;
    private final Map<String, ContainerSpec> specs = new LinkedHashMap<>();
    private final Map<String, ContainerState> states = new LinkedHashMap<>();
    private final Map<String, List<Instant>> printed = new HashMap<>();
    private final Set<String> images = new HashSet<>();
    private final Map<String, Set<String>> declaredVolumes = new HashMap<>();
    private final Map<String, Map<String, String>> imageLabels = new HashMap<>();
    private final Set<String> volumes = new TreeSet<>();
    private final Set<String> unmanaged = new HashSet<>();
    private final Map<String, RuntimeFailure> registryFailures = new HashMap<>();
    private final List<Follower> followers = new ArrayList<>();
    private final List<String> calls = new ArrayList<>();
    private final Map<String, List<RuntimeFailure>> failures = new HashMap<>();
    private final Map<String, List<Held>> held = new HashMap<>();
    private final Map<String, Consumer<PullProgress>> pulling = new HashMap<>();
    private Optional<RuntimeFailure> down = Optional.empty();
    private int nextId = 1;
    private long ticks;
    private int nextPort = FIRST_EPHEMERAL_PORT;

    public FakeContainerRuntime(InstantSource clock) {
        this.clock = clock;
    }

    // What a test does to it.

    public synchronized FakeContainerRuntime withImage(String image) {
        images.add(image);
        return this;
    }

    /** That image, which the node has, declares a volume at {@code path}. */
    public synchronized FakeContainerRuntime withImageVolume(String image, String path) {
        images.add(image);
        declaredVolumes.computeIfAbsent(image, key -> new TreeSet<>()).add(path);
        return this;
    }

    /** Names of the volumes that were made for what images declare. */
    public synchronized Set<String> volumes() {
        return Set.copyOf(volumes);
    }

    /** The registry answers every pull of that image so; otherwise any image can be had. */
    public synchronized void failPull(String image, RuntimeFailure failure) {
        registryFailures.put(image, failure);
    }

    /** The next call of that operation fails. */
    public synchronized void fail(String operation, RuntimeFailure failure) {
        failures.computeIfAbsent(operation, key -> new ArrayList<>()).add(failure);
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
        end(require(idOrName), code, false, tick());
    }

    /** The kernel kills a container for want of memory. */
    public synchronized void exhaustMemory(String idOrName) {
        ContainerState state = require(idOrName);
        tell(state, "oom", Optional.empty());
        end(state, KILLED, true, tick());
    }

    /** The kernel kills another process of a container, which lives on; the engine keeps that in mind. */
    public synchronized void exhaustMemoryOfAChild(String idOrName) {
        tell(require(idOrName), "oom", Optional.empty());
    }

    /** Somebody else makes a container. */
    public synchronized String createByHand(ContainerSpec spec) {
        return make(spec);
    }

    /** Somebody makes an image of a container: it has the container's labels, and an id of its own. */
    public synchronized void commit(String idOrName, String image) {
        images.add(image);
        imageLabels.put(image, require(idOrName).labels());
    }

    /** As Docker does it: marked as being removed, killed where it runs, then gone. */
    public synchronized void removeByHand(String idOrName) {
        beginRemovalByHand(idOrName);
        delete(require(idOrName));
    }

    /** The first half of {@link #removeByHand}: large containers take a while to go. */
    public synchronized void beginRemovalByHand(String idOrName) {
        markRemoved(require(idOrName));
    }

    public synchronized void renameByHand(String idOrName, String name) {
        ContainerState state = require(idOrName);
        put(state, state.status(), name);
        tell(state, "rename", Optional.empty());
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
        return List.copyOf(states.values());
    }

    public synchronized ContainerSpec spec(String idOrName) {
        return specs.get(require(idOrName).id());
    }

    // The port.

    @Override
    public CompletionStage<Done> ping() {
        return call("ping", "", Done::done);
    }

    @Override
    public CompletionStage<HostFacts> facts() {
        return call("facts", "", () -> new HostFacts(4, 8192, "fake", "Fake OS", "6.1", "x86_64", "fake-1"));
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
            if (find(spec.name()).isPresent()) {
                throw new RuntimeFailure(Kind.CONFLICT, "The name " + spec.name() + " is already in use");
            }
            String id = make(spec);
            ContainerState state = require(id);
            Map<String, String> labels = new HashMap<>(state.labels());
            labels.put(ContainerLabels.IMAGE, state.imageId());
            states.put(id, state.withLabels(labels));
            return id;
        });
    }

    @Override
    public CompletionStage<Done> start(String containerId) {
        return call("start", containerId, () -> {
            run(require(containerId), 0);
            return Done.done();
        });
    }

    @Override
    public CompletionStage<Done> withoutRestartPolicy(String containerId) {
        return call("withoutRestartPolicy", containerId, () -> {
            unmanaged.add(require(containerId).id());
            return Done.done();
        });
    }

    @Override
    public CompletionStage<Done> stop(String containerId, Duration grace) {
        return call("stop", containerId, () -> {
            ContainerState state = require(containerId);
            if (state.status().isLive()) {
                finish(state, KILLED, false, ContainerStatus.EXITED, tick());
                tell(state, "stop", Optional.empty());
            }
            return Done.done();
        });
    }

    @Override
    public CompletionStage<Done> rename(String containerId, String name) {
        return call("rename", containerId, () -> {
            ContainerState state = require(containerId);
            if (find(name).isPresent()) {
                throw new RuntimeFailure(Kind.CONFLICT, "The name " + name + " is already in use");
            }
            put(state, state.status(), name);
            tell(state, "rename", Optional.empty());
            return Done.done();
        });
    }

    @Override
    public CompletionStage<Done> remove(String containerId) {
        return call("remove", containerId, () -> {
            ContainerState state = require(containerId);
            markRemoved(state);
            delete(state);
            return Done.done();
        });
    }

    @Override
    public CompletionStage<Done> removeVolumes(WorkloadId workloadId) {
        return call("removeVolumes", workloadId.value(), () -> {
            if (specs.values().stream().anyMatch(spec -> spec.name().equals(workloadId.value()))) {
                throw new RuntimeFailure(Kind.CONFLICT, "volume is in use");
            }
            volumes.removeIf(volume -> volume.startsWith(workloadId.value() + "-"));
            return Done.done();
        });
    }

    @Override
    public CompletionStage<Optional<ContainerState>> inspect(String containerIdOrName) {
        return call("inspect", containerIdOrName, () -> find(containerIdOrName));
    }

    @Override
    public CompletionStage<List<ContainerSummary>> list(Map<String, String> labels) {
        return call(
                "list",
                "",
                () -> states.values().stream()
                        .filter(state -> state.labels().entrySet().containsAll(labels.entrySet()))
                        .map(state -> new ContainerSummary(
                                state.id(), state.name(), state.imageId(), state.labels(), state.status()))
                        .toList());
    }

    @Override
    public Source<ByteString, NotUsed> logs(String containerId, LogQuery query) {
        return Source.lazySource(() -> {
                    try {
                        return Source.from(lines(containerId, query));
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

    // The engine.

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
        return (CompletionStage<T>) answer;
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

    private Optional<ContainerState> find(String idOrName) {
        return states.values().stream()
                .filter(state -> state.id().equals(idOrName)
                        || state.name().equals(idOrName)
                        || (idOrName.length() >= SHORT_ID_LENGTH && state.id().startsWith(idOrName)))
                .findFirst();
    }

    private ContainerState require(String idOrName) {
        return find(idOrName).orElseThrow(() -> new RuntimeFailure(Kind.NOT_FOUND, "No such container: " + idOrName));
    }

    private String make(ContainerSpec spec) {
        // Told apart by its first characters, as real ones are.
        String id = String.format("%012x%052x", nextId++, 0);
        Map<String, String> labels = new HashMap<>(imageLabels.getOrDefault(spec.image(), Map.of()));
        labels.putAll(spec.labels());
        specs.put(id, spec);
        declaredVolumes.getOrDefault(spec.image(), Set.of()).stream()
                .filter(path -> spec.volumes().stream()
                        .noneMatch(mount -> mount.target().equals(path)))
                .map(path -> spec.name() + "-" + path.substring(1).replace('/', '.'))
                .forEach(volumes::add);
        states.put(
                id,
                new ContainerState(
                        id,
                        spec.name(),
                        spec.image(),
                        imageId(spec.image()),
                        labels,
                        ContainerStatus.CREATED,
                        Optional.empty(),
                        false,
                        0,
                        Optional.empty(),
                        Optional.empty(),
                        List.of(),
                        Optional.empty(),
                        ""));
        return id;
    }

    private void run(ContainerState state, int restarts) {
        if (state.status() == ContainerStatus.RUNNING) {
            return;
        }
        ContainerSpec spec = specs.get(state.id());
        ticks += NANOS_TO_START;
        printed.computeIfAbsent(state.id(), key -> new ArrayList<>()).add(tick());
        // A start is noted when it is done: what is quick has printed by then, and even ended.
        Instant end = tick();
        Instant now = tick();
        states.put(
                state.id(),
                new ContainerState(
                        state.id(),
                        state.name(),
                        state.image(),
                        state.imageId(),
                        state.labels(),
                        ContainerStatus.RUNNING,
                        Optional.empty(),
                        false,
                        restarts,
                        Optional.of(now),
                        state.finishedAt(),
                        spec.ports().stream().map(this::publish).toList(),
                        Optional.empty(),
                        ""));
        tell(state, "start", Optional.empty());
        Matcher exit = EXIT.matcher(script(spec));
        if (exit.find()) {
            end(states.get(state.id()), Integer.parseInt(exit.group(1)), false, end);
        }
    }

    /** No two things happen at the same time, also where the clock stands still. */
    private Instant tick() {
        return clock.instant().plusNanos(++ticks);
    }

    /** By the restart policy, as Docker does it, without the pauses. */
    private void end(ContainerState state, int code, boolean oom, Instant at) {
        RestartPolicy policy = unmanaged.contains(state.id())
                ? RestartPolicy.NEVER
                : specs.get(state.id()).restartPolicy();
        boolean again = switch (policy.mode()) {
            case NO -> false;
            case ALWAYS, UNLESS_STOPPED -> true;
            case ON_FAILURE -> code != 0 && (policy.maxRetries() == 0 || state.restartCount() < policy.maxRetries());
        };
        finish(state, code, oom, again ? ContainerStatus.RESTARTING : ContainerStatus.EXITED, at);
        if (again) {
            run(states.get(state.id()), state.restartCount() + 1);
        }
    }

    private void finish(ContainerState state, int code, boolean oom, ContainerStatus status, Instant at) {
        states.put(
                state.id(),
                new ContainerState(
                        state.id(),
                        state.name(),
                        state.image(),
                        state.imageId(),
                        state.labels(),
                        status,
                        Optional.of(code),
                        oom,
                        state.restartCount(),
                        state.startedAt(),
                        Optional.of(at),
                        List.of(),
                        state.health(),
                        ""));
        tell(state, "die", Optional.of(code));
    }

    private void put(ContainerState state, ContainerStatus status, String name) {
        states.put(
                state.id(),
                new ContainerState(
                        state.id(),
                        name,
                        state.image(),
                        state.imageId(),
                        state.labels(),
                        status,
                        state.exitCode(),
                        state.oomKilled(),
                        state.restartCount(),
                        state.startedAt(),
                        state.finishedAt(),
                        state.ports(),
                        state.health(),
                        state.error()));
    }

    private void markRemoved(ContainerState state) {
        if (state.status().isLive()) {
            finish(state, KILLED, false, ContainerStatus.REMOVING, tick());
        } else {
            put(state, ContainerStatus.REMOVING, state.name());
        }
    }

    private void delete(ContainerState state) {
        states.remove(state.id());
        specs.remove(state.id());
        printed.remove(state.id());
        unmanaged.remove(state.id());
        tell(state, "destroy", Optional.empty());
    }

    private void tell(ContainerState state, String action, Optional<Integer> exitCode) {
        String name = find(state.id()).map(ContainerState::name).orElse(state.name());
        RuntimeSignal signal =
                new RuntimeSignal.Happened(state.id(), name, action, state.labels(), clock.instant(), exitCode);
        for (Follower follower : List.copyOf(followers)) {
            if (state.labels().entrySet().containsAll(follower.labels().entrySet())) {
                follower.listener().accept(signal);
            }
        }
    }

    private static String imageId(String image) {
        return "sha256:" + String.format("%064x", image.hashCode());
    }

    private PublishedPort publish(PortMapping port) {
        return new PublishedPort(port.container(), port.protocol(), port.host().orElseGet(() -> nextPort++));
    }

    private synchronized List<ByteString> lines(String containerId, LogQuery query) {
        String id = require(containerId).id();
        List<RuntimeFailure> planned = failures.getOrDefault("logs", List.of());
        if (!planned.isEmpty()) {
            throw planned.remove(0);
        }
        List<ByteString> lines = new ArrayList<>();
        for (Instant at : printed.getOrDefault(id, List.of())) {
            if (query.until().filter(at::isAfter).isEmpty()
                    && query.since().filter(at::isBefore).isEmpty()) {
                Matcher echo = ECHO.matcher(script(specs.get(id)));
                while (echo.find()) {
                    lines.add(ByteString.fromString(echo.group(1) + "\n"));
                }
            }
        }
        int wanted = query.tail().orElse(lines.size());
        List<ByteString> output = new ArrayList<>(List.of(ByteString.emptyByteString()));
        output.addAll(lines.subList(Math.max(0, lines.size() - wanted), lines.size()));
        return output;
    }

    private static String script(ContainerSpec spec) {
        return spec.command().isEmpty() ? "" : spec.command().get(spec.command().size() - 1);
    }
}
