package dev.persys.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.cli.Context;
import dev.persys.cli.Exit;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.cli.client.SchedulerApi;
import dev.persys.cli.client.SeenWorkload;
import dev.persys.cli.syntax.Operand;
import dev.persys.cli.syntax.Several;
import dev.persys.cli.syntax.Single;
import dev.persys.cli.syntax.Syntax;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** {@code persys port}: where the ports of a workload are reached, as {@code docker port} prints it. */
final class PortVerb implements Verb {
    private static final Pattern PORT = Pattern.compile("([1-9][0-9]{0,4})(/(tcp|udp|sctp))?");

    private final Syntax syntax = new Syntax("port", "Shows where the ports of a workload are reached.")
            .footer("With PORT, only where that one is; exit code 1 where it is not published.");
    private final Single<String> reference =
            syntax.parameter("WORKLOAD", Operand.WORKLOAD, "A name, an id, or the beginning of one.");
    private final Several<String> ports =
            syntax.parametersIfAny("PORT", Operand.WORKLOAD, "One of the container's, such as 80 or 53/udp.");
    private final Connection connection = new Connection(syntax);

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public Exit run(Context context) {
        Optional<String> wanted = wanted();
        SchedulerApi api = connection.open(context);
        JsonNode workload = api.get("/workloads/" + SchedulerApi.encode(reference.required()));
        Map<Integer, Map<String, String>> published = published(workload, api);
        if (wanted.isPresent()) {
            String at = published.values().stream()
                    .filter(ports -> ports.containsKey(wanted.get()))
                    .findFirst()
                    .map(ports -> ports.get(wanted.get()))
                    .orElseThrow(() -> new Failure(
                            ExitCode.FAILED,
                            Outcomes.called(new SeenWorkload(workload)) + " has no published port " + wanted.get(),
                            "persys port " + reference.required() + " lists those that it has while it runs."));
            context.out().println(at);
        } else {
            published
                    .values()
                    .forEach(ports -> ports.forEach((name, at) -> context.out().println(name + " -> " + at)));
        }
        return ExitCode.OK;
    }

    private Optional<String> wanted() {
        if (ports.values().isEmpty()) {
            return Optional.empty();
        }
        String text = ports.values().get(0).toLowerCase(Locale.ROOT);
        if (ports.values().size() > 1 || !PORT.matcher(text).matches()) {
            throw new Failure(
                    ExitCode.USAGE,
                    "one port of the container is wanted, such as 80 or 53/udp, in place of "
                            + String.join(" ", ports.values()));
        }
        return Optional.of(text.contains("/") ? text : text + "/tcp");
    }

    /** By the container's port: each protocol's, such as {@code 80/tcp}, and where that is reached. */
    private static Map<Integer, Map<String, String>> published(JsonNode workload, SchedulerApi api) {
        Map<Integer, Map<String, String>> all = new TreeMap<>();
        if (workload.path("publishedPorts").isEmpty()) {
            return all;
        }
        String node = api.get(
                        "/nodes/" + SchedulerApi.encode(workload.path("nodeId").asText()))
                .path("ipAddress")
                .asText();
        for (JsonNode one : workload.path("publishedPorts")) {
            String name =
                    one.path("container").asText() + "/" + one.path("protocol").asText("tcp");
            String address = address(workload, one).orElse(node);
            all.computeIfAbsent(one.path("container").asInt(), number -> new TreeMap<>())
                    .put(
                            name,
                            (address.contains(":") ? "[" + address + "]" : address) + ":"
                                    + one.path("host").asText());
        }
        return all;
    }

    /** On which alone it was asked for. */
    private static Optional<String> address(JsonNode workload, JsonNode published) {
        for (JsonNode asked : workload.path("ports")) {
            if (asked.path("container").equals(published.path("container"))
                    && asked.path("protocol")
                            .asText("tcp")
                            .equals(published.path("protocol").asText("tcp"))
                    && asked.path("address").isTextual()) {
                return Optional.of(asked.path("address").textValue());
            }
        }
        return Optional.empty();
    }
}
