package dev.persys.http.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.api.ClusterMetrics;
import dev.persys.api.Garbage;
import dev.persys.api.Page;
import dev.persys.http.testing.Samples;
import dev.persys.http.testing.Wire;
import dev.persys.model.HealthStatus;
import dev.persys.model.NodeStatus;
import dev.persys.model.Resources;
import dev.persys.model.WorkloadStatus;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol;
import dev.persys.protocol.SchedulerProtocol.NodeAction;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Nodes, and the cluster as a whole. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class NodeRoutesTest {
    private SchedulerFixture fixture;

    @BeforeAll
    void start() {
        fixture = new SchedulerFixture("");
    }

    @AfterAll
    void stop() {
        fixture.close();
    }

    @Test
    void nodesAreListedShownAndChanged() {
        fixture.scheduler.answer(command -> {
            if (command instanceof SchedulerProtocol.ListNodes list) {
                list.replyTo().tell(new Reply.Ok<>(new Page<>(List.of(Samples.node(3)), Optional.empty())));
            } else if (command instanceof SchedulerProtocol.GetNode get) {
                get.replyTo().tell(new Reply.Ok<>(Samples.node(3)));
            } else if (command instanceof SchedulerProtocol.ChangeNode change) {
                change.replyTo().tell(new Reply.Ok<>(Samples.node(4)));
            }
        });

        fixture.conforms("GET", "/nodes", fixture.api.get("/nodes"));
        HttpResponse<String> node = fixture.api.get("/nodes/node-1");
        fixture.conforms("GET", "/nodes/{node}", node);
        assertThat(node.headers().firstValue("ETag").orElseThrow()).startsWith("\"3-");
        fixture.conforms("POST", "/nodes/{node}/drain", fixture.api.post("/nodes/node-1/drain"));
        fixture.conforms("POST", "/nodes/{node}/activate", fixture.api.post("/nodes/node-1/activate"));
        fixture.conforms("POST", "/nodes/{node}/accept-orphans", fixture.api.post("/nodes/node-1/accept-orphans"));
        fixture.conforms("DELETE", "/nodes/{node}", fixture.api.delete("/nodes/node-1"));
        assertThat(fixture.scheduler.received())
                .filteredOn(SchedulerProtocol.ChangeNode.class::isInstance)
                .extracting(command -> ((SchedulerProtocol.ChangeNode) command).action())
                .containsExactly(NodeAction.DRAIN, NodeAction.ACTIVATE, NodeAction.ACCEPT_ORPHANS, NodeAction.DELETE);
    }

    @Test
    void whatCannotBeANodesNameIsUnknown() {
        fixture.scheduler.answer(command -> {});

        HttpResponse<String> response = fixture.api.get("/nodes/No%20Node");

        fixture.conforms("GET", "/nodes/{node}", response);
        assertThat(Wire.problem(response).type()).isEqualTo("unknown-node");
        assertThat(fixture.scheduler.received()).isEmpty();
    }

    @Test
    void clusterMetricsShowEveryStatus() {
        ClusterMetrics metrics = new ClusterMetrics(
                Samples.CLUSTER,
                Samples.epoch(),
                Map.of(NodeStatus.ACTIVE, 2L),
                Map.of(WorkloadStatus.RUNNING, 5L),
                Map.of(HealthStatus.UNHEALTHY, 2L),
                new Resources(8000, 1024),
                new Resources(1000, 24),
                new Resources(7000, 1000),
                Optional.of("The disk is full."));
        fixture.scheduler.answer(command ->
                ((SchedulerProtocol.GetClusterMetrics) command).replyTo().tell(new Reply.Ok<>(metrics)));

        HttpResponse<String> response = fixture.api.get("/cluster/metrics");

        fixture.conforms("GET", "/cluster/metrics", response);
        assertThat(Wire.tree(response).at("/workloads/Running").asInt()).isEqualTo(5);
        assertThat(Wire.tree(response).at("/health/unhealthy").asInt()).isEqualTo(2);
        assertThat(Wire.tree(response).at("/health/healthy").isInt()).isTrue();
        assertThat(Wire.tree(response).at("/nodes/Suspect").asInt()).isZero();
        assertThat(Wire.tree(response).at("/trouble").asText()).isEqualTo("The disk is full.");
        assertThat(Wire.tree(response).at("/version").asText()).isEqualTo("1.2.3");
    }

    @Test
    void garbageIsCollectedAsAskedAndNamed() {
        fixture.scheduler.answer(command -> ((SchedulerProtocol.CollectGarbage) command)
                .replyTo()
                .tell(new Reply.Ok<>(new Garbage(
                        true,
                        3,
                        1,
                        2,
                        7,
                        List.of(
                                new Garbage.Item(
                                        Samples.ID,
                                        "job",
                                        WorkloadStatus.EXITED,
                                        Optional.of(Samples.NODE_ID),
                                        Samples.NOW,
                                        "finished 4 days ago; kept for 3 days"),
                                new Garbage.Item(
                                        Samples.ID,
                                        "idle",
                                        WorkloadStatus.STOPPED,
                                        Optional.empty(),
                                        Samples.NOW,
                                        "x"))))));

        HttpResponse<String> response = fixture.api.post("/v1/cluster/gc?dryRun=true&finishedAfter=1h30m&limit=2");

        fixture.conforms("POST", "/cluster/gc", response);
        assertThat(Wire.tree(response).path("expired").asInt()).isEqualTo(3);
        assertThat(Wire.tree(response).at("/workloads/0/message").asText()).startsWith("finished 4 days ago");
        assertThat(Wire.tree(response).at("/workloads/1/nodeId").isNull()).isTrue();
        SchedulerProtocol.CollectGarbage collect = (SchedulerProtocol.CollectGarbage) fixture.scheduler.only();
        assertThat(collect.dryRun()).isTrue();
        assertThat(collect.finishedAfter()).contains(Duration.ofMinutes(90));
        assertThat(collect.limit()).isEqualTo(2);

        fixture.api.post("/cluster/gc");
        SchedulerProtocol.CollectGarbage plain = (SchedulerProtocol.CollectGarbage)
                fixture.scheduler.received().stream().skip(1).findFirst().orElseThrow();
        assertThat(plain.dryRun()).isFalse();
        assertThat(plain.finishedAfter()).isEmpty();
        assertThat(plain.limit()).isEqualTo(10);
    }

    @Test
    void garbageIsNotCollectedByParametersThatMakeNoSense() {
        fixture.scheduler.answer(command -> {});

        HttpResponse<String> response = fixture.api.post("/cluster/gc?dryRun=perhaps&finishedAfter=soon&limit=0");

        fixture.conforms("POST", "/cluster/gc", response);
        assertThat(Wire.problem(response).errors())
                .extracting(error -> error.pointer())
                .containsExactly("?dryRun", "?finishedAfter", "?limit");
        assertThat(fixture.scheduler.received()).isEmpty();
    }
}
