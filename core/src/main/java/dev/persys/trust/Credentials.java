package dev.persys.trust;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * What a process shows of itself, and whom it believes.
 *
 * @param key of the first certificate
 * @param chain its own certificate first, then those that lead to a root, without the root
 * @param roots those of the cluster's authority: two while it changes
 */
public record Credentials(PrivateKey key, List<X509Certificate> chain, List<X509Certificate> roots) {
    /** @throws IllegalArgumentException where there is no certificate, or no root */
    public Credentials {
        chain = List.copyOf(chain);
        roots = List.copyOf(roots);
        if (chain.isEmpty() || roots.isEmpty()) {
            throw new IllegalArgumentException("credentials need a certificate and a root");
        }
    }

    /** Who that is. */
    public SpiffeId identity() {
        return SpiffeId.of(chain.get(0));
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "credentials of " + identity();
    }
}
