package dev.persys.trust.tls;

import dev.persys.trust.Role;
import dev.persys.trust.SpiffeId;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * With whom a connection may be, of those who hold a certificate of the same cluster.
 *
 * @param words as in "… is wanted"
 * @param doubt why a certificate of theirs does not count all the same; empty where it does
 */
public record Peers(String words, Predicate<SpiffeId> are, Function<X509Certificate, Optional<String>> doubt) {
    /** Of whom every certificate counts. */
    public Peers(String words, Predicate<SpiffeId> are) {
        this(words, are, certificate -> Optional.empty());
    }

    /** The same, of whom only those certificates count that nobody doubts. */
    public Peers unless(Function<X509Certificate, Optional<String>> other) {
        return new Peers(words, are, other);
    }

    /** Whoever has a certificate of the cluster; what it may do is asked later. */
    public static final Peers ANYBODY = new Peers("a certificate of this cluster", id -> true);

    /** All of one role. */
    public static Peers all(Role role) {
        return new Peers("the certificate of a " + role, id -> id.role() == role);
    }

    /** One alone. */
    public static Peers only(Role role, String name) {
        return new Peers(
                "that of " + role + "/" + name,
                id -> id.role() == role && id.name().equals(name));
    }
}
