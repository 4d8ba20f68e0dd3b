package dev.persys.cli.verb;

import dev.persys.cli.Context;
import dev.persys.cli.Exit;
import dev.persys.cli.ExitCode;
import dev.persys.cli.client.Deadline;
import dev.persys.cli.client.SchedulerApi;
import dev.persys.cli.client.SeenWorkload;
import dev.persys.cli.output.Progress;
import dev.persys.cli.syntax.Flag;
import dev.persys.cli.syntax.Operand;
import dev.persys.cli.syntax.Several;
import dev.persys.cli.syntax.Single;
import dev.persys.cli.syntax.Syntax;
import dev.persys.cli.verb.WorkloadWatch.Goal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code persys wait}: until workloads have ended. */
final class WaitVerb implements Verb {
    private final Syntax syntax = new Syntax("wait", "Waits until workloads have ended, and prints their exit codes.")
            .footer(
                    "Prints one exit code a line, in the order in which they are named. One that is started again by its",
                    "restart policy has not ended. Where one never ran, or is removed meanwhile, the exit code is 1.");
    private final Several<String> references =
            syntax.parameters("WORKLOAD", Operand.WORKLOAD, "Names, ids, or the beginnings of ids.");
    private final Flag passOn =
            syntax.flag("--exit-code", "Exit with the first exit code of theirs that is not 0, in place of 0.");
    private final Single<Duration> timeout =
            syntax.option("--timeout", "SPAN", "Wait no longer than this for all, such as 2m.", Readers.DURATION);
    private final Flag quiet = syntax.flag("-q, --quiet", "Show no progress.");
    private final Connection connection = new Connection(syntax);

    @Override
    public Syntax syntax() {
        return syntax;
    }

    /** Finds all before it waits for the first: a name that is misspelled is told at once. */
    @Override
    public Exit run(Context context) {
        Deadline deadline = timeout.value().map(Deadline::in).orElse(Deadline.NONE);
        SchedulerApi api = connection.open(context, deadline);
        Progress progress = Progress.on(context.err(), context.terminal(), quiet.isSet());
        Outcomes outcomes = new Outcomes(api, progress);
        Failures failures = new Failures(context.err());
        List<SeenWorkload> found = new ArrayList<>();
        for (String reference : references.values()) {
            failures.attempt(
                    () -> found.add(new SeenWorkload(api.get("/workloads/" + SchedulerApi.encode(reference)))));
        }
        List<Integer> codes = new ArrayList<>();
        for (SeenWorkload workload : found) {
            failures.attempt(() -> {
                WorkloadWatch watch = new WorkloadWatch(api, progress, deadline, Duration.ZERO);
                SeenWorkload ended = outcomes.ended(workload, watch.await(workload, Goal.DOWN), timeout.value());
                Optional<Integer> code = ended.exitCode().filter(known -> !ended.neverStarted());
                context.out().println(code.map(String::valueOf).orElse("-"));
                context.out().flush();
                codes.add(code.orElseThrow(() -> outcomes.neverRan(ended)));
            });
        }
        Optional<Integer> first =
                codes.stream().filter(code -> code != 0).findFirst().filter(code -> passOn.isSet());
        return failures.exitCode() == ExitCode.OK && first.isPresent()
                ? new Exit.OfContainer(first.get())
                : failures.exitCode();
    }
}
