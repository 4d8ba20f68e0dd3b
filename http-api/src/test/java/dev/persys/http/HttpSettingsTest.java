package dev.persys.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import dev.persys.trust.tls.CredentialsPaths;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HttpSettingsTest {
    private static final Config DEFAULTS =
            ConfigFactory.parseResources("reference.conf").resolve();

    @Test
    void defaultsAreThoseOfTheContract() {
        Config config =
                ConfigFactory.parseString("persys.http.agent-secret = \"\"").withFallback(DEFAULTS);

        assertThat(HttpSettings.of(config))
                .isEqualTo(new HttpSettings(
                        Optional.empty(),
                        new HttpSettings.Scheduler(
                                new HttpSettings.Listener("persys.http.scheduler.api", "127.0.0.1", 8085),
                                Optional.empty(),
                                new HttpSettings.Listener("persys.http.scheduler.node", "127.0.0.1", 8084),
                                1000,
                                Duration.ofSeconds(15),
                                Optional.empty(),
                                new HttpSettings.Audit(Optional.empty(), false, 16L * 1024 * 1024, 32, 8192, 60)),
                        new HttpSettings.Agent(
                                new HttpSettings.Listener("persys.http.agent.api", "127.0.0.1", 8086),
                                new HttpSettings.Listener("persys.http.agent.metrics", "127.0.0.1", 8087),
                                Duration.ofSeconds(2),
                                Optional.empty()),
                        new HttpSettings.Server(
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(10),
                                Duration.ofSeconds(10),
                                Duration.ofSeconds(60),
                                Duration.ofSeconds(30),
                                256,
                                1024,
                                2048,
                                64L * 1024 * 1024,
                                Set.of(),
                                Duration.ofSeconds(4),
                                Duration.ofSeconds(1),
                                new HttpSettings.Sessions(
                                        64, Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofMinutes(5))),
                        new HttpSettings.Client(
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(10),
                                4,
                                128,
                                Duration.ofSeconds(10),
                                Duration.ofSeconds(6),
                                Duration.ofSeconds(15),
                                32,
                                32 * 1024 * 1024)));
    }

    @Test
    void everySettingCanBeOverridden() {
        Config config = ConfigFactory.parseString("""
                        persys.http {
                          agent-secret = x
                          scheduler { tls { certificate = "/c", key = "/k", roots = "/r" }
                                      api { bind-address = "::1", port = 1, token-file = "/t" }
                                      node { bind-address = "0.0.0.0", port = 2 }, page-size = 3, keep-alive = 4s
                                      audit { directory = "/a", on-failure = refuse, max-file-size = 35 KiB, max-files = 36
                                              queue = 37, denials-per-minute = 38 } }
                          agent { tls { certificate = "/ac", key = "/ak", roots = "/ar" }
                                  api { bind-address = a, port = 5 }, metrics { bind-address = b, port = 6 }, keep-alive = 7s }
                          server { answer-timeout = 8s, body-timeout = 9s, idle-timeout = 10s, max-in-flight = 11
                                   head-timeout = 24s, write-timeout = 25s, max-held = 2 MiB, host-names = ["A.example", "::1"]
                                   max-streams = 12, max-connections = 13, stop-deadline = 14s, retry-after = 15s
                            sessions { max = 31, ping = 32s, silence = 33s, write-timeout = 34s } }
                          client { connect-timeout = 16s, order-timeout = 17s, list-timeout = 18s, connections = 19
                                   waiting = 32, keep-alive-timeout = 20s, event-pause = 26s, event-silence = 21s, log-streams = 22
                                   max-answer = 23 }
                        }
                        """).withFallback(DEFAULTS);

        assertThat(HttpSettings.of(config))
                .isEqualTo(new HttpSettings(
                        Optional.of(new Secret("x")),
                        new HttpSettings.Scheduler(
                                new HttpSettings.Listener("persys.http.scheduler.api", "::1", 1),
                                Optional.of(Path.of("/t")),
                                new HttpSettings.Listener("persys.http.scheduler.node", "0.0.0.0", 2),
                                3,
                                Duration.ofSeconds(4),
                                Optional.of(new CredentialsPaths(Path.of("/c"), Path.of("/k"), Path.of("/r"))),
                                new HttpSettings.Audit(Optional.of(Path.of("/a")), true, 35L * 1024, 36, 37, 38)),
                        new HttpSettings.Agent(
                                new HttpSettings.Listener("persys.http.agent.api", "a", 5),
                                new HttpSettings.Listener("persys.http.agent.metrics", "b", 6),
                                Duration.ofSeconds(7),
                                Optional.of(new CredentialsPaths(Path.of("/ac"), Path.of("/ak"), Path.of("/ar")))),
                        new HttpSettings.Server(
                                Duration.ofSeconds(8),
                                Duration.ofSeconds(24),
                                Duration.ofSeconds(9),
                                Duration.ofSeconds(10),
                                Duration.ofSeconds(25),
                                11,
                                12,
                                13,
                                2L * 1024 * 1024,
                                Set.of("a.example", "::1"),
                                Duration.ofSeconds(14),
                                Duration.ofSeconds(15),
                                new HttpSettings.Sessions(
                                        31, Duration.ofSeconds(32), Duration.ofSeconds(33), Duration.ofSeconds(34))),
                        new HttpSettings.Client(
                                Duration.ofSeconds(16),
                                Duration.ofSeconds(17),
                                Duration.ofSeconds(18),
                                19,
                                32,
                                Duration.ofSeconds(20),
                                Duration.ofSeconds(26),
                                Duration.ofSeconds(21),
                                22,
                                23)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "scheduler.api.port = 65536",
                "agent.api.port = -1",
                "scheduler.page-size = 0",
                "scheduler.audit.on-failure = panic",
                "scheduler.audit.max-file-size = 4095 B",
                "scheduler.audit.max-files = 0",
                "client.event-pause = 0s",
                "server.max-in-flight = 0",
                "server.answer-timeout = soon",
                "server.max-held = 1023 KiB",
                "server.host-names = [\"a.example:80\"]",
                "client.waiting = 100"
            })
    void whatIsOutOfRangeIsRefusedByItsName(String setting) {
        Config config = ConfigFactory.parseString("persys.http." + setting).withFallback(DEFAULTS);
        String name = setting.substring(setting.indexOf('.') + 1, setting.indexOf(" "));

        assertThatThrownBy(() -> HttpSettings.of(config))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(name);
    }

    @Test
    void aSecretNeverShowsItself() {
        assertThat(new Secret("hunter2").toString()).doesNotContain("hunter2");
        assertThat(new Secret("hunter2").matches("hunter2")).isTrue();
        assertThat(new Secret("hunter2").matches("hunter")).isFalse();
    }
}
