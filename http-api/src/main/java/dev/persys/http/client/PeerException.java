package dev.persys.http.client;

import dev.persys.protocol.CallException;

/** A peer answered, but with nothing that can be used. */
public final class PeerException extends CallException {
    private static final long serialVersionUID = 1L;

    PeerException(String peer, int status, String detail) {
        super(kind(status), peer + " answered " + status + ": " + detail);
    }

    /** Of these, the peer does nothing before it gives them; of others, such as 500 and 502, nobody knows. */
    private static Kind kind(int status) {
        return switch (status) {
            case 401, 403, 404, 405 -> Kind.REFUSED;
            default -> Kind.BROKEN;
        };
    }
}
