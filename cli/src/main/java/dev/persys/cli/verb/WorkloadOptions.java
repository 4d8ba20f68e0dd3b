package dev.persys.cli.verb;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.persys.cli.Context;
import dev.persys.cli.client.JsonText;
import dev.persys.cli.syntax.Flag;
import dev.persys.cli.syntax.Reader;
import dev.persys.cli.syntax.Several;
import dev.persys.cli.syntax.Single;
import dev.persys.cli.syntax.Syntax;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** A workload as options describe it. */
final class WorkloadOptions {
    private static final int LONGEST_STEM = 50;
    private static final int SUFFIX = 4;
    private static final String SUFFIX_LETTERS = "bcdfghjklmnpqrstvwxz2456789"; // Nothing that spells or misreads.

    private final Single<String> name;
    private final Several<String> variables;
    private final Several<Path> variableFiles;
    private final Several<Map.Entry<String, String>> secrets;
    private final Several<String> ports;
    private final Several<String> volumes;
    private final Several<Mount> mounts;
    private final Single<BigDecimal> cpu;
    private final Single<BigDecimal> cpuLimit;
    private final Single<BigDecimal> cpus;
    private final Single<String> memory;
    private final Single<String> memoryLimit;
    private final Single<String> restart;
    private final Several<Map.Entry<String, String>> labels;
    private final Several<Map.Entry<String, String>> constraints;
    private final Single<String> network;
    private final Single<String> user;
    private final Single<String> workingDirectory;
    private final Single<String> entrypoint;
    private final Single<String> pullPolicy;
    private final Single<String> stopGrace;
    private final Single<String> credentials;
    private final HealthOptions health;
    private final Single<String> hostname;
    private final Flag init;
    private final Flag readOnly;
    private final Several<String> tmpfs;
    private final Several<String> capAdd;
    private final Several<String> capDrop;
    private final Several<String> ulimits;
    private final Several<String> extraHosts;
    private final Single<String> stopSignal;
    private final Several<String> dns;

