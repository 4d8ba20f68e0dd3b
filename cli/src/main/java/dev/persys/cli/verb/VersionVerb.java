package dev.persys.cli.verb;

import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.cli.Version;
import dev.persys.cli.client.Deadline;
import dev.persys.cli.client.Refusal;
import dev.persys.cli.client.SchedulerApi;
import dev.persys.cli.syntax.Syntax;
import java.time.Duration;
import java.util.Optional;

/** {@code persys version}: of this program, of the Java it runs on, and of the scheduler where one answers. */
final class VersionVerb implements Verb {
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Syntax syntax = new Syntax("version", "Shows the version of persys, of Java and of the scheduler.");
    private final Connection connection = new Connection(syntax);

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
        ofScheduler(context);
        return ExitCode.OK;
    }

    /** A scheduler that does not answer is worth a word, and no failure; where none is known there is nothing to say. */
    private void ofScheduler(Context context) {
        Optional<SchedulerApi> known = known(context);
        try {
            known.ifPresent(api -> context.out()
                    .println("scheduler "
                            + api.get("/cluster/metrics").path("version").asText("of a version that does not say which")
                            + ", at " + api.address()));
        } catch (Refusal e) {
            Failure.warn(e.failure().getMessage(), context.err());
        } catch (Failure e) {
            Failure.warn(e.getMessage(), context.err());
        }
    }

    private Optional<SchedulerApi> known(Context context) {
        try {
            return Optional.of(connection.open(context, Deadline.in(PATIENCE)));
        } catch (Failure e) {
            if (e.code() == ExitCode.UNREACHABLE) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
