package dev.persys.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.model.Desired;
import dev.persys.model.Generation;
import dev.persys.model.Limits;
import dev.persys.model.Node;
import dev.persys.model.NodeFacts;
import dev.persys.model.NodeId;
import dev.persys.model.NodeStatus;
import dev.persys.model.Observation;
import dev.persys.model.PlacementSummary;
import dev.persys.model.PortMapping;
import dev.persys.model.Protocol;
import dev.persys.model.PublishedPort;
import dev.persys.model.PullPolicy;
import dev.persys.model.PullProgress;
import dev.persys.model.Reason;
import dev.persys.model.Resources;
import dev.persys.model.RestartPolicy;
import dev.persys.model.VolumeMount;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadId;
import dev.persys.model.WorkloadSpec;
import dev.persys.model.WorkloadStatus;
import dev.persys.model.WorkloadType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RecordJsonTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");

    private static final Workload FULL = new Workload(
            WorkloadId.of("6f2c1f0e-8a57-4a4b-9d30-0d5f6f9a1b2c"),
            new WorkloadSpec(
                    "celery-worker",
                    WorkloadType.DOCKER_CONTAINER,
                    "python:3.9",
                    List.of("celery"),
                    List.of("worker"),
                    List.of("/entry"),
                    Map.of("A", "1"),
                    new Resources(1500, 256),
                    new Limits(Optional.of(2000L), Optional.of(512L)),
                    List.of(new PortMapping(Optional.of("web"), 80, Optional.of(8080), Protocol.TCP)),
                    List.of(new VolumeMount("/data", "/var/data", true)),
                    Optional.of("bridge"),
                    Optional.of("1000:1000"),
                    Optional.of("/srv"),
                    RestartPolicy.of("on-failure:3"),
                    Map.of("team", "a"),
                    Map.of("disk", "ssd"),
                    Duration.ofSeconds(90),
                    PullPolicy.ALWAYS,
                    Optional.of("hub")),
            Desired.STOPPED,
            Generation.of(4),
            Optional.of(NodeId.of("node-1")),
            new Observation(
                    WorkloadStatus.RUNNING,
                    NOW,
                    Reason.CONTAINER_RUNNING,
                    "running",
                    Optional.of(137),
                    true,
                    2,
                    1,
                    Optional.of("c0ffee"),
                    Optional.of(NOW),
                    Optional.of(NOW.plusSeconds(1)),
                    List.of(new PublishedPort(80, Protocol.TCP, 8080))),
            "a tail\n",
            Optional.of(new PlacementSummary(
                    NOW,
                    "best-fit",
                    3,
                    Optional.of(new PlacementSummary.Candidate(NodeId.of("node-1"), 990_000)),
                    List.of(new PlacementSummary.Candidate(NodeId.of("node-2"), 10)),
                    Map.of("memory", 1))),
            Optional.of("key-1"),
            Optional.of("req-1"),
            Optional.of("svc-1"),
            NOW);

    private static final Node NODE = new Node(
            NodeId.of("node-1"),
            new NodeFacts(
                    "192.168.1.10",
                    "worker-1",
                    8086,
                    new Resources(4000, 8192),
                    Map.of("disk", "ssd"),
                    "Debian GNU/Linux 12",
                    "6.1.0",
                    "amd64",
                    "20.10.24",
                    "0.1.0"),
            NodeStatus.DRAINING,
            true,
            NOW,
            NOW,
            new Resources(2500, 8192),
            NOW);

    @Test
    void fullWorkloadComesBackAsItWas() {
        assertThat(RecordJson.workload(RecordJson.toJson(FULL))).isEqualTo(FULL);
    }

    @Test
    void freshWorkloadComesBackAsItWas() {
        Workload fresh =
                Workload.accepted(FULL.id(), WorkloadSpec.of("a", "b"), Optional.empty(), Optional.empty(), NOW);
        assertThat(RecordJson.workload(RecordJson.toJson(fresh))).isEqualTo(fresh);
    }

    @Test
    void nodeComesBackAsItWas() {
        assertThat(RecordJson.node(RecordJson.toJson(NODE))).isEqualTo(NODE);
    }

    @Test
    void workloadMatchesItsGoldenFile() throws IOException {
        assertThat(Json.MAPPER.readTree(Json.write(RecordJson.toJson(FULL))))
                .isEqualTo(Json.MAPPER.readTree(golden("workload-v2.json")));
        assertThat(RecordJson.workload(Json.MAPPER.readTree(golden("workload-v2.json"))))
                .isEqualTo(FULL);
    }

    @Test
    void workloadOfVersion1IsHeldToTheMemoryItAskedForAndToNoProcessor() throws IOException {
        WorkloadSpec spec = RecordJson.workload(Json.MAPPER.readTree(golden("workload-v1.json")))
                .spec();

        assertThat(spec.resources()).isEqualTo(FULL.spec().resources());
        assertThat(spec.limits()).isEqualTo(Limits.memory(256));
    }

    @Test
    void workloadOfVersion1ThatAskedForNothingHasNoLimit() throws IOException {
        String asked = golden("workload-v1.json");
        String byDefault = asked.replace("\"memory\" : 256", "\"memory\" : 128");

        assertThat(byDefault).isNotEqualTo(asked);
        assertThat(RecordJson.workload(Json.MAPPER.readTree(byDefault)).spec().limits())
                .isEqualTo(Limits.NONE);
    }

    @Test
    void nodeMatchesItsGoldenFile() throws IOException {
        assertThat(Json.MAPPER.readTree(Json.write(RecordJson.toJson(NODE))))
                .isEqualTo(Json.MAPPER.readTree(golden("node-v2.json")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"node-v1.json", "node-v2.json"})
    void nodesOfEveryVersionLoad(String name) throws IOException {
        assertThat(RecordJson.node(Json.MAPPER.readTree(golden(name)))).isEqualTo(NODE);
    }

    @Test
    void viewsComeBackAsTheyWere() {
        WorkloadView view = new WorkloadView(FULL, 17, Optional.of(new PullProgress(3, 1, 10, 20)));
        assertThat(RecordJson.workloadView(RecordJson.toJson(view))).isEqualTo(view);
        NodeView nodeView = new NodeView(NODE, 18, new Resources(100, 128), 1, NOW.plusSeconds(5));
        assertThat(RecordJson.toJson(RecordJson.nodeView(RecordJson.toJson(nodeView)))
                        .toString())
                .isEqualTo(RecordJson.toJson(nodeView).toString());
    }

    private static String golden(String name) throws IOException {
        try (InputStream in = RecordJsonTest.class.getResourceAsStream("/golden/" + name)) {
            assertThat(in).as("golden file " + name).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
