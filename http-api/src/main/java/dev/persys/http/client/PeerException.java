package dev.persys.http.client;

/** A peer answered, but with nothing that can be used. */
public final class PeerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PeerException(String peer, int status, String detail) {
        super(peer + " answered " + status + ": " + detail);
    }
}
