package dev.persys.cli.verb;

import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.syntax.Operand;
import dev.persys.cli.syntax.Single;
import dev.persys.cli.syntax.Syntax;

/** {@code persys ca init}: makes the authority of a cluster. */
final class CaInitVerb implements Verb {
    private final Syntax syntax = new Syntax("ca init", "Makes the certificate authority of a cluster.")
            .footer("Its key never leaves the directory; keep a copy of that where nobody else gets at it.");
    private final Single<String> cluster =
            syntax.parameter("CLUSTER", Operand.OTHER, "The cluster's name, a lower-case DNS label such as prod.");
    private final CaOutput output = new CaOutput(syntax);

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public ExitCode run(Context context) {
        output.print(output.tool(context).init(cluster.required()), context);
        return ExitCode.OK;
    }
}
