package dev.persys.scheduler.store;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Where etcd is and how to talk to it.
 *
 * @param endpoints of one cluster's members, such as {@code http://10.0.0.1:2379}; {@code https} needs {@code tls}
 * @param credentials of an etcd user, where authentication is on
 * @param namespace put in front of every key; empty for none, which is what the contract's keys are
 * @param requestTimeout after which a write or a read of single keys fails
 * @param loadTimeout after which a read of everything fails
 * @param compactEvery how often the leader drops etcd's history of earlier values; zero for never
 */
public record EtcdSettings(
        List<URI> endpoints,
        Optional<Credentials> credentials,
        Optional<Tls> tls,
        String namespace,
        Duration requestTimeout,
        Duration loadTimeout,
        Duration compactEvery) {
    public EtcdSettings {
        endpoints = List.copyOf(endpoints);
        if (endpoints.isEmpty()) {
            throw new IllegalArgumentException("etcd needs at least one endpoint (persys.store.etcd.endpoints)");
        }
        for (URI endpoint : endpoints) {
            checkEndpoint(endpoint, tls.isPresent());
        }
        checkPositive("request-timeout", requestTimeout);
        checkPositive("load-timeout", loadTimeout);
        if (compactEvery.isNegative()) {
            throw new IllegalArgumentException("persys.store.etcd.compact-every is negative: " + compactEvery);
        }
    }

    /** Plain connections without credentials, and the default times. */
    public static EtcdSettings of(List<URI> endpoints) {
        return new EtcdSettings(
                endpoints,
                Optional.empty(),
                Optional.empty(),
                "",
                Duration.ofSeconds(5),
                Duration.ofSeconds(60),
                Duration.ofMinutes(10));
    }

    private static void checkEndpoint(URI endpoint, boolean tls) {
        String wanted = tls ? "https" : "http";
        if (!wanted.equals(endpoint.getScheme()) || endpoint.getHost() == null || endpoint.getPort() < 0) {
            throw new IllegalArgumentException("an etcd endpoint "
                    + (tls ? "with TLS files" : "without TLS files")
                    + " is like " + wanted + "://host:2379, not " + endpoint + " (persys.store.etcd.endpoints)");
        }
    }

    private static void checkPositive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException("persys.store.etcd." + name + " must be above zero, not " + value);
        }
    }

    /** An etcd user. The password is in no text that this record gives. */
    public record Credentials(String user, String password) {
        @Override
        public String toString() {
            return "Credentials[user=" + user + "]";
        }
    }

    /**
     * Files in PEM.
     *
     * @param authority the certificate that etcd's is signed by
     * @param client what this process shows, where etcd asks for it
     * @param serverName the name that etcd's certificate has, where it is not the first endpoint's host
     */
    public record Tls(Path authority, Optional<ClientCertificate> client, Optional<String> serverName) {}

    /** The key is in PKCS #8. */
    public record ClientCertificate(Path certificate, Path key) {}
}
