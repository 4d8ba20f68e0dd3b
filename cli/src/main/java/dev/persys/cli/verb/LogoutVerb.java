package dev.persys.cli.verb;

import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.client.SessionFile;
import dev.persys.cli.syntax.Syntax;

/** {@code persys logout}: ends the session of this home, everywhere at once. */
final class LogoutVerb implements Verb {
    private final Syntax syntax = new Syntax("logout", "Signs out: the session ends everywhere at once.");

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public ExitCode run(Context context) {
        context.err()
                .println(SessionFile.of(context)
                        .signOut()
                        .map(gateway -> "Signed out at " + gateway + ".")
                        .orElse("Nobody is signed in here."));
        return ExitCode.OK;
    }
}
