package dev.persys.scheduler.remoting;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.persys.trust.Role;
import dev.persys.trust.tls.CredentialsPaths;
import dev.persys.trust.tls.MutualTls;
import dev.persys.trust.tls.Peers;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where this scheduler's remoting listens, and how.
 *
 * @param address that others of its cluster reach it by; loopback, unless there is TLS
 * @param tls absent where it is spoken with in plain text
 */
public record RemotingSettings(String address, Optional<CredentialsPaths> tls) {
    static final String TLS = "persys.scheduler.cluster.tls";
    private static final String ADDRESS = "persys.scheduler.cluster.address";

    /** Whoever reaches it in plain text is believed whatever it sends. */
    public RemotingSettings {
        if (tls.isEmpty() && !isLoopback(address)) {
            throw new IllegalArgumentException(ADDRESS + " is " + address
                    + ", where others can reach it, and there is no TLS: name certificate, key and roots in " + TLS
                    + ", or leave it at 127.0.0.1");
        }
    }

    /**
     * From the whole configuration.
     *
     * @throws IllegalArgumentException where a setting is of no use
     */
    public static RemotingSettings of(Config config) {
        return new RemotingSettings(config.getString(ADDRESS), tls(config.getConfig(TLS)));
    }

    private static Optional<CredentialsPaths> tls(Config files) {
        List<String> names = List.of("certificate", "key", "roots");
        List<String> missing =
                names.stream().filter(name -> files.getString(name).isEmpty()).toList();
        if (missing.size() == names.size()) {
            return Optional.empty();
        } else if (!missing.isEmpty()) {
            throw new IllegalArgumentException(
                    TLS + " lacks " + String.join(" and ", missing) + ": name all of " + String.join(", ", names));
        }
        return Optional.of(new CredentialsPaths(
                Path.of(files.getString("certificate")),
                Path.of(files.getString("key")),
                Path.of(files.getString("roots"))));
    }

    /**
     * What of Akka's settings follows from these; empty in plain text.
     *
     * @throws dev.persys.trust.TrustException where the files cannot be used, or are not a scheduler's
     */
    public Config akka() {
        if (tls.isEmpty()) {
            return ConfigFactory.empty();
        }
        var unused = MutualTls.of(tls.get(), Peers.all(Role.SCHEDULER)); // Akka's own words for it are of no use.
        return ConfigFactory.parseMap(
                Map.of(
                        "akka.remote.artery.transport",
                        "tls-tcp",
                        "akka.remote.artery.ssl.ssl-engine-provider",
                        RemotingTls.class.getName()),
                TLS);
    }

    private static boolean isLoopback(String address) {
        try {
            return InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
