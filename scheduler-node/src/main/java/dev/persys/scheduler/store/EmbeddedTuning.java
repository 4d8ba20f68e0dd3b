package dev.persys.scheduler.store;

/**
 * @param minLogBytes a log shorter than this is never compacted
 * @param maxWaitingBytes commits beyond this are refused until earlier ones are done
 */
record EmbeddedTuning(long minLogBytes, int maxWaitingBytes) {
    /** A log of 8 MiB is read back in a blink; 64 MiB of waiting commits are seconds of work for a slow disk. */
    static final EmbeddedTuning DEFAULT = new EmbeddedTuning(8L * 1024 * 1024, 64 * 1024 * 1024);
}
