package dev.persys.trust;

import dev.persys.model.ClusterId;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;

/** Makes certificates of the cluster, as things stand at the moment of each call. From any thread. */
public interface CertificateIssuer {
    ClusterId cluster();

    /** Those that are trusted, the one that signs first. */
    List<X509Certificate> roots();

    /**
     * The key that a request in PEM asks for, whose private half has signed it.
     *
     * @param source what the text is of, for messages
     * @throws TrustException where it is no such request, or its key is weak
     */
    PublicKey requested(String request, String source);

    /**
     * A certificate of a key for somebody whom the caller knows.
     *
     * @param epoch of revocation, 0 where none was ever revoked
     * @param life from now on
     * @throws TrustException where none can be made, such as where the root is over
     */
    X509Certificate issue(PublicKey key, SpiffeId identity, int epoch, Duration life);
}
