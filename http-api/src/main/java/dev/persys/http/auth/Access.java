package dev.persys.http.auth;

/** Who may call a route. A route says so in any case: none is open because somebody forgot it. */
public sealed interface Access {
    /** Nobody is asked who he is: probes and Prometheus. */
    enum Open implements Access {
        TO_ALL
    }

    /** What a caller has to be let do. */
    enum Role implements Access {
        /** To look. */
        READER,
        /** To change what is wanted. */
        OPERATOR,
        /** To speak for a node, or to a node for the scheduler. */
        NODE
    }
}
