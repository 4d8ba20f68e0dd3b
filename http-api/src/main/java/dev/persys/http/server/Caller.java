package dev.persys.http.server;

import java.util.Set;

/**
 * Who sent a request.
 *
 * @param name for people and records; never a secret
 * @param roles what the caller may do
 */
public record Caller(String name, Set<Role> roles) {
    public Caller {
        roles = Set.copyOf(roles);
    }

    /** What a route may ask of its caller. */
    public enum Role {
        /** To look. */
        READER,
        /** To change what is wanted. */
        OPERATOR,
        /** To speak for a node, or to a node for the scheduler. */
        NODE
    }
}
