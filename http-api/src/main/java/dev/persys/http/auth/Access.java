package dev.persys.http.auth;

import java.util.Set;

/** Who may call a route. A route says so in any case: none is open because somebody forgot it. */
public sealed interface Access {
    /** Nobody is asked who he is: probes and Prometheus. */
    enum Open implements Access {
        TO_ALL
    }

    /** What a caller has to be let do. */
    enum Role implements Access {
        /** To look. */
        VIEWER,
        /** To change what is wanted. */
        OPERATOR,
        /** To say who may do what, and to see who did what. */
        ADMIN,
        /** To sign in: for who comes through a gateway and is not known yet. */
        SIGN_IN,
        /** To ask who is at a gateway: for gateways themselves. */
        GATEWAY,
        /** To speak for a node, or to a node for the scheduler. */
        NODE;

        /** Whatever one may do who has this role of the {@link dev.persys.access.AccessTable}. */
        public static Set<Role> upTo(dev.persys.access.Role role) {
            return switch (role) {
                case VIEWER -> Set.of(VIEWER);
                case OPERATOR -> Set.of(VIEWER, OPERATOR);
                case ADMIN -> Set.of(VIEWER, OPERATOR, ADMIN);
            };
        }

        /** The one that has to be had for a route. */
        public static Role of(dev.persys.access.Role role) {
            return switch (role) {
                case VIEWER -> VIEWER;
                case OPERATOR -> OPERATOR;
                case ADMIN -> ADMIN;
            };
        }
    }
}
