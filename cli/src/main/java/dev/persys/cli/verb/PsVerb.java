package dev.persys.cli.verb;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.client.JsonText;
import dev.persys.cli.client.SchedulerApi;
import dev.persys.cli.client.SeenWorkload;
import dev.persys.cli.client.WorkloadStatusText;
import dev.persys.cli.output.OutputFormat;
import dev.persys.cli.output.Table;
import dev.persys.cli.output.Terminal;
import dev.persys.cli.output.Times;
import dev.persys.cli.syntax.Flag;
import dev.persys.cli.syntax.Reader;
import dev.persys.cli.syntax.Several;
import dev.persys.cli.syntax.Single;
import dev.persys.cli.syntax.Syntax;
import dev.persys.model.WorkloadStatus;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** {@code persys ps}: the workloads. */
final class PsVerb implements Verb {
    private static final Reader<String> STATUS = text -> WorkloadStatusText.parse(text)
            .map(WorkloadStatus::text)
            .orElseThrow(() -> new Reader.NotAValueException("a status is wanted, one of "
                    + Arrays.stream(WorkloadStatus.values())
                            .map(WorkloadStatus::text)
                            .collect(Collectors.joining(", "))));

    private final Syntax syntax = new Syntax("ps", "Lists workloads.").foreign(ForeignOptions::ofPs);
    private final Flag all = syntax.flag("-a, --all", "Also those that ended as they should: Exited and Stopped.");
    private final Single<String> node = syntax.option("--node", "NODE", "Only those on this node.", Reader.TEXT);
    private final Single<String> status = syntax.option("--status", "STATUS", "Only those with this status.", STATUS);
    private final Single<String> name = syntax.option("--name", "NAME", "Only those with this name.", Reader.TEXT);
    private final Several<Selector> selectors =
            syntax.options("-l, --selector", Selector.LABEL, Selector.DESCRIPTION, Selector.READER);
    private final Flag idsOnly = syntax.flag("-q, --quiet", "Only their ids, for other verbs.");
    private final Format format = new Format(syntax);
    private final Output output = new Output(syntax, format::word);
    private final Connection connection = new Connection(syntax);

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public ExitCode run(Context context) {
        format.requireAlone(output, idsOnly);
        Map<String, String> query = new HashMap<>();
        node.value().ifPresent(value -> query.put("node", value));
        status.value().ifPresent(value -> query.put("status", value));
        name.value().ifPresent(value -> query.put("name", value));
        SchedulerApi api = connection.open(context);
        List<SeenWorkload> found = api.list("/workloads", "workloads", query).stream()
                .map(SeenWorkload::new)
                .filter(workload -> selectors.values().stream().allMatch(selector -> selector.fits(workload)))
                .toList();
        if (found.isEmpty()) {
            // No workload is on a node that is not there, and whoever misspells one is not to take that for an answer.
            node.value().ifPresent(id -> api.get("/nodes/" + SchedulerApi.encode(id)));
        }
        boolean everything = all.isSet() || status.value().isPresent();
        List<SeenWorkload> shown = everything
                ? found
                : found.stream().filter(workload -> !endedAsItShould(workload)).toList();
        print(context, found, shown);
        boolean isSelected = !query.isEmpty() || !selectors.values().isEmpty();
        if (found.isEmpty() && isSelected) {
            context.err().println("There is no workload" + likeThat() + ".");
        } else if (shown.isEmpty() && output.format() == OutputFormat.TABLE && !idsOnly.isSet() && !format.isWanted()) {
            context.err().println(hint(found.size()));
        }
        return ExitCode.OK;
    }

    private void print(Context context, List<SeenWorkload> found, List<SeenWorkload> shown) {
        if (idsOnly.isSet()) {
            shown.forEach(workload -> context.out().println(workload.id()));
            return;
        } else if (format.isWanted()) {
            format.print(shown.stream().map(SeenWorkload::json).toList(), context);
            return;
        }
        ArrayNode items = JsonText.array();
        shown.forEach(workload -> items.add(workload.json()));
        ObjectNode data = JsonText.object();
        data.set("workloads", items);
        if (output.printData(data, context.out())) {
            return;
        }
        switch (output.format()) {
            case NAME -> printReferences(context, found, shown);
            case WIDE -> printWide(context, shown);
            default -> printTable(context, shown);
        }
    }

    private static void printTable(Context context, List<SeenWorkload> shown) {
        long now = System.currentTimeMillis();
        ShortIds ids = ShortIds.of(shown.stream().map(SeenWorkload::id).toList());
        Table table = new Table("ID", "NAME", "STATUS", "AGE", "RESTARTS", "NODE", "IMAGE", "PORTS");
        for (SeenWorkload workload : shown) {
            table.row(
                    ids.cut(workload.id()),
                    workload.name(),
                    workload.statusWithReason(),
                    Times.age(workload.createdAt(), now),
                    Integer.toString(workload.restarts()),
                    workload.node().orElse("-"),
                    workload.image(),
                    String.join(", ", workload.ports()));
        }
        table.print(context.out(), context.terminal().dataColumns());
    }

    /** For wide screens and for programs that split at blanks: nothing shortened, nothing cut. */
    private static void printWide(Context context, List<SeenWorkload> shown) {
        Table table = new Table(
                "ID",
                "NAME",
                "STATUS",
                "REASON",
                "SINCE",
                "CREATED",
                "RESTARTS",
                "NODE",
                "IMAGE",
                "PORTS",
                "CPU-RESERVED",
                "MEMORY-RESERVED",
                "MESSAGE");
        for (SeenWorkload workload : shown) {
            table.row(
                    workload.id(),
                    workload.name(),
                    workload.statusText(),
                    workload.reason(),
                    workload.json().path("statusSince").asText(""),
                    workload.createdAt(),
                    Integer.toString(workload.restarts()),
                    workload.node().orElse("-"),
                    workload.image(),
                    String.join(",", workload.ports()),
                    workload.json().path("resources").path("cpu").asText(""),
                    workload.json().path("resources").path("memory").asText("") + "Mi",
                    workload.message());
        }
        table.print(context.out(), Terminal.UNLIMITED);
    }

    /** The name where all workloads with it are known and it is the only one, the id where not. */
    private void printReferences(Context context, List<SeenWorkload> found, List<SeenWorkload> shown) {
        boolean partial = node.value().isPresent()
                || status.value().isPresent()
                || !selectors.values().isEmpty();
        Map<String, Long> counts =
                found.stream().collect(Collectors.groupingBy(SeenWorkload::name, Collectors.counting()));
        for (SeenWorkload workload : shown) {
            boolean unique = !partial && counts.get(workload.name()) == 1;
            context.out().println(unique ? workload.name() : workload.id());
        }
    }

    private static boolean endedAsItShould(SeenWorkload workload) {
        return workload.status()
                .filter(seen -> seen == WorkloadStatus.EXITED || seen == WorkloadStatus.STOPPED)
                .isPresent();
    }

    private static String hint(int hidden) {
        return hidden > 0
                ? "Nothing is running; persys ps -a also shows " + hidden + " that ended."
                : "No workloads yet; persys run IMAGE starts one.";
    }

    private String likeThat() {
        return status.value().map(word -> " that is " + word).orElse("")
                + name.value().map(word -> " with the name " + word).orElse("")
                + node.value().map(word -> " on " + word).orElse("")
                + selectors.values().stream()
                        .map(selector -> " with the label " + selector)
                        .collect(Collectors.joining());
    }
}
