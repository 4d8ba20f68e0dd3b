package dev.persys.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.cli.client.EventStream;
import dev.persys.cli.client.JsonText;
import dev.persys.cli.client.Refusal;
import dev.persys.cli.client.SchedulerApi;
import dev.persys.cli.output.OutputFormat;
import dev.persys.cli.output.Table;
import dev.persys.cli.syntax.Flag;
import dev.persys.cli.syntax.Reader;
import dev.persys.cli.syntax.Single;
import dev.persys.cli.syntax.Syntax;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** {@code persys events}: what happened, and what happens. */
final class EventsVerb implements Verb {
    /** Before the first event of any leader. */
    private static final String BEGINNING = "0-0";

    private static final int PAGE = 500;
    private static final Duration SILENCE = Duration.ofSeconds(60);
    private static final long RECONNECT_MILLIS = 500;

    private final Syntax syntax =
            new Syntax("events", "Shows what happened; with -f, also what happens.").foreign(ForeignOptions::ofEvents);
    private final Flag follow = syntax.flag("-f, --follow", "Stay, and print what comes.");
    private final Single<String> since =
            syntax.option("--since-id", "ID", "Only what came after this event.", Reader.TEXT);
    private final Single<String> workload =
            syntax.option("--workload", "WORKLOAD", "Only what happens to this one.", Reader.TEXT);
    private final Output output = new Output(syntax);
    private final Connection connection = new Connection(syntax);

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public ExitCode run(Context context) {
        SchedulerApi api = connection.open(context);
        if (follow.isSet()) {
            workload.value()
                    .filter(name -> !isThere(api, name))
                    .ifPresent(name -> context.err()
                            .println("There is no workload " + name
                                    + " now; what happens to one of that name is shown."));
            follow(api, context);
        } else if (!printStored(api, context)) {
            workload.value().ifPresent(name -> requireThere(api, name, context));
        }
        return ExitCode.OK;
    }

    /** Nothing is kept of it: that is an answer where it is there, and nobody's mistake. */
    private static void requireThere(SchedulerApi api, String name, Context context) {
        if (!isThere(api, name)) {
            throw new Failure(
                    ExitCode.NOT_FOUND,
                    "there is no workload " + name + ", and no event that is kept tells of one",
                    "persys ps -a lists the workloads; persys events -f --workload " + name + " waits for it.");
        }
        context.err().println("No event that is kept tells of " + name + ".");
    }

    private static boolean isThere(SchedulerApi api, String name) {
        try {
            api.get("/workloads/" + SchedulerApi.encode(name));
            return true;
        } catch (Refusal e) {
            if (e.failure().code() == ExitCode.NOT_FOUND) {
                return false;
            } else if (e.failure().code() == ExitCode.REFUSED) {
                return true; // Several, and what happens to any of them is wanted.
            }
            throw e;
        }
    }

    /**
     * Page by page: one that is not full is the last, so that it ends whatever happens meanwhile. False where nothing was
     * printed.
     */
    private boolean printStored(SchedulerApi api, Context context) {
        String after = since.value().orElse(BEGINNING);
        boolean something = false;
        int full;
        int printed;
        do {
            printed = 0;
            try (EventStream page = EventStream.stored(api, workload.value(), after, PAGE)) {
                full = page.limit(PAGE);
                for (Optional<JsonNode> event = page.next(); event.isPresent(); event = page.next()) {
                    print(event.get(), context);
                    after = event.get().path("id").asText(after);
                    printed++;
                }
            } catch (IOException e) {
                throw new Failure(ExitCode.UNREACHABLE, "the events broke off: " + e.getMessage(), "Try again.");
            }
            something |= printed > 0;
        } while (printed >= full && !context.out().checkError());
        return something;
    }

    /** Connects again where a connection ends, from the last event seen; until interrupted. */
    private void follow(SchedulerApi api, Context context) {
        Optional<String> last = since.value();
        Outage outage = new Outage(Outage.LIMIT);
        while (!context.out().checkError()) {
            try (EventStream events = EventStream.open(api, workload.value(), last, SILENCE)) {
                outage.answered();
                Optional<JsonNode> event = events.next();
                while (event.isPresent() && !context.out().checkError()) {
                    outage.answered();
                    print(event.get(), context);
                    String id = event.get().path("id").asText("");
                    last = id.isEmpty() ? last : Optional.of(id);
                    event = events.next();
                }
                outage.answered();
            } catch (IOException e) {
                // Cut off, or silent for longer than keep-alives allow: go on from the last one.
                outage.answered();
            } catch (Failure e) {
                outage.bear(e);
            } catch (Refusal e) {
                outage.bear(e.failure());
            }
            pause();
        }
    }

    private void print(JsonNode event, Context context) {
        switch (output.format()) {
            case JSON -> context.out().println(JsonText.write(event));
            case YAML -> context.out().print("---\n" + Documents.write(event));
            case NAME -> context.out().println(event.path("id").asText());
            default -> context.out().println(line(event, output.format() == OutputFormat.WIDE));
        }
        context.out().flush();
    }

    /**
     * Such as {@code 2026-01-02T03:04:05Z web (6f2c1f0e) Starting -> Running on node-1: running}; the status once where
     * something else has changed.
     */
    static String line(JsonNode event, boolean wide) {
        StringBuilder line = new StringBuilder();
        if (wide) {
            line.append(event.path("id").asText("-")).append(' ');
        }
        line.append(event.path("at").asText()).append(' ');
        boolean aboutNode = event.path("kind").asText().equals("node");
        String node = event.path("nodeId").asText("");
        if (aboutNode) {
            line.append("node ").append(node);
        } else {
            String id = event.path("workloadId").asText("");
            line.append(event.path("name").asText()).append(" (");
            line.append(wide ? id : ShortIds.of(id)).append(')');
        }
        String from = event.path("from").asText("");
        String to = event.path("to").asText();
        line.append(' ')
                .append(from.isEmpty() || from.equals(to) ? "" : from + " -> ")
                .append(to);
        if (!aboutNode && !node.isEmpty()) {
            line.append(" on ").append(node);
        }
        String message = event.path("message").asText("");
        return Table.printable(message.isEmpty() ? line.toString() : line + ": " + message);
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(RECONNECT_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure(ExitCode.INTERRUPTED, "interrupted");
        }
    }
}
