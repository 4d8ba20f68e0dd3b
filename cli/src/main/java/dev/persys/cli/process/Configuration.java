package dev.persys.cli.process;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigUtil;
import dev.persys.api.Spelling;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The configuration of a process: what it is started with, over its file, over every default. */
final class Configuration {
    /** Holds for every process of ours: metrics leave through our own routes, so Kamon opens no port. */
    private static final Map<String, Object> ALWAYS = Map.of(
            "kamon.prometheus.start-embedded-http-server", "no",
            "kamon.status-page.auto-start", "no");

    /** Below these an operator names things as he likes. */
    private static final List<String> FREE = List.of("persys.agent.labels.", "persys.scheduler.system.");

    private Configuration() {}

    /**
     * Reads it all.
     *
     * @param overrides paths and values that win over the file
     * @throws Failure with {@link ExitCode#CONFIGURATION} naming file and setting
     */
    static Config load(Optional<Path> file, Map<String, Object> overrides) {
        try {
            Config own = file.map(Configuration::read).orElseGet(ConfigFactory::empty);
            checkKnown(file, own);
            return ConfigFactory.load(
                    ConfigFactory.parseMap(overrides).withFallback(own).withFallback(ConfigFactory.parseMap(ALWAYS)));
        } catch (ConfigException e) {
            throw unusable(e);
        }
    }

    static Failure unusable(ConfigException e) {
        return new Failure(
                ExitCode.CONFIGURATION,
                "the configuration cannot be used: " + e.getMessage(),
                "docs/manual/configuration.md lists the settings; every default is in a reference.conf.");
    }

    private static Config read(Path file) {
        if (!Files.isReadable(file)) {
            throw new Failure(
                    ExitCode.CONFIGURATION,
                    "there is no configuration file " + file + " that can be read",
                    "--config names another; without it the defaults hold.");
        }
        return ConfigFactory.parseFile(
                file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false));
    }

    /** A setting of ours that has no default does not exist: most often it is misspelt. */
    private static void checkKnown(Optional<Path> file, Config own) {
        Set<String> known =
                ConfigFactory.defaultReferenceUnresolved().root().toConfig().getConfig("persys").entrySet().stream()
                        .map(entry -> "persys." + entry.getKey())
                        .collect(Collectors.toSet());
        for (var entry : own.resolve().entrySet()) {
            String path = entry.getKey();
            boolean ours = ConfigUtil.splitPath(path).get(0).equals("persys");
            if (ours && !known.contains(path) && FREE.stream().noneMatch(path::startsWith)) {
                String next = Spelling.nearest(path, known)
                        .map(near -> "Did you mean " + near + "?")
                        .orElse("docs/manual/configuration.md lists the settings.");
                throw new Failure(
                        ExitCode.CONFIGURATION,
                        file.map(Path::toString).orElse("the configuration") + " line "
                                + entry.getValue().origin().lineNumber() + ": there is no setting " + path,
                        next);
            }
        }
    }
}
