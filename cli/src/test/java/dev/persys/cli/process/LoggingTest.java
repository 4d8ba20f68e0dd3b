package dev.persys.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.ContextInitializer;
import ch.qos.logback.core.joran.spi.JoranException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What libraries say by way of {@code java.util.logging}, as gRPC does. */
class LoggingTest {
    private static final Logger GRPC = Logger.getLogger("io.grpc.internal.ManagedChannelImpl");

    @TempDir
    Path directory;

    private final PrintStream before = System.err;
    private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();

    /** As it is in a process that nobody has set up: all goes to standard error. */
    @BeforeEach
    void logAsTheJdkDoes() throws IOException {
        System.setErr(new PrintStream(stderr, true, StandardCharsets.UTF_8));
        LogManager.getLogManager()
                .readConfiguration(new ByteArrayInputStream(
                        "handlers = java.util.logging.ConsoleHandler".getBytes(StandardCharsets.UTF_8)));
        GRPC.warning("before the log is set up");
        assertThat(stderr.toString(StandardCharsets.UTF_8)).contains("before the log is set up");
        stderr.reset();
    }

    @AfterEach
    void logAsTestsDo() throws IOException, JoranException {
        System.setErr(before);
        LogManager.getLogManager().readConfiguration();
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        new ContextInitializer(context).autoConfig();
    }

    @Test
    void librariesLogToTheProcessesLogAndNotToStandardError() throws IOException {
        String log = logOf(Map.of());

        assertThat(log)
                .contains("WARN", "no transport is left", "what a library failed with")
                .doesNotContain("normal work");
        assertThat(stderr.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    void levelsHoldForThemToo() throws IOException {
        assertThat(logOf(Map.of("persys.log.levels.\"io.grpc\"", "error"))).doesNotContain("no transport");
        assertThat(logOf(Map.of("persys.log.levels.\"io.grpc\"", "debug")))
                .contains("no transport", "normal work", "details");
    }

    private String logOf(Map<String, String> levels) throws IOException {
        Path file = Files.createTempFile(directory, "log", "");
        Map<String, String> settings = new HashMap<>(levels);
        settings.put("persys.log.file", file.toString());
        Logging.start(ProcessConfig.load(Optional.empty(), settings));
        GRPC.log(Level.WARNING, "no transport is left", new IOException("what a library failed with"));
        GRPC.info("normal work");
        GRPC.fine("details");
        Logging.stop();
        return Files.readString(file);
    }
}
