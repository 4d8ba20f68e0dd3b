package dev.persys.cli.verb;

import dev.persys.cli.Context;
import dev.persys.cli.client.Deadline;
import dev.persys.cli.output.Progress;
import dev.persys.cli.syntax.Flag;
import dev.persys.cli.syntax.Single;
import dev.persys.cli.syntax.Syntax;
import java.time.Duration;

/** The options of every verb that waits for what it asked for. */
final class Waiting {
    private final Flag detach;
    private final Flag quiet;
    private final Single<Duration> timeout;

    Waiting(Syntax syntax) {
        detach = syntax.flag("-d, --detach", "Do not wait: return as soon as the request is stored.");
        timeout = syntax.option(
                "--timeout", "SPAN", "Take no longer than this for everything, such as 2m.", Readers.DURATION);
        quiet = syntax.flag("-q, --quiet", "Show no progress.");
    }

    boolean isWanted() {
        return !detach.isSet();
    }

    /** For the whole verb, from now on. */
    Deadline deadline() {
        return timeout.value().map(Deadline::in).orElse(Deadline.NONE);
    }

    Progress progress(Context context) {
        return Progress.on(context.err(), context.terminal(), quiet.isSet());
    }
}
