package dev.persys.scheduler.store;

import java.nio.file.Path;
import java.util.Optional;

/** What is said of files that cannot be what this store wrote. */
final class StoreDamage {
    private StoreDamage() {}

    static StoreOpenException in(Path file, long offset, String what) {
        return new StoreOpenException("The state store is damaged: " + file + " at byte " + offset + ": " + what + ". "
                + remedy(file.toAbsolutePath().getParent()));
    }

    /** What is wrong with frames whose checksums are right. */
    static String unlike(String what, RuntimeException e) {
        return "its frames are valid but not what " + what + " has: "
                + (e.getMessage() == null ? "one ends too early" : e.getMessage());
    }

    static StoreOpenException missing(Path file, String why) {
        return new StoreOpenException("The state store is damaged: " + file + " is missing: " + why + ". "
                + remedy(file.toAbsolutePath().getParent()));
    }

    /** The files are right as far as they go, but they went further. */
    static StoreOpenException lost(Path directory, long revision, long synced) {
        return new StoreOpenException("The state store in " + directory + " has lost acknowledged writes: its files end"
                + " at revision " + revision + ", and they were written up to revision " + synced
                + ". Something has cut or deleted them. " + remedy(directory));
    }

    static StoreOpenException gone(Path directory, Optional<SyncedMark.Synced> synced) {
        return new StoreOpenException("The state store in " + directory + " is gone: there was one"
                + synced.map(mark -> ", up to revision " + mark.revision()).orElse("")
                + ", and there is no file of it. " + remedy(directory));
    }

    private static String remedy(Path directory) {
        return "Acknowledged writes would be lost by going on, so nothing was opened and no file was changed. Check"
                + " the disk; then put back a copy of " + directory + " from a backup, or move that directory aside"
                + " and import the newest export into a new one (persys store import). To go on with what can still"
                + " be read, and accept that the rest is lost: persys store accept-loss --directory " + directory;
    }
}
