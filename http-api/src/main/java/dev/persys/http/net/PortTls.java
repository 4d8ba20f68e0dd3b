package dev.persys.http.net;

import dev.persys.trust.tls.MutualTls;
import dev.persys.trust.tls.ServerTls;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;

/**
 * How TLS is spoken on a port.
 *
 * @param engines one a connection
 * @param asksForCertificate whether who calls is known by the handshake
 */
public record PortTls(Supplier<SSLEngine> engines, boolean asksForCertificate) {
    /** With certificates of the cluster on both sides. */
    public static PortTls mutual(MutualTls tls) {
        return new PortTls(tls::server, true);
    }

    /** With a certificate of the port's alone. */
    public static PortTls oneSided(ServerTls tls) {
        return new PortTls(tls::server, false);
    }
}
