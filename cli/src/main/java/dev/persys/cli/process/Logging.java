package dev.persys.cli.process;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.jul.LevelChangePropagator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.util.Duration;
import ch.qos.logback.core.util.FileSize;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigValue;
import java.util.Map;
import net.logstash.logback.encoder.LogstashEncoder;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * The log of a process, as {@code persys.log} says; {@code -Dlogback.configurationFile} takes its place. Libraries that log by
 * way of {@code java.util.logging}, such as gRPC, log here too.
 */
final class Logging {
    private static final String PATTERN = "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %logger{20} [%mdc] %msg%n%rEx";

    private Logging() {}

    /** Sets the log up; nothing may have been logged before. */
    static void start(Config config) {
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        if (System.getProperty("logback.configurationFile") != null) {
            return;
        }
        Config log = config.getConfig("persys.log");
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        context.addListener(levelsOfJul(context));
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(level("persys.log.level", log.getString("level")));
        for (Map.Entry<String, ConfigValue> entry :
                log.getConfig("levels").root().entrySet()) {
            String path = "persys.log.levels." + entry.getKey();
            context.getLogger(entry.getKey())
                    .setLevel(level(path, String.valueOf(entry.getValue().unwrapped())));
        }
        OutputStreamAppender<ILoggingEvent> appender = appender(log, context);
        appender.setContext(context);
        appender.setEncoder(encoder(log.getString("format"), context));
        appender.start();
        root.addAppender(appender);
    }

    /** Writes what is left. */
    static void stop() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.stop();
        }
    }

    /** What is not logged is not even made then, and {@code debug} is heard of too. */
    private static LevelChangePropagator levelsOfJul(LoggerContext context) {
        LevelChangePropagator levels = new LevelChangePropagator();
        levels.setContext(context);
        levels.setResetJUL(true);
        levels.start();
        return levels;
    }

    private static OutputStreamAppender<ILoggingEvent> appender(Config log, LoggerContext context) {
        String file = log.getString("file");
        if (file.isEmpty()) {
            return new ConsoleAppender<>();
        }
        RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
        appender.setContext(context);
        appender.setFile(file);
        FixedWindowRollingPolicy rolling = new FixedWindowRollingPolicy();
        rolling.setContext(context);
        rolling.setParent(appender);
        rolling.setFileNamePattern(file + ".%i");
        rolling.setMinIndex(1);
        rolling.setMaxIndex(Math.max(1, log.getInt("max-files")));
        rolling.start();
        SizeBasedTriggeringPolicy<ILoggingEvent> trigger = new SizeBasedTriggeringPolicy<>();
        trigger.setContext(context);
        trigger.setMaxFileSize(new FileSize(log.getBytes("max-file-size")));
        trigger.setCheckIncrement(Duration.buildBySeconds(1));
        trigger.start();
        appender.setRollingPolicy(rolling);
        appender.setTriggeringPolicy(trigger);
        return appender;
    }

    private static Encoder<ILoggingEvent> encoder(String format, LoggerContext context) {
        if (format.equals("json")) {
            LogstashEncoder json = new LogstashEncoder();
            json.setContext(context);
            json.start();
            return json;
        } else if (!format.equals("text")) {
            throw ProcessConfig.unusable("persys.log.format is text or json, not " + format);
        }
        PatternLayoutEncoder text = new PatternLayoutEncoder();
        text.setContext(context);
        text.setPattern(PATTERN);
        text.start();
        return text;
    }

    private static Level level(String path, String text) {
        Level level = Level.toLevel(text, Level.OFF);
        if (level == Level.OFF && !text.equalsIgnoreCase("off")) {
            throw ProcessConfig.unusable(path + " is trace, debug, info, warn, error or off, not " + text);
        }
        return level;
    }
}
