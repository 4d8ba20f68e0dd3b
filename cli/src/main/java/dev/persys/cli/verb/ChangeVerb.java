package dev.persys.cli.verb;

import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.client.Deadline;
import dev.persys.cli.client.Refusal;
import dev.persys.cli.client.SchedulerApi;
import dev.persys.cli.client.SeenWorkload;
import dev.persys.cli.output.Progress;
import dev.persys.cli.syntax.Flag;
import dev.persys.cli.syntax.Operand;
import dev.persys.cli.syntax.Several;
import dev.persys.cli.syntax.Syntax;
import dev.persys.cli.verb.WorkloadWatch.Goal;
import dev.persys.model.WorkloadStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code persys stop}, {@code start}, {@code restart} and {@code rm}: something else is wanted of workloads. */
final class ChangeVerb implements Verb {
    /** What is wanted. */
    enum Change {
        STOP("stop", "Stops workloads; their containers stay.", Goal.DOWN),
        START("start", "Starts workloads that ended or were stopped.", Goal.UP),
        RESTART("restart", "Stops and starts workloads.", Goal.UP),
        REMOVE("rm", "Removes workloads with their containers and their output.", Goal.REMOVED);

        private final String verb;
        private final String summary;
        private final Goal goal;

        Change(String verb, String summary, Goal goal) {
            this.verb = verb;
            this.summary = summary;
            this.goal = goal;
        }
    }

    private final Change change;
    private final Syntax syntax;
    private final Several<String> references;
    private final Optional<Flag> volumes;
    private final Optional<Flag> force;
    private final Waiting waiting;
    private final Connection connection;

    ChangeVerb(Change change) {
        this.change = change;
        syntax = new Syntax(change.verb, change.summary).footer("Prints the ids of those for which it is done.");
        references = syntax.parametersIfAny("WORKLOAD", Operand.WORKLOAD, "Names, ids, or the beginnings of ids.");
        volumes = change == Change.REMOVE
                ? Optional.of(
                        syntax.flag("--volumes", "The volumes that its image declares, too, and what is in them."))
                : Optional.empty();
        force = change == Change.REMOVE
                ? Optional.of(syntax.flag(
                        "-f, --force", "Kill what runs, without its grace period; what is not there is no failure."))
                : Optional.empty();
        waiting = change.goal == Goal.UP ? Waiting.forAStart(syntax) : new Waiting(syntax);
        connection = new Connection(syntax);
    }

    @Override
    public Syntax syntax() {
        return syntax;
    }

    /** Asks for all before it waits for the first: grace periods then run side by side. */
    @Override
    public ExitCode run(Context context) {
        if (references.values().isEmpty()) {
            context.err().println("No workload is named, so nothing is done.");
            return ExitCode.OK;
        }
        boolean waits = waiting.isWanted(); // Options that contradict each other are told before anything is asked for.
        Deadline deadline = waiting.deadline();
        SchedulerApi api = connection.open(context, deadline);
        Failures failures = new Failures(context.err());
        List<SeenWorkload> asked = new ArrayList<>();
        for (String reference : references.values()) {
            failures.attempt(() -> ask(api, reference, context).ifPresent(asked::add));
        }
        Progress progress = waiting.progress(context);
        Outcomes outcomes = new Outcomes(api, progress);
        for (SeenWorkload workload : asked) {
            failures.attempt(() -> {
                boolean wasUp = change == Change.START && runs(workload);
                if (wasUp) {
                    context.err().println(Outcomes.called(workload) + " runs already; it was not started again.");
                }
                Goal goal = change.goal == Goal.UP ? waiting.goal() : change.goal;
                boolean isSettled = wasUp && goal == Goal.UP && Stability.isSettled(workload);
                if (waits && !isSettled) {
                    WorkloadWatch watch = waiting.watch(api, progress, deadline, context);
                    LeaveNote.during(
                            () -> outcomes.report(workload, watch.await(workload, goal), goal),
                            note(workload),
                            context,
                            progress);
                }
                context.out().println(workload.id());
            });
        }
        return failures.exitCode();
    }

    /** As the answer to a start says it: what is started by it does not run yet. */
    private static boolean runs(SeenWorkload workload) {
        return workload.status().filter(WorkloadStatus.RUNNING::equals).isPresent();
    }

    /** Nothing where there is nothing, and that is no failure. */
    private Optional<SeenWorkload> ask(SchedulerApi api, String reference, Context context) {
        try {
            return Optional.of(ask(api, reference));
        } catch (Refusal e) {
            boolean isAbsent = e.failure().code() == ExitCode.NOT_FOUND;
            if (!isAbsent || force.filter(Flag::isSet).isEmpty()) {
                throw e;
            }
            context.err().println("There is no workload " + reference + ".");
            return Optional.empty();
        }
    }

    private SeenWorkload ask(SchedulerApi api, String reference) {
        String path = "/workloads/" + SchedulerApi.encode(reference);
        return new SeenWorkload(
                switch (change) {
                    case STOP, START, RESTART -> api.post(path + "/" + change.verb);
                    case REMOVE -> api.delete(path + how());
                });
    }

    private String how() {
        List<String> parameters = new ArrayList<>();
        volumes.filter(Flag::isSet).ifPresent(flag -> parameters.add("volumes=true"));
        force.filter(Flag::isSet).ifPresent(flag -> parameters.add("force=true"));
        return parameters.isEmpty() ? "" : "?" + String.join("&", parameters);
    }

    private static String note(SeenWorkload workload) {
        return "What was asked of " + Outcomes.called(workload) + " goes on without you: persys ps -a shows it.";
    }
}
