package dev.persys.runtime;

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
 * @param health the word of the image's health check; empty where it has none
 * @param error why the engine could not start it; otherwise empty text
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
        Optional<String> health,
        String error)
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
                error);
    }
}
