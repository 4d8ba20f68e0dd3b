package dev.persys.trust.tls;

import dev.persys.model.ClusterId;
import dev.persys.trust.Pin;
import dev.persys.trust.Role;
import dev.persys.trust.SpiffeId;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** Connections to schedulers of a cluster, of who has no certificate of it yet, or none that counts any more. */
public final class ServerCheck {
    private static final Peers SCHEDULERS = Peers.all(Role.SCHEDULER);

    private ServerCheck() {}

    /** To those whose certificate leads to one of these roots. */
    public static SSLContext of(List<X509Certificate> roots, ClusterId cluster) {
        return context(new PeerCheck(roots, cluster, SCHEDULERS).alone());
    }

    /** To those whose certificate leads to the root that has this pin, which they have to show too. */
    public static SSLContext of(Pin pin) {
        return context(new TrustManager[] {new Pinned(pin)});
    }

    private static SSLContext context(TrustManager[] checks) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[0], checks, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has TLS", e);
        }
    }

    /** The root is in the chain: whoever is shown one of that pin, and a certificate that it has signed, needs no more. */
    private static final class Pinned extends X509ExtendedTrustManager {
        private final Pin pin;

        Pinned(Pin pin) {
            this.pin = pin;
        }

        private PeerCheck by(X509Certificate[] chain) throws CertificateException {
            X509Certificate root = Arrays.stream(chain)
                    .skip(1)
                    .filter(certificate -> Pin.of(certificate).equals(pin))
                    .findFirst()
                    .orElseThrow(() -> new WrongPinException(pin));
            try {
                return new PeerCheck(List.of(root), SpiffeId.of(chain[0]).cluster(), SCHEDULERS);
            } catch (IllegalArgumentException e) {
                throw new CertificateException(e.getMessage(), e);
            }
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            by(chain).checkServerTrusted(chain, type, engine);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            by(chain).checkServerTrusted(chain, type, socket);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            by(chain).checkServerTrusted(chain, type);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            throw noClients();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            throw noClients();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw noClients();
        }

        private static CertificateException noClients() {
            return new CertificateException("a pin is for servers");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
