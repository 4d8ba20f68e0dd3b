package dev.persys.agent;

import dev.persys.api.Json;
import dev.persys.model.Limits;
import dev.persys.runtime.ContainerLabels;
import dev.persys.runtime.ContainerState;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Limits that somebody has changed at the engine, as {@code docker update} does. They are left as they are, and told. */
final class ChangedLimits {
    private ChangedLimits() {}

    /** What the container is held to in place of what it was made with; empty text where it is the same, or not known. */
    static String told(ContainerState state) {
        Optional<Limits> made =
                Optional.ofNullable(state.labels().get(ContainerLabels.LIMITS)).flatMap(ChangedLimits::parsed);
        return made.flatMap(before -> state.limits().map(now -> told(before, now)))
                .orElse("");
    }

    private static String told(Limits made, Limits now) {
        List<String> changes = new ArrayList<>();
        if (!now.memoryMib().equals(made.memoryMib())) {
            changes.add(memory(now) + " in place of " + memory(made));
        }
        if (!now.cpuMillis().equals(made.cpuMillis())) {
            changes.add(cores(now) + " in place of " + cores(made));
        }
        return changes.isEmpty()
                ? ""
                : "somebody has changed its limits on its node: " + String.join(", ", changes)
                        + "; a new container has its own again";
    }

    private static String memory(Limits limits) {
        return limits.memoryMib().map(mebibytes -> mebibytes + " MiB").orElse("no limit of memory");
    }

    private static String cores(Limits limits) {
        return limits.cpu().map(cores -> cores.toPlainString() + " cores").orElse("any idle core");
    }

    /** Somebody else may have written the label. */
    private static Optional<Limits> parsed(String label) {
        try {
            return Optional.ofNullable(Json.read(label, Limits.class));
        } catch (UncheckedIOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
