package dev.persys.bench;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.persys.api.RecordJson;
import dev.persys.model.ClusterId;
import dev.persys.model.Epoch;
import dev.persys.model.Excerpt;
import dev.persys.model.IdempotencyKey;
import dev.persys.model.Newer;
import dev.persys.model.Node;
import dev.persys.model.NodeFacts;
import dev.persys.model.NodeId;
import dev.persys.model.NodeReason;
import dev.persys.model.NodeStatus;
import dev.persys.model.Observation;
import dev.persys.model.Orphans;
import dev.persys.model.PlacementSummary;
import dev.persys.model.Reason;
import dev.persys.model.Resources;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadId;
import dev.persys.model.WorkloadSpec;
import dev.persys.model.WorkloadStatus;
import dev.persys.scheduler.store.StateStores;
import dev.persys.store.Change;
import dev.persys.store.Claim;
import dev.persys.store.CommitResult;
import dev.persys.store.Keys;
import dev.persys.store.StateStore;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Writes so many workloads, and the nodes on which they run, into an empty store, for a scheduler to find when it starts. */
@Command(name = "fill", mixinStandardHelpOptions = true)
final class Fill implements Callable<Integer> {
    /** Workloads in one commit. */
    private static final int GROUP = 25;

    /** Workloads a node. */
    private static final int NODE = 200;

    private static final Resources TOTAL = new Resources(64_000, 256 * 1024);
    private static final int UNUSED_PORT = 9;

    @Option(names = "--store", required = true, description = "settings of an empty store")
    private Path storeConfig = Path.of("");

    @Option(names = "--workloads", required = true, description = "how many")
    private int workloads;

    @Option(names = "--status", description = "running, or pending for want of a node", defaultValue = "running")
    private String status = "running";

    @Option(names = "--output", description = "bytes that each has printed and that are kept", defaultValue = "0")
    private int output;

    @Override
    public Integer call() throws Exception {
        if (!status.equals("running") && !status.equals("pending")) {
            throw new IllegalArgumentException("--status is " + status + "; allowed is running or pending");
        }
        Config config = ConfigFactory.parseFile(storeConfig.toFile()).withFallback(ConfigFactory.load());
        try (StateStore store = StateStores.open(config.resolve())) {
            Epoch epoch = store.claim(new Claim("bench", ClusterId.of("bench"), Epoch.NONE))
                    .toCompletableFuture()
                    .get()
                    .epoch();
            for (int done = 0; done < workloads; done += GROUP) {
                NodeId node = NodeId.of("node-" + done / NODE);
                List<Change> group = new ArrayList<>();
                if (status.equals("running") && done % NODE == 0) {
                    group.add(node(node));
                }
                for (int i = done; i < Math.min(workloads, done + GROUP); i++) {
                    group.addAll(workload("filled-" + i, node));
                }
                CommitResult result =
                        store.commit(epoch, group).toCompletableFuture().get();
                if (!(result instanceof CommitResult.Committed)) {
                    throw new IllegalStateException("the store refused a group: " + result);
                }
            }
        }
        return 0;
    }

    /** A node of its own for so many workloads, so that none is over-committed; nobody answers at its address. */
    private static Change node(NodeId id) {
        Instant now = Instant.now();
        Node node = new Node(
                id,
                new NodeFacts(
                        "127.0.0.1", id.value(), UNUSED_PORT, TOTAL, Map.of(), "Linux", "6.1", "x86_64", "28", "bench"),
                NodeStatus.ACTIVE,
                NodeReason.HEARTBEAT,
                "it beats, and its agent answers",
                false,
                true,
                Orphans.REMOVED,
                Epoch.NONE,
                List.of(),
                now,
                now,
                TOTAL,
                now,
                Newer.NONE);
        return new Change.Put(Keys.node(id), RecordJson.write(node), Change.ABSENT);
    }

    private List<Change> workload(String name, NodeId node) {
        Instant now = Instant.now();
        WorkloadId id = WorkloadId.of(UUID.randomUUID().toString());
        PlacementSummary why = new PlacementSummary(now, "best-fit", 1, Optional.empty(), List.of(), Map.of());
        Workload pending = Workload.accepted(
                id,
                WorkloadSpec.of(name, "busybox"),
                Optional.of(IdempotencyKey.of("bench", name)),
                Optional.empty(),
                now);
        Workload wanted = status.equals("pending")
                ? pending
                : pending.placedOn(
                        node, why, Observation.of(WorkloadStatus.RUNNING, now, Reason.CONTAINER_RUNNING, "running"));
        String tail = "x".repeat(output);
        Change record =
                new Change.Put(Keys.workload(id), RecordJson.write(wanted.withLogs(Excerpt.of(tail))), Change.ABSENT);
        return output == 0 ? List.of(record) : List.of(record, new Change.Put(Keys.logs(id), tail, Change.ABSENT));
    }
}
