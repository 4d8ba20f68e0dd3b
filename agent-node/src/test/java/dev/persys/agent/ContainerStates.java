package dev.persys.agent;

import dev.persys.model.Limits;
import dev.persys.runtime.ContainerState;
import dev.persys.runtime.ContainerStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Containers as an engine shows them, of which a test says what it is about. */
final class ContainerStates {
    private ContainerStates() {}

    static ContainerState of(
            ContainerStatus status,
            Optional<Instant> startedAt,
            Optional<Instant> finishedAt,
            Map<String, String> labels,
            Optional<Limits> limits) {
        return new ContainerState(
                "c0ffee",
                "name",
                "image",
                "id",
                labels,
                status,
                Optional.empty(),
                false,
                0,
                startedAt,
                finishedAt,
                List.of(),
                Optional.empty(),
                "",
                status.isLive() ? Optional.of("127.0.0.1") : Optional.empty(),
                limits);
    }

    static ContainerState running(Instant startedAt, Map<String, String> labels, Optional<Limits> limits) {
        return of(ContainerStatus.RUNNING, Optional.of(startedAt), Optional.empty(), labels, limits);
    }
}
