package dev.persys.cli.verb;

import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.client.Deadline;
import dev.persys.cli.client.Refusal;
import dev.persys.cli.client.SchedulerApi;
import dev.persys.cli.client.SeenWorkload;
import dev.persys.cli.output.Progress;
import dev.persys.cli.syntax.Operand;
import dev.persys.cli.syntax.Several;
import dev.persys.cli.syntax.Syntax;
import dev.persys.cli.verb.Removal.Wish;
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
    private final Optional<Removal> removal;
    private final Waiting waiting;
    private final Connection connection;

    ChangeVerb(Change change) {
        this.change = change;
        syntax = new Syntax(change.verb, change.summary)
                .foreign(change == Change.START ? name -> "" : ForeignOptions::ofStop)
                .footer("Prints the ids of those for which it is done.");
        references = syntax.parametersIfAny("WORKLOAD", Operand.WORKLOAD, "Names, ids, or the beginnings of ids.");
        removal = change == Change.REMOVE ? Optional.of(new Removal(syntax)) : Optional.empty();
        waiting = change.goal == Goal.UP ? Waiting.forAStart(syntax) : new Waiting(syntax);
        connection = new Connection(syntax);
    }

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public ExitCode run(Context context) {
        List<String> operands = references.values();
        Wish wish = removal.map(how -> how.wish(operands, context)).orElse(new Wish(operands, List.of(), false));
        if (wish.isEmpty()) {
            context.err().println("No workload is named, so nothing is done.");
            return ExitCode.OK;
        }
        boolean waits = waiting.isWanted(); // Options that contradict each other are told before anything is asked for.
        Deadline deadline = waiting.deadline();
        SchedulerApi api = connection.open(context, deadline);
        Failures failures = new Failures(context.err());
        List<SeenWorkload> asked = askAll(api, wish, failures, context);
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
                    WorkloadWatch watch = waiting.watch(api, progress, deadline, context, wish.kills());
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

    /** Asks for all before the first is waited for: grace periods then run side by side. */
    private List<SeenWorkload> askAll(SchedulerApi api, Wish wish, Failures failures, Context context) {
        List<SeenWorkload> asked = new ArrayList<>();
        for (String reference : wish.references()) {
            failures.attempt(
                    () -> ask(api, reference, wish, wish.kills(), context).ifPresent(asked::add));
        }
        for (String name : wish.names()) {
            failures.attempt(() -> {
                // By its id alone: the name might be the beginning of another's.
                Optional<String> id = Removal.holder(api, name);
                if (id.isEmpty()) {
                    context.err().println(absent(name));
                } else {
                    ask(api, id.get(), wish, true, context).ifPresent(asked::add);
                }
            });
        }
        return asked;
    }

    /** As the answer to a start says it: what is started by it does not run yet. */
    private static boolean runs(SeenWorkload workload) {
        return workload.status().filter(WorkloadStatus.RUNNING::equals).isPresent();
    }

    /** @param lenient whether nothing where there is nothing is no failure */
    private Optional<SeenWorkload> ask(
            SchedulerApi api, String reference, Wish wish, boolean lenient, Context context) {
        try {
            return Optional.of(ask(api, reference, wish));
        } catch (Refusal e) {
            if (!lenient || e.failure().code() != ExitCode.NOT_FOUND) {
                throw e;
            }
            String directory =
                    removal.map(how -> how.directoryCalled(reference)).orElse("");
            context.err().println(absent(reference) + directory);
            return Optional.empty();
        }
    }

    private static String absent(String reference) {
        return "There is no workload " + reference + ".";
    }

    private SeenWorkload ask(SchedulerApi api, String reference, Wish wish) {
        String path = "/workloads/" + SchedulerApi.encode(reference);
        return new SeenWorkload(
                switch (change) {
                    case STOP, START, RESTART -> api.post(path + "/" + change.verb);
                    case REMOVE -> api.delete(path + removal.orElseThrow().query(wish));
                });
    }

    private static String note(SeenWorkload workload) {
        return "What was asked of " + Outcomes.called(workload) + " goes on without you: persys ps -a shows it.";
    }
}
