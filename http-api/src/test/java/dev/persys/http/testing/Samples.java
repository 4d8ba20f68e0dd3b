package dev.persys.http.testing;

import dev.persys.api.NodeView;
import dev.persys.api.WorkloadView;
import dev.persys.model.ClusterId;
import dev.persys.model.Epoch;
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
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Records with every field filled. */
public final class Samples {
    public static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");
    public static final WorkloadId ID = WorkloadId.of("6f2c1f0e-8a57-4a4b-9d30-0d5f6f9a1b2c");
    public static final NodeId NODE_ID = NodeId.of("node-1");
    public static final ClusterId CLUSTER = ClusterId.of("cluster-1");

    public static final WorkloadSpec SPEC = new WorkloadSpec(
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
            Optional.empty());

    private Samples() {}

    /** As just accepted, on no node. */
    public static Workload pending() {
        return Workload.accepted(ID, SPEC, Optional.of(IdempotencyKey.of("token", "key-1")), Optional.of("req-1"), NOW);
    }

    /** On node-1, running, with a stored tail of two lines. */
    public static Workload running() {
        PlacementSummary why = new PlacementSummary(
                NOW,
                "best-fit",
                2,
                Optional.of(new PlacementSummary.Candidate(NODE_ID, 990_000)),
                List.of(),
                Map.of("memory", 1));
        return pending()
                .placedOn(
                        NODE_ID, why, Observation.of(WorkloadStatus.RUNNING, NOW, Reason.CONTAINER_RUNNING, "running"))
                .withLogs("first\nsecond\n");
    }

    public static WorkloadView view(long revision) {
        return new WorkloadView(running(), revision, Optional.of(new PullProgress(3, 1, 10, 100)));
    }

    public static NodeView node(long revision) {
        Node node = new Node(
                NODE_ID,
                new NodeFacts(
                        "127.0.0.1",
                        "worker-1",
                        8086,
                        new Resources(4000, 8192),
                        Map.of("disk", "ssd"),
                        "Debian",
                        "6.1",
                        "amd64",
                        "20.10",
                        "0.1"),
                NodeStatus.ACTIVE,
                NodeReason.HEARTBEAT,
                "it beats, and its agent answers",
                false,
                true,
                Orphans.REMOVED,
                Epoch.NONE,
                List.of(),
                NOW,
                NOW,
                new Resources(2500, 4096),
                NOW,
                Newer.NONE);
        return new NodeView(node, revision, new Resources(100, 128), 1, NOW.plusSeconds(5));
    }

    public static Epoch epoch() {
        return Epoch.of(3);
    }
}
