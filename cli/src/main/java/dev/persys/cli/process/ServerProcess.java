package dev.persys.cli.process;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.http.audit.AuditOpenException;
import dev.persys.http.net.BindRefusedException;
import dev.persys.scheduler.store.StoreOpenException;
import dev.persys.store.StoreUnavailableException;
import dev.persys.trust.TrustException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server process from its start to its exit. SIGTERM and SIGINT finish requests, leave the cluster, close the store
 * and exit with 0 within the deadline of {@code persys.process.stop-deadline}; containers stay as they are.
 */
public final class ServerProcess {
    /** Which parts it has. */
    public enum Role {
        SCHEDULER("persys-scheduler"),
        AGENT("persys-agent"),
        GATEWAY("persys-gateway"),
        /** Scheduler and agent in one. */
        BOTH("persys-dev");

        private final String service;

        Role(String service) {
            this.service = service;
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(ServerProcess.class);
    private static final Duration METRICS_LIMIT = Duration.ofSeconds(1);

    private final ServerParts parts;
    private final Duration stopDeadline;
    private final AtomicBoolean stopping = new AtomicBoolean();
    private volatile ExitCode outcome = ExitCode.OK;

    private ServerProcess(ServerParts parts, Duration stopDeadline) {
        this.parts = parts;
        this.stopDeadline = stopDeadline;
    }

    /**
     * Runs until the process is told to end, which ends the JVM, or until it ends by itself.
     *
     * @param fixed settings that {@code file} cannot change
     * @param usual settings in place of the defaults, which {@code file} can change
     * @param onStarted run once everything listens
     * @return what to exit with, where it ended by itself
     * @throws Failure where it cannot start, with the code to exit with
     */
    public static ExitCode run(
            Role role, Optional<Path> file, Map<String, ?> fixed, Map<String, ?> usual, Runnable onStarted) {
        Config config = ProcessConfig.load(file, fixed, usual);
        Logging.start(config);
        Telemetry.start(config, role.service);
        ServerParts parts = started(role, config);
        ServerProcess process = new ServerProcess(parts, config.getDuration("persys.process.stop-deadline"));
        Runtime.getRuntime().addShutdownHook(new Thread(process::stopAndHalt, "stop"));
        LOG.info("{} is started", role.service);
        process.announce(onStarted);
        parts.terminated().toCompletableFuture().join();
        if (process.stopping.get()) {
            return ExitCode.OK; // The hook ends the JVM.
        }
        LOG.error("The actor system ended by itself");
        parts.release();
        Runtime.getRuntime().halt(ExitCode.ACTOR_SYSTEM_FAILED.status());
        return ExitCode.ACTOR_SYSTEM_FAILED;
    }

    /** Whoever cannot be told that the process serves is not left with one that ends as if all were well. */
    private void announce(Runnable onStarted) {
        try {
            onStarted.run();
        } catch (Failure e) {
            outcome = e.code();
            throw logged(e);
        } catch (RuntimeException e) {
            outcome = ExitCode.INTERNAL;
            throw e;
        }
    }

    private static ServerParts started(Role role, Config config) {
        try {
            return switch (role) {
                case SCHEDULER -> ServerParts.scheduler(config);
                case AGENT -> ServerParts.agent(config);
                case GATEWAY -> ServerParts.gateway(config);
                case BOTH -> ServerParts.schedulerAndAgent(config);
            };
        } catch (Failure e) {
            throw unstarted(e);
        } catch (ConfigException | IllegalArgumentException e) {
            throw unstarted(ProcessConfig.unusable(e.getMessage()));
        } catch (TrustException | AuditOpenException e) {
            throw unstarted(new Failure(ExitCode.CONFIGURATION, e.getMessage()));
        } catch (StoreOpenException | StoreUnavailableException e) {
            throw unstarted(new Failure(ExitCode.STORE_UNUSABLE, e.getMessage()));
        } catch (BindRefusedException e) {
            throw unstarted(new Failure(e.isSetting() ? ExitCode.CONFIGURATION : ExitCode.PORT_TAKEN, e.getMessage()));
        } catch (CompletionException e) {
            throw unstarted(new Failure(ExitCode.INTERNAL, String.valueOf(e.getCause())));
        }
    }

    private static Failure unstarted(Failure failure) {
        Failure told = logged(failure);
        Logging.stop();
        return told;
    }

    private static Failure logged(Failure failure) {
        LOG.error("Cannot start: {}", failure.getMessage());
        return failure;
    }

    /** Runs as the JVM's shutdown hook, and decides the exit status, which a signal would else make 143. */
    private void stopAndHalt() {
        stopping.set(true);
        LOG.info("Stopping");
        Thread watchdog = new Thread(this::haltLate, "stop-watchdog");
        watchdog.setDaemon(true);
        watchdog.start();
        boolean orderly = stop();
        Telemetry.stop(METRICS_LIMIT);
        LOG.info("Stopped");
        Logging.stop();
        Runtime.getRuntime().halt(orderly ? outcome.status() : ExitCode.FAILED.status());
    }

    private boolean stop() {
        try {
            parts.stop().toCompletableFuture().get(stopDeadline.toMillis(), TimeUnit.MILLISECONDS);
            parts.release();
            return true;
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("Not everything stopped in order: {}", e.toString());
            parts.release();
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** What was acknowledged is durable, so nothing is lost by not waiting any longer. */
    private void haltLate() {
        try {
            TimeUnit.MILLISECONDS.sleep(stopDeadline.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(ExitCode.FAILED.status());
    }
}
