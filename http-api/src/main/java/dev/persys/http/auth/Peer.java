package dev.persys.http.auth;

import akka.http.javadsl.model.AttributeKey;
import dev.persys.trust.SpiffeId;
import java.time.Instant;

/**
 * Who is at the other end of a connection with TLS. It is with each request as an attribute, which nobody can send.
 *
 * @param until when its certificate is over
 */
public record Peer(SpiffeId identity, Instant until) {
    /** Where a request has it. */
    public static final AttributeKey<Peer> KEY = AttributeKey.create("persys-peer", Peer.class);
}
