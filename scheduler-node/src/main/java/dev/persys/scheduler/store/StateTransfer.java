package dev.persys.scheduler.store;

import dev.persys.api.FileProblem;
import dev.persys.model.Epoch;
import dev.persys.store.Change;
import dev.persys.store.Claim;
import dev.persys.store.CommitResult;
import dev.persys.store.Entry;
import dev.persys.store.ImportUnfinishedException;
import dev.persys.store.Keys;
import dev.persys.store.Leadership;
import dev.persys.store.Snapshot;
import dev.persys.store.StateStore;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * Carries the whole state from a store of either kind to one of either kind, by way of a file that people can read.
 * The cluster keeps its identity, and the epoch goes on from where it was, so that agents refuse nothing.
 *
 * <p>Blocks its caller: for commands, not for actors. No scheduler may use either store meanwhile; an import takes
 * the leadership of its store, so one that does is fenced.
 */
public final class StateTransfer {
    private static final String OWNER = "state import";

    private StateTransfer() {}

    /** What was carried. */
    public record Counts(int workloads, int nodes, int events, int logs, int specs, int documents) {}

    /** What becomes of what the store already has. */
    public enum Existing {
        /** The import is refused if there is anything. */
        REFUSE,
        /** The store has afterwards what the file has, and nothing else. */
        REPLACE
    }

    /**
     * Writes everything in the store to a file, which appears under its name only once it is whole and durable.
     *
     * @throws StateTransferException if nobody has claimed the store yet, it has part of an import only, or the file
     *     cannot be written
     * @throws dev.persys.store.StoreUnavailableException if the store does not answer
     */
    public static Counts exportTo(Path file, StateStore store) {
        Exported exported = exported(store);
        try {
            DurableFile.create(LocalDisk.INSTANCE, file.toAbsolutePath(), output -> {
                try (OutputStream out = new BufferedOutputStream(new ToDisk(output), 64 * 1024)) {
                    StateFile.write(out, exported.leadership(), exported.snapshot());
                }
            });
        } catch (IOException e) {
            Path directory = file.toAbsolutePath().getParent();
            String why = directory != null && !Files.isDirectory(directory)
                    ? "there is no directory " + directory
                    : FileProblem.of(e);
            throw new StateTransferException("Cannot write " + file + ": " + why, e);
        }
        return exported.counts();
    }

    /** As {@link #exportTo(Path, StateStore)}, to a stream, which is flushed and left open. */
    public static Counts exportTo(OutputStream out, StateStore store) {
        Exported exported = exported(store);
        try {
            StateFile.write(out, exported.leadership(), exported.snapshot());
        } catch (IOException e) {
            throw new StateTransferException("Cannot write the export: " + FileProblem.named(e), e);
        }
        return exported.counts();
    }

    private record Exported(Leadership leadership, Snapshot snapshot) {
        Counts counts() {
            return new Counts(
                    snapshot.under(Keys.WORKLOADS).size(),
                    snapshot.under(Keys.NODES).size(),
                    snapshot.under(Keys.EVENTS).size(),
                    snapshot.under(Keys.LOGS).size(),
                    snapshot.under(Keys.SPECS).size(),
                    snapshot.under(Keys.DOCUMENTS).size());
        }
    }

    private static Exported exported(StateStore store) {
        Snapshot snapshot = await(store.load(Keys.PREFIXES));
        // After the entries: an epoch that is too high harms nobody.
        try {
            Leadership leadership = leadership(store)
                    .orElseThrow(() -> new StateTransferException(
                            "There is nothing to export: no scheduler has ever used this state store."));
            return new Exported(leadership, snapshot);
        } catch (ImportUnfinishedException e) {
            throw new StateTransferException("There is nothing whole to export. " + e.getMessage(), e);
        }
    }

    private static Optional<Leadership> leadership(StateStore store) {
        try {
            return Optional.of(await(store.leadership()));
        } catch (ImportUnfinishedException e) {
            throw e;
        } catch (IllegalStateException e) {
            return Optional.empty();
        }
    }

    /** Also that of a store with part of an import: another one may take its place. */
    private static Optional<Leadership> identity(StateStore store) {
        try {
            return leadership(store);
        } catch (ImportUnfinishedException e) {
            return Optional.of(e.leadership());
        }
    }

