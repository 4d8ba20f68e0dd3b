package dev.persys.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.model.ContainerOptions;
import dev.persys.model.HealthCheck;
import dev.persys.model.Limits;
import dev.persys.model.PortMapping;
import dev.persys.model.Protocol;
import dev.persys.model.PullPolicy;
import dev.persys.model.Resources;
import dev.persys.model.RestartPolicy;
import dev.persys.model.VolumeMount;
import dev.persys.model.WorkloadSpec;
import dev.persys.model.WorkloadType;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The fields that a workload and an order to run one have in common. */
record ContainerFields(
        List<String> command,
        List<String> args,
        List<String> entrypoint,
        Map<String, String> envVars,
        Resources resources,
        Limits limits,
        List<PortMapping> ports,
        List<VolumeMount> volumes,
        Optional<String> network,
        Optional<String> user,
        Optional<String> workingDir,
        RestartPolicy restartPolicy,
        Map<String, String> labels,
        Duration stopGracePeriod,
        PullPolicy pullPolicy,
        Optional<String> registryCredentials,
        Optional<HealthCheck> healthCheck,
        ContainerOptions options) {

    static final List<String> NAMES = Stream.concat(
                    Stream.of(
                            "command",
                            "args",
                            "entrypoint",
                            "envVars",
                            "resources",
                            "limits",
                            "ports",
                            "volumes",
                            "network",
                            "user",
                            "workingDir",
                            "restartPolicy",
                            "labels",
                            "stopGracePeriod",
                            "pullPolicy",
                            "registryCredentials",
                            "healthCheck"),
                    OptionFields.NAMES.stream())
            .toList();

    /** What other systems call them. */
    static final Map<String, String> ALIASES = Stream.concat(
                    Stream.of(
                            Map.entry("env", "envVars"),
                            Map.entry("environment", "envVars"),
                            Map.entry("cmd", "command"),
                            Map.entry("cpu", "resources.cpu"),
                            Map.entry("cpus", "resources.cpu"),
                            Map.entry("memory", "resources.memory"),
                            Map.entry("mem", "resources.memory"),
                            Map.entry("memoryLimit", "limits.memory"),
                            Map.entry("cpuLimit", "limits.cpu"),
                            Map.entry("restart", "restartPolicy"),
                            Map.entry("imagePullPolicy", "pullPolicy"),
                            Map.entry("nodeSelector", "constraints"),
                            Map.entry("mounts", "volumes"),
                            Map.entry("workdir", "workingDir"),
                            Map.entry("healthcheck", "healthCheck"),
                            Map.entry("livenessProbe", "healthCheck"),
                            Map.entry("grace", "stopGracePeriod")),
                    OptionFields.ALIASES.entrySet().stream())
            .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

    private static final Duration MAX_GRACE = Duration.ofHours(1);
    private static final String GRACE_WORDS = "seconds, or text such as 10s or 1m30s; at most 1h";
    private static final String PORT_WORDS = "a whole number from 1 to 65535";
    private static final BigDecimal THOUSAND = BigDecimal.valueOf(1000);

    static ContainerFields read(Fields fields) {
        ResourceFields amounts = ResourceFields.read(fields);
        List<VolumeMount> volumes = volumes(fields);
        return new ContainerFields(
                command(fields),
                fields.texts("args"),
                fields.texts("entrypoint"),
                fields.map("envVars", Rules.ENV_NAME),
                amounts.resources(),
                amounts.limits(),
                ports(fields),
                volumes,
                fields.filled("network").flatMap(node -> fields.text("network", Rules.NETWORK)),
                fields.text("user", Rules.USER_NAME),
                fields.text("workingDir", Rules.ABSOLUTE_PATH),
                restartPolicy(fields),
                fields.map("labels", Rules.OWN_LABEL_NAME),
                duration(fields, "stopGracePeriod").orElse(WorkloadSpec.DEFAULT_STOP_GRACE_PERIOD),
                pullPolicy(fields),
                fields.text("registryCredentials", Rules.DNS_LABEL),
                HealthFields.read(fields),
                OptionFields.read(fields, volumes));
    }

    /** A container of {@code image} with these fields. */
    WorkloadSpec spec(String name, String image, Map<String, String> constraints) {
        return new WorkloadSpec(
                name,
                WorkloadType.DOCKER_CONTAINER,
                image,
                command,
                args,
                entrypoint,
                envVars,
                resources,
                limits,
                ports,
                volumes,
                network,
                user,
                workingDir,
                restartPolicy,
                labels,
                constraints,
                stopGracePeriod,
                pullPolicy,
                registryCredentials,
                healthCheck,
                options);
    }

    private static List<String> command(Fields fields) {
        Optional<JsonNode> node = fields.get("command");
        if (node.isEmpty() || node.get().isArray()) {
            return fields.texts("command");
        }
        String allowed = "a list of texts, or one text with balanced quotes";
        Optional<String> line = fields.text("command", new Fields.Rule(allowed, text -> true));
        if (line.isEmpty()) {
            return List.of();
        }
        ShellWords.Result split = ShellWords.split(line.get());
        if (split instanceof ShellWords.Result.Words words) {
            return words.words();
        }
        ShellWords.Result.Unbalanced unbalanced = (ShellWords.Result.Unbalanced) split;
        fields.errors().add(fields.at("command"), unbalanced.what() + ", at character " + unbalanced.at(), allowed);
        return List.of();
    }

    private static List<PortMapping> ports(Fields fields) {
        Set<Object> taken = new HashSet<>();
        List<List<PortMapping>> ports = fields.list("ports", (node, at) -> {
            List<PortMapping> entry = ports(node, at, fields.errors());
            boolean first = entry.stream().allMatch(port -> isFirst(port, at, taken, fields.errors()));
            return Optional.of(entry).filter(all -> first);
        });
        List<PortMapping> all = ports.stream().flatMap(List::stream).toList();
        if (all.size() > Fields.MAX_ENTRIES) {
            fields.errors().add(fields.at("ports"), all.size() + " ports", "at most " + Fields.MAX_ENTRIES);
        }
        return all;
    }

    /** An object, which is one port; or text as Docker writes it, which may be several. */
    private static List<PortMapping> ports(JsonNode node, String at, FieldErrors errors) {
        if (node.isTextual()) {
            List<PortMapping> ports = PortText.parse(node.textValue());
            if (ports.isEmpty()) {
                errors.add(
                        at,
                        FieldErrors.shown(node),
                        PortText.ALLOWED
                                + "; or an object with the fields container, host, protocol, address and name");
            }
            return ports;
        } else if (node.isNumber()) {
            errors.add(
                    at,
                    FieldErrors.shown(node),
                    "text in quotes, such as \"" + node.asText() + "\" or \"8080:" + node.asText()
                            + "\"; or an object with the fields container, host, protocol, address and name");
            return List.of();
        }
        return Fields.of(
                        node,
                        at,
                        List.of("name", "container", "host", "protocol", "address"),
                        Map.of("containerPort", "container", "hostPort", "host", "hostIP", "address"),
                        errors)
                .flatMap(ContainerFields::port)
                .stream()
                .toList();
    }

    private static Optional<PortMapping> port(Fields fields) {
        Optional<String> name = fields.text("name", Rules.DNS_LABEL);
        if (fields.get("container").isEmpty()) {
            fields.errors().add(fields.at("container"), "missing", "the port in the container, " + PORT_WORDS);
        }
        Optional<Long> container = fields.whole("container", 1, 65_535, PORT_WORDS);
        Optional<Long> host = fields.whole("host", 1, 65_535, PORT_WORDS + "; leave it out and Docker picks one");
        Optional<Protocol> protocol = fields.value("protocol", "tcp, udp or sctp", ContainerFields::protocol);
        Optional<String> address = fields.text("address", Rules.IP_ADDRESS);
        return container.map(port -> new PortMapping(
                name, port.intValue(), host.map(Long::intValue), protocol.orElse(Protocol.TCP), address));
    }

    private static Optional<Protocol> protocol(JsonNode node) {
        return List.of(Protocol.values()).stream()
                .filter(protocol -> node.isTextual()
                        && protocol.name().toLowerCase(Locale.ROOT).equals(node.textValue()))
                .findFirst();
    }

    /** No name and no port of the node twice, and no port of the container twice with Docker to pick. */
    private static boolean isFirst(PortMapping port, String at, Set<Object> taken, FieldErrors errors) {
        boolean named = port.name().map(taken::add).orElse(true);
        if (!named) {
            errors.add(at + "/name", "a name that an earlier port has", "each name once");
        }
        Object place = port.hostPort()
                .<Object>map(host -> host)
                .orElse(List.of(
                        port.container(), port.protocol(), port.address().orElse("")));
        boolean placed = taken.add(place);
        if (!placed) {
            errors.add(at, "a port that an earlier entry publishes", "each port once");
        }
        return named && placed;
    }

    private static List<VolumeMount> volumes(Fields fields) {
        Set<String> targets = new HashSet<>();
        return fields.list(
                "volumes",
                (node, at) -> volume(node, at, fields.errors()).filter(volume -> {
                    boolean first = targets.add(volume.target());
                    if (!first) {
                        fields.errors()
                                .add(
                                        node.isObject() ? at + "/target" : at,
                                        "a target that an earlier volume has",
                                        "each target once");
                    }
                    return first;
                }));
    }

    /** An object; or text as Docker writes it, whose parts are checked as those of the object are. */
    private static Optional<VolumeMount> volume(JsonNode node, String at, FieldErrors errors) {
        if (node.isTextual()) {
            return VolumeText.parse(node.textValue(), at, errors);
        }
        return Fields.of(node, at, List.of("source", "target", "readOnly"), Map.of("readonly", "readOnly"), errors)
                .flatMap(ContainerFields::volume);
    }

    private static Optional<VolumeMount> volume(Fields fields) {
        Optional<String> source = fields.required("source", Rules.VOLUME_SOURCE);
        Optional<String> target = fields.required("target", Rules.VOLUME_TARGET);
        boolean readOnly = fields.truth("readOnly").orElse(false);
        return source.flatMap(from -> target.map(to -> new VolumeMount(from, to, readOnly)));
    }

    private static RestartPolicy restartPolicy(Fields fields) {
        if (fields.filled("restartPolicy").isEmpty()) {
            return RestartPolicy.NEVER;
        }
        return fields.value(
                        "restartPolicy",
                        "no (in YAML in quotes: \"no\"), on-failure, on-failure:n with n from 1, always or unless-stopped",
                        node -> node.isTextual() ? RestartPolicy.parse(node.textValue()) : Optional.empty())
                .orElse(RestartPolicy.NEVER);
    }

    private static PullPolicy pullPolicy(Fields fields) {
        return fields.value(
                        "pullPolicy",
                        "missing, always or never",
                        node -> List.of(PullPolicy.values()).stream()
                                .filter(policy -> node.isTextual()
                                        && policy.name()
                                                .toLowerCase(Locale.ROOT)
                                                .equals(node.textValue()))
                                .findFirst())
                .orElse(PullPolicy.MISSING);
    }

    /** At most an hour, to the millisecond. */
    static Optional<Duration> duration(Fields fields, String name) {
        return fields.value(name, GRACE_WORDS, node -> {
            if (node.isTextual()) {
                return DurationText.parse(node.textValue()).filter(grace -> grace.compareTo(MAX_GRACE) <= 0);
            }
            OptionalLong millis = Amounts.decimal(node)
                    .map(seconds -> Amounts.scaled(seconds, THOUSAND, MAX_GRACE.toMillis()))
                    .orElse(OptionalLong.empty());
            return millis.isPresent() ? Optional.of(Duration.ofMillis(millis.getAsLong())) : Optional.empty();
        });
    }
}
