package dev.persys.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.model.ClusterId;
import dev.persys.model.Epoch;
import dev.persys.model.Generation;
import dev.persys.model.WorkloadId;
import dev.persys.model.WorkloadSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The bodies that an agent gets: {@code POST /docker/run} and the orders about a container that exists. */
public final class OrderRequest {
    private static final List<String> FENCE_NAMES = List.of("generation", "epoch", "clusterId", "requestId");

    private static final List<String> RUN_NAMES = Stream.of(
                    List.of("workloadId", "name", "displayName", "image", "async"),
                    ContainerFields.NAMES,
                    FENCE_NAMES,
                    List.of("run", "previousStart", "restarts", "restartAttempts"))
            .flatMap(List::stream)
            .toList();

    private static final List<String> CONTAINER_NAMES = Stream.of(
                    List.of("workloadId"), FENCE_NAMES, List.of("grace", "run", "volumes"))
            .flatMap(List::stream)
            .toList();

    private static final String COUNT_WORDS = "a whole number, zero or more";

    private OrderRequest() {}

    /** The order in {@code json}, or everything that is wrong with it. Never fails. */
    public static Parsed<RunOrder> run(JsonNode json) {
        FieldErrors errors = new FieldErrors();
        Optional<RunOrder> order =
                Fields.of(json, "", RUN_NAMES, Map.of(), errors).flatMap(OrderRequest::readRun);
        return order.isEmpty() || !errors.isEmpty() ? errors.invalid() : new Parsed.Valid<>(order.get());
    }

    /** The order in {@code json}, or everything that is wrong with it. Never fails. */
    public static Parsed<ContainerOrder> container(JsonNode json) {
        FieldErrors errors = new FieldErrors();
        Optional<ContainerOrder> order =
                Fields.of(json, "", CONTAINER_NAMES, Map.of(), errors).flatMap(OrderRequest::readContainer);
        return order.isEmpty() || !errors.isEmpty() ? errors.invalid() : new Parsed.Valid<>(order.get());
    }

    /** What fences an order: an agent refuses one that is older than what it knows, or another cluster's. */
    private record Fence(Generation generation, Epoch epoch, ClusterId clusterId, Optional<String> requestId) {}

    private static Optional<RunOrder> readRun(Fields fields) {
        Optional<String> id = fields.required("workloadId", Rules.WORKLOAD_ID);
        fields.text("name", new Fields.Rule("the workloadId", name -> id.isEmpty() || name.equals(id.get())));
        Optional<String> displayName = fields.required("displayName", Rules.NAME);
        Optional<String> image = fields.required("image", Rules.IMAGE);
        fields.value(
                "async",
                "true",
                node -> node.isBoolean() && node.booleanValue() ? Optional.of(node) : Optional.empty());
        ContainerFields container = ContainerFields.read(fields);
        Optional<Fence> fence = fence(fields);
        if (id.isEmpty() || displayName.isEmpty() || image.isEmpty() || fence.isEmpty()) {
            return Optional.empty();
        }
        RunOrder order = order(WorkloadId.of(id.get()), displayName.get(), image.get(), container, fence.get());
        return Optional.of(order.ofRun(
                run(fields),
                fields.value("previousStart", "a time such as 2026-01-02T03:04:05Z", OrderRequest::instant),
                (int) atMost(fields, "restarts", Integer.MAX_VALUE),
                (int) atMost(fields, "restartAttempts", Integer.MAX_VALUE)));
    }

    private static RunOrder order(
            WorkloadId id, String displayName, String image, ContainerFields container, Fence fence) {
        return new RunOrder(
                id,
                id.value(),
                displayName,
                image,
                container.command(),
                container.args(),
                container.entrypoint(),
                container.envVars(),
                true,
                container.resources(),
                container.limits(),
                container.ports(),
                container.volumes(),
                container.network(),
                container.user(),
                container.workingDir(),
                container.restartPolicy(),
                container.labels(),
                container.stopGracePeriod(),
                container.pullPolicy(),
                container.registryCredentials(),
                fence.generation(),
                fence.epoch(),
                fence.clusterId(),
                fence.requestId(),
                0,
                Optional.empty(),
                0,
                0);
    }

    private static Optional<ContainerOrder> readContainer(Fields fields) {
        Optional<String> id = fields.required("workloadId", Rules.WORKLOAD_ID);
        Optional<Fence> fence = fence(fields);
        Duration grace = ContainerFields.duration(fields, "grace").orElse(WorkloadSpec.DEFAULT_STOP_GRACE_PERIOD);
        return id.flatMap(workload -> fence.map(known -> new ContainerOrder(
                WorkloadId.of(workload),
                known.generation(),
                known.epoch(),
                known.clusterId(),
                grace,
                known.requestId(),
                run(fields),
                fields.truth("volumes").orElse(false))));
    }

    /** Absent from a scheduler that counts none. */
    private static long run(Fields fields) {
        return atMost(fields, "run", Long.MAX_VALUE);
    }

    private static long atMost(Fields fields, String name, long most) {
        return fields.whole(name, 0, most, COUNT_WORDS).orElse(0L);
    }

    private static Optional<Instant> instant(JsonNode node) {
        try {
            return node.isTextual() ? Optional.of(Instant.parse(node.textValue())) : Optional.empty();
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static Optional<Fence> fence(Fields fields) {
        Optional<Long> generation = count(fields, "generation");
        Optional<Long> epoch = count(fields, "epoch");
        Optional<String> cluster = fields.required("clusterId", Rules.CLUSTER_ID);
        Optional<String> requestId = fields.text("requestId", Rules.WORD);
        return generation.flatMap(g -> epoch.flatMap(
                e -> cluster.map(c -> new Fence(Generation.of(g), Epoch.of(e), ClusterId.of(c), requestId))));
    }

    private static Optional<Long> count(Fields fields, String name) {
        if (fields.get(name).isEmpty()) {
            fields.errors().add(fields.at(name), "missing", COUNT_WORDS);
        }
        return fields.whole(name, 0, Long.MAX_VALUE, COUNT_WORDS);
    }
}
