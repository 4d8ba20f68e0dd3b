package dev.persys.testing;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.logging.LogManager;

/**
 * Set as {@code java.util.logging.config.class} of every JVM of tests, so that what libraries log by way of {@code
 * java.util.logging} is held to the levels of the tests' log, in place of being printed to standard error.
 */
public final class JulThroughSlf4j {
    private static final String SETTINGS = "handlers = org.slf4j.bridge.SLF4JBridgeHandler\n.level = INFO\n";

    /** Called by the JDK. */
    public JulThroughSlf4j() throws IOException {
        InputStream settings = new ByteArrayInputStream(SETTINGS.getBytes(StandardCharsets.UTF_8));
        LogManager.getLogManager().readConfiguration(settings);
    }
}
