package dev.persys.cli.verb;

import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.client.Deadline;
import dev.persys.cli.client.SchedulerApi;
import dev.persys.cli.client.SeenWorkload;
import dev.persys.cli.output.Progress;
import dev.persys.cli.syntax.Flag;
import dev.persys.cli.syntax.Syntax;
import dev.persys.cli.verb.Applier.Applied;
import dev.persys.cli.verb.Applier.Done;
import dev.persys.cli.verb.WorkloadFiles.Wanted;
import java.util.ArrayList;
import java.util.List;

/** {@code persys apply}: makes the workloads of files exist, as the files say. */
final class ApplyVerb implements Verb {
    private final Syntax syntax = new Syntax("apply", "Makes the workloads of a file exist, as the file says.")
            .footer(
                    "A file holds YAML or JSON, several documents where wanted, each with the fields of POST",
                    "/workloads/schedule. A workload that is there with the same name and the same specification is",
                    "left as it is where it is up or has done its work, and is started where it is not; one with another",
                    "specification is changed, and changed back by the scheduler where it does not stay up with it.");
    private final Comparison comparison = new Comparison(syntax, "apply", "nothing was applied");
    private final Flag dryRun = syntax.flag("--dry-run", "Only show what would be done.");
    private final Undoing undoing = new Undoing(syntax);
    private final Moving move = new Moving(syntax);
    private final Waiting waiting = Waiting.forAStart(syntax);
    private final Connection connection = new Connection(syntax);

    @Override
    public Syntax syntax() {
        return syntax;
    }

    /** Reads all before it asks for the first: a mistake in the last document leaves everything as it was. */
    @Override
    public ExitCode run(Context context) {
        List<Wanted> wanted = comparison.wanted(context);
        boolean waits = waiting.isWanted(); // Options that contradict each other are told before anything is asked for.
        Deadline deadline = waiting.deadline();
        SchedulerApi api = connection.open(context, deadline);
        Applier applier =
                new Applier(api, waiting.proof(context, undoing.value(), move.isSet()), "persys apply", context.err());
        Failures failures = new Failures(context.err());
        if (dryRun.isSet()) {
            boolean unused = Comparison.show(applier, wanted, failures, context);
            return failures.exitCode();
        }
        List<SeenWorkload> underWay = new ArrayList<>();
        for (Wanted document : wanted) {
            failures.attempt(() -> {
                Applied applied = applier.apply(document);
                SeenWorkload workload = applied.workload();
                String status = applied.done() == Done.UNCHANGED ? " " + workload.statusText() : "";
                context.out()
                        .println(document.spec().name() + " " + applied.done().word() + " " + workload.id() + status);
                if (applied.isUnderWay()) {
                    underWay.add(workload);
                }
            });
        }
        if (waits) {
            await(underWay, api, deadline, failures, context);
        }
        return failures.exitCode();
    }

    private void await(
            List<SeenWorkload> underWay, SchedulerApi api, Deadline deadline, Failures failures, Context context) {
        Progress progress = waiting.progress(context);
        Outcomes outcomes = new Outcomes(api, progress);
        for (SeenWorkload workload : underWay) {
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
}
