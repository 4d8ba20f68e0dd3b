package dev.persys.trust.tls;

import dev.persys.model.ClusterId;
import dev.persys.trust.Credentials;
import dev.persys.trust.SpiffeId;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Looks at the certificate of the other side: it leads to a root (RFC 5280, as the JDK reads it), is of this cluster, and is
 * of one who is expected. Names of hosts say nothing here.
 */
final class PeerCheck extends X509ExtendedTrustManager {
    private final X509ExtendedTrustManager paths;
    private final ClusterId cluster;
    private final Peers expected;

    PeerCheck(Credentials own, Peers expected) {
        this(own.roots(), own.identity().cluster(), expected);
    }

    PeerCheck(List<X509Certificate> roots, ClusterId cluster, Peers expected) {
        this.paths = paths(roots);
        this.cluster = cluster;
        this.expected = expected;
    }

    private static X509ExtendedTrustManager paths(List<X509Certificate> roots) {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null);
            for (int i = 0; i < roots.size(); i++) {
                store.setCertificateEntry("root-" + i, roots.get(i));
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(store);
            return Arrays.stream(factory.getTrustManagers())
                    .filter(X509ExtendedTrustManager.class::isInstance)
                    .map(X509ExtendedTrustManager.class::cast)
                    .findFirst()
                    .orElseThrow();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("every Java platform checks certificates by PKIX", e);
        }
    }

    /** Why a chain of ours would be believed by nobody; empty where it would. */
    Optional<String> fault(List<X509Certificate> chain) {
        X509Certificate[] all = chain.toArray(X509Certificate[]::new);
        try {
            paths.checkClientTrusted(all, "UNKNOWN");
            return Optional.empty();
        } catch (CertificateException asClient) {
            try {
                paths.checkServerTrusted(all, "UNKNOWN"); // It may be for servers alone.
                return Optional.empty();
            } catch (CertificateException e) {
                return Optional.of(e.getMessage());
            }
        }
    }

    private void requireExpected(X509Certificate[] chain) throws CertificateException {
        SpiffeId id;
        try {
            id = SpiffeId.of(chain[0]);
        } catch (IllegalArgumentException e) {
            throw new CertificateException(e.getMessage(), e);
        }
        if (!id.cluster().equals(cluster)) {
            throw new CertificateException("the certificate is that of " + id + ", and the cluster here is " + cluster);
        } else if (!expected.are().test(id)) {
            throw new CertificateException(
                    "the certificate is that of " + id + ", and " + expected.words() + " is wanted");
        }
        Optional<String> doubt = expected.doubt().apply(chain[0]);
        if (doubt.isPresent()) {
            throw new CertificateException("the certificate of " + id + " does not count: " + doubt.get());
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        paths.checkClientTrusted(chain, type, engine);
        requireExpected(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        paths.checkServerTrusted(chain, type, engine);
        requireExpected(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        paths.checkClientTrusted(chain, type, socket);
        requireExpected(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        paths.checkServerTrusted(chain, type, socket);
        requireExpected(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        paths.checkClientTrusted(chain, type);
        requireExpected(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        paths.checkServerTrusted(chain, type);
        requireExpected(chain);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return paths.getAcceptedIssuers();
    }

    /** The manager itself, as a context takes it. */
    TrustManager[] alone() {
        return new TrustManager[] {this};
    }
}
