package dev.persys.cli.verb;

import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.process.AuthorityTool;
import dev.persys.cli.syntax.Flag;
import dev.persys.cli.syntax.Syntax;
import dev.persys.trust.Certificates;

/** {@code persys ca show}: which roots a cluster trusts. */
final class CaShowVerb implements Verb {
    private final Syntax syntax = new Syntax("ca show", "Shows a cluster's roots, their pins and when they end.");
    private final Flag roots =
            syntax.flag("--roots", "Print the roots themselves, as PEM, for those who are to trust them.");
    private final CaOutput output = new CaOutput(syntax);

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public ExitCode run(Context context) {
        AuthorityTool.State state = output.tool(context).show();
        if (roots.isSet()) {
            context.out().print(Certificates.write(state.roots()));
        } else {
            output.print(state, context);
        }
        return ExitCode.OK;
    }
}
