package dev.persys.cli.process;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import kamon.Kamon;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.jdk.javaapi.FutureConverters;

/** The process's metrics. Nothing is instrumented at run time: Kamon's agent is not attached. */
final class Telemetry {
    private static final Logger LOG = LoggerFactory.getLogger(Telemetry.class);

    private Telemetry() {}

    /**
     * Starts to gather.
     *
     * @param service what the process is called among others
     */
    static void start(Config config, String service) {
        Config laidOver = ConfigFactory.parseString("kamon.environment.service = \"" + service + "\"")
                .withFallback(config.getConfig("persys.process").withOnlyPath("kamon"))
                .withFallback(config);
        Kamon.initWithoutAttaching(laidOver);
    }

    /** Stops, and waits for it so long. */
    static void stop(Duration limit) {
        try {
            FutureConverters.asJava(Kamon.stop()).toCompletableFuture().get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.warn("The metrics were not stopped in time: {}", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
