package dev.persys.runtime;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** What a {@link ContainerRuntime#watch} tells. */
public sealed interface RuntimeSignal {
    /** The connection stands: whatever happens from now on is told. What happened before may not have been. */
    record Opened() implements RuntimeSignal {}

    /**
     * Something happened to a container.
     *
     * @param name the container's, after it happened, without a leading slash
     * @param action the engine's word, without what follows a colon: {@code start}, {@code die}, {@code oom}, …
     * @param labels of the container
     * @param exitCode with {@code die}
     */
    record Happened(
            String containerId,
            String name,
            String action,
            Map<String, String> labels,
            Instant at,
            Optional<Integer> exitCode)
            implements RuntimeSignal {
        public Happened {
            labels = Map.copyOf(labels);
        }
    }

    /** The connection is gone; nothing more is told. */
    record Closed(RuntimeFailure failure) implements RuntimeSignal {}
}