    WorkloadOptions(Syntax syntax) {
        name = syntax.option("--name", "NAME", "A DNS label; the image's name with a suffix otherwise.", Reader.TEXT);
        variables = syntax.options(
                "-e, --env", "NAME[=VALUE]", "An environment variable; without a value, this shell's.", Reader.TEXT);
        variableFiles = syntax.options("--env-file", "FILE", "Environment variables, one NAME=VALUE a line.", Path::of);
        secrets = syntax.options(
                "--secret-env",
                "NAME=SECRET",
                "An environment variable with the value of a secret; persys secret set makes one.",
                Readers.PAIR);
        ports = syntax.options(
                "-p, --publish, --port",
                "[[IP:]HOST:]CONTAINER[/PROTO]",
                "Publish a port on the node, or a range; Docker picks the node's where HOST is left out.",
                Readers.PORT);
        volumes = syntax.options(
                "-v, --volume", "SRC:DST[:ro]", "Mount a directory or named volume of the node.", Readers.VOLUME);
        mounts = syntax.options("--mount", Mount.LABEL, "As --volume and --tmpfs, in other words.", Mount.READER);
        cpu = syntax.option(
                "--cpu",
                "CORES",
                "Reserved, such as 0.5 or 500m (0.1 otherwise); idle cores are used too.",
                Readers.CPU);
        cpuLimit = syntax.option("--cpu-limit", "CORES", "No more than this, whatever is idle.", Readers.CPU);
        cpus = syntax.option("--cpus", "CORES", "As --cpu and --cpu-limit together.", Readers.CPU);
        memory = syntax.option(
                "-m, --memory",
                "SIZE",
                "Reserved, and the limit; such as 256Mi or 1Gi (otherwise 128Mi reserved, and no limit).",
                Readers.SIZE);
        memoryLimit = syntax.option(
                "--memory-limit", "SIZE", "A limit above what is reserved; none for no limit.", Readers.SIZE);
        restart = syntax.option(
                "--restart", "POLICY", "no (otherwise), on-failure[:n], always or unless-stopped.", Reader.TEXT);
        labels = syntax.options("-l, --label", "NAME[=VALUE]", "A label of the container.", Readers.LABEL);
        constraints = syntax.options("--constraint", "NAME=VALUE", "Only on nodes with this label.", Readers.PAIR);
        network = syntax.option("--network", "NETWORK", "A Docker network of the node.", Reader.TEXT);
        user = syntax.option("-u, --user", "USER[:GROUP]", "Who the container runs as.", Reader.TEXT);
        workingDirectory = syntax.option("-w, --workdir", "DIR", "The container's working directory.", Reader.TEXT);
        entrypoint = syntax.option("--entrypoint", "COMMAND", "In place of the image's entry point.", Reader.TEXT);
        pullPolicy = syntax.option("--pull-policy", "WHEN", "missing (otherwise), always or never.", Reader.TEXT);
        stopGrace = syntax.option(
                "--stop-grace", "SPAN", "From the stop signal to the kill, such as 30s (10s otherwise).", Reader.TEXT);
        credentials = syntax.option(
                "--registry-credentials", "NAME", "Credentials that the node's configuration holds.", Reader.TEXT);
        health = new HealthOptions(syntax);
        hostname = syntax.option("--hostname", "NAME", "The container's own name.", Reader.TEXT);
        init = syntax.flag("--init", "A small init process reaps what the program leaves and passes signals on.");
        readOnly = syntax.flag("--read-only", "Nothing can be written outside of volumes and --tmpfs.");
        tmpfs = syntax.options(
                "--tmpfs", "PATH[:OPTIONS]", "A directory in memory, such as /run:size=64m.", Reader.TEXT);
        capAdd = syntax.options("--cap-add", "CAPABILITY", "Such as NET_ADMIN.", Reader.TEXT);
        capDrop = syntax.options("--cap-drop", "CAPABILITY", "Such as ALL.", Reader.TEXT);
        ulimits = syntax.options("--ulimit", "NAME=SOFT[:HARD]", "Such as nofile=1024:2048.", Reader.TEXT);
        extraHosts = syntax.options(
                "--add-host", "NAME:ADDRESS", "A line of /etc/hosts; host-gateway is the node.", Reader.TEXT);
        stopSignal = syntax.option("--stop-signal", "SIGNAL", "In place of the image's, or SIGTERM.", Reader.TEXT);
        dns = syntax.options("--dns", "ADDRESS", "A name server in place of the node's.", Reader.TEXT);
    }

    /** Adds what a run by somebody who is in the container asks for. */
    static void putSession(ObjectNode request, boolean stdin, boolean tty, boolean isAttached, boolean isRemoved) {
        Map<String, Boolean> fields =
                Map.of("stdinOpen", stdin, "tty", tty, "startAttached", isAttached, "autoRemove", isRemoved);
        List.of("stdinOpen", "tty", "startAttached", "autoRemove").stream()
                .filter(fields::get)
                .forEach(field -> request.put(field, true));
    }

    boolean isNamed() {
        return name.value().isPresent();
    }

    /** The request, with only what was said. */
    ObjectNode request(String image, List<String> command, Context context) {
        ObjectNode request = JsonText.object();
        request.put("name", name.value().orElseGet(() -> nameFor(image)));
        request.put("type", "docker-container");
        request.put("image", image);
        if (!command.isEmpty()) {
            request.set("command", strings(command));
        }
        entrypoint.value().ifPresent(word -> request.set("entrypoint", strings(List.of(word))));
        putMap(request, "envVars", EnvironmentVariables.read(variables.values(), variableFiles.values(), context));
        putMap(request, "secretEnv", pairs(secrets));
        putResources(request);
        putTexts(request, "ports", ports.values());
        putTexts(request, "volumes", and(volumes, false));
        restart.value().ifPresent(value -> request.put("restartPolicy", value));
        putMap(request, "labels", pairs(labels));
        putMap(request, "constraints", pairs(constraints));
        network.value().ifPresent(value -> request.put("network", value));
        user.value().ifPresent(value -> request.put("user", value));
        workingDirectory.value().ifPresent(value -> request.put("workingDir", value));
        pullPolicy.value().ifPresent(value -> request.put("pullPolicy", value));
        stopGrace.value().ifPresent(value -> request.put("stopGracePeriod", value));
        credentials.value().ifPresent(value -> request.put("registryCredentials", value));
        health.put(request);
        putOptions(request);
        return request;
    }

