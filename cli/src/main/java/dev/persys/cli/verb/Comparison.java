package dev.persys.cli.verb;

import dev.persys.cli.Context;
import dev.persys.cli.Failure;
import dev.persys.cli.output.Table;
import dev.persys.cli.syntax.Syntax;
import dev.persys.cli.verb.WorkloadFiles.Wanted;
import java.util.ArrayList;
import java.util.List;

/** What {@code persys apply} and {@code persys diff} have in common: the files, and what they would do to the cluster. */
final class Comparison {
    private final String verb;
    private final WorkloadFiles files;

    /** @param undone what was not done where a file is refused, such as {@code nothing was applied} */
    Comparison(Syntax syntax, String verb, String undone) {
        this.verb = verb;
        files = new WorkloadFiles(syntax, "-f, --file", undone);
    }

    /**
     * The workloads of all files.
     *
     * @throws Failure where there is none, or one of them is no workload
     */
    List<Wanted> wanted(Context context) {
        return files.read(context, verb);
    }

    /** Prints what would be done; true where that is anything. */
    static boolean show(Applier applier, List<Wanted> wanted, Failures failures, Context context) {
        List<Plan> plans = new ArrayList<>();
        for (Wanted document : wanted) {
            failures.attempt(() -> {
                Plan plan = applier.plan(document.spec());
                plans.add(plan);
                plan.lines(document.spec().name()).stream()
                        .map(Table::printable)
                        .forEach(context.out()::println);
                for (String warning : document.warnings()) {
                    Failure.warn(document.spec().name() + " (" + document.origin() + "): " + warning, context.err());
                }
            });
        }
        return plans.stream().anyMatch(plan -> !(plan instanceof Plan.Keep));
    }
}
