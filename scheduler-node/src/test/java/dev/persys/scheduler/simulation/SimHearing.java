package dev.persys.scheduler.simulation;

import static dev.persys.scheduler.simulation.SimPromise.HEARD_IS_ALIVE;
import static dev.persys.scheduler.simulation.SimPromise.LOST_WITH_ITS_NODE;

import dev.persys.api.RecordJson;
import dev.persys.model.Node;
import dev.persys.model.NodeId;
import dev.persys.model.NodeReason;
import dev.persys.model.NodeStatus;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadStatus;
import dev.persys.scheduler.node.NodeActor;
import dev.persys.store.Change;
import dev.persys.store.Keys;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * When each leader has heard of each node, and that it counts none as silent too soon: whatever store and clocks do.
 */
final class SimHearing {
    /** A decision may wait for the store this long until it is done. */
    private static final Duration OLDEST_DECISION = Duration.ofMinutes(8);

    private static final Pattern WRITER = Pattern.compile("/user/(leader-\\d+)/term-\\d+/node-(.+)-\\d+");

    private final Simulation sim;
    private final Map<String, Long> heard = new HashMap<>();
    private final Map<String, Change> decided = new HashMap<>();
    private final Map<NodeId, Long> gone = new HashMap<>();

    SimHearing(Simulation sim) {
        this.sim = sim;
    }

    /** An actor is told something, or would have been. */
    void told(String receiver, Object message) {
        if (isSignOfLife(message)) {
            Matcher writer = WRITER.matcher(receiver);
            if (writer.matches()) {
                heard.put(key(writer.group(1), writer.group(2)), sim.now());
            }
        }
    }

    private static boolean isSignOfLife(Object message) {
        return (message instanceof NodeActor.Beat beat && !beat.degraded())
                || message instanceof NodeActor.Register
                || message instanceof NodeActor.Admit
                || message instanceof NodeActor.Load;
    }

    private static String key(String leader, String node) {
        return leader + " " + node;
    }

    /** A leader is about to write; what it repeats was decided when it was first written. */
    void decided(SimProcess by, List<Change> changes) {
        Change record = changes.get(0);
        if (!(record instanceof Change.Put put) || !put.key().startsWith(Keys.NODES)) {
            return;
        }
        NodeId id = NodeId.of(put.key().substring(Keys.NODES.length()));
        if (put.equals(decided.put(key(by.name(), id.value()), put))) {
            return;
        }
        Node next = RecordJson.node(put.value());
        boolean asBefore = sim.promises()
                .node(id)
                .filter(was -> was.status() == next.status() && was.reason() == next.reason())
                .isPresent();
        if (next.reason() == NodeReason.SILENT && !asBefore) {
            Duration allowed = next.status() == NodeStatus.INACTIVE
                    ? sim.settings().nodeTimings().inactiveAfter()
                    : sim.settings().nodeTimings().suspectAfter();
            long since = heard.getOrDefault(key(by.name(), id.value()), Long.MIN_VALUE / 2);
            Duration silence = Duration.ofNanos(sim.now() - since);
            sim.promises()
                    .require(
                            silence.compareTo(allowed) > 0,
                            HEARD_IS_ALIVE,
                            by.name(),
                            " makes ",
                            id,
                            " ",
                            next.status(),
                            " although it has heard of it ",
                            silence,
                            " ago");
        }
    }

    /** A node's record was written; {@code after} is absent where it went away. */
    void committed(NodeId id, Optional<Node> before, Optional<Node> after) {
        if (isGone(after) || (before.isPresent() && isGone(before))) {
            gone.put(id, sim.now());
        }
    }

    private static boolean isGone(Optional<Node> node) {
        return node.filter(there -> there.status() != NodeStatus.INACTIVE).isEmpty();
    }

    void requireLostWithNode(Optional<Workload> before, Workload after) {
        boolean becomesLost = after.status() == WorkloadStatus.LOST
                && before.filter(was -> was.status() == WorkloadStatus.LOST).isEmpty();
        Optional<NodeId> id = after.nodeId().or(() -> before.flatMap(Workload::nodeId));
        if (becomesLost && id.isPresent() && !isGone(sim.promises().node(id.get()))) {
            Duration ago = Duration.ofNanos(sim.now() - gone.getOrDefault(id.get(), Long.MIN_VALUE / 2));
            sim.promises()
                    .require(
                            ago.compareTo(OLDEST_DECISION.multipliedBy(
                                            sim.profile().pace()))
                                    <= 0,
                            LOST_WITH_ITS_NODE,
                            after.id(),
                            " is lost, and ",
                            id.get(),
                            " is ",
                            sim.promises().node(id.get()).map(Node::status));
        }
    }
}
