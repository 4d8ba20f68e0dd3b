package dev.persys.scheduler.store;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The files of a store's directory, as they were when listed.
 *
 * @param snapshots by revision
 * @param logs by the revision after which each begins
 * @param unfinished files that never got their name
 * @param torn tails that were cut off, oldest first
 */
record StoreFiles(
        NavigableMap<Long, Path> snapshots, NavigableMap<Long, Path> logs, List<Path> unfinished, List<Path> torn) {
    static final String TORN = ".torn";
    private static final int TORN_KEPT = 8;

    static StoreFiles list(Path directory) throws IOException {
        StoreFiles files = new StoreFiles(new TreeMap<>(), new TreeMap<>(), new ArrayList<>(), new ArrayList<>());
        try (DirectoryStream<Path> found = Files.newDirectoryStream(directory)) {
            found.forEach(files::add);
        }
        files.torn.sort(Comparator.comparing(file -> file.toFile().lastModified()));
        return files;
    }

    private void add(Path file) {
        FileKind.SNAPSHOT.revision(file).ifPresent(revision -> snapshots.put(revision, file));
        FileKind.LOG.revision(file).ifPresent(revision -> logs.put(revision, file));
        String name = file.getFileName().toString();
        if (name.endsWith(DurableFile.UNFINISHED)) {
            unfinished.add(file);
        } else if (name.endsWith(TORN)) {
            torn.add(file);
        }
    }

    /** Whether there is nothing to read a state from. */
    boolean isEmpty() {
        return snapshots.isEmpty() && logs.isEmpty();
    }

    /** The snapshot to begin with: a name is given only to a finished one, so the newest is whole or damaged. */
    Optional<Path> newestSnapshot() {
        return snapshots.isEmpty()
                ? Optional.empty()
                : Optional.of(snapshots.lastEntry().getValue());
    }

    /** The revision at which the newest snapshot stands; zero without any. */
    long base() {
        return snapshots.isEmpty() ? 0 : snapshots.lastKey();
    }

    /** The logs that the newest snapshot has not taken in, in their order. */
    List<Path> logsToReplay() {
        return List.copyOf(logs.tailMap(base(), true).values());
    }

    /** What nothing needs any more, now that the store has been read. */
    List<Path> obsolete() {
        List<Path> obsolete = new ArrayList<>(unfinished);
        obsolete.addAll(snapshots.headMap(base(), false).values());
        obsolete.addAll(logs.headMap(base(), false).values());
        obsolete.addAll(torn.subList(0, Math.max(0, torn.size() - TORN_KEPT)));
        return obsolete;
    }
}
