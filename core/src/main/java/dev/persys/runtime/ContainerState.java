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
        Map<String, String> labels,
        ContainerStatus status,
        Optional<Integer> exitCode,
        boolean oomKilled,
        int restartCount,
        Optional<Instant> startedAt,
        Optional<Instant> finishedAt,
        List<PublishedPort> ports,
        Optional<String> health,
        String error) {
    public ContainerState {
        labels = Map.copyOf(labels);
        ports = List.copyOf(ports);
    }
}
