package dev.persys.lifecycle;

import dev.persys.model.SpecChange;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadSpec;
import dev.persys.model.WorkloadStatus;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which versions of its secrets a workload's container is given, and that a start which is decided after one has changed is
 * of another container: one that exists keeps the environment that it was made with. Pure.
 */
public final class SecretsInUse {
    private SecretsInUse() {}

    /** The secrets that it names, or will if it is changed as {@code signal} asks, or back to what it was. */
    public static Set<String> named(Workload workload, WorkloadSignal signal) {
        Optional<WorkloadSpec> asked =
                signal instanceof WorkloadSignal.ChangeAsked change ? Optional.of(change.spec()) : Optional.empty();
        Optional<WorkloadSpec> before = workload.versions().change().flatMap(SpecChange::before);
        return Stream.of(Optional.of(workload.spec()), asked, before)
                .flatMap(Optional::stream)
                .flatMap(spec -> spec.options().secretEnv().values().stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * The record as it is decided about.
     *
     * @param current the versions of all secrets that it names and that there are
     */
    public static Workload before(Workload workload, WorkloadSignal signal, Map<String, Long> current) {
        return orders(signal) && isOutdated(workload, current)
                ? workload.withVersions(workload.versions().outdated())
                : workload;
    }

    /** What was decided, and which versions a container that is ordered anew by it is given. */
    public static Outcome after(Workload before, Outcome outcome, Map<String, Long> current) {
        if (!(outcome instanceof Outcome.Changed changed) || changed.next().isEmpty()) {
            return outcome;
        }
        Workload next = changed.next().get();
        boolean anew = before.generation().isOlderThan(next.generation());
        Map<String, Long> given = anew ? given(next.spec(), current) : taken(next, current);
        return given.equals(next.versions().secrets())
                ? outcome
                : changed.instead(next.withVersions(next.versions().given(given)), changed.effects());
    }

    /** With those that were not there as its container was ordered: since its node has taken the order, they came meanwhile. */
    private static Map<String, Long> taken(Workload next, Map<String, Long> current) {
        Map<String, Long> known = next.versions().secrets();
        boolean isTaken = next.status() != WorkloadStatus.SCHEDULED && next.status() != WorkloadStatus.PENDING;
        if (!isTaken || !next.versions().isOfContainer()) {
            return known;
        }
        Map<String, Long> all = given(next.spec(), current);
        all.putAll(known);
        return all;
    }

    /** Whether its last container was given another version of a secret than there is now. */
    public static boolean isOutdated(Workload workload, Map<String, Long> current) {
        return workload.spec().options().secretEnv().values().stream()
                .anyMatch(name -> current.containsKey(name)
                        && !current.get(name)
                                .equals(workload.versions().secrets().get(name)));
    }

    private static Map<String, Long> given(WorkloadSpec spec, Map<String, Long> current) {
        Map<String, Long> given = new TreeMap<>();
        for (String name : spec.options().secretEnv().values()) {
            if (current.containsKey(name)) {
                given.put(name, current.get(name));
            }
        }
        return given;
    }

    /** Those by which the scheduler orders a start; what an agent restarts by itself stays the container that it is. */
    private static boolean orders(WorkloadSignal signal) {
        return signal instanceof WorkloadSignal.StartAsked
                || signal instanceof WorkloadSignal.RestartAsked
                || signal instanceof WorkloadSignal.RetryDue
                || signal instanceof WorkloadSignal.Placed;
    }
}
