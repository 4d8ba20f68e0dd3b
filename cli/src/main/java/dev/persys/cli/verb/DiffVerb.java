package dev.persys.cli.verb;

import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.syntax.Syntax;
import dev.persys.cli.verb.WorkloadFiles.Wanted;
import java.util.List;

/** {@code persys diff}: what {@code persys apply} would do, and in the exit code whether that is anything. */
final class DiffVerb implements Verb {
    private final Syntax syntax = new Syntax(
                    "diff", "Shows what persys apply would do; exit code 1 where it is anything.")
            .footer("Asks for nothing. Values of environment variables are not shown.");
    private final Comparison comparison = new Comparison(syntax, "diff", "nothing was compared");
    private final Connection connection = new Connection(syntax);

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public ExitCode run(Context context) {
        List<Wanted> wanted = comparison.wanted(context);
        Applier applier = new Applier(connection.open(context), "", "persys apply", context.err());
        Failures failures = new Failures(context.err());
        boolean differs = Comparison.show(applier, wanted, failures, context);
        return failures.exitCode() == ExitCode.OK && differs ? ExitCode.FAILED : failures.exitCode();
    }
}
