package dev.persys.cli.verb;

import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.cli.dev.DevDirectory;
import dev.persys.cli.dev.DevPorts;
import dev.persys.cli.dev.DevServer;
import dev.persys.cli.dev.DiskRoom;
import dev.persys.cli.output.Progress;
import dev.persys.cli.process.DevCertificates;
import dev.persys.cli.process.ServerProcess;
import dev.persys.cli.syntax.Flag;
import dev.persys.cli.syntax.Reader;
import dev.persys.cli.syntax.Single;
import dev.persys.cli.syntax.Syntax;
import dev.persys.model.Names;
import java.lang.ref.Reference;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code persys dev start}: a cluster of one node on this machine, in one process. */
final class DevStartVerb implements Verb {
    private static final Path USUAL_DOCKER_SOCKET = Path.of("/var/run/docker.sock");
    private static final String AUTO = "auto";
    private static final long LOOK_MILLIS = 100;
    private static final long READY_LIMIT_MILLIS = 60_000;

    /** How long Docker may take for its first answer before it counts as absent. */
    private static final long DOCKER_LIMIT_MILLIS = 4_000;

    /** What whoever may start this may do with Docker as well; a file of settings takes it away. */
    private static final Map<String, Object> ALLOWED = Map.of(
            "persys.agent.allow.host-paths", List.of("/"),
            "persys.agent.allow.networks", List.of("host"),
            "persys.agent.allow.privileges", List.of("ALL"));

    private static final String ALLOWED_IN_WORDS =
            "Workloads here may mount any path of this machine, use its network and take any privilege, unless --config"
                    + " narrows persys.agent.allow.";

    private static final Reader<DevPorts> PORTS = text -> {
        if (text.equals(AUTO)) {
            return DevPorts.free();
        }
        String[] numbers = text.split(",", -1);
        if (numbers.length != 4 || !text.matches("[0-9]{1,5}(,[0-9]{1,5}){3}")) {
            throw new Reader.NotAValueException("auto is wanted, or four ports: API,NODE,AGENT,AGENT_METRICS");
        }
        return new DevPorts(
                Integer.parseInt(numbers[0]),
                Integer.parseInt(numbers[1]),
                Integer.parseInt(numbers[2]),
                Integer.parseInt(numbers[3]));
    };

    private static final Reader<String> NODE_NAME = text -> {
        if (!Names.isDnsName(text)) {
            throw new Reader.NotAValueException("a lower-case DNS name is wanted, such as node-1");
        }
        return text;
    };

    private final Syntax syntax = new Syntax("dev start", "Starts a cluster of one node on this machine.")
            .footer("Everything it keeps is in $PERSYS_HOME/dev; started again, it is as it was.");
    private final Flag foreground = syntax.flag("--foreground", "Stay in this terminal until interrupted.");
    private final Single<DevPorts> ports = syntax.option(
            "--ports", "auto|A,N,G,M", "Any free ports, or these, in place of 8085,8084,8086,8087.", PORTS);
    private final Single<String> name =
            syntax.option("--name", "NODE", "The node's name; node-1 where none was ever given.", NODE_NAME);
    private final Single<Path> config =
            syntax.option("--config", "FILE", "More settings, for scheduler and agent.", Path::of);
    private final Flag quiet = syntax.flag("-q, --quiet", "Say nothing where all goes well.");

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public ExitCode run(Context context) {
        DevDirectory directory = DevDirectory.of(context);
        directory.prepare();
        requireItsName(directory);
        if (directory.runningPid().isPresent() && !foreground.isSet()) {
            sayThatItRuns(directory, context);
            return ExitCode.OK;
        }
        DiskRoom.trouble(directory.path()).ifPresent(full -> {
            throw new Failure(
                    ExitCode.STORE_UNUSABLE,
                    full,
                    "Make room there, or set PERSYS_HOME to a directory on another disk.");
        });
        Optional<String> lastConfig = directory.lastConfig(config.value());
        if (config.value().isEmpty()) {
            lastConfig.ifPresent(file -> Failure.warn(
                    "the last start was with --config " + file + ", and this one is without", context.err()));
        }
        DevPorts chosen = ports.value().or(directory::ports).orElse(DevPorts.DEFAULT);
        chosen.requireFree();
        return foreground.isSet() ? serve(directory, chosen, context) : spawn(directory, chosen, context);
    }

    /** What else was asked for is not done, and whoever asked is not to think so. */
    private void sayThatItRuns(DevDirectory directory, Context context) {
        if (!quiet.isSet()) {
            context.err().println("It is running already.");
            DevState.of(directory, context).print(context.out());
        }
        if (ports.value().isPresent() || config.value().isPresent()) {
            Failure.warn(
                    "--ports and --config count from its next start: persys dev stop, and then this again",
                    context.err());
        }
    }

