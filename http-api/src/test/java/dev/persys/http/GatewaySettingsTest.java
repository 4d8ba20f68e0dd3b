package dev.persys.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class GatewaySettingsTest {
    @Test
    void defaultsAreThoseOfTheManual() {
        GatewaySettings settings = of("");
        assertThat(settings.api().bindAddress()).isEqualTo("127.0.0.1");
        assertThat(settings.api().port()).isEqualTo(8443);
        assertThat(settings.plain().bindAddress()).isEqualTo("127.0.0.1");
        assertThat(settings.plain().port()).isEqualTo(8080);
        assertThat(settings.tls()).isEmpty();
        assertThat(settings.identity()).isEmpty();
        assertThat(settings.schedulers()).containsExactly("127.0.0.1:8085");
        assertThat(settings.probe()).isEqualTo(Duration.ofSeconds(2));
        assertThat(settings.answerTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(settings.address()).isEqualTo(new GatewaySettings.Rate(100, 400, 10_000));
        assertThat(settings.principal()).isEqualTo(new GatewaySettings.Rate(100, 400, 10_000));
        assertThat(List.of(settings.connections(), settings.streams(), settings.waiting()))
                .containsExactly(64, 1024, 256);
    }

    @Test
    void eachCanBeSet() {
        GatewaySettings settings =
                of("schedulers = [\"s-1.example:1\", \"[::1]:2\"], tls { certificate = c, key = k }");
        assertThat(settings.schedulers()).containsExactly("s-1.example:1", "[::1]:2");
        assertThat(settings.tls()).isEqualTo(Optional.of(new GatewaySettings.Certificate(Path.of("c"), Path.of("k"))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "schedulers = []",
                "schedulers = [\"s-1\"]",
                "schedulers = [\"https://s-1:8085\"]",
                "schedulers = [\"s-1:70000\"]",
                "tls.key = k",
                "tls.certificate = c",
                "identity.key = k",
                "rate.address.burst = 0",
                "rate.principal.per-second = 0",
                "waiting = 3",
                "probe = 0s",
                "api.port = -1"
            })
    void whatCannotBeIsRefusedByItsName(String setting) {
        String name = setting.substring(0, setting.indexOf(' ')).replaceFirst("^(tls|identity)\\..*", "$1");
        assertThatThrownBy(() -> of(setting))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("gateway." + name);
    }

    private static GatewaySettings of(String gateway) {
        return GatewaySettings.of(ConfigFactory.parseString("persys.http.gateway { " + gateway + " }")
                .withFallback(ConfigFactory.defaultReference())
                .resolve());
    }
}
