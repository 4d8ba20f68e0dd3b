package dev.persys.lifecycle;

import dev.persys.model.ContainerPhase;
import dev.persys.model.ContainerReport;
import dev.persys.model.Health;
import dev.persys.model.HealthStatus;
import dev.persys.model.Observation;
import dev.persys.model.Workload;
import java.util.Optional;

/** What a record knows of its container once a report of it has come, whatever follows from that. */
final class SeenFacts {
    private SeenFacts() {}

    /**
     * The record's observation with what the report knows in place; status, reason and message stay. An agent that does
     * not know the run does not know how often it was restarted either.
     */
    static Observation of(Workload workload, ContainerReport report) {
        Observation before = workload.observed();
        boolean counted = report.run() > 0;
        return new Observation(
                before.status(),
                before.since(),
                before.reason(),
                before.message(),
                report.exitCode().or(before::exitCode),
                report.oomKilled(),
                counted ? report.restartCount() : Math.max(before.restartCount(), report.restartCount()),
                counted ? report.restartAttempts() : before.restartAttempts(),
                report.containerId().or(before::containerId),
                report.startedAt().or(before::startedAt),
                report.finishedAt().or(before::finishedAt),
                report.ports(),
                false,
                health(before, report),
                Optional.empty());
    }

    /**
     * Each status as it was entered: how many checks more have failed since is not worth a write. A run does not go back
     * to its start: where it seems to, an agent that began anew has begun to check anew.
     */
    private static Optional<Health> health(Observation before, ContainerReport report) {
        if (report.phase() != ContainerPhase.RUNNING) {
            return Optional.empty();
        }
        Optional<Health> seen = report.checked();
        boolean isSameRun = before.startedAt().isPresent() && before.startedAt().equals(report.startedAt());
        return before.health()
                .filter(known -> seen.map(Health::status)
                        .filter(now -> now == known.status() || (now == HealthStatus.STARTING && isSameRun))
                        .isPresent())
                .or(() -> seen);
    }
}