    /** Under another name the node would be a second one, and what runs here that of a node which is lost. */
    private void requireItsName(DevDirectory directory) {
        Optional<String> before = directory.lastNodeName().filter(known -> Files.exists(directory.store()));
        if (before.isPresent()
                && name.value().filter(wanted -> !before.get().equals(wanted)).isPresent()) {
            throw new Failure(
                    ExitCode.REFUSED,
                    "the node of this cluster is " + before.get() + ", and what runs on it is known by that name",
                    "Leave --name out, or start another cluster: PERSYS_HOME names another directory.");
        }
    }

    private ExitCode spawn(DevDirectory directory, DevPorts chosen, Context context) {
        Progress progress = Progress.on(context.err(), context.terminal(), quiet.isSet());
        progress.phase("starting the cluster");
        List<String> arguments = new ArrayList<>(List.of("dev", "start", "--foreground", "--ports"));
        arguments.add(chosen.api() + "," + chosen.node() + "," + chosen.agent() + "," + chosen.agentMetrics());
        name.value().ifPresent(value -> arguments.addAll(List.of("--name", value)));
        config.value()
                .ifPresent(value -> arguments.addAll(
                        List.of("--config", value.toAbsolutePath().toString())));
        DevServer server = DevServer.spawn(arguments, directory.startLog());
        DevState state = awaitReady(server, directory, context, progress);
        progress.clear();
        if (!quiet.isSet()) {
            state.print(context.out());
            context.err().println(ALLOWED_IN_WORDS);
        }
        if (!quiet.isSet() || !state.dockerAnswers()) {
            state.advice().forEach(context.err()::println);
        }
        return ExitCode.OK;
    }

    private static DevState awaitReady(DevServer server, DevDirectory directory, Context context, Progress progress) {
        long deadline = System.nanoTime() + READY_LIMIT_MILLIS * 1_000_000;
        long dockerDeadline = Long.MAX_VALUE;
        while (System.nanoTime() < deadline) {
            server.requireAlive();
            if (directory.runningPid().isPresent()) {
                DevState state = DevState.of(directory, context);
                if (state.isReady() && (state.dockerAnswers() || System.nanoTime() > dockerDeadline)) {
                    return state;
                } else if (state.isReady() && dockerDeadline == Long.MAX_VALUE) {
                    dockerDeadline = System.nanoTime() + DOCKER_LIMIT_MILLIS * 1_000_000;
                }
                if (!state.isServing()) {
                    state.disk().ifPresent(full -> {
                        throw new Failure(
                                ExitCode.NOT_READY,
                                full,
                                "The cluster runs, and takes changes as soon as there is room; persys dev status says"
                                        + " how it is.");
                    });
                }
                progress.phase(state.isServing() ? "waiting for the node" : "starting the cluster");
            }
            DevServer.pause(LOOK_MILLIS);
        }
        throw new Failure(
                ExitCode.NOT_READY,
                "the cluster is not ready after " + READY_LIMIT_MILLIS / 1000 + " s",
                "persys dev status says how it is; its log is " + directory.log());
    }

    private ExitCode serve(DevDirectory directory, DevPorts chosen, Context context) {
        String node = directory.nodeName(name.value());
        Map<String, Object> settings = new LinkedHashMap<>(chosen.bySetting());
        settings.putAll(directory.pki().settings());
        settings.put("persys.http.agent-secret", directory.agentSecret());
        settings.put("persys.http.scheduler.api.bind-address", "127.0.0.1");
        settings.put("persys.http.scheduler.audit.directory", directory.audit().toString());
        if (context.variable("PERSYS_SECRETS_KEY").isEmpty()) {
            settings.put("persys.secrets.key-file", directory.secretsKey().toString());
        }
        settings.put("persys.http.scheduler.node.bind-address", "127.0.0.1");
        settings.put("persys.http.agent.api.bind-address", "127.0.0.1");
        settings.put("persys.http.agent.metrics.bind-address", "127.0.0.1");
        settings.put("persys.agent.node-id", node);
        settings.put("persys.agent.scheduler-url", "http://127.0.0.1:" + chosen.node());
        if (context.variable("DOCKER_HOST").isEmpty() && !Files.exists(USUAL_DOCKER_SOCKET)) {
            directory.ownDockerHost().ifPresent(host -> settings.put("persys.agent.docker.host", host));
        }
        settings.put("persys.store.kind", "embedded");
        settings.put("persys.store.embedded.directory", directory.store().toString());
        settings.put("persys.log.file", directory.log().toString());
        FileLock lock = directory.takeLock();
        try {
            DevCertificates certificates = new DevCertificates(directory.pki(), node);
            certificates.prepare();
            return ServerProcess.run(ServerProcess.Role.BOTH, config.value(), settings, ALLOWED, () -> {
                certificates.keep();
                directory.announce(chosen, ProcessHandle.current().pid());
                context.out()
                        .println("The API is at https://127.0.0.1:" + chosen.api() + "; the log is " + directory.log());
                context.out().println(ALLOWED_IN_WORDS);
            });
        } finally {
            Reference.reachabilityFence(lock);
        }
    }
}
