package dev.persys.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.persys.api.Parsed;
import dev.persys.api.Problem;
import dev.persys.api.RecordJson;
import dev.persys.api.WorkloadRequest;
import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.cli.client.Deadline;
import dev.persys.cli.client.JsonText;
import dev.persys.cli.client.Refusal;
import dev.persys.cli.client.SchedulerApi;
import dev.persys.cli.client.SeenWorkload;
import dev.persys.cli.output.Progress;
import dev.persys.cli.syntax.Reader;
import dev.persys.cli.syntax.Several;
import dev.persys.cli.syntax.Syntax;
import dev.persys.model.WorkloadSpec;
import dev.persys.model.WorkloadStatus;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** {@code persys apply}: makes the workloads of files exist. */
final class ApplyVerb implements Verb {
    private final Syntax syntax = new Syntax("apply", "Makes the workloads of a file exist.")
            .footer(
                    "A file holds YAML or JSON, several documents where wanted, each with the fields of POST",
                    "/workloads/schedule. A workload that is there with the same name and the same specification is",
                    "left as it is where it is up or has done its work, and is started where it is not; one with another",
                    "specification is a conflict.");
    private final Several<String> files =
            syntax.options("-f, --file", "FILE", "A file, or - for standard input; may be repeated.", Reader.TEXT);
    private final Waiting waiting = Waiting.forAStart(syntax);
    private final Connection connection = new Connection(syntax);

    /** A document that was read. */
    private record Wanted(String origin, WorkloadSpec spec, List<String> warnings) {}

    @Override
    public Syntax syntax() {
        return syntax;
    }

    /** Reads all before it asks for the first: a mistake in the last document leaves everything as it was. */
    @Override
    public ExitCode run(Context context) {
        if (files.values().isEmpty()) {
            throw new Failure(
                    ExitCode.USAGE, "persys apply wants a file", "persys apply -f workload.yaml, or -f - for a pipe.");
        }
        List<Wanted> wanted = read(context);
        boolean waits = waiting.isWanted(); // Options that contradict each other are told before anything is asked for.
        Deadline deadline = waiting.deadline();
        SchedulerApi api = connection.open(context, deadline);
        Progress progress = waiting.progress(context);
        Failures failures = new Failures(context.err());
        List<SeenWorkload> created = new ArrayList<>();
        for (Wanted document : wanted) {
            failures.attempt(() -> apply(api, document, context).ifPresent(created::add));
        }
        if (waits) {
            Outcomes outcomes = new Outcomes(api, progress);
            for (SeenWorkload workload : created) {
                failures.attempt(() -> {
                    WorkloadWatch watch = waiting.watch(api, progress, deadline, context);
                    LeaveNote.during(
                            () -> outcomes.report(workload, watch.await(workload, waiting.goal()), waiting.goal()),
                            Outcomes.goesOn(workload),
                            context,
                            progress);
                });
            }
        }
        return failures.exitCode();
    }

    private List<Wanted> read(Context context) {
        List<Wanted> wanted = new ArrayList<>();
        for (String file : files.values()) {
            List<JsonNode> documents = Documents.read(file, context);
            for (int i = 0; i < documents.size(); i++) {
                String origin = documents.size() == 1 ? file : file + ", document " + (i + 1);
                JsonNode document = documents.get(i);
                wanted.add(new Wanted(origin, parse(document, origin), WorkloadRequest.warnings(document)));
            }
        }
        if (wanted.isEmpty()) {
            throw new Failure(ExitCode.USAGE, "there is no workload in " + String.join(", ", files.values()));
        }
        return wanted;
    }

    private static WorkloadSpec parse(JsonNode document, String origin) {
        Parsed<WorkloadSpec> parsed = WorkloadRequest.parse(document);
        if (parsed instanceof Parsed.Valid<WorkloadSpec> valid) {
            return valid.value();
        }
        throw new Failure(
                ExitCode.USAGE,
                origin + " is no workload; nothing was applied",
                Refusal.fieldLines(((Parsed.Invalid<WorkloadSpec>) parsed).errors()));
    }

