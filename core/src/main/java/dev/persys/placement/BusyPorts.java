package dev.persys.placement;

import dev.persys.model.Attempt;
import dev.persys.model.HostPort;
import dev.persys.model.NodeId;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Ports of nodes for which a start was refused because something else has them. Each is avoided for five seconds, twice as
 * long each time that it is refused again, and five minutes at most. Time is what a monotonic clock reads, in nanoseconds. Confined to its owner.
 */
final class BusyPorts {
    static final Duration FIRST = Duration.ofSeconds(5);
    static final Duration LONGEST = Duration.ofMinutes(5);

    private static final int DOUBLINGS_TO_LONGEST = 6;
    private static final int MOST_TIMES = 1_000_000;

    /** What has not been refused for so long is refused for the first time. */
    static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(10);

    /**
     * @param times in a row
     * @param until when it is avoided
     * @param isOver whether that has passed
     */
    private record Refused(int times, long until, boolean isOver) {}

    private final Map<NodeId, Map<HostPort, Refused>> refused = new HashMap<>();

    /** A start was refused. */
    void refuse(NodeId node, HostPort port, long now) {
        Map<HostPort, Refused> ports = refused.computeIfAbsent(node, id -> new HashMap<>());
        ports.values().removeIf(one -> one.isOver() && now - one.until() >= FORGOTTEN_AFTER.toNanos());
        Refused before = ports.get(port);
        int times = before == null ? 1 : Math.min(before.times() + 1, MOST_TIMES);
        ports.put(port, new Refused(times, now + span(times).toNanos(), false));
    }

    /** The node is no more. */
    void remove(NodeId node) {
        refused.remove(node);
    }

    /** Avoids no longer what has been avoided for long enough; the nodes where that is so. */
    Set<NodeId> lapse(long now) {
        Set<NodeId> nodes = new HashSet<>();
        refused.forEach((node, ports) -> ports.replaceAll((port, one) -> {
            boolean isDue = !one.isOver() && now - one.until() >= 0;
            if (isDue) {
                nodes.add(node);
            }
            return isDue ? new Refused(one.times(), one.until(), true) : one;
        }));
        for (Iterator<Map<HostPort, Refused>> all = refused.values().iterator(); all.hasNext(); ) {
            Map<HostPort, Refused> ports = all.next();
            ports.values().removeIf(one -> one.isOver() && now - one.until() >= FORGOTTEN_AFTER.toNanos());
            if (ports.isEmpty()) {
                all.remove();
            }
        }
        return nodes;
    }

    /** How long from now the next of them is avoided; absent where none is. */
    Optional<Duration> lapsesIn(long now) {
        return refused.values().stream()
                .flatMap(ports -> ports.values().stream())
                .filter(one -> !one.isOver())
                .map(one -> left(one, now))
                .min(Duration::compareTo);
    }

    /** What is avoided on the node. */
    Set<HostPort> on(NodeId node) {
        Set<HostPort> ports = new HashSet<>();
        refused.getOrDefault(node, Map.of()).forEach((port, one) -> {
            if (!one.isOver()) {
                ports.add(port);
            }
        });
        return ports;
    }

    /** When the first of {@code nodes} that is avoided for one of {@code ports} is tried again. */
    Optional<Attempt> next(Collection<NodeId> nodes, List<HostPort> ports, long now) {
        return nodes.stream()
                .map(node -> refused.getOrDefault(node, Map.of()))
                .flatMap(known -> ports.stream().flatMap(port -> Optional.ofNullable(known.get(port)).stream()))
                .filter(one -> !one.isOver())
                .min((a, b) -> Long.compare(a.until() - now, b.until() - now))
                .map(one -> new Attempt(one.times() + 1, 0, left(one, now)));
    }

    private static Duration span(int times) {
        Duration span = FIRST.multipliedBy(1L << Math.min(times - 1, DOUBLINGS_TO_LONGEST));
        return span.compareTo(LONGEST) > 0 ? LONGEST : span;
    }

    private static Duration left(Refused one, long now) {
        return Duration.ofNanos(Math.max(0, one.until() - now));
    }
}
