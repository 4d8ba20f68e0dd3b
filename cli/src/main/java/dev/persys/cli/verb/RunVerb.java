package dev.persys.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.persys.api.Parsed;
import dev.persys.api.WorkloadRequest;
import dev.persys.cli.Context;
import dev.persys.cli.Exit;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.cli.client.Deadline;
import dev.persys.cli.client.Refusal;
import dev.persys.cli.client.SchedulerApi;
import dev.persys.cli.client.SeenWorkload;
import dev.persys.cli.output.Progress;
import dev.persys.cli.syntax.Flag;
import dev.persys.cli.syntax.Operand;
import dev.persys.cli.syntax.Reader;
import dev.persys.cli.syntax.Several;
import dev.persys.cli.syntax.Single;
import dev.persys.cli.syntax.Syntax;
import dev.persys.cli.verb.Applier.Applied;
import dev.persys.cli.verb.Applier.Done;
import dev.persys.cli.verb.WorkloadFiles.Wanted;
import dev.persys.cli.verb.WorkloadWatch.Goal;
import dev.persys.model.WorkloadSpec;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** {@code persys run}: a new workload from an image. */
final class RunVerb implements Verb {
    /** What a header may carry. */
    private static final Reader<String> KEY = text -> {
        if (!text.matches("[!-~]+")) {
            throw new Reader.NotAValueException("visible ASCII characters without blanks are wanted");
        }
        return text;
    };

    private final Syntax syntax = new Syntax("run", "Starts a workload and waits until it stays up.")
            .foreign(ForeignOptions::ofRun)
            .footer(
                    "Prints the workload's id; with -i, -t or --rm, what it prints, and exits with its code. Examples:",
                    "  persys run nginx:1.27 --name web -p 8080:80 --memory 256Mi --restart unless-stopped",
                    "  persys run -it --rm debian:12 -- bash",
                    "  persys run -d --cpu 0.5 python:3.9 -- python -c 'print(6 * 7)'");
    private final Single<String> image = syntax.parameter("IMAGE", Operand.OTHER, "An image reference.");
    private final WorkloadOptions options = new WorkloadOptions(syntax);
    private final Single<String> key = syntax.option(
            "--idempotency-key", "KEY", "The same key again gives the same workload, not a second one.", KEY);
    private final Flag replace = syntax.flag(
            "--replace", "Change the workload that has the name, where there is one, and keep its id and volumes.");
    private final Undoing undoing = new Undoing(syntax);
    private final Moving move = new Moving(syntax);
    private final SessionOptions session = new SessionOptions(syntax);
    private final Flag rm =
            syntax.flag("--rm", "Remove it, with the volumes that were made for it, when it has ended.");
    private final Waiting waiting = Waiting.forAStart(syntax);
    private final Connection connection = new Connection(syntax);
    private final Several<String> command = syntax.behindDashes("COMMAND");
    private final OptionNames names = new OptionNames(syntax::isGiven);

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public Exit run(Context context) {
        ObjectNode request = options.request(image.required(), command.values(), context);
        boolean isAttached = waiting.isWanted() && (session.stdin() || session.tty() || rm.isSet());
        WorkloadOptions.putSession(request, session.stdin(), session.tty(), isAttached, rm.isSet());
        boolean isWaitedFor = waiting.isWanted() && waiting.goal() == Goal.ENDED;
        if ((isWaitedFor || rm.isSet()) && Stability.isRestartedAlways(new SeenWorkload(request))) {
            throw new Failure(
                    ExitCode.USAGE,
                    (rm.isSet() ? "--rm" : "--wait=done") + " and --restart "
                            + request.path("restartPolicy").asText() + " do not go together: it never ends",
                    "Leave one of them out.");
        }
        requireReplaceable();
        if (isAttached) {
            return attached(request, context);
        }
        Deadline deadline = waiting.deadline();
        SchedulerApi api = connection.open(context, deadline);
        Progress progress = waiting.progress(context);
        Optional<SeenWorkload> underWay = replace.isSet()
                ? replaced(request, api, context)
                : Optional.of(told(made(request, api, context), context));
        if (!waiting.isWanted() || underWay.isEmpty()) {
            return ExitCode.OK;
        }
        SeenWorkload scheduled = underWay.get();
        Outcomes outcomes = new Outcomes(api, progress);
        WorkloadWatch watch = waiting.watch(api, progress, deadline, context);
        return LeaveNote.during(
                () -> outcomes.report(scheduled, watch.await(scheduled, waiting.goal()), waiting.goal()),
                Outcomes.goesOn(scheduled),
                context,
                progress);
    }

