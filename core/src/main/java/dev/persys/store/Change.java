package dev.persys.store;

/**
 * One write of a commit, conditional on the revision at which its key was last read.
 *
 * <p>{@code expectedRevision} is {@link #ABSENT} for a key that must not exist yet.
 */
public sealed interface Change {
    /** The expected revision of a key that does not exist. */
    long ABSENT = 0;

    String key();

    long expectedRevision();

    record Put(String key, String value, long expectedRevision) implements Change {}

    record Delete(String key, long expectedRevision) implements Change {}
}
