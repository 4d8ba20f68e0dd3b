package dev.persys.scheduler.store;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigValueType;
import dev.persys.api.FileProblem;
import dev.persys.store.StateStore;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the state store that a configuration names; {@code persys.store} in {@code reference.conf} says how. */
public final class StateStores {
    private static final Logger LOG = LoggerFactory.getLogger(StateStores.class);

    private StateStores() {}

    /**
     * Opens the store of {@code persys.store}.
     *
     * @throws ConfigException naming the path of a setting that is missing or of the wrong type
     * @throws IllegalArgumentException naming a setting whose value cannot be used
     * @throws StoreOpenException if the store is in use or damaged, or a file it needs cannot be read
     */
    public static StateStore open(Config config) {
        Config store = config.getConfig("persys.store");
        String kind = store.getString("kind");
        return switch (kind) {
            case "embedded" -> openEmbedded(store);
            case "etcd" -> EtcdStateStore.open(etcdSettings(store.getConfig("etcd")));
            default ->
                throw new ConfigException.BadValue(
                        store.origin(), "persys.store.kind", "it is embedded or etcd, not " + kind);
        };
    }

    /**
     * As {@link #open}, but makes no store where there is none.
     *
     * @throws StateTransferException if the configured embedded store does not exist
     */
    public static StateStore openExisting(Config config) {
        Config store = config.getConfig("persys.store");
        if (store.getString("kind").equals("embedded")) {
            Path directory = directory(store);
            if (!EmbeddedStateStore.isIn(directory)) {
                throw new StateTransferException(
                        "There is nothing to export: there is no state store in " + directory + ".");
            }
        }
        return open(config);
    }

    /**
     * Has the embedded store of {@code persys.store} go on with what is left of it.
     *
     * @throws IllegalArgumentException if the store is not an embedded one
     * @throws StoreOpenException as {@link AcceptedLoss#in} does
     */
    public static Optional<AcceptedLoss.Left> acceptLoss(Config config) {
        Config store = config.getConfig("persys.store");
        if (!store.getString("kind").equals("embedded")) {
            throw new IllegalArgumentException("persys.store.kind is " + store.getString("kind")
                    + ", and only an embedded store has files of ours; etcd restores its own (etcdctl snapshot)");
        }
        return AcceptedLoss.in(directory(store));
    }

    private static Path directory(Config store) {
        return Path.of(store.getString("embedded.directory"));
    }

    private static StateStore openEmbedded(Config store) {
        if (!endpoints(store.getConfig("etcd")).isEmpty()) {
            LOG.warn("etcd's endpoints are set, but persys.store.kind is embedded: etcd is not used");
        }
        return EmbeddedStateStore.open(directory(store));
    }

    /** The settings of a block {@code persys.store.etcd}. */
    static EtcdSettings etcdSettings(Config etcd) {
        return new EtcdSettings(
                endpoints(etcd),
                credentials(etcd),
                tls(etcd.getConfig("tls")),
                etcd.getString("namespace"),
                etcd.getDuration("request-timeout"),
                etcd.getDuration("load-timeout"),
                etcd.getDuration("compact-every"));
    }

    /** A list, or as the environment has it, a text with commas. A bare host and port is taken as http. */
    private static List<URI> endpoints(Config etcd) {
        boolean text = etcd.getValue("endpoints").valueType() == ConfigValueType.STRING;
        Stream<String> endpoints =
                text ? Stream.of(etcd.getString("endpoints").split(",", -1)) : etcd.getStringList("endpoints").stream();
        return endpoints
                .map(String::strip)
                .filter(endpoint -> !endpoint.isEmpty())
                .map(endpoint -> endpoint.contains("://") ? endpoint : "http://" + endpoint)
                .map(URI::create)
                .toList();
    }

    private static Optional<EtcdSettings.Credentials> credentials(Config etcd) {
        Optional<String> password = text(etcd, "password");
        Optional<Path> file = file(etcd, "password-file");
        if (password.isPresent() && file.isPresent()) {
            throw new IllegalArgumentException(
                    "both persys.store.etcd.password and password-file are set; keep one of them");
        }
        return text(etcd, "user").map(user -> {
            String secret = file.map(StateStores::secret)
                    .or(() -> password)
                    .orElseThrow(() -> new IllegalArgumentException(
                            "persys.store.etcd.user is set, but neither password-file nor password is"));
            return new EtcdSettings.Credentials(user, secret);
        });
    }

    private static String secret(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new StoreOpenException(
                    "Cannot read persys.store.etcd.password-file " + file + ": " + FileProblem.of(e), e);
        }
    }

    private static Optional<EtcdSettings.Tls> tls(Config tls) {
        Optional<Path> certificate = file(tls, "certificate");
        Optional<Path> key = file(tls, "key");
        if (certificate.isPresent() != key.isPresent()) {
            throw new IllegalArgumentException(
                    "persys.store.etcd.tls has one of certificate and key; both belong together");
        }
        Optional<EtcdSettings.ClientCertificate> client =
                certificate.map(file -> new EtcdSettings.ClientCertificate(file, key.orElseThrow()));
        Optional<Path> authority = file(tls, "authority");
        if (client.isPresent() && authority.isEmpty()) {
            throw new IllegalArgumentException(
                    "persys.store.etcd.tls has a certificate, but no authority to check etcd's");
        }
        return authority.map(file -> new EtcdSettings.Tls(file, client, text(tls, "server-name")));
    }

    private static Optional<Path> file(Config config, String path) {
        return text(config, path).map(Path::of);
    }

    /** Empty text is how a default says that there is none. */
    private static Optional<String> text(Config config, String path) {
        return Optional.of(config.getString(path)).filter(text -> !text.isEmpty());
    }
}
