package dev.persys.trust.tls;

import dev.persys.trust.Role;
import dev.persys.trust.SpiffeId;
import java.util.function.Predicate;

/**
 * With whom a connection may be, of those who hold a certificate of the same cluster.
 *
 * @param words as in "… is wanted"
 */
public record Peers(String words, Predicate<SpiffeId> are) {
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
