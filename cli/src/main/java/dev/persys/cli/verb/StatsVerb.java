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
import dev.persys.cli.output.Table;
import dev.persys.cli.syntax.Flag;
import dev.persys.cli.syntax.Operand;
import dev.persys.cli.syntax.Several;
import dev.persys.cli.syntax.Syntax;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

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

    @Override
    public Exit run(Context context) {
        SchedulerApi api = connection.open(context);
        boolean goesOn = context.terminal().dataIsTerminal() && !once.isSet() && !output.isGiven();
        ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE, work -> {
            Thread thread = new Thread(work, "stats");
            thread.setDaemon(true);
            return thread;
        });
        try {
            do {
                List<ObjectNode> figures = figures(api, threads);
                if (goesOn) {
                    context.out().print(TO_THE_TOP);
                }
                print(figures, context);
            } while (goesOn && !context.out().checkError());
            return ExitCode.OK;
        } finally {
            threads.shutdownNow();
        }
    }

    private List<ObjectNode> figures(SchedulerApi api, ExecutorService threads) {
        List<SeenWorkload> wanted = references.values().isEmpty()
                ? api.list("/workloads", "workloads", Map.of("status", "Running")).stream()
                        .map(SeenWorkload::new)
                        .toList()
                : references.values().stream()
                        .map(reference -> new SeenWorkload(api.get("/workloads/" + SchedulerApi.encode(reference))))
                        .toList();
        boolean named = !references.values().isEmpty();
        List<Future<Optional<ObjectNode>>> answers = wanted.stream()
                .map(workload -> threads.submit(() -> figures(api, workload, named)))
                .toList();
        List<ObjectNode> all = new ArrayList<>();
        for (Future<Optional<ObjectNode>> answer : answers) {
            result(answer).ifPresent(all::add);
        }
        return all;
    }

    private static Optional<ObjectNode> result(Future<Optional<ObjectNode>> answer) {
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

    /** Empty of one that nobody named and that has ended, or whose node has gone, meanwhile. */
    private static Optional<ObjectNode> figures(SchedulerApi api, SeenWorkload workload, boolean named) {
        String path = "/workloads/" + workload.id() + "/stats?follow=false";
        try (SchedulerApi.Streaming answer = api.stream(path, List.of("Accept: application/x-ndjson"), SILENCE);
                BufferedReader lines =
                        new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            String line = lines.readLine();
            if (line != null) {
                ObjectNode figures = JsonText.object();
                figures.put("id", workload.id()).put("name", workload.name());
                figures.put("nodeId", workload.node().orElse(""));
                figures.setAll((ObjectNode) JsonText.read(line));
                return Optional.of(figures);
            }
        } catch (Refusal e) {
            if (named) {
                throw e;
            }
        } catch (IOException e) {
            if (named) {
                throw new Failure(
                        ExitCode.UNREACHABLE,
                        "the figures of " + Outcomes.called(workload) + " broke off: " + e.getMessage(),
                        "Try again; persys ps shows whether it runs.");
            }
        }
        return Optional.empty();
    }

    private void print(List<ObjectNode> figures, Context context) {
        ArrayNode items = JsonText.array();
        figures.forEach(items::add);
        ObjectNode data = JsonText.object();
        data.set("stats", items);
        if (output.printData(data, context.out())) {
            return;
        }
        ShortIds ids =
                ShortIds.of(figures.stream().map(one -> one.path("id").asText()).toList());
        Table table = new Table("ID", "NAME", "CPU", "HELD", "MEMORY", "LIMIT", "NET IN/OUT", "BLOCK R/W", "PROCESSES");
        for (JsonNode one : figures) {
            table.row(
                    ids.cut(one.path("id").asText()),
                    one.path("name").asText(),
                    one.path("cpuPercent").asText() + "%",
                    one.path("throttledPercent").asText() + "%",
                    amount(one, "memory"),
                    amount(one, "memoryLimit"),
                    amount(one, "networkReceived") + " / " + amount(one, "networkSent"),
                    amount(one, "blockRead") + " / " + amount(one, "blockWritten"),
                    one.path("processes").asText());
        }
        table.print(context.out(), context.terminal().dataColumns());
        context.out().flush();
    }

    private static String amount(JsonNode figures, String field) {
        return Amounts.bytes(figures.path(field).asLong());
    }
}