    /** The workload, where it had to be made or started, or is not up yet: then it is waited for. */
    private static Optional<SeenWorkload> apply(SchedulerApi api, Wanted wanted, Context context) {
        List<JsonNode> existing = named(api, wanted);
        if (existing.isEmpty()) {
            try {
                return Optional.of(make(api, wanted, context));
            } catch (Refusal e) {
                if (!e.problem().type().equals(Problem.Type.PRECONDITION_FAILED.word())) {
                    throw e;
                }
                // Somebody was quicker, and may have made the very same.
                existing = named(api, wanted);
                if (existing.isEmpty()) {
                    throw e;
                }
            }
        }
        // A list says nothing of the environment, which is part of the specification.
        List<JsonNode> whole = new ArrayList<>();
        for (JsonNode one : existing) {
            whole.add(api.get("/workloads/" + one.path("id").asText()));
        }
        for (JsonNode one : whole) {
            if (RecordJson.workload(one).spec().equals(wanted.spec())) {
                return unchanged(api, new SeenWorkload(one), context);
            }
        }
        throw conflict(wanted, whole.get(0), whole.size());
    }

    /** What ought to run by its file and does not is started; what ended as it should is left. */
    private static Optional<SeenWorkload> unchanged(SchedulerApi api, SeenWorkload workload, Context context) {
        boolean isDown = workload.json().path("desired").asText().equals("stopped")
                || workload.isEnded()
                        && (workload.status()
                                        .filter(WorkloadStatus.EXITED::equals)
                                        .isEmpty()
                                || Stability.isRestartedAlways(workload));
        if (isDown) {
            SeenWorkload started = new SeenWorkload(api.post("/workloads/" + workload.id() + "/start"));
            context.out().println(workload.name() + " started " + workload.id());
            Failure.warn(
                    workload.name() + " was " + workload.statusText() + ": " + workload.message()
                            + "; it is started again",
                    context.err());
            return Optional.of(started);
        }
        context.out().println(workload.name() + " unchanged " + workload.id() + " " + workload.statusText());
        return workload.isEnded() || Stability.isSettled(workload) ? Optional.empty() : Optional.of(workload);
    }

    private static List<JsonNode> named(SchedulerApi api, Wanted wanted) {
        return api.list("/workloads", "workloads", Map.of("name", wanted.spec().name()));
    }

    private static SeenWorkload make(SchedulerApi api, Wanted wanted, Context context) {
        WorkloadSpec spec = wanted.spec();
        ObjectNode request = WorkloadRequest.toJson(spec);
        JsonNode answer = api.postOnce(
                "/workloads/schedule",
                request,
                "apply-" + UUID.randomUUID(),
                "The same persys apply again finds out: what is there is left as it is.");
        String id = answer.path("workload_id").asText();
        context.out().println(spec.name() + " created " + id);
        // Ours are of the file as it is written, which the request no longer is; the scheduler may know of more.
        Set<String> warnings = new LinkedHashSet<>(wanted.warnings());
        answer.path("warnings").forEach(warning -> warnings.add(warning.asText()));
        for (String warning : warnings) {
            Failure.warn(spec.name() + " (" + wanted.origin() + "): " + warning, context.err());
        }
        request.put("id", id).setAll((ObjectNode) answer);
        request.set("nodeId", answer.path("node_id"));
        return new SeenWorkload(request);
    }

    private static Failure conflict(Wanted wanted, JsonNode existing, int count) {
        ObjectNode now = WorkloadRequest.toJson(RecordJson.workload(existing).spec());
        ObjectNode then = WorkloadRequest.toJson(wanted.spec());
        List<String> lines = new ArrayList<>();
        for (Map.Entry<String, JsonNode> field : then.properties()) {
            difference(field.getKey(), now.path(field.getKey()), field.getValue())
                    .ifPresent(lines::add);
        }
        for (Map.Entry<String, JsonNode> field : now.properties()) {
            if (!then.has(field.getKey())) {
                difference(field.getKey(), field.getValue(), then.path(field.getKey()))
                        .ifPresent(lines::add);
            }
        }
        String reference = ShortIds.of(existing.path("id").asText());
        lines.add("A specification never changes: persys rm " + reference
                + " removes the old one, and applying again makes the new one.");
        String several = count > 1 ? "one of " + count + " workloads of that name" : "a workload of that name";
        return new Failure(
                ExitCode.REFUSED,
                wanted.spec().name() + " (" + wanted.origin() + "): there is " + several
                        + " with another specification",
                lines);
    }

    /** Values of the environment are not shown: one may be a secret. */
    private static Optional<String> difference(String field, JsonNode now, JsonNode then) {
        if (now.equals(then)) {
            return Optional.empty();
        }
        return Optional.of(
                field.equals("envVars")
                        ? "  envVars differ"
                        : "  " + field + " is " + text(now) + ", the file says " + text(then));
    }

    private static String text(JsonNode node) {
        return node.isMissingNode() ? "not set" : JsonText.write(node);
    }
}