    private void putOptions(ObjectNode request) {
        hostname.value().ifPresent(value -> request.put("hostname", value));
        if (init.isSet()) {
            request.put("init", true);
        }
        if (readOnly.isSet()) {
            request.put("readOnly", true);
        }
        putTexts(request, "tmpfs", and(tmpfs, true));
        putTexts(request, "capAdd", capAdd.values());
        putTexts(request, "capDrop", capDrop.values());
        putTexts(request, "ulimits", ulimits.values());
        putTexts(request, "extraHosts", extraHosts.values());
        stopSignal.value().ifPresent(value -> request.put("stopSignal", value));
        putTexts(request, "dns", dns.values());
    }

    /** The last part of the image's name as a DNS label, with a random suffix. */
    static String nameFor(String image) {
        String path = image.substring(image.lastIndexOf('/') + 1);
        String stem = path.replaceAll("[:@].*", "")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9]+", "-")
                .replaceAll("^-+", "");
        String cut = stem.substring(0, Math.min(LONGEST_STEM, stem.length())).replaceAll("-+$", "");
        SecureRandom random = new SecureRandom();
        StringBuilder name = new StringBuilder(cut.isEmpty() ? "workload" : cut).append('-');
        for (int i = 0; i < SUFFIX; i++) {
            name.append(SUFFIX_LETTERS.charAt(random.nextInt(SUFFIX_LETTERS.length())));
        }
        return name.toString();
    }

    private void putResources(ObjectNode request) {
        ObjectNode resources = JsonText.object();
        cpu.value().or(cpus::value).ifPresent(cores -> resources.put("cpu", cores));
        memory.value().ifPresent(size -> putSize(resources, size));
        putObject(request, "resources", resources);
        ObjectNode limits = JsonText.object();
        cpuLimit.value().or(cpus::value).ifPresent(cores -> limits.put("cpu", cores));
        memoryLimit.value().ifPresent(size -> putSize(limits, size));
        putObject(request, "limits", limits);
    }

    private static void putSize(ObjectNode amounts, String size) {
        if (size.matches("[0-9]{1,12}")) {
            amounts.put("memory", Long.parseLong(size));
        } else {
            amounts.put("memory", size);
        }
    }

    private static void putObject(ObjectNode request, String field, ObjectNode object) {
        if (!object.isEmpty()) {
            request.set(field, object);
        }
    }

    private static void putMap(ObjectNode request, String field, Map<String, String> map) {
        if (!map.isEmpty()) {
            ObjectNode object = JsonText.object();
            map.forEach(object::put);
            request.set(field, object);
        }
    }

    /** What the option says, and then what mounts of that kind do. */
    private List<String> and(Several<String> option, boolean isTmpfs) {
        return Stream.concat(
                        option.values().stream(),
                        mounts.values().stream()
                                .filter(mount -> mount.isTmpfs() == isTmpfs)
                                .map(Mount::text))
                .toList();
    }

    private static void putTexts(ObjectNode request, String field, List<String> texts) {
        if (!texts.isEmpty()) {
            request.set(field, strings(texts));
        }
    }

    private static Map<String, String> pairs(Several<Map.Entry<String, String>> option) {
        Map<String, String> map = new LinkedHashMap<>();
        option.values().forEach(pair -> map.put(pair.getKey(), pair.getValue()));
        return map;
    }

    private static ArrayNode strings(List<String> words) {
        ArrayNode list = JsonText.array();
        words.forEach(list::add);
        return list;
    }
}
