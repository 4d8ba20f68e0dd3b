package dev.persys.store;

import dev.persys.model.Epoch;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * The authoritative state. What a completed stage says is durable: it survives a kill -9 and a loss of power at
 * the next instant.
 *
 * <p>A <em>failed</em> stage of {@link #commit} or {@link #claim} means that the outcome is <em>unknown</em>, never
 * that nothing was written, unless the {@link StoreUnavailableException} says so: read again before going on.
 * Implementations never repeat a write by themselves once it may have been sent. Stages complete within the adapter's
 * own deadline; an adapter whose server is away fails them with {@link StoreUnavailableException}.
 *
 * <p>What a failed commit left open is settled by the next commit of this store that is answered {@link
 * CommitResult.Committed}: from then on the failed one has happened, or it never will. So a first attempt that is late
 * cannot bring back what was deleted meanwhile.
 *
 * <p>Thread-safe. Commits of many callers are grouped; each is still all or nothing by itself.
 */
public interface StateStore extends AutoCloseable {
    /**
     * Takes over leadership: raises the epoch and writes who did so, atomically. From then on every commit under an
     * older epoch is answered {@link CommitResult.Fenced}. Takes exactly one revision.
     *
     * <p>Fails with {@link ImportUnfinishedException} where only part of a state is there to lead.
     */
    CompletionStage<Leadership> claim(Claim claim);

    /**
     * The epoch in force, and the cluster's identity; fails with {@link IllegalStateException} before any claim, and
     * with {@link ImportUnfinishedException} while only part of an import is there.
     */
    CompletionStage<Leadership> leadership();

    /** What a leader needs, {@link Keys#LOADED}, as it was at one moment. */
    default CompletionStage<Snapshot> load() {
        return load(Keys.LOADED);
    }

    /**
     * All entries under these prefixes, as they were at one moment.
     *
     * @param prefixes some or all of {@link Keys#PREFIXES}; none for the revision alone, at which the store stands now
     */
    CompletionStage<Snapshot> load(List<String> prefixes);

    /** The entries of these keys as they stand now, in one consistent read; absent keys are left out. */
    CompletionStage<List<Entry>> read(List<String> keys);

    /**
     * Writes all of {@code changes} or none, if {@code epoch} is in force and every key stands at the revision
     * its change expects.
     *
     * @param changes at least one, at most {@link #MAX_CHANGES}, no key twice
     * @throws IllegalArgumentException at the call, with nothing written, if {@link CommitRules} are broken
     */
    CompletionStage<CommitResult> commit(Epoch epoch, List<Change> changes);

    /**
     * What keeps this store from taking writes, as far as it has found out: from memory, at no cost. Present from the
     * first write that met it until the store has found that it is over, for which it looks by itself; empty also
     * where nobody has tried to write.
     */
    default Optional<StoreTrouble> trouble() {
        return Optional.empty();
    }

    /** The most changes of one commit. */
    int MAX_CHANGES = 64;

    /** The longest value, in bytes of UTF-8. */
    int MAX_VALUE_BYTES = 1024 * 1024;

    /** The longest commit: its keys and values together, in bytes of UTF-8. Fits etcd's request limit of 1.5 MiB. */
    int MAX_COMMIT_BYTES = MAX_VALUE_BYTES + 256 * 1024;

    /** Finishes writes that were accepted, then releases the files or connections. */
    @Override
    void close();
}
