package dev.persys.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.api.RecordJson;
import dev.persys.api.WorkloadRequest;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.cli.client.SeenWorkload;
import dev.persys.model.WorkloadSpec;
import dev.persys.model.WorkloadStatus;
import java.util.ArrayList;
import java.util.List;

/** What has to be done so that a workload is as a specification says; nothing is asked for by it. */
sealed interface Plan {
    /** There is none of that name. */
    record Create() implements Plan {}

    /** It is as it should be. */
    record Keep(SeenWorkload workload) implements Plan {}

    /** It has that specification, and ought to run by it, and does not. */
    record Start(SeenWorkload workload) implements Plan {}

    /** It has another specification. */
    record Change(SeenWorkload workload, List<SpecDifference.Field> fields) implements Plan {}

    /**
     * The plan for {@code wanted}.
     *
     * @param holders the workloads of that name, each with all that a {@code GET} of it shows
     * @throws Failure where several have the name, and which of them is meant cannot be known
     */
    static Plan of(WorkloadSpec wanted, List<JsonNode> holders) {
        for (JsonNode one : holders) {
            if (RecordJson.workload(one).spec().equals(wanted)) {
                SeenWorkload workload = new SeenWorkload(one);
                return isDown(workload) ? new Start(workload) : new Keep(workload);
            }
        }
        if (holders.size() > 1) {
            throw several(wanted, holders);
        } else if (holders.isEmpty()) {
            return new Create();
        }
        JsonNode holder = holders.get(0);
        JsonNode now = WorkloadRequest.toJson(RecordJson.workload(holder).spec());
        return new Change(new SeenWorkload(holder), SpecDifference.between(now, WorkloadRequest.toJson(wanted)));
    }

    /** What is to be done to the workload called {@code name}, as lines; the first names it. */
    default List<String> lines(String name) {
        List<String> lines = new ArrayList<>();
        if (this instanceof Change change) {
            lines.add(name + " would be changed");
            lines.addAll(SpecDifference.lines(change.fields()));
        } else if (this instanceof Start start) {
            lines.add(name + " would be started: it is " + start.workload().statusText());
        } else {
            lines.add(this instanceof Create ? name + " would be created" : name + " unchanged");
        }
        return lines;
    }

    private static boolean isDown(SeenWorkload workload) {
        return workload.json().path("desired").asText().equals("stopped")
                || (workload.isEnded()
                        && (workload.status()
                                        .filter(WorkloadStatus.EXITED::equals)
                                        .isEmpty()
                                || Stability.isRestartedAlways(workload)));
    }

    private static Failure several(WorkloadSpec wanted, List<JsonNode> holders) {
        List<String> lines = new ArrayList<>();
        for (JsonNode holder : holders) {
            SeenWorkload workload = new SeenWorkload(holder);
            lines.add("  " + workload.id() + " " + workload.image() + " " + workload.statusText());
        }
        lines.add("persys rm with an id removes one; where one is left, it is changed.");
        return new Failure(
                ExitCode.REFUSED,
                "there are " + holders.size() + " workloads of the name " + wanted.name()
                        + ", all with another specification, and which is meant is not known",
                lines);
    }
}
