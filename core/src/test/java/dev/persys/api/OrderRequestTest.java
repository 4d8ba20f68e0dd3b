package dev.persys.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.persys.model.ClusterId;
import dev.persys.model.Epoch;
import dev.persys.model.Generation;
import dev.persys.model.WorkloadId;
import dev.persys.model.WorkloadSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class OrderRequestTest {
    private static final WorkloadId ID = WorkloadId.of("6f2c1f0e-8a57-4a4b-9d30-0d5f6f9a1b2c");
    private static final RunOrder RUN = RunOrder.of(
                    ID,
                    WorkloadSpec.of("web", "nginx"),
                    Generation.of(2),
                    Epoch.of(3),
                    ClusterId.of("c"),
                    Optional.of("r"))
            .ofRun(5, Optional.of(Instant.parse("2026-01-02T03:04:05.678901234Z")), 7, 3);
    private static final ContainerOrder STOP = new ContainerOrder(
            ID, Generation.of(2), Epoch.of(3), ClusterId.of("c"), Duration.ofMillis(1500), Optional.empty(), 5, true);

    @Test
    void ordersAreReadAsTheSchedulerWritesThem() {
        assertThat(OrderRequest.run(Json.MAPPER.valueToTree(RUN))).isEqualTo(new Parsed.Valid<>(RUN));
        assertThat(OrderRequest.container(Json.MAPPER.valueToTree(STOP))).isEqualTo(new Parsed.Valid<>(STOP));
    }

    @Test
    void anOrderWithoutItsFenceIsRefused() {
        ObjectNode json = Json.MAPPER.valueToTree(RUN);
        json.remove(List.of("generation", "epoch", "clusterId"));

        assertThat(pointers(OrderRequest.run(json))).containsExactly("/generation", "/epoch", "/clusterId");
        assertThat(pointers(OrderRequest.container(Json.MAPPER.createObjectNode())))
                .containsExactly("/workloadId", "/generation", "/epoch", "/clusterId");
    }

    @Test
    void theSeedsOrderNeedsNoFence() {
        JsonNode seeds = Json.read("""
                {"workloadId":"%s","name":"%s","displayName":"celery-worker","image":"python:3.9",
                 "command":"celery worker","envVars":{"QUEUE":"a"},"async":true,"network":"","restartPolicy":"",
                 "ports":null,"volumes":null}""".formatted(ID, ID), JsonNode.class);

        assertThat(OrderRequest.isBareRun(seeds)).isTrue();
        BareRun order = OrderRequest.bareRun(seeds).fold(valid -> valid, errors -> {
            throw new AssertionError(errors);
        });
        assertThat(order.workloadId()).isEqualTo(ID);
        assertThat(order.spec().command()).containsExactly("celery", "worker");
        assertThat(order.spec().envVars()).containsEntry("QUEUE", "a");
        assertThat(order.numbered(Generation.of(2), Epoch.of(3), ClusterId.of("c")))
                .isEqualTo(RunOrder.of(
                        ID, order.spec(), Generation.of(2), Epoch.of(3), ClusterId.of("c"), Optional.empty()));
        assertThat(pointers(OrderRequest.bareRun(Json.MAPPER.createObjectNode().put("extra", 1))))
                .containsExactly("/extra", "/workloadId", "/displayName", "/image");
    }

    @Test
    void halfAFenceIsRefusedAndToldOfBothWaysOut() {
        for (String only : List.of("generation", "epoch", "clusterId", "run", "previousStart", "restarts")) {
            ObjectNode json = Json.MAPPER.valueToTree(RUN);
            Stream.of("generation", "epoch", "clusterId", "run", "previousStart", "restarts", "restartAttempts")
                    .filter(name -> !name.equals(only))
                    .forEach(json::remove);
            assertThat(OrderRequest.isBareRun(json)).as(only).isFalse();
            List<FieldError> errors = OrderRequest.run(json).fold(valid -> List.of(), found -> found);
            assertThat(errors)
                    .as(only)
                    .isNotEmpty()
                    .allSatisfy(
                            error -> assertThat(error.allowed())
                                    .endsWith(
                                            "; or leave out all of generation, epoch, clusterId, run, previousStart, restarts, restartAttempts"));
        }
    }

    @Test
    void anOrderOfASchedulerThatCountsNoRunsIsTheFirst() {
        ObjectNode run = Json.MAPPER.valueToTree(RUN);
        run.remove(List.of("run", "previousStart", "restarts", "restartAttempts"));
        assertThat(OrderRequest.run(run)).isEqualTo(new Parsed.Valid<>(RUN.ofRun(0, Optional.empty(), 0, 0)));
        ObjectNode stop = Json.MAPPER.valueToTree(STOP);
        stop.remove(List.of("run", "volumes"));
        assertThat(OrderRequest.container(stop))
                .isEqualTo(new Parsed.Valid<>(new ContainerOrder(
                        ID,
                        STOP.generation(),
                        STOP.epoch(),
                        STOP.clusterId(),
                        STOP.grace(),
                        Optional.empty(),
                        0,
                        false)));
    }

    @Test
    void badRunsAreNamed() {
        ObjectNode json = Json.MAPPER.valueToTree(RUN);
        json.put("run", -1).put("previousStart", "yesterday").put("restarts", "two");
        assertThat(pointers(OrderRequest.run(json))).containsExactly("/run", "/previousStart", "/restarts");
    }

    @Test
    void eachBadFieldOfAnOrderIsNamed() {
        ObjectNode json = Json.MAPPER.valueToTree(RUN);
        json.put("workloadId", "7")
                .put("name", "x")
                .put("async", false)
                .put("epoch", -1)
                .put("extra", 1);

        assertThat(pointers(OrderRequest.run(json))).containsExactly("/extra", "/workloadId", "/async", "/epoch");

        ObjectNode renamed = Json.MAPPER.valueToTree(RUN);
        renamed.put("name", "x");
        assertThat(pointers(OrderRequest.run(renamed))).containsExactly("/name");
    }

    private static List<String> pointers(Parsed<?> parsed) {
        return parsed.<List<String>>fold(
                value -> {
                    throw new AssertionError("accepted: " + value);
                },
                errors -> errors.stream().map(FieldError::pointer).toList());
    }
}
