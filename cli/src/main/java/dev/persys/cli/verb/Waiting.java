package dev.persys.cli.verb;

import dev.persys.api.DurationText;
import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.cli.client.Deadline;
import dev.persys.cli.client.SchedulerApi;
import dev.persys.cli.output.Progress;
import dev.persys.cli.syntax.Flag;
import dev.persys.cli.syntax.Reader;
import dev.persys.cli.syntax.Single;
import dev.persys.cli.syntax.Syntax;
import dev.persys.cli.verb.WorkloadWatch.Goal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The options of every verb that waits for what it asked for. */
final class Waiting {
    /** The variable that says what {@code --stable-for} does not. */
    static final String STABLE_FOR = "PERSYS_STABLE_FOR";

    private static final Duration DEFAULT_WINDOW = Duration.ofSeconds(5);

    /** What a verb that starts something waits for. */
    enum Until {
        /** It runs and stays up. */
        STABLE,
        /** It runs. */
        STARTED,
        /** It has ended. */
        DONE,
        NONE;

        static final String LABEL = "stable|started|done|none";

        private static final Reader<Until> READER = text -> Arrays.stream(values())
                .filter(value -> value.word().equals(text))
                .findFirst()
                .orElseThrow(() -> new Reader.NotAValueException("one of "
                        + Arrays.stream(values()).map(Until::word).collect(Collectors.joining(", ")) + " is wanted"));

        private String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Flag detach;
    private final Flag quiet;
    private final Single<Duration> timeout;
    private final Optional<Start> start;

    /** What only verbs have that start something. */
    private record Start(Single<Until> until, Single<Duration> stableFor) {}

    Waiting(Syntax syntax) {
        this(syntax, false);
    }

    private Waiting(Syntax syntax, boolean starts) {
        detach = syntax.flag("-d, --detach", "Do not wait: return as soon as the request is stored.");
        start = starts
                ? Optional.of(new Start(
                        syntax.option(
                                "--wait",
                                Until.LABEL,
                                "For what: that it stays up (otherwise), that it runs, that it has ended, nothing.",
                                Until.READER),
                        syntax.option(
                                "--stable-for",
                                "SPAN",
                                "How long it has to stay up, in place of 5s; 0 is content when it runs.",
                                Readers.DURATION)))
                : Optional.empty();
        timeout = syntax.option(
                "--timeout", "SPAN", "Take no longer than this for everything, such as 2m.", Readers.DURATION);
        quiet = syntax.flag("-q, --quiet", "Show no progress.");
    }

    /** For a verb that starts something. */
    static Waiting forAStart(Syntax syntax) {
        return new Waiting(syntax, true);
    }

    /**
     * Whether to wait at all.
     *
     * @throws Failure with {@link ExitCode#USAGE} where the options contradict each other
     */
    boolean isWanted() {
        return until() != Until.NONE;
    }

    /**
     * For a verb that waits in another way.
     *
     * @throws Failure with {@link ExitCode#USAGE} where the options say for what
     */
    void requireUnsaid(String with) {
        boolean isSaid = start.filter(options -> options.until().value().isPresent()
                        || options.stableFor().value().isPresent())
                .isPresent();
        if (isSaid) {
            throw contradiction("--wait or --stable-for and " + with);
        }
    }

    /** What a start is waited for to become. */
    Goal goal() {
        return until() == Until.DONE ? Goal.ENDED : Goal.UP;
    }

    /** For the whole verb, from now on. */
    Deadline deadline() {
        return timeout.value().map(Deadline::in).orElse(Deadline.NONE);
    }

    Progress progress(Context context) {
        return progress(context, false);
    }

    /** @param isSilent whether none is to be shown in any case */
    Progress progress(Context context, boolean isSilent) {
        return Progress.on(context.err(), context.terminal(), isSilent || quiet.isSet());
    }

    /** Follows one workload as the options say. */
    WorkloadWatch watch(SchedulerApi api, Progress progress, Deadline deadline, Context context) {
        return watch(api, progress, deadline, context, false);
    }

    /** @param killed whether what is stopped has no grace period */
    WorkloadWatch watch(SchedulerApi api, Progress progress, Deadline deadline, Context context, boolean killed) {
        return new WorkloadWatch(api, progress, deadline, window(context), killed);
    }

    /** How long what was started has to stay up. */
    Duration window(Context context) {
        if (start.isEmpty() || until() != Until.STABLE) {
            return Duration.ZERO;
        }
        return start.get()
                .stableFor()
                .value()
                .orElseGet(
                        () -> context.variable(STABLE_FOR).map(Waiting::window).orElse(DEFAULT_WINDOW));
    }

    /**
     * What a change of a specification has to do to stay, as the query of its request with its question mark: the
     * scheduler is content when we are, where somebody said when that is.
     *
     * @param undo whether it is undone where it does not; empty is as the scheduler does it
     */
    String proof(Context context, Optional<String> undo) {
        return proof(context, undo, false);
    }

    /** As {@link #proof(Context, Optional)}; {@code move} lets it go to another node. */
    String proof(Context context, Optional<String> undo, boolean move) {
        List<String> terms = new ArrayList<>();
        undo.ifPresent(word -> terms.add("undo=" + word));
        if (move) {
            terms.add("move=true");
        }
        boolean said = start.flatMap(options -> options.stableFor().value()).isPresent()
                || context.variable(STABLE_FOR).isPresent();
        if (said && until() == Until.STABLE) {
            terms.add("stableFor=" + DurationText.format(window(context)));
        }
        return terms.isEmpty() ? "" : "?" + String.join("&", terms);
    }

    private static Duration window(String text) {
        return DurationText.parse(text)
                .orElseThrow(() -> new Failure(
                        ExitCode.USAGE,
                        "the variable " + STABLE_FOR + " is '" + text + "'; a span such as 5s or 0 is wanted"));
    }

    private Until until() {
        Optional<Until> given = start.flatMap(options -> options.until().value());
        Until until = given.orElse(detach.isSet() ? Until.NONE : Until.STABLE);
        if (detach.isSet() && until != Until.NONE) {
            throw contradiction("--detach and --wait=" + until.word());
        } else if (until != Until.STABLE
                && start.flatMap(options -> options.stableFor().value()).isPresent()) {
            throw contradiction("--stable-for and " + (detach.isSet() ? "--detach" : "--wait=" + until.word()));
        }
        return until;
    }

    private static Failure contradiction(String two) {
        return new Failure(ExitCode.USAGE, two + " do not go together", "Leave one of them out.");
    }
}
