package dev.persys.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.persys.api.Problem;
import dev.persys.api.WorkloadRequest;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.cli.client.Refusal;
import dev.persys.cli.client.SchedulerApi;
import dev.persys.cli.client.SeenWorkload;
import dev.persys.cli.output.Table;
import dev.persys.cli.verb.WorkloadFiles.Wanted;
import dev.persys.model.VolumeMount;
import dev.persys.model.WorkloadSpec;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Makes workloads be as their specifications say: creates them, changes them, starts them, or leaves them. */
final class Applier {
    private final SchedulerApi api;
    private final String query;
    private final String again;
    private final PrintStream err;

    /**
     * An applier.
     *
     * @param query of a change, with its question mark; empty for the scheduler's usual terms
     * @param again the verb that finds out, typed again, what became of a request that nobody answered
     * @param err what is changed, and what else is worth knowing, is told here
     */
    Applier(SchedulerApi api, String query, String again, PrintStream err) {
        this.api = api;
        this.query = query;
        this.again = again;
        this.err = err;
    }

    /** What was done, in the word that is printed for it. */
    enum Done {
        CREATED("created"),
        CHANGED("changed"),
        STARTED("started"),
        UNCHANGED("unchanged");

        private final String word;

        Done(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }
    }

    /** What was done to which workload, as the last answer showed it. */
    record Applied(Done done, SeenWorkload workload) {
        /** Whether it is not known yet that it is where it should be. */
        boolean isUnderWay() {
            return done != Done.UNCHANGED || !(workload.isEnded() || Stability.isSettled(workload));
        }
    }

    /** What would be done. */
    Plan plan(WorkloadSpec wanted) {
        List<JsonNode> holders = new ArrayList<>();
        for (JsonNode one : api.list("/workloads", "workloads", Map.of("name", wanted.name()))) {
            // A list says nothing of the environment, which is part of the specification.
            holders.add(api.get("/workloads/" + one.path("id").asText()));
        }
        return Plan.of(wanted, holders);
    }

    /** Does it. Where somebody was quicker, it is planned once more: what they did may be the very same. */
    Applied apply(Wanted wanted) {
        try {
            return carriedOut(plan(wanted.spec()), wanted);
        } catch (Refusal e) {
            if (!isOvertaken(e)) {
                throw e;
            }
        }
        Plan plan = plan(wanted.spec());
        try {
            return carriedOut(plan, wanted);
        } catch (Refusal e) {
            if (plan instanceof Plan.Change && isOvertaken(e)) {
                throw new Failure(
                        ExitCode.REFUSED,
                        wanted.spec().name() + " (" + wanted.origin()
                                + "): it was changed by somebody else, twice while it was compared; it was left so",
                        again + " again compares anew.");
            }
            throw e;
        }
    }

    private static boolean isOvertaken(Refusal refusal) {
        return refusal.problem().type().equals(Problem.Type.PRECONDITION_FAILED.word());
    }

    private Applied carriedOut(Plan plan, Wanted wanted) {
        if (plan instanceof Plan.Create) {
            return new Applied(Done.CREATED, make(wanted));
        } else if (plan instanceof Plan.Change change) {
            return new Applied(Done.CHANGED, change(change, wanted));
        } else if (plan instanceof Plan.Start start) {
            return new Applied(Done.STARTED, start(start.workload()));
        }
        return new Applied(Done.UNCHANGED, ((Plan.Keep) plan).workload());
    }

    private SeenWorkload make(Wanted wanted) {
        warnOfDirectories(wanted);
        ObjectNode request = WorkloadRequest.toJson(wanted.spec());
        JsonNode answer = api.postOnce(
                "/workloads/schedule",
                request,
                "apply-" + UUID.randomUUID(),
                "The same " + again + " again finds out: what is there is left as it is.");
        warn(wanted, answer);
        request.put("id", answer.path("workload_id").asText()).setAll((ObjectNode) answer);
        request.set("nodeId", answer.path("node_id"));
        return new SeenWorkload(request);
    }

    /** Only what was compared is changed. What is stopped stays so by a change alone, and is started after it. */
    private SeenWorkload change(Plan.Change plan, Wanted wanted) {
        SeenWorkload workload = plan.workload();
        err.println(Table.printable(Outcomes.called(workload) + " is changed:"));
        SpecDifference.lines(plan.fields()).forEach(err::println);
        warnOfDirectories(wanted);
        JsonNode answer = api.put(
                "/workloads/" + workload.id() + query,
                WorkloadRequest.toJson(wanted.spec()),
                workload.json().path("revision").asLong(),
                "The same " + again + " again finds out: what has changed already is left as it is.");
        warn(wanted, answer);
        SeenWorkload changed = new SeenWorkload(answer);
        return changed.json().path("desired").asText().equals("stopped") ? start(changed) : changed;
    }

    private SeenWorkload start(SeenWorkload workload) {
        SeenWorkload started = new SeenWorkload(api.post("/workloads/" + workload.id() + "/start"));
        Failure.warn(
                workload.name() + " was " + workload.statusText() + ": " + workload.message() + "; it is started again",
                err);
        return started;
    }

    private void warnOfDirectories(Wanted wanted) {
        MountedDirectories.warn(
                wanted.spec().name(), wanted.spec().volumes().stream().map(VolumeMount::source), api.address(), err);
    }

    /** Ours are of the file as it is written, which the request no longer is; the scheduler may know of more. */
    private void warn(Wanted wanted, JsonNode answer) {
        Set<String> warnings = new LinkedHashSet<>(wanted.warnings());
        answer.path("warnings").forEach(warning -> warnings.add(warning.asText()));
        for (String warning : warnings) {
            Failure.warn(wanted.spec().name() + " (" + wanted.origin() + "): " + warning, err);
        }
    }
}
