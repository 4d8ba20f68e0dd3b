package dev.persys.placement;

import dev.persys.model.NodeId;
import dev.persys.model.NodeStatus;
import dev.persys.model.Resources;
import dev.persys.model.Workload;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Prints what one decision costs, its summary included, by the number of nodes and by how many of them fit. For people who change placement; it asserts nothing.
 */
final class PlacementBenchmark {
    private static final ThreadMXBean THREAD = ManagementFactory.getThreadMXBean();
    private static final int[] NODES = {100, 1_000, 10_000};
    private static final long ROUND_NANOS = 1_000_000_000L;
    private static final int ROUNDS = 3;

    private PlacementBenchmark() {}

    public static void main(String[] args) {
        System.out.printf("%8s %-12s %14s %14s%n", "nodes", "of which", "decide ns", "summary ns");
        for (int nodes : NODES) {
            for (Mix mix : Mix.values()) {
                measure(nodes, mix);
            }
        }
    }

    private enum Mix {
        ALL_FIT,
        HALF_FULL,
        NONE_FITS,
        LAST_FITS
    }

    private static void measure(int nodes, Mix mix) {
        ClusterView view = view(nodes, mix);
        Workload workload = PlacementScenes.workload(0, 100, 128);
        PlacementRequest request = PlacementScenes.request(workload);
        Decision decision = Placement.decide(view.offers(), request, ScorePolicy.BEST_FIT);
        long decide = nanos(() -> Placement.decide(view.offers(), request, ScorePolicy.BEST_FIT));
        long summary = nanos(() -> decision.summary(PlacementScenes.NOW));
        System.out.printf("%8d %-12s %14d %14d%n", nodes, mix, decide, summary);
    }

    private static ClusterView view(int nodes, Mix mix) {
        ClusterView view = new ClusterView();
        for (int i = 0; i < nodes; i++) {
            view.put(PlacementScenes.node(
                    "node-" + i, NodeStatus.ACTIVE, new Resources(4_000, 8_192), Map.of("zone", "z" + i % 3)));
            boolean full = switch (mix) {
                case ALL_FIT -> false;
                case HALF_FULL -> i % 2 == 0;
                case NONE_FITS -> true;
                case LAST_FITS -> i < nodes - 1;
            };
            long cpu = full ? 4_000 : i % 3_000;
            view.reserve(PlacementScenes.workload(i + 1, cpu, cpu), NodeId.of("node-" + i));
        }
        return view;
    }

    /** The best round's mean, in time of the processor: other work on the machine does not count. */
    private static long nanos(Supplier<Object> work) {
        long best = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long started = THREAD.getCurrentThreadCpuTime();
            long calls = 0;
            int sink = 0;
            while (THREAD.getCurrentThreadCpuTime() - started < ROUND_NANOS / ROUNDS) {
                sink += System.identityHashCode(work.get());
                calls++;
            }
            best = Math.min(best, (THREAD.getCurrentThreadCpuTime() - started) / calls);
            if (sink == 1) {
                System.out.println();
            }
        }
        return best;
    }
}
