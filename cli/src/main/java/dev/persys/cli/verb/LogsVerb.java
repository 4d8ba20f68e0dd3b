package dev.persys.cli.verb;

import dev.persys.api.DurationText;
import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.cli.client.SchedulerApi;
import dev.persys.cli.client.SeenWorkload;
import dev.persys.cli.output.Times;
import dev.persys.cli.syntax.Flag;
import dev.persys.cli.syntax.Operand;
import dev.persys.cli.syntax.Reader;
import dev.persys.cli.syntax.Several;
import dev.persys.cli.syntax.Single;
import dev.persys.cli.syntax.Syntax;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

/** {@code persys logs}: a workload's output. */
final class LogsVerb implements Verb {
    /** Each has a thread and a connection. */
    private static final int MOST_FOLLOWED = 50;

    /** By their numbers in ECMA-48: cyan, yellow, green, magenta, blue, and the bright ones of them. */
    private static final int[] COLOURS = {36, 33, 32, 35, 34, 96, 93, 92, 95, 94};

    /** A span back from now, or a moment. What now is, the node says: our clock may be an hour from its. */
    private static final Reader<String> SINCE = text -> {
        if (DurationText.parse(text).isEmpty() && Times.millis(text).isEmpty()) {
            throw new Reader.NotAValueException(
                    "a span such as 10m or a moment such as 2026-01-02T03:04:05Z is wanted");
        }
        return text;
    };

    /** The same as a moment: by this machine's clock, where it is a span. */
    private static final Reader<Instant> UNTIL = text -> DurationText.parse(text)
            .map(ago -> Instant.now().minus(ago))
            .or(() -> Times.millis(text).map(Instant::ofEpochMilli))
            .orElseThrow(() -> new Reader.NotAValueException(
                    "a span such as 10m or a moment such as 2026-01-02T03:04:05Z is wanted"));

    private static final Reader<Integer> TAIL = text -> {
        if (text.equals("all") || text.equals("-1")) {
            throw new Reader.NotAValueException("a whole number is wanted; without --tail all lines come");
        }
        return Reader.COUNT.read(text);
    };

    private final Syntax syntax = new Syntax("logs", "Prints the output of workloads.");
    private final Several<String> references =
            syntax.parametersIfAny("WORKLOAD", Operand.WORKLOAD, "Names, ids, or the beginnings of ids.");
    private final Flag follow = syntax.flag("-f, --follow", "Stay, and print what comes.");
    private final Single<Integer> tail = syntax.option("-n, --tail", "LINES", "Only the last so many lines.", TAIL);
    private final Single<String> since =
            syntax.option("--since", "TIME", "Only what is newer: a span such as 10m, or a moment.", SINCE);
    private final Single<Instant> until =
            syntax.option("--until", "TIME", "Only what is older: a span such as 10m, or a moment.", UNTIL);
    private final Flag timestamps =
            syntax.flag("-t, --timestamps", "Before each line the time at which it was printed, by the node's clock.");
    private final Several<Selector> selectors = syntax.options(
            "-l, --selector",
            Selector.LABEL,
            "Of all whose labels are so: KEY=VALUE, KEY!=VALUE, KEY or !KEY; several must all hold.",
            Selector.READER);
    private final Flag previous = syntax.flag(
            "-p, --previous", "What was printed before the present run, by this container or the one before it.");
    private final Connection connection = new Connection(syntax);

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public ExitCode run(Context context) {
        boolean isOver = previous.isSet() || until.value().isPresent();
        if (follow.isSet() && isOver) {
            throw new Failure(
                    ExitCode.USAGE,
                    (previous.isSet() ? "--previous" : "--until")
                            + " and --follow do not go together: nothing comes any more of what is over",
                    "Leave one of them out.");
        } else if (references.values().isEmpty() == selectors.values().isEmpty()) {
            throw new Failure(
                    ExitCode.USAGE,
                    references.values().isEmpty()
                            ? "WORKLOAD is missing"
                            : "workloads are named, or selected with --selector, not both",
                    "persys logs --help shows what it takes.");
        }
        SchedulerApi api = connection.open(context);
        WorkloadLog.Part part = new WorkloadLog.Part(
                follow.isSet(), previous.isSet(), tail.value(), since.value(), until.value(), timestamps.isSet());
        if (references.values().size() != 1) {
            return several(api, part, context);
        }
        WorkloadLog log = new WorkloadLog(api, references.values().get(0), part, context, false);
        if (part.follow()) {
            log.follow();
        } else {
            log.print();
        }
        return ExitCode.OK;
    }

