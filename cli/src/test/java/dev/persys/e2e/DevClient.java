package dev.persys.e2e;

import dev.persys.cli.dev.DevPki;
import dev.persys.trust.Credentials;
import dev.persys.trust.Role;
import dev.persys.trust.tls.MutualTls;
import dev.persys.trust.tls.Peers;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Instant;

/** Any client of HTTP, with the certificate that a development cluster has made for its user. */
final class DevClient {
    private DevClient() {}

    /** @param home that of Persys */
    static HttpClient.Builder of(Path home) {
        Credentials own = new DevPki(home.resolve("dev/pki")).operator().read(Instant.now());
        return HttpClient.newBuilder().sslContext(new MutualTls(() -> own).context(Peers.all(Role.SCHEDULER)));
    }
}
