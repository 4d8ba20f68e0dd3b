package dev.persys.cli.verb;

import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.client.Deadline;
import dev.persys.cli.client.SchedulerApi;
import dev.persys.cli.client.SeenWorkload;
import dev.persys.cli.output.Progress;
import dev.persys.cli.syntax.Operand;
import dev.persys.cli.syntax.Single;
import dev.persys.cli.syntax.Syntax;

/** {@code persys undo}: a workload gets the specification back that it had before its present one. */
final class UndoVerb implements Verb {
    private final Syntax syntax = new Syntax("undo", "Gives a workload the specification back that it had before.")
            .footer("Prints its id once it stays up with it. Once more undoes the undoing; persys specs shows all.");
    private final Single<String> reference =
            syntax.parameter("WORKLOAD", Operand.WORKLOAD, "A name, an id, or the beginning of one.");
    private final Undoing undoing = new Undoing(syntax);
    private final Waiting waiting = Waiting.forAStart(syntax);
    private final Connection connection = new Connection(syntax);

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public ExitCode run(Context context) {
        boolean waits = waiting.isWanted();
        Deadline deadline = waiting.deadline();
        SchedulerApi api = connection.open(context, deadline);
        String path = "/workloads/" + SchedulerApi.encode(reference.required()) + "/undo";
        SeenWorkload undone = new SeenWorkload(api.post(path + waiting.proof(context, undoing.value())));
        if (undone.json().path("desired").asText().equals("stopped")) {
            String message = undone.json().path("change").path("message").asText();
            context.err().println(Outcomes.called(undone) + " was changed back: " + message);
        } else if (waits) {
            Progress progress = waiting.progress(context);
            Outcomes outcomes = new Outcomes(api, progress);
            WorkloadWatch watch = waiting.watch(api, progress, deadline, context);
            ExitCode unused = LeaveNote.during(
                    () -> outcomes.report(undone, watch.await(undone, waiting.goal()), waiting.goal()),
                    Outcomes.goesOn(undone),
                    context,
                    progress);
        }
        context.out().println(undone.id());
        return ExitCode.OK;
    }
}
