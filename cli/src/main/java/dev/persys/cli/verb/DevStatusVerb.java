package dev.persys.cli.verb;

import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.dev.DevDirectory;
import dev.persys.cli.output.OutputFormat;
import dev.persys.cli.syntax.Syntax;

/** {@code persys dev status}: how the cluster on this machine is. */
final class DevStatusVerb implements Verb {
    private final Syntax syntax = new Syntax("dev status", "Says how the cluster on this machine is.")
            .footer("Exits with 0 where it runs and is ready, with 5 where not.");
    private final Output output = new Output(syntax);

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public ExitCode run(Context context) {
        DevState state = DevState.of(DevDirectory.of(context), context);
        if (output.format() == OutputFormat.NAME) {
            context.out().println(state.endpoints().path("api").asText());
        } else if (!output.printData(state.json(), context.out())) {
            state.print(context.out());
        }
        if (state.pid().isEmpty()) {
            context.err().println("persys dev start starts it.");
        }
        return state.isReady() ? ExitCode.OK : ExitCode.UNREACHABLE;
    }
}
