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

    /** Which start of which container an order is about, and who gives it: all of that, or nothing. */
    private static final List<String> NUMBER_NAMES =
            List.of("generation", "epoch", "clusterId", "run", "previousStart", "restarts", "restartAttempts");

    private static final List<String> RUN_NAMES = Stream.of(
                    List.of("workloadId", "name", "displayName", "image", "async", "requestId"),
                    ContainerFields.NAMES,
                    NUMBER_NAMES)
            .flatMap(List::stream)
            .filter(name -> !name.equals(OptionFields.SECRET_ENV))
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

    /** Whether {@code json} is an order to run that says nothing of generation, epoch and cluster: {@link #bareRun}. */
    public static boolean isBareRun(JsonNode json) {
        return json.isObject() && NUMBER_NAMES.stream().noneMatch(json::hasNonNull);
    }

    /** The order in {@code json} of a caller that counts nothing, or everything that is wrong with it. Never fails. */
    public static Parsed<BareRun> bareRun(JsonNode json) {
        FieldErrors errors = new FieldErrors();
        Optional<BareRun> order =
                Fields.of(json, "", RUN_NAMES, Map.of(), errors).flatMap(OrderRequest::readBareRun);
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
    private record Fence(Generation generation, Epoch epoch, ClusterId clusterId) {}

    private static Optional<RunOrder> readRun(Fields fields) {
        Optional<BareRun> bare = readBareRun(fields);
        Optional<Fence> fence = fence(fields, "; or leave out all of " + String.join(", ", NUMBER_NAMES));
        long run = run(fields);
        Optional<Instant> previousStart =
                fields.value("previousStart", "a time such as 2026-01-02T03:04:05Z", OrderRequest::instant);
        int restarts = (int) atMost(fields, "restarts", Integer.MAX_VALUE);
        int attempts = (int) atMost(fields, "restartAttempts", Integer.MAX_VALUE);
        return bare.flatMap(
                order -> fence.map(known -> order.numbered(known.generation(), known.epoch(), known.clusterId())
                        .ofRun(run, previousStart, restarts, attempts)));
    }

    private static Optional<BareRun> readBareRun(Fields fields) {
        Optional<String> id = fields.required("workloadId", Rules.WORKLOAD_ID);
        fields.text("name", new Fields.Rule("the workloadId", name -> id.isEmpty() || name.equals(id.get())));
        Optional<String> displayName = fields.required("displayName", Rules.NAME);
        Optional<String> image = fields.required("image", Rules.IMAGE);
        fields.value(
                "async",
                "true",
                node -> node.isBoolean() && node.booleanValue() ? Optional.of(node) : Optional.empty());
        ContainerFields container = ContainerFields.read(fields);
        Optional<String> requestId = fields.text("requestId", Rules.WORD);
        return id.flatMap(workload -> displayName.flatMap(name -> image.map(reference ->
                new BareRun(WorkloadId.of(workload), container.spec(name, reference, Map.of()), requestId))));
    }

    private static Optional<ContainerOrder> readContainer(Fields fields) {
        Optional<String> id = fields.required("workloadId", Rules.WORKLOAD_ID);
        Optional<Fence> fence = fence(fields, "");
        Optional<String> requestId = fields.text("requestId", Rules.WORD);
        Duration grace = ContainerFields.duration(fields, "grace").orElse(WorkloadSpec.DEFAULT_STOP_GRACE_PERIOD);
        return id.flatMap(workload -> fence.map(known -> new ContainerOrder(
                WorkloadId.of(workload),
                known.generation(),
                known.epoch(),
                known.clusterId(),
                grace,
                requestId,
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

    /** @param otherwise what else may be done than to send one that is missing */
    private static Optional<Fence> fence(Fields fields, String otherwise) {
        Optional<Long> generation = count(fields, "generation", otherwise);
        Optional<Long> epoch = count(fields, "epoch", otherwise);
        if (fields.get("clusterId").isEmpty()) {
            fields.errors().add(fields.at("clusterId"), "missing", Rules.CLUSTER_ID.allowed() + otherwise);
        }
        Optional<String> cluster = fields.text("clusterId", Rules.CLUSTER_ID);
        return generation.flatMap(g ->
                epoch.flatMap(e -> cluster.map(c -> new Fence(Generation.of(g), Epoch.of(e), ClusterId.of(c)))));
    }

    private static Optional<Long> count(Fields fields, String name, String otherwise) {
        if (fields.get(name).isEmpty()) {
            fields.errors().add(fields.at(name), "missing", COUNT_WORDS + otherwise);
        }
        return fields.whole(name, 0, Long.MAX_VALUE, COUNT_WORDS);
    }
}
