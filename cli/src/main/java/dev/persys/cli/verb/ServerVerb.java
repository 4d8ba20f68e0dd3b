package dev.persys.cli.verb;

import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.process.ServerProcess;
import dev.persys.cli.syntax.Single;
import dev.persys.cli.syntax.Syntax;
import java.nio.file.Path;

/** {@code persys scheduler} and {@code persys agent}: one part of a cluster, in this process, until it is ended. */
final class ServerVerb implements Verb {
    /** Which part. */
    enum Part {
        SCHEDULER("scheduler", "Serves as the cluster's scheduler until it is ended."),
        AGENT("agent", "Makes this machine a node: runs containers for a scheduler until it is ended.");

        private final String verb;
        private final String summary;

        Part(String verb, String summary) {
            this.verb = verb;
            this.summary = summary;
        }
    }

    private final Part part;
    private final Syntax syntax;
    private final Single<Path> config;

    ServerVerb(Part part) {
        this.part = part;
        this.syntax = new Syntax(part.verb, part.summary)
                .footer("SIGTERM ends it orderly within ten seconds; containers run on.");
        this.config = syntax.option(
                "--config", "FILE", "Settings, as in conf/" + part.verb + ".conf; defaults without it.", Path::of);
    }

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public ExitCode run(Context context) {
        switch (part) {
            case SCHEDULER -> ServerProcess.scheduler(config.value(), context.err());
            case AGENT -> ServerProcess.agent(config.value(), context.err());
        }
        return ExitCode.OK;
    }
}
