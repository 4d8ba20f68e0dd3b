package dev.persys.cli.process;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import dev.persys.api.Spelling;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The configuration of a process: system properties over its file over the defaults of every module. */
final class ProcessConfig {
    private static final String AGENT_BIND_ADDRESS = "persys.http.agent.api.bind-address";
    private static final String AGENT_ADDRESS = "persys.agent.ip-address";

    /** Below these an operator names things as he likes. */
    private static final List<String> FREE = List.of(
            "persys.agent.labels.",
            "persys.scheduler.system.",
            "persys.process.agent-system.",
            "persys.process.kamon.",
            "persys.log.levels.");

    private ProcessConfig() {}

    /**
     * Reads and resolves everything.
     *
     * @param fixed settings that the file cannot change
     * @throws Failure with {@link ExitCode#CONFIGURATION}, naming file and setting
     */
    static Config load(Optional<Path> file, Map<String, ?> fixed) {
        return load(file, fixed, Map.of());
    }

    /**
     * Reads and resolves everything.
     *
     * @param fixed settings that the file cannot change
     * @param usual settings in place of the defaults, which the file can change
     * @throws Failure with {@link ExitCode#CONFIGURATION}, naming file and setting
     */
    static Config load(Optional<Path> file, Map<String, ?> fixed, Map<String, ?> usual) {
        try {
            Config written = file.map(ProcessConfig::parse).orElseGet(ConfigFactory::empty);
            checkKnown(written);
            Config resolved = ConfigFactory.parseMap(fixed, "this command")
                    .withFallback(ConfigFactory.defaultOverrides())
                    .withFallback(written)
                    .withFallback(ConfigFactory.parseMap(usual, "this command"))
                    .withFallback(ConfigFactory.defaultReferenceUnresolved())
                    .resolve();
            return consistent(resolved);
        } catch (ConfigException e) {
            throw unusable(e.getMessage());
        }
    }

    /** What cannot be used, in words. */
    static Failure unusable(String why) {
        return new Failure(
                ExitCode.CONFIGURATION,
                "the configuration cannot be used: " + why,
                "Each setting and its default is described in docs/manual/configuration.md.");
    }

    private static Config parse(Path file) {
        if (!Files.isReadable(file)) {
            throw new Failure(ExitCode.CONFIGURATION, "there is no configuration file " + file + " that can be read");
        }
        return ConfigFactory.parseFile(
                file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false));
    }

    /** A setting of ours that has no default does not exist: most often it is misspelt. */
    private static void checkKnown(Config written) {
        Config defaults = ConfigFactory.defaultReference();
        Set<String> known = defaults.withOnlyPath("persys").entrySet().stream()
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
        Config ours = written.withOnlyPath("persys");
        for (Map.Entry<String, ConfigValue> entry : ours.resolveWith(defaults).entrySet()) {
            String path = entry.getKey();
            if (!known.contains(path) && FREE.stream().noneMatch(path::startsWith)) {
                ConfigOrigin origin = entry.getValue().origin();
                throw new Failure(
                        ExitCode.CONFIGURATION,
                        origin.filename() + ", line " + origin.lineNumber() + ": there is no setting " + path,
                        Spelling.nearest(path, known)
                                .map(near -> "Did you mean " + near + "?")
                                .orElse("docs/manual/configuration.md says where all of them are."));
            }
        }
    }

    /** Settles what two modules each have a setting for. */
    private static Config consistent(Config config) {
        Config sameStop = config.withValue("persys.agent.port", config.getValue("persys.http.agent.api.port"));
        boolean unsaid = config.getString(AGENT_ADDRESS).isEmpty();
        String bound = config.getString(AGENT_BIND_ADDRESS);
        // Whoever listens on loopback alone can be reached nowhere else.
        return unsaid && isLoopback(bound)
                ? sameStop.withValue(AGENT_ADDRESS, ConfigValueFactory.fromAnyRef(bound, AGENT_BIND_ADDRESS))
                : sameStop;
    }

    private static boolean isLoopback(String address) {
        try {
            return InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false; // Binding will say so.
        }
    }
}
