package dev.persys.api;

import dev.persys.model.ContainerPhase;
import dev.persys.model.ContainerReport;
import dev.persys.model.Desired;
import dev.persys.model.Epoch;
import dev.persys.model.Generation;
import dev.persys.model.IdempotencyKey;
import dev.persys.model.Limits;
import dev.persys.model.Newer;
import dev.persys.model.Node;
import dev.persys.model.NodeFacts;
import dev.persys.model.NodeId;
import dev.persys.model.NodeReason;
import dev.persys.model.NodeStatus;
import dev.persys.model.Observation;
import dev.persys.model.Orphans;
import dev.persys.model.PlacementSummary;
import dev.persys.model.PortMapping;
import dev.persys.model.Protocol;
import dev.persys.model.PublishedPort;
import dev.persys.model.PullPolicy;
import dev.persys.model.PullProgress;
import dev.persys.model.Reason;
import dev.persys.model.Resources;
import dev.persys.model.RestartPolicy;
import dev.persys.model.Run;
import dev.persys.model.SpecVersions;
import dev.persys.model.VolumeMount;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadId;
import dev.persys.model.WorkloadSpec;
import dev.persys.model.WorkloadStatus;
import dev.persys.model.WorkloadType;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One of everything that travels or is stored, with nothing left out. */
final class WireSamples {
    static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");

    static final Workload WORKLOAD = new Workload(
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
                    Optional.of("hub"),
                    Optional.empty()),
            SpecVersions.FIRST,
            Desired.STOPPED,
            Generation.of(4),
            new Run(9, Optional.of(NOW.minusSeconds(60)), Optional.empty(), false),
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
                    List.of(new PublishedPort(80, Protocol.TCP, 8080)),
                    true,
                    Optional.empty(),
                    Optional.empty()),
            true,
            "a tail\n",
            Optional.of(new PlacementSummary(
                    NOW,
                    "best-fit",
                    3,
                    Optional.of(new PlacementSummary.Candidate(NodeId.of("node-1"), 990_000)),
                    List.of(new PlacementSummary.Candidate(NodeId.of("node-2"), 10)),
                    Map.of("memory", 1))),
            Optional.of(new IdempotencyKey(Optional.empty(), "key-1")),
            Optional.of("req-1"),
            Optional.of("svc-1"),
            NOW,
            Newer.NONE);

    static final Node NODE = new Node(
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
            NodeReason.DRAIN_ASKED,
            "",
            true,
            true,
            Orphans.REMOVED,
            Epoch.NONE,
            List.of(),
            NOW,
            NOW,
            new Resources(2500, 8192),
            NOW,
            Newer.NONE);

    static final ContainerReport REPORT = new ContainerReport(
            WORKLOAD.id(),
            Generation.of(2),
            ContainerPhase.EXITED,
            "Docker's words",
            Optional.of("c0ffee"),
            Optional.of(137),
            true,
            3,
            Optional.of(NOW),
            Optional.of(NOW.plusSeconds(1)),
            List.of(new PublishedPort(80, Protocol.TCP, 8080)),
            Optional.of("healthy"),
            Optional.of(new PullProgress(3, 1, 10, 100)),
            9,
            1,
            Optional.empty(),
            Optional.empty());

    static final ClusterEvent EVENT = new ClusterEvent(
            "3-17",
            NOW,
            ClusterEvent.Kind.WORKLOAD,
            Optional.of(WORKLOAD.id()),
            Optional.of("celery-worker"),
            Optional.of(NodeId.of("node-1")),
            Optional.of("Starting"),
            "Running",
            "ContainerRunning",
            "running",
            Optional.of("req-1"),
            Optional.of(new PullProgress(3, 1, 10, 100)));

    static final RegisterRequest REGISTER = new RegisterRequest(
            NodeId.of("node-1"),
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

    private WireSamples() {}
}
