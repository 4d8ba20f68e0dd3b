package dev.persys.runtime;

import akka.util.ByteString;
import dev.persys.api.LogQuery;
import dev.persys.model.Health;
import dev.persys.model.PortMapping;
import dev.persys.model.PublishedPort;
import dev.persys.model.RestartPolicy;
import dev.persys.runtime.RuntimeFailure.Kind;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The containers of a {@link FakeContainerRuntime} and their volumes; whoever uses them holds its lock. */
final class FakeContainers {
    private static final int FIRST_EPHEMERAL_PORT = 32_768;
    private static final Pattern ECHO = Pattern.compile("echo (\\S+?);");
    private static final Pattern EXIT = Pattern.compile("exit (\\d+)");
    private static final int SHORT_ID_LENGTH = 12;
    private static final int NANOS_TO_START = 1_000;

    static final int KILLED = 137;

    final Map<String, ContainerSpec> specs = new LinkedHashMap<>();
    final Map<String, ContainerState> states = new LinkedHashMap<>();
    final Map<String, RestartPolicy> policies = new HashMap<>();
    final Map<String, Set<String>> declaredVolumes = new HashMap<>();
    final Map<String, Map<String, String>> imageLabels = new HashMap<>();
    final Set<String> volumes = new TreeSet<>();

    private final InstantSource clock;
    private final Consumer<RuntimeSignal.Happened> teller;
    private final Map<String, List<Instant>> printed = new HashMap<>();
    private int nextId = 1;
    private long ticks;
    private int nextPort = FIRST_EPHEMERAL_PORT;

    /** @param teller hears what happens */
    FakeContainers(InstantSource clock, Consumer<RuntimeSignal.Happened> teller) {
        this.clock = clock;
        this.teller = teller;
    }

    Optional<ContainerState> find(String idOrName) {
        return states.values().stream()
                .filter(state -> state.id().equals(idOrName)
                        || state.name().equals(idOrName)
                        || (idOrName.length() >= SHORT_ID_LENGTH && state.id().startsWith(idOrName)))
                .findFirst();
    }

    ContainerState require(String idOrName) {
        return find(idOrName).orElseThrow(() -> new RuntimeFailure(Kind.NOT_FOUND, "No such container: " + idOrName));
    }

    String make(ContainerSpec spec) {
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
                        "",
                        Optional.empty(),
                        Optional.of(spec.limits())));
        return id;
    }

    void run(ContainerState state, int restarts) {
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
                        "",
                        Optional.of("127.0.0.1"),
                        state.limits()));
        tell(state, "start", Optional.empty());
        Matcher exit = EXIT.matcher(script(spec));
        if (exit.find()) {
            end(states.get(state.id()), Integer.parseInt(exit.group(1)), false, end);
        }
    }

    /** No two things happen at the same time, also where the clock stands still. */
    Instant tick() {
        return clock.instant().plusNanos(++ticks);
    }

    /** By the restart policy, as Docker does it, without the pauses. */
    void end(ContainerState state, int code, boolean oom, Instant at) {
        RestartPolicy policy = policies.getOrDefault(state.id(), RestartPolicy.NEVER);
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

    void finish(ContainerState state, int code, boolean oom, ContainerStatus status, Instant at) {
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
                        "",
                        Optional.empty(),
                        state.limits()));
        tell(state, "die", Optional.of(code));
    }

    void put(ContainerState state, ContainerStatus status, String name) {
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
                        state.error(),
                        state.address(),
                        state.limits()));
    }

    /** The engine's own check came to that. */
    void check(ContainerState state, Health health) {
        states.put(state.id(), state.withHealth(Optional.of(health)));
        tell(state, "health_status", Optional.empty());
    }

    void markRemoved(ContainerState state) {
        if (state.status().isLive()) {
            finish(state, KILLED, false, ContainerStatus.REMOVING, tick());
        } else {
            put(state, ContainerStatus.REMOVING, state.name());
        }
    }

    void delete(ContainerState state) {
        states.remove(state.id());
        specs.remove(state.id());
        printed.remove(state.id());
        policies.remove(state.id());
        tell(state, "destroy", Optional.empty());
    }

    void tell(ContainerState state, String action, Optional<Integer> exitCode) {
        String name = find(state.id()).map(ContainerState::name).orElse(state.name());
        teller.accept(new RuntimeSignal.Happened(state.id(), name, action, state.labels(), clock.instant(), exitCode));
    }

    private static String imageId(String image) {
        return "sha256:" + String.format("%064x", image.hashCode());
    }

    private PublishedPort publish(PortMapping port) {
        return new PublishedPort(port.container(), port.protocol(), port.host().orElseGet(() -> nextPort++));
    }

    /** What it has printed, after something empty. */
    List<ByteString> lines(String containerId, LogQuery query) {
        String id = require(containerId).id();
        List<ByteString> lines = new ArrayList<>();
        for (Instant at : printed.getOrDefault(id, List.of())) {
            if (query.until().filter(at::isAfter).isEmpty()
                    && query.since().filter(at::isBefore).isEmpty()) {
                Matcher echo = ECHO.matcher(script(specs.get(id)));
                while (echo.find()) {
                    lines.add(ByteString.fromString((query.timestamps() ? at + " " : "") + echo.group(1) + "\n"));
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