    /** One after the other, or followed side by side. Who cannot be printed does not keep the others from it. */
    private ExitCode several(SchedulerApi api, WorkloadLog.Part part, Context context) {
        Failures failures = new Failures(context.err());
        List<SeenWorkload> found = found(api, failures);
        if (part.follow() && found.size() > MOST_FOLLOWED) {
            throw new Failure(
                    ExitCode.USAGE,
                    found.size() + " workloads are to be followed at once; " + MOST_FOLLOWED + " at most can be",
                    "Select fewer with --selector, or leave --follow out.");
        }
        int widest = found.stream().mapToInt(one -> one.name().length()).max().orElse(0);
        List<Printing> printings = new ArrayList<>();
        for (int i = 0; i < found.size(); i++) {
            String name = found.get(i).name();
            String label = coloured(name + " ".repeat(widest - name.length()) + " | ", i, context);
            printings.add(new Printing(api, found.get(i), part, context, label));
        }
        if (part.follow()) {
            followAll(printings, failures, context);
        } else {
            printings.forEach(printing -> failures.attempt(printing::run));
        }
        return failures.exitCode();
    }

    /** Of one workload, with its name before its lines. */
    private record Printing(
            SchedulerApi api, SeenWorkload workload, WorkloadLog.Part part, Context context, String label) {
        void run() {
            try (PrintStream lines =
                    new PrintStream(new NamedLines(context.out(), label), false, StandardCharsets.UTF_8)) {
                Context own =
                        new Context(context.environment(), context.in(), lines, context.err(), context.terminal());
                WorkloadLog log = new WorkloadLog(api, workload.id(), part, own, true);
                if (part.follow()) {
                    log.follow();
                } else {
                    log.print();
                }
            }
        }
    }

    private List<SeenWorkload> found(SchedulerApi api, Failures failures) {
        List<SeenWorkload> found = new ArrayList<>();
        for (String reference : references.values()) {
            failures.attempt(
                    () -> found.add(new SeenWorkload(api.get("/workloads/" + SchedulerApi.encode(reference)))));
        }
        if (!selectors.values().isEmpty()) {
            api.list("/workloads", "workloads", Map.of()).stream()
                    .map(SeenWorkload::new)
                    .filter(one -> selectors.values().stream().allMatch(selector -> selector.fits(one)))
                    .forEach(found::add);
            if (found.isEmpty()) {
                throw new Failure(
                        ExitCode.NOT_FOUND,
                        "no workload has such labels: "
                                + selectors.values().stream()
                                        .map(Selector::toString)
                                        .collect(Collectors.joining(", ")),
                        "persys ps -a -l SELECTOR lists those that have.");
            }
        }
        return found;
    }

    /** Until all have ended, or nobody reads any more. */
    private static void followAll(List<Printing> printings, Failures failures, Context context) {
        ExecutorService threads = Executors.newFixedThreadPool(Math.max(1, printings.size()), work -> {
            Thread thread = new Thread(work, "logs");
            thread.setDaemon(true);
            return thread;
        });
        CompletionService<Void> ends = new ExecutorCompletionService<>(threads);
        for (Printing printing : printings) {
            Future<Void> unused = ends.submit(printing::run, null);
        }
        for (int ended = 0; ended < printings.size() && !context.out().checkError(); ended++) {
            failures.attempt(() -> awaitNext(ends));
        }
        threads.shutdownNow();
    }

    private static void awaitNext(CompletionService<Void> ends) {
        try {
            ends.take().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure(ExitCode.INTERRUPTED, "interrupted while following");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException told) {
                throw told;
            }
            throw new IllegalStateException("following ended with what nothing throws", e);
        }
    }

    /** On a terminal that shows colours, and where nobody asked for none (no-color.org). */
    private static String coloured(String label, int index, Context context) {
        boolean plain = !context.terminal().dataIsTerminal()
                || context.variable("NO_COLOR").isPresent()
                || context.variable("TERM").filter("dumb"::equals).isPresent();
        return plain ? label : "\u001b[" + COLOURS[index % COLOURS.length] + "m" + label + "\u001b[0m";
    }
}
