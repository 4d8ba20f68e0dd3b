package dev.persys.cli.process;

import ch.qos.logback.classic.LoggerContext;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/** Where a server process writes its log. To be said before the first logger is made. */
final class ServerLog {
    private static final String CONFIGURATION = "logback.configurationFile";

    private ServerLog() {}

    static void toStandardError() {
        if (System.getProperty(CONFIGURATION) == null) {
            System.setProperty(CONFIGURATION, "dev/persys/cli/process/log-to-stderr.xml");
        }
    }

    /** Into {@code file}, which is rolled over and bounded. */
    static void toFile(Path file) {
        System.setProperty("persys.log", file.toString());
        if (System.getProperty(CONFIGURATION) == null) {
            System.setProperty(CONFIGURATION, "dev/persys/cli/process/log-to-file.xml");
        }
    }

    /** Writes out what is buffered. */
    static void stop() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.stop();
        }
    }
}
