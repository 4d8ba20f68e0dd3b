package dev.persys.cli.process;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import kamon.Kamon;
import scala.jdk.javaapi.FutureConverters;

/**
 * A process that serves until it is told to end: {@code persys scheduler}, {@code persys agent}, and the one behind
 * {@code persys dev}. SIGTERM and SIGINT end it orderly, with exit status 0.
 */
public final class ServerProcess {
    /** Within the ten seconds that whoever sent a SIGTERM may wait. */
    private static final Duration STOP_DEADLINE = Duration.ofSeconds(9);

    private static final Config AGENT_SYSTEM = ConfigFactory.parseMap(Map.of(
            "akka.actor.provider", "local",
            "akka.coordinated-shutdown.exit-jvm", "off",
            "akka.coordinated-shutdown.run-by-jvm-shutdown-hook", "off"));

    private final Stopping stopping = new Stopping();
    private final AtomicReference<ExitCode> outcome = new AtomicReference<>(ExitCode.OK);

    private ServerProcess() {}

    /** Serves as a scheduler; does not return. */
    public static void scheduler(Optional<Path> file, PrintStream err) {
        ServerLog.toStandardError();
        ServerProcess process = new ServerProcess();
        Config config = Configuration.load(file, Map.of());
        process.serve(config, () -> {
            Parts.Scheduler scheduler = Parts.startScheduler(config, process.stopping);
            err.println(
                    "persys scheduler: API on http://" + text(scheduler.http().apiAddress())
                            + ", for agents and Prometheus on http://"
                            + text(scheduler.http().nodeAddress()));
            return scheduler.node().system();
        });
    }

    /** Serves as an agent; does not return. */
    public static void agent(Optional<Path> file, PrintStream err) {
        ServerLog.toStandardError();
        ServerProcess process = new ServerProcess();
        Config config = Configuration.load(file, Map.of());
        process.serve(config, () -> {
            ActorSystem<Void> system = ActorSystem.create(
                    Behaviors.empty(),
                    "persys-agent",
                    AGENT_SYSTEM
                            .withFallback(config.getConfig("persys.scheduler.system"))
                            .withFallback(config));
            process.stopping.before("the actor system", () -> {
                system.terminate();
                return system.getWhenTerminated();
            });
            Parts.Agent agent = Parts.startAgent(system, config, process.stopping);
            err.println("persys agent: orders on http://" + text(agent.http().apiAddress()) + ", metrics on http://"
                    + text(agent.http().metricsAddress()));
            return system;
        });
    }

    /** Serves as scheduler, agent and store in one, for {@code persys dev}; does not return. */
    public static void development(DevHome home, DevPorts ports) {
        ServerLog.toFile(home.log());
        ServerProcess process = new ServerProcess();
        Config config = Configuration.load(home.configuration(), home.settings(ports));
        process.serve(config, () -> {
            Parts.Scheduler scheduler = Parts.startScheduler(config, process.stopping);
            Parts.Agent agent = Parts.startAgent(scheduler.node().system(), config, process.stopping);
            DevEndpoints endpoints = DevEndpoints.of(
                    scheduler.http().apiAddress(),
                    scheduler.http().nodeAddress(),
                    agent.http().apiAddress(),
                    agent.http().metricsAddress());
            home.announce(endpoints);
            process.stopping.last("the list of endpoints", () -> {
                home.withdraw();
                return java.util.concurrent.CompletableFuture.completedFuture(null);
            });
            return scheduler.node().system();
        });
    }

    private interface Start {
        ActorSystem<?> run();
    }

    private void serve(Config config, Start start) {
        Kamon.initWithoutAttaching(config);
        stopping.last("the metrics", () -> FutureConverters.asJava(Kamon.stop()));
        ActorSystem<?> system;
        try {
            system = start.run();
        } catch (Failure e) {
            stopping.run(STOP_DEADLINE);
            throw e;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(this::end, "persys-stop"));
        system.getWhenTerminated().toCompletableFuture().join();
        outcome.compareAndSet(ExitCode.OK, ExitCode.ACTOR_SYSTEM_FAILED);
        System.exit(outcome.get().status());
    }

    /** Runs when the JVM is told to end. Its exit status would be the signal's; ours says whether the end was clean. */
    private void end() {
        boolean clean = stopping.run(STOP_DEADLINE);
        ExitCode code = outcome.get() == ExitCode.OK && !clean ? ExitCode.FAILED : outcome.get();
        ServerLog.stop();
        Runtime.getRuntime().halt(code.status());
    }

    static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
