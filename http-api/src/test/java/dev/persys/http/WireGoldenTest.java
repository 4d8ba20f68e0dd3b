package dev.persys.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.persys.api.AgentEvent;
import dev.persys.api.ClusterEvent;
import dev.persys.api.ContainerList;
import dev.persys.api.ContainerOrder;
import dev.persys.api.FieldError;
import dev.persys.api.Heartbeat;
import dev.persys.api.Json;
import dev.persys.api.OrderRequest;
import dev.persys.api.Parsed;
import dev.persys.api.Problem;
import dev.persys.api.RegisterRequest;
import dev.persys.api.RegisterResponse;
import dev.persys.api.RunOrder;
import dev.persys.http.testing.Samples;
import dev.persys.model.Attempt;
import dev.persys.model.ContainerPhase;
import dev.persys.model.ContainerReport;
import dev.persys.model.Generation;
import dev.persys.model.Health;
import dev.persys.model.HealthStatus;
import dev.persys.model.Limits;
import dev.persys.model.NodeStatus;
import dev.persys.model.Protocol;
import dev.persys.model.PublishedPort;
import dev.persys.model.PullProgress;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What travels between processes of different versions: each file stays as it is, and still has to load. */
final class WireGoldenTest {
    private static final ContainerReport REPORT = new ContainerReport(
            Samples.ID,
            Generation.of(2),
            ContainerPhase.EXITED,
            "Docker's words",
            Optional.of("c0ffee"),
            Optional.of(137),
            true,
            3,
            Optional.of(Samples.NOW),
            Optional.of(Samples.NOW.plusSeconds(1)),
            List.of(new PublishedPort(80, Protocol.TCP, 8080)),
            Optional.of("healthy"),
            Optional.of(new PullProgress(3, 1, 10, 100)),
            5,
            2,
            Optional.empty(),
            Optional.empty());

    static Stream<Arguments> bodies() {
        return Stream.of(
                Arguments.of(
                        "run-order-v2",
                        RunOrder.of(
                                        Samples.ID,
                                        Samples.SPEC,
                                        Generation.of(2),
                                        Samples.epoch(),
                                        Samples.CLUSTER,
                                        Optional.of("req-1"))
                                .ofRun(5, Optional.of(Samples.NOW), 3, 2)),
                Arguments.of(
                        "container-order-v2",
                        new ContainerOrder(
                                Samples.ID,
                                Generation.of(2),
                                Samples.epoch(),
                                Samples.CLUSTER,
                                Duration.ofMillis(1500),
                                Optional.of("req-1"),
                                5,
                                true)),
                Arguments.of("container-list-v2", new ContainerList("boot-7", List.of(REPORT), List.of(REPORT))),
                Arguments.of("agent-event-v2", new AgentEvent("boot-8", REPORT)),
                Arguments.of("register-request-v1", register()),
                Arguments.of(
                        "register-response-v1",
                        new RegisterResponse(
                                Samples.NODE_ID,
                                NodeStatus.ACTIVE,
                                Samples.CLUSTER,
                                Samples.epoch(),
                                Duration.ofSeconds(30))),
                Arguments.of("heartbeat-v1", new Heartbeat(Samples.NODE_ID, "active", new BigDecimal("2.5"), 8192)),
                Arguments.of("cluster-event-v1", event()),
                Arguments.of(
                        "problem-v2",
                        Problem.invalid(
                                        Problem.Type.INVALID_REQUEST,
                                        List.of(new FieldError("/name", "\"A\"", "a DNS label")))
                                .withCandidates(List.of(new Problem.Candidate(
                                        Samples.ID.value(), "celery-worker", "Running", Samples.NOW, "3h12m5s")))
                                .withRequestId("req-1")));
    }

    private static RegisterRequest register() {
        return new RegisterRequest(
                Samples.NODE_ID,
                "192.168.1.10",
                "worker-1",
                "active",
                Optional.of(8086),
                Optional.of(new BigDecimal("4")),
                Optional.of(8192L),
                Optional.of(Map.of("disk", "ssd")),
                Optional.of("Debian"),
                Optional.of("6.1"),
                Optional.of("amd64"),
                Optional.of("20.10"),
                Optional.of("0.1"));
    }

    private static ClusterEvent event() {
        return new ClusterEvent(
                "3-17",
                Samples.NOW,
                ClusterEvent.Kind.WORKLOAD,
                Optional.of(Samples.ID),
                Optional.of("celery-worker"),
                Optional.of(Samples.NODE_ID),
                Optional.of("Starting"),
                "Running",
                "ContainerRunning",
                "running",
                Optional.of("req-1"),
                Optional.of(new PullProgress(3, 1, 10, 100)));
    }

    @Test
    void whatAPeerTellsThatCountsNoRunsIsOfNone() throws IOException {
        assertThat(Json.MAPPER.treeToValue(golden("agent-event-v1"), AgentEvent.class))
                .isEqualTo(new AgentEvent("boot-8", REPORT.ofRun(0, 3, 0)));
        ContainerList list = Json.MAPPER.treeToValue(golden("container-list-v1"), ContainerList.class);
        assertThat(list.containers()).containsExactly(REPORT.ofRun(0, 3, 0));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bodies")
    void aBodyIsWrittenAndReadAsItsGoldenFileSays(String name, Object body) throws IOException {
        JsonNode golden = golden(name);
        ObjectReader reader = Json.MAPPER.readerFor(body.getClass());

        assertThat(Json.MAPPER.readTree(Json.write(body))).isEqualTo(golden);
        assertThat(reader.<Object>readValue(golden)).isEqualTo(body);
    }

    @Test
    void anOrderOfASchedulerWithoutLimitsIsHeldToTheMemoryThatItReserves() throws IOException {
        Parsed<RunOrder> parsed = OrderRequest.run(golden("run-order-v1"));

        assertThat(parsed)
                .isInstanceOfSatisfying(
                        Parsed.Valid.class,
                        valid -> assertThat(((RunOrder) valid.value()).limits()).isEqualTo(Limits.memory(256)));
    }

    @Test
    void aProblemOfASchedulerThatSaysCandidatesByTheirIdsIsRead() throws IOException {
        assertThat(Json.read(golden("problem-v1"), Problem.class).candidates())
                .containsExactly(Problem.Candidate.of(Samples.ID.value()));
    }

    @Test
    void healthTravelsBothWays() throws IOException {
        RunOrder order = OrderRequest.run(golden("run-order-v2-health")).fold(read -> read, errors -> {
            throw new AssertionError(errors);
        });
        AgentEvent event = Json.MAPPER.treeToValue(golden("agent-event-v2-health"), AgentEvent.class);

        assertThat(order.healthCheck().orElseThrow().http().orElseThrow().expect())
                .isEqualTo("200-299");
        assertThat(Json.MAPPER.readTree(Json.write(order))).isEqualTo(golden("run-order-v2-health"));
        assertThat(event.report().checked())
                .contains(new Health(HealthStatus.UNHEALTHY, 5, "GET /live?x=1 answered 500"));
        assertThat(event.report().next()).contains(new Attempt(3, 5, Duration.ofSeconds(4)));
        assertThat(Json.MAPPER.readTree(Json.write(event))).isEqualTo(golden("agent-event-v2-health"));
    }

    private static JsonNode golden(String name) throws IOException {
        try (InputStream in = WireGoldenTest.class.getResourceAsStream("/golden/" + name + ".json")) {
            return Json.MAPPER.readTree(in);
        }
    }
}
