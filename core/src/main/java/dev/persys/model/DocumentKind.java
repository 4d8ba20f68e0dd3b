package dev.persys.model;

/**
 * What the cluster keeps beside workloads and nodes, as small documents of JSON.
 *
 * <p>Each kind is bounded, because a leader has all of them in memory.
 */
public enum DocumentKind {
    /** By which machines join, once each: digests, never tokens. */
    JOIN_TOKEN("join-token", 1_000),
    /** The key that is believed to be a node's. */
    NODE_KEY("node-key", 20_000),
    /** By which people and programs call: digests, never tokens. */
    API_TOKEN("api-token", 10_000),
    /** Who may sign in. */
    USER("user", 10_000),
    /** Who is signed in. */
    SESSION("session", 20_000),
    /** With which sessions are signed, encrypted. */
    SIGNING_KEY("signing-key", 16),
    /** What workloads are given and nobody is shown, encrypted. */
    SECRET("secret", 5_000),
    /** Which file of which repository says what is to run. */
    GIT_LINK("git-link", 1_000),
    /** Deliveries of a webhook: those to be worked off, and those not to be taken twice. */
    GIT_DELIVERY("git-delivery", 10_000);

    private final String word;
    private final int limit;

    DocumentKind(String word, int limit) {
        this.word = word;
        this.limit = limit;
    }

    /** For people: what one is called. */
    public String word() {
        return word;
    }

    /** How many there may be. */
    public int limit() {
        return limit;
    }

    @Override
    public String toString() {
        return word;
    }
}
