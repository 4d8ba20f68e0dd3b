package dev.persys.bench;

import dev.persys.model.Epoch;
import dev.persys.model.Limits;
import dev.persys.model.Newer;
import dev.persys.model.Node;
import dev.persys.model.NodeFacts;
import dev.persys.model.NodeId;
import dev.persys.model.NodeReason;
import dev.persys.model.NodeStatus;
import dev.persys.model.Orphans;
import dev.persys.model.Resources;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadId;
import dev.persys.model.WorkloadSpec;
import dev.persys.placement.ClusterView;
import dev.persys.placement.Decision;
import dev.persys.placement.Placement;
import dev.persys.placement.PlacementRequest;
import dev.persys.placement.ScorePolicy;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;

/**
 * What one placement decision costs, its summary apart, by the number of nodes and by how many of them fit: for whoever
 * changes placement. Needs no cluster; the baseline is a hundred nodes.
 */
@Command(name = "placement", mixinStandardHelpOptions = true)
final class PlacementCost implements Callable<Integer> {
    private static final ThreadMXBean THREAD = ManagementFactory.getThreadMXBean();
    private static final Instant NOW = Instant.EPOCH;
    private static final Resources TOTAL = new Resources(4_000, 8_192);
    private static final int[] NODES = {100, 1_000, 10_000};
    private static final long ROUND_NANOS = 333_333_333L;
    private static final int ROUNDS = 3;

    private enum Mix {
        ALL_FIT,
        HALF_FULL,
        NONE_FITS,
        LAST_FITS
    }

    private final PrintStream out = System.out;
    private int sink;

    @Override
    public Integer call() {
        out.printf("%8s %-12s %14s %14s%n", "nodes", "of which", "decide ns", "summary ns");
        for (int nodes : NODES) {
            for (Mix mix : Mix.values()) {
                measure(nodes, mix);
            }
        }
        return 0;
    }

    private void measure(int nodes, Mix mix) {
        ClusterView view = view(nodes, mix);
        PlacementRequest request = PlacementRequest.of(workload(0, 100, 128), Optional.empty());
        Decision decision = Placement.decide(view.offers(), request, ScorePolicy.BEST_FIT);
        long decide = nanos(() -> Placement.decide(view.offers(), request, ScorePolicy.BEST_FIT));
        long summary = nanos(() -> decision.summary(NOW));
        out.printf(Locale.ROOT, "%8d %-12s %14d %14d%n", nodes, mix, decide, summary);
    }

    private static ClusterView view(int nodes, Mix mix) {
        ClusterView view = new ClusterView();
        for (int i = 0; i < nodes; i++) {
            view.put(node("node-" + i, Map.of("zone", "z" + i % 3)));
            boolean full = switch (mix) {
                case ALL_FIT -> false;
                case HALF_FULL -> i % 2 == 0;
                case NONE_FITS -> true;
                case LAST_FITS -> i < nodes - 1;
            };
            long cpu = full ? 4_000 : i % 3_000;
            view.reserve(workload(i + 1, cpu, cpu), NodeId.of("node-" + i));
        }
        return view;
    }

    private static Node node(String id, Map<String, String> labels) {
        return new Node(
                NodeId.of(id),
                new NodeFacts("127.0.0.1", id, 8086, TOTAL, labels, "", "", "", "", ""),
                NodeStatus.ACTIVE,
                NodeReason.HEARTBEAT,
                "",
                false,
                true,
                Orphans.REMOVED,
                Epoch.NONE,
                List.of(),
                NOW,
                NOW,
                TOTAL,
                NOW,
                Newer.NONE);
    }

    private static Workload workload(int number, long cpuMillis, long memoryMib) {
        WorkloadSpec plain = WorkloadSpec.of("w" + number, "busybox");
        WorkloadSpec spec = new WorkloadSpec(
                plain.name(),
                plain.type(),
                plain.image(),
                plain.command(),
                plain.args(),
                plain.entrypoint(),
                plain.envVars(),
                new Resources(cpuMillis, memoryMib),
                Limits.NONE,
                plain.ports(),
                plain.volumes(),
                plain.network(),
                plain.user(),
                plain.workingDir(),
                plain.restartPolicy(),
                plain.labels(),
                plain.constraints(),
                plain.stopGracePeriod(),
                plain.pullPolicy(),
                plain.registryCredentials(),
                Optional.empty());
        return Workload.accepted(WorkloadId.of(new UUID(0, number)), spec, Optional.empty(), Optional.empty(), NOW);
    }

    /** The best round's mean, in time of the processor: other work on the machine does not count. */
    private long nanos(Supplier<Object> work) {
        long best = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long started = THREAD.getCurrentThreadCpuTime();
            long calls = 0;
            while (THREAD.getCurrentThreadCpuTime() - started < ROUND_NANOS) {
                // Used, so that it is not optimized away.
                sink += System.identityHashCode(work.get());
                calls++;
            }
            best = Math.min(best, (THREAD.getCurrentThreadCpuTime() - started) / calls);
            if (sink == 1) {
                out.println();
            }
        }
        return best;
    }
}
