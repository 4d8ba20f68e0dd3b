package dev.persys.http.auth;

import dev.persys.access.Principal;
import dev.persys.protocol.Origin;
import java.util.Optional;
import java.util.Set;

/**
 * Who sent a request.
 *
 * @param kind how that is known
 * @param id which of that kind, empty where there is one; never a secret
 * @param roles what the caller may do
 * @param principal who it is for, where it came through a gateway
 * @param via the gateway's role and name, where it came through one; else empty
 */
public record Caller(Kind kind, String id, Set<Access.Role> roles, Optional<Principal> principal, String via) {
    /** Who was not asked. */
    public static final Caller ANONYMOUS = new Caller(Kind.ANONYMOUS, "", Set.of());

    /** Who calls by itself. */
    public Caller(Kind kind, String id, Set<Access.Role> roles) {
        this(kind, id, roles, Optional.empty(), "");
    }

    public Caller {
        roles = Set.copyOf(roles);
    }

    /** How a caller showed who it is. */
    public enum Kind {
        ANONYMOUS(Origin.ANONYMOUS),
        /** By the API token, which has no id; with one, by an API token that a gateway was shown. */
        TOKEN("token"),
        /** By being signed in at a gateway; the id is the user. */
        SESSION("session"),
        /** By a certificate of the cluster; the id is role and name. */
        CERTIFICATE("certificate"),
        /** By a token to join by; the id is that of the token, which is still to be looked at. */
        JOIN_TOKEN("join-token"),
        /** By the secret that agents and the scheduler share, or by being on this machine where there is none. */
        PEER("peer");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        static Kind of(Principal.Kind kind) {
            return switch (kind) {
                case TOKEN -> TOKEN;
                case SESSION -> SESSION;
            };
        }
    }

    Caller with(Set<Access.Role> other) {
        return new Caller(kind, id, other, principal, via);
    }

    public boolean may(Access.Role role) {
        return roles.contains(role);
    }

    /** For people and records: always the same for one caller, and no other has it. */
    public String name() {
        return id.isEmpty() ? kind.word : kind.word + ":" + id;
    }
}
