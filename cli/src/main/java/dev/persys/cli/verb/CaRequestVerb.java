package dev.persys.cli.verb;

import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.cli.process.AuthorityTool;
import dev.persys.cli.syntax.Single;
import dev.persys.cli.syntax.Syntax;
import java.nio.file.Path;

/** {@code persys ca request}: makes a key where it is used, and what an authority needs to know of it. */
final class CaRequestVerb implements Verb {
    private final Syntax syntax = new Syntax("ca request", "Makes a key here, and a request for a certificate of it.")
            .footer("The key stays where it is; the request is for persys ca sign, wherever the authority is.");
    private final Single<Path> out = syntax.option("--out", "DIR", "Write key.pem and request.pem there.", Path::of);

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public ExitCode run(Context context) {
        Path target = out.value()
                .orElseThrow(() -> new Failure(
                        ExitCode.USAGE, "--out is missing", "It names the directory where the key is to be used."));
        Path request = AuthorityTool.request(target);
        context.out().println(request);
        context.err()
                .println(
                        "Next: have it signed where the authority is, persys ca sign request.pem --role ROLE --name NAME,"
                                + " and keep key.pem where it is.");
        return ExitCode.OK;
    }
}
