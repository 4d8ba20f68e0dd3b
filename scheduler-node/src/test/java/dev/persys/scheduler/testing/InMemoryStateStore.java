package dev.persys.scheduler.testing;

import dev.persys.model.ClusterId;
import dev.persys.model.Epoch;
import dev.persys.store.Change;
import dev.persys.store.Claim;
import dev.persys.store.CommitResult;
import dev.persys.store.CommitRules;
import dev.persys.store.Entry;
import dev.persys.store.Keys;
import dev.persys.store.Leadership;
import dev.persys.store.Snapshot;
import dev.persys.store.StateStore;
import dev.persys.store.StoreTrouble;
import dev.persys.store.StoreUnavailableException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/**
 * A state store without a disk, whose answers a test can hold back, lose before the write, or lose after it.
 */
public final class InMemoryStateStore implements StateStore {
    /** What happens to a commit. */
    public enum Fate {
        /** Written and answered. */
        NORMAL,
        /** Written and answered when {@link #releaseHeld} says so. */
        HELD,
        /** Not written, and the outcome is unknown to the caller. */
        LOST,
        /** Written, and the outcome is unknown to the caller. */
        WRITTEN_UNANSWERED,
        /**
         * The outcome is unknown to the caller, and it arrives when {@link #deliverLate} says so: to no effect where a
         * later commit has been answered meanwhile, as the port promises.
         */
        LATE
    }

    private record Held(Epoch epoch, List<Change> changes, CompletableFuture<CommitResult> answer) {}

    private final TreeMap<String, Entry> entries = new TreeMap<>();
    private final List<List<Change>> committed = new ArrayList<>();
    private final Deque<Fate> fates = new ArrayDeque<>();
    private final Deque<Held> held = new ArrayDeque<>();
    private final Deque<Held> late = new ArrayDeque<>();
    private Optional<StoreTrouble> trouble = Optional.empty();
    private Predicate<String> affected = key -> true;
    private long revision;
    private Leadership leadership;
    private Epoch restoredIn = Epoch.NONE;
    private boolean away;
    private boolean hangs;
    private int attempts;
    private int reads;
    private int claims;
    private int loads;
    private Runnable beforeClaim = () -> {};

    /** From now on every call fails at once, and nothing is written. */
    public synchronized void goAway() {
        away = true;
    }

    public synchronized void comeBack() {
        away = false;
    }

    /** From now on it does not answer who asks who leads. */
    public synchronized void hang() {
        hangs = true;
    }

    /** Puts an entry past all rules, as another program might. */
    public synchronized void plant(String key, String value) {
        revision++;
        entries.put(key, new Entry(key, value, revision));
    }

    /** As after an import of an older export, or a loss that was accepted: the next leader knows that records may be old. */
    public synchronized void restored() {
        restoredIn = leadership.epoch().next();
    }

    /** The next commits that change a key which passes {@code keys} meet these fates, one each. */
    public synchronized void nextCommits(Predicate<String> keys, Fate... next) {
        affected = keys;
        fates.clear();
        fates.addAll(List.of(next));
    }

    /** Carries out and answers the commit that has been held the longest; false where none is held. */
    public synchronized boolean releaseHeld() {
        Held next = held.poll();
        if (next != null) {
            next.answer().complete(write(next.epoch(), next.changes()));
        }
        return next != null;
    }

    /** Carries out the late commits, as far as they still may be. */
    public synchronized void deliverLate() {
        late.forEach(commit -> write(commit.epoch(), commit.changes()));
        late.clear();
    }

    /** From now on commits fail at once and write nothing, and why is said; empty for no more of that. */
    public synchronized void takesNoWrites(Optional<StoreTrouble> why) {
        trouble = why;
    }

    @Override
    public synchronized Optional<StoreTrouble> trouble() {
        return trouble;
    }

    /** Happens in the store just before each claim. */
    public synchronized void beforeClaims(Runnable what) {
        beforeClaim = what;
    }

    public synchronized int heldCommits() {
        return held.size();
    }

    /** How many commits were asked for, whatever came of them. */
    public synchronized int attempts() {
        return attempts;
    }

    public synchronized int claims() {
        return claims;
    }

    /** How often what a leader begins with was loaded. */
    public synchronized int loads() {
        return loads;
    }

    public synchronized int reads() {
        return reads;
    }

