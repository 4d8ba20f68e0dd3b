package dev.persys.runtime;

import dev.persys.model.Health;
import dev.persys.model.Limits;
import dev.persys.model.PublishedPort;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A container as the engine knows it.
 *
 * @param name without a leading slash
 * @param image as it was asked for
 * @param imageId of the image that it was made from; empty text where the engine does not tell
 * @param exitCode of the last run; empty while it runs or was never started
 * @param oomKilled whether the kernel ended the last run for want of memory
 * @param restartCount how often the engine restarted it by its policy
 * @param startedAt the last start
 * @param finishedAt the last end
 * @param ports published now; empty while it does not run
 * @param health of the check that the engine runs; empty where it runs none
 * @param error why the engine could not start it; otherwise empty text
 * @param address at which this node reaches it; empty where it does not run, or has none
 * @param limits that the engine holds it to now; empty where the engine does not tell
 */
public record ContainerState(
        String id,
        String name,
        String image,
        String imageId,
        Map<String, String> labels,
        ContainerStatus status,
        Optional<Integer> exitCode,
        boolean oomKilled,
        int restartCount,
        Optional<Instant> startedAt,
        Optional<Instant> finishedAt,
        List<PublishedPort> ports,
        Optional<Health> health,
        String error,
        Optional<String> address,
        Optional<Limits> limits)
        implements Ownership.Traits {
    public ContainerState {
        labels = Map.copyOf(labels);
        ports = List.copyOf(ports);
    }

    public ContainerState withLabels(Map<String, String> others) {
        return new ContainerState(
                id,
                name,
                image,
                imageId,
                others,
                status,
                exitCode,
                oomKilled,
                restartCount,
                startedAt,
                finishedAt,
                ports,
                health,
                error,
                address,
                limits);
    }

    /** The same with the health that somebody else than the engine found. */
    public ContainerState withHealth(Optional<Health> found) {
        return new ContainerState(
                id,
                name,
                image,
                imageId,
                labels,
                status,
                exitCode,
                oomKilled,
                restartCount,
                startedAt,
                finishedAt,
                ports,
                found,
                error,
                address,
                limits);
    }
}
