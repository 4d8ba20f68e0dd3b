package dev.persys.cli.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.persys.agent.AgentSettings;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.http.HttpSettings;
import dev.persys.scheduler.SchedulerSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessConfigTest {
    private static final Path CONF = Path.of("..", "conf");

    @Test
    void everyDefaultIsUsable() {
        Config config = ProcessConfig.load(Optional.empty(), Map.of());
        assertThat(SchedulerSettings.of(config).heartbeatInterval()).hasSeconds(30);
        assertThat(HttpSettings.of(config).scheduler().api().port()).isEqualTo(8085);
        assertThat(config.getDuration("persys.process.stop-deadline")).hasSeconds(9);
        assertThat(config.getString("persys.log.format")).isEqualTo("text");
    }

    /** Where two of them set one key, the order of the class path says which counts. */
    @Test
    void modulesSetNothingButTheirOwn() throws IOException {
        List<Config> ours =
                Collections.list(ProcessConfig.class.getClassLoader().getResources("reference.conf")).stream()
                        .map(ConfigFactory::parseURL)
                        .filter(config -> config.root().containsKey("persys"))
                        .toList();

        assertThat(ours)
                .hasSizeGreaterThanOrEqualTo(4)
                .allSatisfy(config -> assertThat(config.root()).containsOnlyKeys("persys"));
    }

    @Test
    void theFilesOfTheInstallationSayNothingThatNobodyReads() {
        for (String name : new String[] {"scheduler.conf", "agent.conf"}) {
            Config written = ConfigFactory.parseFile(CONF.resolve(name).toFile());
            Config known = ProcessConfig.load(Optional.empty(), Map.of());
            assertThat(written.resolveWith(known).entrySet())
                    .isNotEmpty()
                    .allSatisfy(entry -> assertThat(known.hasPath(entry.getKey()))
                            .as(name + ": " + entry.getKey())
                            .isTrue());
        }
    }

    @Test
    void theFilesOfTheInstallationChangeNoDefaultByThemselves() {
        Config scheduler = ProcessConfig.load(Optional.of(CONF.resolve("scheduler.conf")), Map.of());
        Config agent = ProcessConfig.load(Optional.of(CONF.resolve("agent.conf")), Map.of());
        Config defaults = ProcessConfig.load(Optional.empty(), Map.of());
        assertThat(SchedulerSettings.of(scheduler)).isEqualTo(SchedulerSettings.of(defaults));
        assertThat(HttpSettings.of(scheduler)).isEqualTo(HttpSettings.of(defaults));
        assertThat(HttpSettings.of(agent)).isEqualTo(HttpSettings.of(defaults));
        assertThat(AgentSettings.of(agent)).isEqualTo(AgentSettings.of(defaults));
    }

    @Test
    void theFileWinsOverDefaultsAndTheCommandOverTheFile(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(
                directory.resolve("a.conf"), "persys.http.scheduler.api.port = 1\npersys.log.level = debug\n");
        Config config = ProcessConfig.load(Optional.of(file), Map.of("persys.http.scheduler.api.port", 2));
        assertThat(config.getInt("persys.http.scheduler.api.port")).isEqualTo(2);
        assertThat(config.getString("persys.log.level")).isEqualTo("debug");
    }

    @Test
    void theFileWinsOverWhatIsUsualForTheCommand(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("a.conf"), "persys.agent.allow.host-paths = [\"/srv\"]\n");
        Map<String, ?> usual =
                Map.of("persys.agent.allow.host-paths", List.of("/"), "persys.agent.allow.networks", List.of("host"));

        Config config = ProcessConfig.load(Optional.of(file), Map.of(), usual);

        assertThat(config.getStringList("persys.agent.allow.host-paths")).containsExactly("/srv");
        assertThat(config.getStringList("persys.agent.allow.networks")).containsExactly("host");
        assertThat(ProcessConfig.load(Optional.empty(), Map.of(), usual).getStringList("persys.agent.allow.host-paths"))
                .containsExactly("/");
    }

    @Test
    void anAgentThatListensOnLoopbackIsReachedThere() {
        Config config = ProcessConfig.load(Optional.empty(), Map.of("persys.http.agent.api.port", 12345));
        AgentSettings settings = AgentSettings.of(config);
        assertThat(settings.port()).isEqualTo(12345);
        assertThat(settings.ipAddress()).contains("127.0.0.1");
        Config said = ProcessConfig.load(Optional.empty(), Map.of("persys.agent.ip-address", "10.0.0.9"));
        assertThat(AgentSettings.of(said).ipAddress()).contains("10.0.0.9");
    }

    @Test
    void whatCannotBeReadIsNamed(@TempDir Path directory) throws IOException {
        Path broken = Files.writeString(directory.resolve("broken.conf"), "persys { log = \n");
        assertThatThrownBy(() -> ProcessConfig.load(Optional.of(broken), Map.of()))
                .isInstanceOfSatisfying(
                        Failure.class, failure -> assertThat(failure.code()).isEqualTo(ExitCode.CONFIGURATION))
                .hasMessageContaining("broken.conf");
        assertThatThrownBy(() -> ProcessConfig.load(Optional.of(directory.resolve("none.conf")), Map.of()))
                .hasMessageContaining("none.conf");
    }

    @Test
    void aSettingThatDoesNotExistIsRefused(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(
                directory.resolve("typo.conf"),
                "persys.agent.labels { any-name = x }\npersys.log.levels { some = info }\n\npersys.store.knd = etcd\n");
        assertThatThrownBy(() -> ProcessConfig.load(Optional.of(file), Map.of()))
                .hasMessageContaining("typo.conf, line 4: there is no setting persys.store.knd");
    }
}
