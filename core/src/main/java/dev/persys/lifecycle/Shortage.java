package dev.persys.lifecycle;

import dev.persys.model.Held;
import dev.persys.model.HostPort;
import dev.persys.model.Workload;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a node that does not fit is told to lack, so that it can stand behind a number of nodes. It says how much is wanted
 * and not how much there is, which would be another amount by the time that somebody reads it.
 */
final class Shortage {
    private static final int MOST_NAMED = 3;

    private Shortage() {}

    /** @param filter of placement, by its word; of one that is not known here the word itself is told */
    static String of(String filter, Workload workload) {
        Held wanted = workload.held();
        return switch (filter) {
            case "status" -> "not Active";
            case "not-reached-yet" -> "not reached yet";
            case "type" -> "not for workloads of its type";
            case "labels" -> "without " + labels(workload);
            case "cpu" -> "with less than " + cores(wanted) + " free";
            case "memory" -> "with less than " + wanted.resources().memoryMib() + " MiB free";
            case "memory-used-up" -> "with too much of the memory in use";
            case "host-port" -> "with " + ports(wanted.ports()) + " taken by another workload";
            case "port-in-use" -> "with " + ports(wanted.ports()) + " in use by something that Persys did not start";
            default -> "× " + filter;
        };
    }

    private static String cores(Held wanted) {
        String cores = wanted.resources().cpu().toPlainString();
        return cores + (cores.equals("1") ? " core" : " cores");
    }

    private static String labels(Workload workload) {
        List<String> labels = workload.spec().constraints().entrySet().stream()
                .map(label -> label.getKey() + "=" + label.getValue())
                .sorted()
                .toList();
        return (labels.size() == 1 ? "the label " : "one of the labels ") + some(labels);
    }

    private static String ports(List<HostPort> ports) {
        return (ports.size() == 1 ? "port " : "one of the ports ")
                + some(ports.stream().map(HostPort::toString).toList());
    }

    private static String some(List<String> all) {
        return all.stream().limit(MOST_NAMED).collect(Collectors.joining(", "))
                + (all.size() > MOST_NAMED ? " and " + (all.size() - MOST_NAMED) + " others" : "");
    }
}
