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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** {@code persys port}: where the ports of a workload are reached, as {@code docker port} prints it. */
final class PortVerb implements Verb {
    private static final Pattern PORT = Pattern.compile("([1-9][0-9]{0,4})(/(tcp|udp|sctp))?");

    private final Syntax syntax = new Syntax("port", "Shows where the ports of a workload are reached.")
            .footer("With PORT, only where that one is, a line each; exit code 1 where it is not published.");
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
        List<Published> published = published(workload, api);
        if (wanted.isPresent()) {
            List<Published> those = published.stream()
                    .filter(port -> port.name().equals(wanted.get()))
                    .toList();
            if (those.isEmpty()) {
                throw new Failure(
                        ExitCode.FAILED,
                        Outcomes.called(new SeenWorkload(workload)) + " has no published port " + wanted.get(),
                        "persys port " + reference.required() + " lists those that it has while it runs.");
            }
            those.forEach(port -> context.out().println(port.at()));
        } else {
            published.forEach(port -> context.out().println(port.name() + " -> " + port.at()));
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

    /**
     * One of the node's ports, several of which may lead to one of the container's.
     *
     * @param host the node's port
     */
    private record Published(int container, String protocol, String address, int host) {
        /** Of the container's port, such as {@code 80/tcp}. */
        String name() {
            return container + "/" + protocol;
        }

        String at() {
            return (address.contains(":") ? "[" + address + "]" : address) + ":" + host;
        }
    }

    /** By the container's port, its protocol and the node's port. */
    private static List<Published> published(JsonNode workload, SchedulerApi api) {
        if (workload.path("publishedPorts").isEmpty()) {
            return List.of();
        }
        String node = api.get(
                        "/nodes/" + SchedulerApi.encode(workload.path("nodeId").asText()))
                .path("ipAddress")
                .asText();
        List<Published> all = new ArrayList<>();
        for (JsonNode one : workload.path("publishedPorts")) {
            all.add(new Published(
                    one.path("container").asInt(),
                    protocol(one),
                    address(workload, one).orElse(node),
                    one.path("host").asInt()));
        }
        all.sort(Comparator.comparingInt(Published::container)
                .thenComparing(Published::protocol)
                .thenComparingInt(Published::host));
        return all;
    }

    /**
     * On which alone it was asked for. It was asked for with the node's port, or else, where Docker was to pick that, with
     * none.
     */
    private static Optional<String> address(JsonNode workload, JsonNode published) {
        Optional<JsonNode> picked = Optional.empty();
        for (JsonNode asked : workload.path("ports")) {
            if (asked.path("container").asInt() != published.path("container").asInt()
                    || !protocol(asked).equals(protocol(published))) {
                continue;
            }
            if (!asked.path("host").isNumber()) {
                picked = picked.or(() -> Optional.of(asked));
            } else if (asked.path("host").asInt() == published.path("host").asInt()) {
                return addressOf(asked);
            }
        }
        return picked.flatMap(PortVerb::addressOf);
    }

    private static Optional<String> addressOf(JsonNode asked) {
        return Optional.ofNullable(asked.path("address").textValue());
    }

    private static String protocol(JsonNode port) {
        return port.path("protocol").asText("tcp");
    }
}
