package dev.persys.cli.verb;

import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.cli.process.AuthorityTool;
import dev.persys.cli.process.AuthorityTool.Brought;
import dev.persys.cli.syntax.Flag;
import dev.persys.cli.syntax.Syntax;
import java.util.Optional;

/** {@code persys ca rotate}: changes the root, with two of them trusted meanwhile. */
final class CaRotateVerb implements Verb {
    private final Syntax syntax = new Syntax(
                    "ca rotate", "Changes a cluster's root; two are trusted until it is finished.")
            .footer(
                    "Without an option the next root is made here, and signs from then on. Bring both roots to every machine",
                    "(persys ca show --roots) before a certificate of the next one is used anywhere.");
    private final Flag finish =
            syntax.flag("--finish", "Trust the next root alone: certificates of the previous one are over.");
    private final CaImportVerb.Root root = new CaImportVerb.Root(syntax);
    private final CaOutput output = new CaOutput(syntax);

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public ExitCode run(Context context) {
        Optional<Brought> brought = root.value();
        if (finish.isSet() && brought.isPresent()) {
            throw new Failure(ExitCode.USAGE, "--finish ends a change of root, and --certificate and --key begin one");
        }
        AuthorityTool tool = output.tool(context);
        output.print(finish.isSet() ? tool.finish() : tool.rotate(brought), context);
        context.err()
                .println(
                        finish.isSet()
                                ? "The previous root is no longer trusted here; take it from every machine:"
                                        + " persys ca show --roots prints what is left."
                                : "Next: bring both roots to every machine (persys ca show --roots), sign all certificates anew,"
                                        + " then persys ca rotate --finish.");
        return ExitCode.OK;
    }
}