    /**
     * Reads all of a file and checks it, then writes it into the store, then compares what the store has. Until then
     * the store says of itself that it has part of an import only, and nobody can lead with it.
     *
     * @throws StateTransferException before anything is written, if the file is not a whole export, the store is of
     *     another cluster, or it is not empty and {@code existing} says to refuse; afterwards, if somebody else wrote
     *     meanwhile
     * @throws dev.persys.store.StoreUnavailableException if the store does not answer: run it again, with {@link
     *     Existing#REPLACE} where some entries have arrived
     */
    public static Counts importFrom(Path file, StateStore store, Existing existing) {
        StateFile.Header header = StateFile.read(file, entry -> {});
        Map<String, Entry> before = checkedTarget(store, header, existing);
        Epoch epoch = claim(store, header, header.epoch(), Claim.Purpose.IMPORT);
        Importing importing = new Importing(store, epoch, before);
        StateFile.read(file, importing::put);
        importing.finish();
        Counts counts = compared(file, store);
        try {
            claim(store, header, epoch, Claim.Purpose.END_IMPORT);
        } catch (IllegalStateException e) {
            throw disturbed(e.getMessage());
        }
        return counts;
    }

    private static Epoch claim(StateStore store, StateFile.Header header, Epoch above, Claim.Purpose purpose) {
        return await(store.claim(new Claim(OWNER, header.clusterId(), above, purpose)))
                .epoch();
    }

    private static Map<String, Entry> checkedTarget(StateStore store, StateFile.Header header, Existing existing) {
        identity(store)
                .filter(target -> !target.clusterId().equals(header.clusterId()))
                .ifPresent(target -> {
                    throw new StateTransferException("The state store is that of cluster " + target.clusterId()
                            + ", and the file is of cluster " + header.clusterId()
                            + ". Import it into a store of its own: a new directory, or another etcd namespace.");
                });
        Map<String, Entry> before = new HashMap<>();
        await(store.load(Keys.PREFIXES)).entries().forEach(entry -> before.put(entry.key(), entry));
        if (!before.isEmpty() && existing == Existing.REFUSE) {
            throw new StateTransferException("The state store already has " + before.size()
                    + " entries. Import into an empty one, or replace them with --replace.");
        }
        return before;
    }

    private static Counts compared(Path file, StateStore store) {
        Snapshot snapshot = await(store.load(Keys.PREFIXES));
        Iterator<Entry> stored = snapshot.entries().iterator();
        StateFile.Header header = StateFile.read(file, entry -> {
            Optional<Entry> next = stored.hasNext() ? Optional.of(stored.next()) : Optional.empty();
            if (next.filter(found ->
                            found.key().equals(entry.key()) && found.value().equals(entry.value()))
                    .isEmpty()) {
                throw disturbed(entry.key() + " is not as it was imported");
            }
        });
        if (stored.hasNext()) {
            throw disturbed(stored.next().key() + " was not imported");
        }
        return new Exported(new Leadership(header.epoch(), header.clusterId()), snapshot).counts();
    }

    private static StateTransferException disturbed(String how) {
        return new StateTransferException("Somebody else wrote to the state store during the import (" + how
                + "). Stop every scheduler that uses it, and import again, replacing what is there.");
    }

    private static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    /** Entries on their way into a store, a commit at a time. */
    private static final class Importing {
        private final StateStore store;
        private final Epoch epoch;
        private final Map<String, Entry> before;
        private final List<Change> changes = new ArrayList<>();
        private long bytes;

        /** @param before what the store has; what is left here at the end is deleted */
        Importing(StateStore store, Epoch epoch, Map<String, Entry> before) {
            this.store = store;
            this.epoch = epoch;
            this.before = before;
        }

        void put(StateFile.Line line) {
            Optional<Entry> there = Optional.ofNullable(before.remove(line.key()));
            if (there.filter(entry -> entry.value().equals(line.value())).isPresent()) {
                return;
            }
            long expected = there.map(Entry::revision).orElse(Change.ABSENT);
            // As much as UTF-8 can take, so that nothing has to be encoded to know.
            add(
                    new Change.Put(line.key(), line.value(), expected),
                    line.key().length() + 3L * line.value().length());
        }

        private void add(Change change, long size) {
            if (changes.size() == StateStore.MAX_CHANGES || bytes + size > StateStore.MAX_COMMIT_BYTES) {
                commit();
            }
            changes.add(change);
            bytes += size;
        }

        void finish() {
            before.values()
                    .forEach(entry -> add(
                            new Change.Delete(entry.key(), entry.revision()),
                            entry.key().length()));
            commit();
        }

        private void commit() {
            if (changes.isEmpty()) {
                return;
            }
            CommitResult result = await(store.commit(epoch, changes));
            if (!(result instanceof CommitResult.Committed)) {
                throw disturbed(
                        result instanceof CommitResult.Fenced fenced
                                ? "it leads in epoch " + fenced.current()
                                : "an entry is there already");
            }
            changes.clear();
            bytes = 0;
        }
    }

    /** The disk's seam as a stream. */
    private static final class ToDisk extends OutputStream {
        private final Disk.Output output;

        ToDisk(Disk.Output output) {
            this.output = output;
        }

        @Override
        public void write(int single) throws IOException {
            output.write(ByteBuffer.wrap(new byte[] {(byte) single}));
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            output.write(ByteBuffer.wrap(bytes, offset, length));
        }
    }
}
