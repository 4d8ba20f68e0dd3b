package dev.persys.http.auth;

import akka.http.javadsl.model.AttributeKey;
import dev.persys.trust.Pin;
import dev.persys.trust.RevocationEpoch;
import dev.persys.trust.SpiffeId;
import java.security.cert.X509Certificate;
import java.time.Instant;

/**
 * Who is at the other end of a connection with TLS. It is with each request as an attribute, which nobody can send.
 *
 * @param until when its certificate is over
 * @param key of that certificate
 * @param epoch of revocation, that it has
 */
public record Peer(SpiffeId identity, Instant until, Pin key, int epoch) {
    /** Where a request has it. */
    public static final AttributeKey<Peer> KEY = AttributeKey.create("persys-peer", Peer.class);

    /** The holder of a certificate that was checked. */
    public static Peer of(X509Certificate certificate) {
        return new Peer(
                SpiffeId.of(certificate),
                certificate.getNotAfter().toInstant(),
                Pin.of(certificate),
                RevocationEpoch.of(certificate));
    }
}