    /** By somebody who is in the container. */
    private Exit attached(ObjectNode request, Context context) {
        waiting.requireUnsaid("-i, -t or --rm");
        if (replace.isSet()) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--replace does not go together with -i, -t or --rm",
                    "Add -d: the workload is changed, and persys attach goes into its container.");
        }
        var manner = new AttachedRun.Manner(
                session.stdin(),
                session.tty(),
                session.typed(),
                rm.isSet(),
                key.value().isPresent());
        Deadline deadline = waiting.deadline();
        SchedulerApi hurried = connection.open(context, deadline);
        // What the container prints is what is wanted: a line for each phase would be among it.
        Progress progress = waiting.progress(context, !context.terminal().progressIsTerminal());
        SeenWorkload scheduled = made(request, hurried, context);
        warn(scheduled, context);
        WorkloadWatch watch = new WorkloadWatch(hurried, progress, deadline, Duration.ZERO);
        return new AttachedRun(connection.open(context), context, progress, watch, manner).run(scheduled);
    }

    private void requireReplaceable() {
        if (replace.isSet() && !options.isNamed()) {
            throw new Failure(ExitCode.USAGE, "--replace wants --name", "It changes the workload that has that name.");
        } else if (replace.isSet() && key.value().isPresent()) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--replace and --idempotency-key do not go together",
                    "Leave the key out: what is there by that name is changed, and never made twice.");
        } else if (!replace.isSet() && undoing.value().isPresent()) {
            throw new Failure(
                    ExitCode.USAGE, "--undo wants --replace", "What is made anew has nothing before it to go back to.");
        } else if (!replace.isSet() && move.isSet()) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--move wants --replace",
                    "What is made anew goes to any node where there is room.");
        }
    }

    private SeenWorkload made(ObjectNode request, SchedulerApi api, Context context) {
        Stream<String> sources = StreamSupport.stream(request.path("volumes").spliterator(), false)
                .map(volume -> volume.asText().replaceFirst(":.*", ""));
        MountedDirectories.warn(request.path("name").asText(), sources, api.address(), context.err());
        String once = key.value().orElseGet(() -> "run-" + UUID.randomUUID());
        JsonNode answer = inOptions(() -> api.postOnce(
                "/workloads/schedule",
                request,
                once,
                "The same with --idempotency-key " + once + " finds out and makes nothing twice."));
        request.put("id", answer.path("workload_id").asText()).setAll((ObjectNode) answer);
        request.set("nodeId", answer.path("node_id"));
        return new SeenWorkload(request);
    }

    private static SeenWorkload told(SeenWorkload made, Context context) {
        printId(made.id(), context);
        warn(made, context);
        return made;
    }

    private static void warn(SeenWorkload made, Context context) {
        for (JsonNode warning : made.json().path("warnings")) {
            Failure.warn(made.name() + ": " + warning.asText(), context.err());
        }
    }

    /** What is wrong with a field is told of the option that says it. */
    private <T> T inOptions(Supplier<T> request) {
        try {
            return request.get();
        } catch (Refusal e) {
            throw e.with(names::told);
        }
    }

    /** Empty where there is nothing to wait for. */
    private Optional<SeenWorkload> replaced(ObjectNode request, SchedulerApi api, Context context) {
        Parsed<WorkloadSpec> parsed = WorkloadRequest.parse(request);
        if (parsed instanceof Parsed.Invalid<WorkloadSpec> invalid) {
            throw new Failure(
                    ExitCode.USAGE,
                    "these options are no workload",
                    Refusal.fieldLines(
                            invalid.errors().stream().map(names::told).toList()));
        }
        WorkloadSpec spec = ((Parsed.Valid<WorkloadSpec>) parsed).value();
        Applier applier = new Applier(
                api, waiting.proof(context, undoing.value(), move.isSet()), "persys run --replace", context.err());
        Applied applied =
                inOptions(() -> applier.apply(new Wanted("persys run", spec, WorkloadRequest.warnings(request))));
        printId(applied.workload().id(), context);
        if (applied.done() == Done.UNCHANGED) {
            context.err()
                    .println(Outcomes.called(applied.workload())
                            + " has that specification already; nothing was changed.");
        }
        return Optional.of(applied.workload()).filter(workload -> applied.isUnderWay());
    }

    private static void printId(String id, Context context) {
        context.out().println(id);
        context.out().flush();
    }
}
