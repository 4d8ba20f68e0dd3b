package dev.persys.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import dev.persys.agent.docker.DockerSettings;
import dev.persys.model.ClusterId;
import dev.persys.model.NodeId;
import dev.persys.model.Resources;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AgentSettingsTest {
    @Test
    void defaultsAreThese() {
        DockerSettings docker = Samples.settings().docker();
        assertThat(Samples.settings())
                .isEqualTo(new AgentSettings(
                        Optional.empty(),
                        Optional.empty(),
                        8086,
                        URI.create("http://127.0.0.1:8084"),
                        Optional.empty(),
                        Map.of(),
                        Resources.NONE,
                        Duration.ofSeconds(30),
                        new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30), 0.3),
                        4,
                        16,
                        12,
                        3,
                        1024,
                        512,
                        5,
                        new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30), 0.3),
                        Duration.ofMillis(250),
                        new Backoff(Duration.ofMillis(500), Duration.ofSeconds(15), 0.3),
                        12,
                        Duration.ofSeconds(5),
                        4,
                        4,
                        64,
                        8192,
                        1024,
                        Allowed.NOTHING,
                        docker));
        assertThat(docker)
                .isEqualTo(new DockerSettings(
                        // DOCKER_HOST wins, also in the environment of this test.
                        URI.create(Optional.ofNullable(System.getenv("DOCKER_HOST"))
                                .orElse("unix:///var/run/docker.sock")),
                        true,
                        Duration.ofSeconds(20),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(5),
                        Duration.ofMinutes(30),
                        Duration.ofMinutes(3),
                        16,
                        1024,
                        16,
                        64,
                        64,
                        "0.0.0.0",
                        Path.of("/etc/persys/registry-credentials"),
                        Optional.ofNullable(System.getenv("DOCKER_CONFIG"))
                                .map(Path::of)
                                .orElseGet(() -> Path.of(System.getProperty("user.home"), ".docker")),
                        Duration.ofSeconds(10),
                        10 * 1024 * 1024,
                        3));
    }

    @Test
    void everythingCanBeSet() {
        assertThat(AgentSettings.of(ConfigFactory.parseString("""
                        persys.agent {
                          node-id = "n1", ip-address = "10.0.0.7", port = 1, scheduler-url = "https://s:2"
                          cluster-id = "c1", labels { disk = ssd, "a.b" = 3 }
                          reserved { cpu = 0.5, memory = 256 }
                          heartbeat-interval = 1s, scheduler-backoff { min = 2s, max = 3s, jitter = 0.1 }
                          max-starts = 3, max-stops = 4, max-pulls = 5, max-pulls-per-registry = 27, max-pending-orders = 6, max-remembered = 7
                          pull-attempts = 8, pull-backoff { min = 4s, max = 5s, jitter = 0.5 }
                          pull-progress-interval = 9ms
                          retry-backoff { min = 10ms, max = 11ms, jitter = 0.2 }, start-attempts = 26
                          ping-interval = 12s, max-listings = 13, listing-parallelism = 14, max-health-checks = 29
                          allow {
                            host-paths = ["/srv//data/", "/etc/ssl:ro"], networks = [host], privileges = [cap_net_admin, SYS_NICE]
                          }
                          events { kept = 15, follower-buffer = 16 }
                          docker {
                            host = "tcp://d:3", tell-engine-id = false, call-timeout = 17s, start-timeout = 18s, ping-timeout = 19s
                            pull-timeout = 20s, pull-stall-timeout = 21s, max-calls = 22, max-queued-calls = 23
                            max-stops = 24, max-streams = 25, max-sessions = 29, publish-address = "127.0.0.1"
                            registry-credentials-dir = "/c", client-config-dir = "/d"
                            credential-helper-timeout = 28s, log-max-size = 1 KiB, log-max-files = 26
                          }
                        }""")))
                .isEqualTo(new AgentSettings(
                        Optional.of(NodeId.of("n1")),
                        Optional.of("10.0.0.7"),
                        1,
                        URI.create("https://s:2"),
                        Optional.of(ClusterId.of("c1")),
                        Map.of("disk", "ssd", "a.b", "3"),
                        new Resources(500, 256),
                        Duration.ofSeconds(1),
                        new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(3), 0.1),
                        3,
                        4,
                        5,
                        27,
                        6,
                        7,
                        8,
                        new Backoff(Duration.ofSeconds(4), Duration.ofSeconds(5), 0.5),
                        Duration.ofMillis(9),
                        new Backoff(Duration.ofMillis(10), Duration.ofMillis(11), 0.2),
                        26,
                        Duration.ofSeconds(12),
                        13,
                        14,
                        29,
                        15,
                        16,
                        new Allowed(
                                List.of(new Allowed.Tree("/srv/data", false), new Allowed.Tree("/etc/ssl", true)),
                                Set.of("host"),
                                Set.of("NET_ADMIN", "SYS_NICE")),
                        new DockerSettings(
                                URI.create("tcp://d:3"),
                                false,
                                Duration.ofSeconds(17),
                                Duration.ofSeconds(18),
                                Duration.ofSeconds(19),
                                Duration.ofSeconds(20),
                                Duration.ofSeconds(21),
                                22,
                                23,
                                24,
                                25,
                                29,
                                "127.0.0.1",
                                Path.of("/c"),
                                Path.of("/d"),
                                Duration.ofSeconds(28),
                                1024,
                                26)));
    }

    @Test
    void nonsenseIsRefusedWithItsName() {
        assertThatThrownBy(() -> Samples.settings("persys.agent.port = many"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("port has type");
        assertThatThrownBy(() -> Samples.settings("persys.agent.node-id = \"Not_A_Name\""))
                .hasMessageContaining("Not_A_Name");
        assertThatThrownBy(() -> Samples.settings("persys.agent.docker.log-max-files = 0"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("log-max-files");
        for (String host :
                new String[] {"docker.example:2375", "ssh://me@host", "tcp://host", "tcp://ho st:1", "", "sock"}) {
            assertThatThrownBy(() -> Samples.settings("persys.agent.docker.host = \"" + host + "\""))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("DOCKER_HOST")
                    .hasMessageContaining("tcp://host:port");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "host-paths | data            | no absolute path",
                "host-paths | /srv/../etc     | no absolute path",
                "host-paths | /srv:rw         | no absolute path",
                "host-paths | /srv:ro:ro      | no absolute path",
                "host-paths | /srv,/srv/data  | within \"/srv\", which may be written",
                "host-paths | /srv/data:ro,/srv | within \"/srv\", which may be written",
                "host-paths | /srv,/srv:ro    | within \"/srv\", which may be written",
                "host-paths | /,/srv          | within \"/\", which may be written",
                "networks   | bridge          | only \"host\" may be added",
                "networks   | container:c     | only \"host\" may be added",
                "privileges | NET_ADMN        | no capability such as",
                "privileges | privileged      | no capability such as",
            })
    void whatCannotBeAllowedIsRefusedWithItsSetting(String setting, String entries, String why) {
        assertThatThrownBy(() -> Samples.settings(allow(setting, entries)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("persys.agent.allow." + setting)
                .hasMessageContaining(why);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/srv,/srv2", "/srv:ro,/srv/data", "/,", "/srv/a,/srv/b:ro"})
    void treesThatNoWorkloadCanMakeOneOfMayStandTogether(String entries) {
        assertThat(Samples.settings(allow("host-paths", entries)).allowed().hostPaths())
                .hasSize(entries.split(",").length);
    }

    private static String allow(String setting, String entries) {
        return "persys.agent.allow." + setting + " = [\"" + String.join("\", \"", entries.split(",")) + "\"]";
    }

    @Test
    void dockersSocketMayBeAnyPath() {
        for (String host : new String[] {"unix:///dir with space/docker.sock", "/dir with space/docker.sock"}) {
            URI address = Samples.settings("persys.agent.docker.host = \"" + host + "\"")
                    .docker()
                    .host();
            assertThat(address.getScheme()).isEqualTo("unix");
            assertThat(address.getPath()).isEqualTo("/dir with space/docker.sock");
        }
    }

    @Test
    void hostNameBecomesNodeId() {
        assertThat(AgentNode.nodeIdOf("My_Host.Example")).isEqualTo(NodeId.of("my-host.example"));
        assertThat(AgentNode.nodeIdOf("-x-")).isEqualTo(NodeId.of("x"));
        assertThatThrownBy(() -> AgentNode.nodeIdOf("___")).hasMessageContaining("node-id");
    }
}
