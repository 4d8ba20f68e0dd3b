package dev.persys.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.persys.cli.Context;
import dev.persys.cli.Exit;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.cli.client.JsonText;
import dev.persys.cli.client.Refusal;
import dev.persys.cli.client.SchedulerApi;
import dev.persys.cli.client.SeenWorkload;
import dev.persys.cli.output.Amounts;
import dev.persys.cli.output.OutputFormat;
import dev.persys.cli.output.Table;
import dev.persys.cli.output.Terminal;
import dev.persys.cli.syntax.Flag;
import dev.persys.cli.syntax.Operand;
import dev.persys.cli.syntax.Several;
import dev.persys.cli.syntax.Syntax;
import dev.persys.model.WorkloadStatus;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Collectors;

/** {@code persys stats}: what running containers use. */
final class StatsVerb implements Verb {
    /** Asked at once: an engine takes a second or two to say how busy one is. */
    private static final int AT_ONCE = 16;

    private static final Duration SILENCE = Duration.ofSeconds(30);
    private static final String TO_THE_TOP = "\033[H\033[J";

    private final Syntax syntax = new Syntax("stats", "Shows what running containers use.")
            .footer(
                    "CPU is in percent of one core; HELD is how often its limit held it back. Memory is without files",
                    "that are merely cached. Without WORKLOAD, all that run. On a terminal it goes on until Ctrl-C.");
    private final Several<String> references =
            syntax.parametersIfAny("WORKLOAD", Operand.WORKLOAD, "A name, an id, or the beginning of one.");
    private final Flag once = syntax.flag("--no-stream", "Once, also on a terminal.");
    private final Output output = new Output(syntax);
    private final Connection connection = new Connection(syntax);

    @Override
    public Syntax syntax() {
        return syntax;
    }

    /**
     * What came of asking for one. Both are empty of one that nobody named and that has ended meanwhile.
     *
     * @param why it could not be asked
     */
    private record Answer(SeenWorkload workload, Optional<ObjectNode> figures, Optional<Failure> why) {
        static Answer of(SeenWorkload workload, ObjectNode figures) {
            return new Answer(workload, Optional.of(figures), Optional.empty());
        }

        static Answer of(SeenWorkload workload, Failure why) {
            return new Answer(workload, Optional.empty(), Optional.of(why));
        }

        static Answer ended(SeenWorkload workload) {
            return new Answer(workload, Optional.empty(), Optional.empty());
        }
    }

