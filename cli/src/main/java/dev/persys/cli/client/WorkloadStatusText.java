package dev.persys.cli.client;

import dev.persys.model.WorkloadStatus;
import java.util.Optional;

/** The contract's words for a workload's status. */
public final class WorkloadStatusText {
    private WorkloadStatusText() {}

    /** Empty for a word that is not known here. */
    public static Optional<WorkloadStatus> parse(String text) {
        for (WorkloadStatus status : WorkloadStatus.values()) {
            if (status.text().equalsIgnoreCase(text)) {
                return Optional.of(status);
            }
        }
        return Optional.empty();
    }
}