    /** All commits that were written, in order. */
    public synchronized List<List<Change>> committed() {
        return List.copyOf(committed);
    }

    public synchronized List<Entry> entries(String prefix) {
        return entries.values().stream()
                .filter(entry -> entry.key().startsWith(prefix))
                .toList();
    }

    @Override
    public synchronized CompletionStage<Leadership> claim(Claim claim) {
        if (away) {
            return CompletableFuture.failedStage(unknown());
        }
        beforeClaim.run();
        claims++;
        Epoch current = leadership == null ? Epoch.NONE : leadership.epoch();
        Epoch base = current.isOlderThan(claim.above()) ? claim.above() : current;
        ClusterId cluster = leadership == null ? claim.clusterIdIfNew() : leadership.clusterId();
        leadership = new Leadership(base.next(), cluster, restoredIn);
        return CompletableFuture.completedStage(leadership);
    }

    @Override
    public synchronized CompletionStage<Leadership> leadership() {
        if (hangs) {
            return new CompletableFuture<>();
        }
        if (away) {
            return CompletableFuture.failedStage(unknown());
        }
        return leadership == null
                ? CompletableFuture.failedStage(new IllegalStateException("never claimed"))
                : CompletableFuture.completedStage(leadership);
    }

    @Override
    public synchronized CompletionStage<Snapshot> load(List<String> prefixes) {
        if (away) {
            return CompletableFuture.failedStage(unknown());
        }
        loads += prefixes.equals(Keys.LOADED) ? 1 : 0;
        return CompletableFuture.completedStage(new Snapshot(
                revision + claims,
                entries.values().stream()
                        .filter(entry -> prefixes.stream().anyMatch(entry.key()::startsWith))
                        .toList()));
    }

    @Override
    public synchronized CompletionStage<List<Entry>> read(List<String> keys) {
        reads++;
        if (away) {
            return CompletableFuture.failedStage(unknown());
        }
        return CompletableFuture.completedStage(
                keys.stream().map(entries::get).filter(Objects::nonNull).toList());
    }

    @Override
    public synchronized CompletionStage<CommitResult> commit(Epoch epoch, List<Change> changes) {
        CommitRules.checkChanges(changes);
        attempts++;
        if (away) {
            return CompletableFuture.failedStage(unknown());
        }
        if (trouble.isPresent()) {
            return CompletableFuture.failedStage(StoreUnavailableException.notWritten(trouble.get(), null));
        }
        boolean touched = changes.stream().map(Change::key).anyMatch(affected);
        Fate fate = touched && !fates.isEmpty() ? fates.remove() : Fate.NORMAL;
        return switch (fate) {
            case NORMAL -> {
                CommitResult result = write(epoch, changes);
                if (result instanceof CommitResult.Committed) {
                    late.clear();
                }
                yield CompletableFuture.completedStage(result);
            }
            case HELD -> {
                Held waiting = new Held(epoch, changes, new CompletableFuture<>());
                held.add(waiting);
                yield waiting.answer();
            }
            case LATE -> {
                late.add(new Held(epoch, changes, new CompletableFuture<>()));
                yield CompletableFuture.failedStage(unknown());
            }
            case LOST -> CompletableFuture.failedStage(unknown());
            case WRITTEN_UNANSWERED -> {
                write(epoch, changes);
                yield CompletableFuture.failedStage(unknown());
            }
        };
    }

    private static StoreUnavailableException unknown() {
        return new StoreUnavailableException("no answer", new IllegalStateException("planted"));
    }

    private CommitResult write(Epoch epoch, List<Change> changes) {
        if (!leadership.epoch().equals(epoch)) {
            return new CommitResult.Fenced(leadership.epoch());
        }
        for (Change change : changes) {
            Entry current = entries.get(change.key());
            if ((current == null ? Change.ABSENT : current.revision()) != change.expectedRevision()) {
                return new CommitResult.Conflict(changes.stream()
                        .map(each -> entries.get(each.key()))
                        .filter(Objects::nonNull)
                        .toList());
            }
        }
        revision++;
        for (Change change : changes) {
            if (change instanceof Change.Put put) {
                entries.put(put.key(), new Entry(put.key(), put.value(), revision));
            } else {
                entries.remove(change.key());
            }
        }
        committed.add(changes);
        return new CommitResult.Committed(revision);
    }

    @Override
    public void close() {}
}