    /** Who cannot be asked does not keep the others from being shown, and is told below them. */
    @Override
    public Exit run(Context context) {
        SchedulerApi api = connection.open(context);
        boolean isForPeople = output.format() == OutputFormat.TABLE || output.format() == OutputFormat.WIDE;
        boolean goesOn = context.terminal().dataIsTerminal() && !once.isSet() && isForPeople;
        ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE, work -> {
            Thread thread = new Thread(work, "stats");
            thread.setDaemon(true);
            return thread;
        });
        try {
            while (true) {
                List<Answer> answers = named() ? askNamed(api, threads) : askAll(api, threads);
                List<ObjectNode> figures = answers.stream()
                        .flatMap(answer -> answer.figures().stream())
                        .toList();
                if (goesOn) {
                    context.out().print(TO_THE_TOP);
                }
                print(figures, context);
                Failures failures = new Failures(context.err());
                tell(answers, failures);
                boolean isOver = !goesOn || (named() && figures.isEmpty());
                if (isOver || context.out().checkError()) {
                    return isOver ? failures.exitCode() : ExitCode.OK;
                } else if (figures.isEmpty()) {
                    WorkloadWatch.pause();
                }
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private boolean named() {
        return !references.values().isEmpty();
    }

    private List<Answer> askNamed(SchedulerApi api, ExecutorService threads) {
        return answers(references.values(), threads, reference -> {
            SeenWorkload unseen = new SeenWorkload(JsonText.object().put("name", reference));
            try {
                return ask(api, new SeenWorkload(api.get("/workloads/" + SchedulerApi.encode(reference))));
            } catch (Refusal e) {
                return Answer.of(unseen, e.failure());
            }
        });
    }

    /** Those that run, and those that may: of which nobody knows at the moment, and so neither what they use. */
    private static List<Answer> askAll(SchedulerApi api, ExecutorService threads) {
        List<Answer> all = new ArrayList<>(
                answers(list(api, WorkloadStatus.RUNNING), threads, workload -> askIfItRuns(api, workload)));
        for (SeenWorkload workload : list(api, WorkloadStatus.UNKNOWN)) {
            all.add(Answer.of(workload, new Failure(ExitCode.UNREACHABLE, workload.message())));
        }
        return all;
    }

    private static List<SeenWorkload> list(SchedulerApi api, WorkloadStatus status) {
        return api.list("/workloads", "workloads", Map.of("status", status.text())).stream()
                .map(SeenWorkload::new)
                .toList();
    }

    private static <T> List<Answer> answers(List<T> wanted, ExecutorService threads, Function<T, Answer> asking) {
        List<Future<Answer>> asked = wanted.stream()
                .map(one -> threads.submit(() -> asking.apply(one)))
                .toList();
        return asked.stream().map(StatsVerb::result).toList();
    }

    private static Answer result(Future<Answer> answer) {
        try {
            return answer.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException known) {
                throw known;
            }
            throw new IllegalStateException("figures could not be read", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure(ExitCode.INTERRUPTED, "interrupted");
        }
    }

    /** Whoever knows that it does not run is heard; who knows nothing, only where the scheduler does not either. */
    private static Answer askIfItRuns(SchedulerApi api, SeenWorkload workload) {
        Answer answer = ask(api, workload);
        Optional<ExitCode> missed = answer.why().map(Failure::code);
        boolean isEnded = missed.filter(code -> code == ExitCode.NOT_FOUND || code == ExitCode.REFUSED)
                .isPresent();
        return isEnded || (missed.isPresent() && !runs(api, workload)) ? Answer.ended(workload) : answer;
    }

    private static boolean runs(SchedulerApi api, SeenWorkload workload) {
        try {
            SeenWorkload now = new SeenWorkload(api.get("/workloads/" + workload.id()));
            return now.status()
                    .filter(status -> status == WorkloadStatus.RUNNING || status == WorkloadStatus.UNKNOWN)
                    .isPresent();
        } catch (Refusal e) {
            return e.failure().code() != ExitCode.NOT_FOUND;
        }
    }

    private static Answer ask(SchedulerApi api, SeenWorkload workload) {
        String path = "/workloads/" + workload.id() + "/stats?follow=false";
        try (SchedulerApi.Streaming answer = api.stream(path, List.of("Accept: application/x-ndjson"), SILENCE);
                BufferedReader lines =
                        new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            String line = lines.readLine();
            if (line == null) {
                return Answer.ended(workload);
            }
            ObjectNode figures = JsonText.object();
            figures.put("id", workload.id()).put("name", workload.name());
            figures.put("nodeId", workload.node().orElse(""));
            figures.setAll((ObjectNode) JsonText.read(line));
            return Answer.of(workload, figures);
        } catch (Refusal e) {
            return Answer.of(workload, e.failure());
        } catch (IOException e) {
            return Answer.of(
                    workload,
                    new Failure(
                            ExitCode.UNREACHABLE,
                            "the figures of " + Outcomes.called(workload) + " broke off: " + e.getMessage(),
                            "Try again; persys ps shows whether it runs."));
        }
    }

    /** Each that was named by itself; where all were meant, once for those of a node that have one reason. */
    private void tell(List<Answer> answers, Failures failures) {
        if (named()) {
            answers.forEach(answer -> failures.attempt(() -> answer.why().ifPresent(StatsVerb::fail)));
            return;
        }
        Map<List<String>, List<Answer>> alike = answers.stream()
                .filter(answer -> answer.why().isPresent())
                .collect(Collectors.groupingBy(
                        answer -> List.of(
                                answer.workload().node().orElse(""),
                                answer.why().orElseThrow().getMessage()),
                        LinkedHashMap::new,
                        Collectors.toList()));
        alike.forEach((nodeAndWhy, silent) -> failures.attempt(() -> fail(new Failure(
                silent.get(0).why().orElseThrow().code(),
                "node " + nodeAndWhy.get(0) + " does not say what " + called(silent) + ": " + nodeAndWhy.get(1),
                "persys nodes shows how it is."))));
    }

    private static void fail(Failure failure) {
        throw failure;
    }

    /** Such as {@code web uses}, {@code web, db use} or {@code 12 workloads use}. */
    private static String called(List<Answer> answers) {
        return switch (answers.size()) {
            case 1 -> answers.get(0).workload().name() + " uses";
            case 2, 3 ->
                answers.stream().map(answer -> answer.workload().name()).collect(Collectors.joining(", ")) + " use";
            default -> answers.size() + " workloads use";
        };
    }

    private void print(List<ObjectNode> figures, Context context) {
        ArrayNode items = JsonText.array();
        figures.forEach(items::add);
        ObjectNode data = JsonText.object();
        data.set("stats", items);
        if (output.printData(data, context.out())) {
            return;
        } else if (output.format() == OutputFormat.NAME) {
            figures.forEach(one -> context.out().println(one.path("id").asText()));
            return;
        }
        ShortIds ids =
                ShortIds.of(figures.stream().map(one -> one.path("id").asText()).toList());
        boolean isWide = output.format() == OutputFormat.WIDE;
        List<String> headings = new ArrayList<>(
                List.of("ID", "NAME", "CPU", "HELD", "MEMORY", "LIMIT", "NET IN/OUT", "BLOCK R/W", "PROCESSES"));
        if (isWide) {
            headings.add("NODE");
        }
        Table table = new Table(headings.toArray(String[]::new));
        for (JsonNode one : figures) {
            List<String> row = new ArrayList<>(List.of(
                    isWide ? one.path("id").asText() : ids.cut(one.path("id").asText()),
                    one.path("name").asText(),
                    one.path("cpuPercent").asText() + "%",
                    one.path("throttledPercent").asText() + "%",
                    amount(one, "memory"),
                    amount(one, "memoryLimit"),
                    amount(one, "networkReceived") + " / " + amount(one, "networkSent"),
                    amount(one, "blockRead") + " / " + amount(one, "blockWritten"),
                    one.path("processes").asText()));
            if (isWide) {
                row.add(one.path("nodeId").asText());
            }
            table.row(row.toArray(String[]::new));
        }
        table.print(
                context.out(), isWide ? Terminal.UNLIMITED : context.terminal().dataColumns());
        context.out().flush();
    }

    private static String amount(JsonNode figures, String field) {
        return Amounts.bytes(figures.path(field).asLong());
    }
}
