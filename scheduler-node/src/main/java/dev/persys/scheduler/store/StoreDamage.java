package dev.persys.scheduler.store;

import java.nio.file.Path;

/** What is said of a file that cannot be what this store wrote. */
final class StoreDamage {
    private StoreDamage() {}

    static StoreOpenException in(Path file, long offset, String what) {
        return new StoreOpenException("The state store is damaged: " + file + " at byte " + offset + ": " + what + ". "
                + remedy(file.toAbsolutePath().getParent()));
    }

    static StoreOpenException missing(Path file, String why) {
        return new StoreOpenException("The state store is damaged: " + file + " is missing: " + why + ". "
                + remedy(file.toAbsolutePath().getParent()));
    }

    private static String remedy(Path directory) {
        return "Acknowledged writes would be lost by going on, so nothing was opened and no file was changed. Check"
                + " the disk; then put back a copy of " + directory + " from a backup, or move that directory aside"
                + " and import the newest export into a new one (persys store import).";
    }
}
