package dev.persys.join;

import dev.persys.trust.Pin;

/** What somebody who speaks for a node has shown of itself. */
public sealed interface Proof {
    /**
     * A certificate of an agent of this cluster, on the connection that the request came on.
     *
     * @param node whose agent
     * @param key of the certificate
     * @param epoch of revocation, that it has
     */
    record Certificate(String node, Pin key, int epoch) implements Proof {}

    /** A token; whether there is such a one is still to be seen. */
    record Token(JoinToken.Shown token) implements Proof {}

    /** The secret that agents share, or the one before it: it was compared. */
    record Secret() implements Proof {}

    record Nothing() implements Proof {}
}
