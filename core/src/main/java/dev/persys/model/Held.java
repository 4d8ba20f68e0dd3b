package dev.persys.model;

import java.util.List;
import java.util.stream.Stream;

/** What of a node is a workload's: an amount of it, and ports that nobody else is given. */
public record Held(Resources resources, List<HostPort> ports) {
    public static final Held NOTHING = new Held(Resources.NONE, List.of());

    public Held {
        Present.value(resources, "resources");
        ports = Present.list(ports, "ports");
    }

    /** What a container made by {@code spec} takes. */
    public static Held of(WorkloadSpec spec) {
        return new Held(spec.resources(), spec.hostPorts());
    }

    /** Enough for the one or the other, which are never there at the same time. */
    public Held or(Held other) {
        return new Held(
                new Resources(
                        Math.max(resources.cpuMillis(), other.resources.cpuMillis()),
                        Math.max(resources.memoryMib(), other.resources.memoryMib())),
                Stream.concat(ports.stream(), other.ports.stream()).distinct().toList());
    }
}
