package dev.persys.scheduler.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import dev.persys.store.StateStore;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StateStoresTest {
    @TempDir
    Path directory;

    private static Config config(Map<String, ?> settings) {
        return ConfigFactory.parseMap(settings)
                .withFallback(ConfigFactory.parseResources("reference.conf"))
                .withFallback(ConfigFactory.systemProperties())
                .resolve();
    }

    private static EtcdSettings etcd(Map<String, ?> settings) {
        return StateStores.etcdSettings(config(settings).getConfig("persys.store.etcd"));
    }

    @Test
    void theEmbeddedStoreOfTheHomeDirectoryIsTheDefault() {
        Config store = config(Map.of()).getConfig("persys.store");
        assertThat(store.getString("kind")).isEqualTo("embedded");
        assertThat(store.getString("embedded.directory")).endsWith("/state");
        assertThat(store.getConfig("etcd").getDuration("request-timeout")).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void theDefaultsOfEtcdAreThoseOfItsSettings() {
        assertThat(etcd(Map.of("persys.store.etcd.endpoints", List.of("http://one:2379"))))
                .isEqualTo(EtcdSettings.of(List.of(URI.create("http://one:2379"))));
    }

    @Test
    void theEmbeddedStoreIsOpenedWhereItIsNamed() {
        Path state = directory.resolve("deep/state");
        Config config = config(Map.of("persys.store.embedded.directory", state.toString()));
        try (StateStore store = StateStores.open(config)) {
            assertThat(store).isInstanceOf(EmbeddedStateStore.class);
            assertThat(state).isDirectory();
        }
    }

    @Test
    void whereThereIsNoStoreNoneIsMadeToBeRead() {
        Path state = directory.resolve("deep/state");
        Config config = config(Map.of("persys.store.embedded.directory", state.toString()));
        assertThatThrownBy(() -> StateStores.openExisting(config).close())
                .isInstanceOf(StateTransferException.class)
                .hasMessageContaining("no state store in " + state);
        assertThat(directory.resolve("deep")).doesNotExist();
        StateStores.open(config).close();
        StateStores.openExisting(config).close();
    }

    @Test
    void everyDirectoryThatIsMadeIsForcedInItsParentAndTheStoresIsItsOwnersAlone() throws Exception {
        Path state = directory.resolve("a/b/state");
        List<Path> forced = new ArrayList<>();
        EmbeddedStateStore.open(state, EmbeddedTuning.DEFAULT, new FailingDisk() {
                    @Override
                    public void forceDirectory(Path one) throws IOException {
                        forced.add(one);
                        super.forceDirectory(one);
                    }
                })
                .close();
        assertThat(forced).startsWith(directory, directory.resolve("a"), directory.resolve("a/b"));
        assertThat(Files.getPosixFilePermissions(state)).isEqualTo(PosixFilePermissions.fromString("rwx------"));
        try (Stream<Path> files = Files.list(state)) {
            assertThat(files)
                    .hasSize(3)
                    .allSatisfy(file -> assertThat(Files.getPosixFilePermissions(file))
                            .isEqualTo(PosixFilePermissions.fromString("rw-------")));
        }
    }

    @Test
    void onlyAnEmbeddedStoreGoesOnWithALoss() {
        assertThatThrownBy(() -> StateStores.acceptLoss(config(
                        Map.of("persys.store.kind", "etcd", "persys.store.etcd.endpoints", "http://127.0.0.1:1"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("only an embedded store");
    }

    @Test
    void etcdIsOpenedWhereItIsNamedWithoutWaitingForIt() {
        Config config =
                config(Map.of("persys.store.kind", "etcd", "persys.store.etcd.endpoints", "http://127.0.0.1:1"));
        try (StateStore store = StateStores.open(config)) {
            assertThat(store).isInstanceOf(EtcdStateStore.class);
        }
    }

    @Test
    void endpointsMayBeAListOrATextWithCommas() {
        List<URI> both = List.of(URI.create("http://one:2379"), URI.create("http://two:2379"));
        assertThat(etcd(Map.of("persys.store.etcd.endpoints", "http://one:2379, two:2379,"))
                        .endpoints())
                .isEqualTo(both);
        assertThat(etcd(Map.of("persys.store.etcd.endpoints", List.of("http://one:2379", "http://two:2379")))
                        .endpoints())
                .isEqualTo(both);
    }

    @Test
    void everySettingOfEtcdIsRead() throws Exception {
        Path password = Files.writeString(directory.resolve("password"), "pass-1\n");
        EtcdSettings settings = etcd(Map.ofEntries(
                Map.entry("persys.store.etcd.endpoints", "https://one:2379"),
                Map.entry("persys.store.etcd.user", "persys"),
                Map.entry("persys.store.etcd.password-file", password.toString()),
                Map.entry("persys.store.etcd.namespace", "/ours"),
                Map.entry("persys.store.etcd.tls.authority", "ca.pem"),
                Map.entry("persys.store.etcd.tls.certificate", "client.pem"),
                Map.entry("persys.store.etcd.tls.key", "client.key"),
                Map.entry("persys.store.etcd.tls.server-name", "etcd.example"),
                Map.entry("persys.store.etcd.request-timeout", "2s"),
                Map.entry("persys.store.etcd.load-timeout", "30s"),
                Map.entry("persys.store.etcd.compact-every", "0s")));
        assertThat(settings)
                .isEqualTo(new EtcdSettings(
                        List.of(URI.create("https://one:2379")),
                        Optional.of(new EtcdSettings.Credentials("persys", "pass-1")),
                        Optional.of(new EtcdSettings.Tls(
                                Path.of("ca.pem"),
                                Optional.of(new EtcdSettings.ClientCertificate(
                                        Path.of("client.pem"), Path.of("client.key"))),
                                Optional.of("etcd.example"))),
                        "/ours",
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(30),
                        Duration.ZERO));
        assertThat(settings.toString()).doesNotContain("pass-1");
    }

    @ParameterizedTest
    @CsvSource({
        "endpoints, '', at least one endpoint",
        "endpoints, https://one:2379, without TLS files",
        "endpoints, http://one, not http://one",
        "user, persys, neither password-file nor password",
        "tls.certificate, c.pem, both belong together",
        "tls.authority, ca.pem, with TLS files",
        "request-timeout, 0s, request-timeout must be above zero",
        "compact-every, -1s, compact-every is negative"
    })
    void whatCannotBeUsedIsRefusedByName(String setting, String value, String explanation) {
        Config config = ConfigFactory.parseMap(Map.of("persys.store.etcd." + setting, value))
                .withFallback(config(Map.of("persys.store.etcd.endpoints", "http://one:2379")));
        assertThatThrownBy(() -> StateStores.etcdSettings(config.getConfig("persys.store.etcd")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(explanation);
    }

    @Test
    void anUnknownKindIsRefusedWithThoseThereAre() {
        assertThatThrownBy(() -> StateStores.open(config(Map.of("persys.store.kind", "sqlite"))))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("it is embedded or etcd, not sqlite");
    }
}
