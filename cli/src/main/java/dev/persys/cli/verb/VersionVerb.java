package dev.persys.cli.verb;

import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Version;
import dev.persys.cli.syntax.Syntax;

/** {@code persys version}: of this program and of the Java it runs on. */
final class VersionVerb implements Verb {
    private final Syntax syntax = new Syntax("version", "Shows the version of persys and of Java.");

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public ExitCode run(Context context) {
        context.out().println("persys " + Version.text());
        context.out()
                .println("java " + System.getProperty("java.runtime.version") + ", "
                        + System.getProperty("java.vm.name"));
        return ExitCode.OK;
    }
}
