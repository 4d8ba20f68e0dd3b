package dev.persys.cli.verb;

import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.process.ServerProcess;
import dev.persys.cli.syntax.Reader;
import dev.persys.cli.syntax.Single;
import dev.persys.cli.syntax.Syntax;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** {@code persys scheduler}, {@code persys agent} and {@code persys gateway}: a server process in the foreground. */
final class ServerVerb implements Verb {
    private final String process;
    private final ServerProcess.Role role;
    private final Syntax syntax;
    private final Single<Path> config;
    private final Optional<Single<String>> join;
    private final Optional<Single<String>> scheduler;

    private ServerVerb(String process, ServerProcess.Role role, String summary) {
        this.process = process;
        this.role = role;
        syntax = new Syntax(process, summary)
                .footer("SIGTERM finishes requests and exits with 0 within 10 s; containers go on.");
        config = syntax.option(
                "--config",
                "FILE",
                "Its settings, in place of conf/" + process + ".conf of the installation.",
                Path::of);
        boolean joins = role == ServerProcess.Role.AGENT;
        join = joins
                ? Optional.of(syntax.option(
                        "--join",
                        "TOKEN",
                        "Join the cluster that made this token; where that has been, go on with the certificate.",
                        Reader.TEXT))
                : Optional.empty();
        scheduler = joins
                ? Optional.of(syntax.option(
                        "--scheduler", "HOST:PORT", "Where to join; the port is 8084 without.", Reader.TEXT))
                : Optional.empty();
    }

    static ServerVerb scheduler() {
        return new ServerVerb("scheduler", ServerProcess.Role.SCHEDULER, "Runs a scheduler.");
    }

    static ServerVerb agent() {
        return new ServerVerb("agent", ServerProcess.Role.AGENT, "Runs the agent of this machine.");
    }

    static ServerVerb gateway() {
        return new ServerVerb("gateway", ServerProcess.Role.GATEWAY, "Runs a gateway for people and programs.");
    }

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public ExitCode run(Context context) {
        Map<String, String> fixed = new HashMap<>();
        join.flatMap(Single::value).ifPresent(token -> fixed.put("persys.trust.join-token", token));
        scheduler.flatMap(Single::value).ifPresent(where -> fixed.put("persys.trust.join-scheduler", where));
        return ServerProcess.run(role, config.value().or(this::installed), fixed, Map.of(), () -> {});
    }

    private Optional<Path> installed() {
        return Optional.ofNullable(System.getProperty("persys.dist"))
                .map(dist -> Path.of(dist, "conf", process + ".conf"))
                .filter(Files::exists);
    }
}
