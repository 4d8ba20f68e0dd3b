package dev.persys.api;

import dev.persys.model.PullProgress;
import dev.persys.model.Workload;
import java.util.Optional;

/**
 * A workload as it is shown: its record, the revision at which that stands, and what is known without being stored.
 *
 * @param revision the entity tag of the record
 * @param progress of the image's download, while there is one
 */
public record WorkloadView(Workload workload, long revision, Optional<PullProgress> progress) {
    /** The same with all of the output that is kept, in the place of its last lines. */
    public WorkloadView withOutput(String tail) {
        return new WorkloadView(workload.withLogs(tail), revision, progress);
    }
}
