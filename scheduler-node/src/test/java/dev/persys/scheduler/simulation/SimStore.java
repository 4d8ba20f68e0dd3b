package dev.persys.scheduler.simulation;

import dev.persys.model.ClusterId;
import dev.persys.model.Epoch;
import dev.persys.store.Change;
import dev.persys.store.Claim;
import dev.persys.store.CommitResult;
import dev.persys.store.Entry;
import dev.persys.store.Leadership;
import dev.persys.store.Snapshot;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * The one store of a run. Each call travels to it, happens at one moment and travels back; on the way it may get lost,
 * before or after it happened, take long, or fail at once.
 *
 * <p>A commit that was said to have failed may arrive whenever it likes, as one to etcd may: until a later one of the same
 * process is done, which settles it.
 */
final class SimStore {
    /** After which a call has failed, whatever comes of it. */
    private static final Duration DEADLINE = Duration.ofSeconds(2);

    /** A commit on its way; {@code failedAs} of its process's failures, zero for none. */
    private static final class Sent {
        final long settles;
        long failedAs;

        Sent(long settles) {
            this.settles = settles;
        }
    }

    /** What a process's store knows of its failed commits, counted. */
    private static final class Failures {
        long told;
        long settled;
    }

    /** Percent of the commits with which something is wrong, where some are late. */
    private static final int LATE = 25;

    private final Simulation sim;
    private final Map<String, Failures> failures = new HashMap<>();
    private final TreeMap<String, Entry> entries = new TreeMap<>();
    private final SimBackup backup;
    private final Map<String, String> earlier = new HashMap<>();
    private long revision;
    private Optional<Leadership> leadership = Optional.empty();
    private boolean away;
    private long lastAway;
    private int puttings;

    SimStore(Simulation sim) {
        this.sim = sim;
        this.backup = new SimBackup(sim);
    }

    SimBackup backup() {
        return backup;
    }

    /** For later; there has to be something worth it. */
    void backUp() {
        leadership.filter(now -> !backup.isMade()).ifPresent(now -> backup.make(entries, now));
    }

    /** Its state is what was backed up, and what was on its way to it before does not arrive. */
    void putBack(boolean isKnown) {
        puttings++;
        entries.clear();
        entries.putAll(backup.entries());
        earlier.clear();
        leadership = leadership.map(now -> backup.leadership(now, isKnown));
        backup.putBack(leadership.orElseThrow());
    }

    /** Whether every call fails. */
    void away(boolean next) {
        lastAway = sim.now();
        away = next;
    }

    /** When it went away or came back last. */
    long lastAway() {
        return lastAway;
    }

    boolean isAway() {
        return away;
    }

    Optional<Entry> entry(String key) {
        return Optional.ofNullable(entries.get(key));
    }

    /** {@code effect} happens at the store for {@code from}, as chance has it. */
    <T> CompletionStage<T> call(SimProcess from, String what, Supplier<T> effect) {
        return call(from, what, effect, Duration.ZERO, () -> {});
    }

    /** The same for a commit, which may come late. */
    CompletionStage<CommitResult> commit(SimProcess from, String what, Epoch epoch, List<Change> changes) {
        Failures known = failures.computeIfAbsent(from.name(), name -> new Failures());
        Sent sent = new Sent(known.told);
        return call(from, what, () -> arrive(from, epoch, changes, sent, known), lateness(changes.get(0)), () -> {
            known.told++;
            sent.failedAs = known.told;
        });
    }

    /** How late it comes if it comes late; first writes of a record do that most of all, for they are the ones that bite. */
    private Duration lateness(Change record) {
        boolean isFirst = record.expectedRevision() == Change.ABSENT;
        if (!sim.profile().has(SimTrouble.LATE_COMMITS)
                || (!isFirst && sim.chance().oneIn(2))) {
            return Duration.ZERO;
        }
        return sim.chance().oneIn(3)
                ? sim.chance().millis(5_000, 30_000)
                : sim.chance().millis(20_000, 150_000);
    }

    private CommitResult arrive(SimProcess from, Epoch epoch, List<Change> changes, Sent sent, Failures known) {
        if (sent.failedAs > 0 && sent.failedAs <= known.settled && !sim.bug().settlesNothing()) {
            sim.trace().line("store", from.name(), " what failed as ", sent.failedAs, " comes too late");
            throw new IllegalStateException("too late: a later commit of " + from.name() + " is done");
        }
        CommitResult result = commit(from, epoch, changes);
        if (result instanceof CommitResult.Committed) {
            known.settled = Math.max(known.settled, sent.settles);
        }
        return result;
    }

    private <T> CompletionStage<T> call(
            SimProcess from, String what, Supplier<T> effect, Duration lateness, Runnable failed) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        SimChance chance = sim.chance();
        if (away) {
            sim.after(chance.millis(0, 50), "", () -> fail(from, what, answer, failed));
            return answer;
        }
        int percent = lateness.isZero()
                ? sim.profile().storeTrouble()
                : Math.max(LATE, sim.profile().storeTrouble());
        boolean trouble = sim.isFaulty() && chance.percent(percent);
        boolean late = trouble && !lateness.isZero();
        int kind = late ? 3 : trouble ? chance.below(4) : 0;
        Duration there = late ? lateness : trouble ? chance.millis(0, 900) : chance.millis(0, 4);
        Duration back = trouble ? chance.millis(0, 900) : chance.millis(0, 2);
        if (kind != 1) {
            int sent = puttings;
            sim.after(there, "", () -> happen(from, what, effect, answer, kind == 0 ? back : DEADLINE, sent));
        }
        if (kind != 0) {
            Duration given = kind == 3 && !late ? there.dividedBy(2) : DEADLINE;
            sim.after(given, "", () -> fail(from, what, answer, failed));
        }
        return answer;
    }

    private <T> void happen(
            SimProcess from, String what, Supplier<T> effect, CompletableFuture<T> answer, Duration back, int sent) {
        if (sent != puttings) {
            return;
        }
        T result;
        try {
            result = effect.get();
        } catch (IllegalStateException e) {
            sim.after(back, "", () -> from.complete(() -> answer.completeExceptionally(e)));
            return;
        }
        sim.trace().line("store", from.name(), " ", what, " -> ", result);
        sim.after(back, "", () -> from.complete(() -> answer.complete(result)));
    }

    private <T> void fail(SimProcess from, String what, CompletableFuture<T> answer, Runnable failed) {
        if (answer.isDone()) {
            return;
        }
        failed.run();
        if (sim.bug().takesUnknownForDone() && what.startsWith("commit")) {
            @SuppressWarnings("unchecked")
            T done = (T) new CommitResult.Committed(revision + 1);
            from.complete(() -> answer.complete(done));
        } else {
            sim.trace().line("store", from.name(), " ", what, " -> no answer");
            from.complete(() -> answer.completeExceptionally(
                    new dev.persys.store.StoreUnavailableException("no answer to " + what)));
        }
    }

    /** The entry with the value that it had before its last write, where there was one. */
    Entry oneWriteAgo(Entry entry) {
        return new Entry(entry.key(), earlier.getOrDefault(entry.key(), entry.value()), entry.revision());
    }

    Leadership claim(SimProcess from, Claim claim) {
        Epoch current = leadership.map(Leadership::epoch).orElse(Epoch.NONE);
        Epoch base = current.isOlderThan(claim.above()) ? claim.above() : current;
        ClusterId cluster = leadership.map(Leadership::clusterId).orElse(claim.clusterIdIfNew());
        Epoch restoredIn = leadership.map(Leadership::restoredIn).orElse(Epoch.NONE);
        Leadership next = new Leadership(base.next(), cluster, sim.bug().forgetsLoss() ? Epoch.NONE : restoredIn);
        leadership = Optional.of(next);
        revision++;
        sim.promises().claimed(from, next.epoch());
        return next;
    }

    Leadership leadership() {
        return leadership.orElseThrow(() -> new IllegalStateException("never claimed"));
    }

    Snapshot load(SimProcess from, List<String> prefixes) {
        Snapshot snapshot = new Snapshot(
                revision,
                entries.values().stream()
                        .filter(entry -> prefixes.stream().anyMatch(entry.key()::startsWith))
                        .toList());
        if (prefixes.isEmpty()) {
            return snapshot;
        }
        sim.promises().loaded(from, snapshot);
        return sim.bug().loaded(sim, snapshot);
    }

    List<Entry> read(SimProcess from, List<String> keys) {
        List<Entry> found =
                keys.stream().map(entries::get).filter(Objects::nonNull).toList();
        sim.promises().read(from, found);
        return found;
    }

    private CommitResult commit(SimProcess from, Epoch epoch, List<Change> changes) {
        Epoch current = leadership().epoch();
        if (!current.equals(epoch) && !sim.bug().fencesNothing()) {
            return new CommitResult.Fenced(current);
        }
        for (Change change : changes) {
            Entry there = entries.get(change.key());
            if ((there == null ? Change.ABSENT : there.revision()) != change.expectedRevision()) {
                return new CommitResult.Conflict(changes.stream()
                        .map(each -> entries.get(each.key()))
                        .filter(Objects::nonNull)
                        .toList());
            }
        }
        if (sim.bug().losesWrite(sim, changes)) {
            return new CommitResult.Committed(revision + 1);
        }
        revision++;
        for (Change change : changes) {
            Optional<Entry> before = entry(change.key());
            before.ifPresent(entry -> earlier.put(entry.key(), entry.value()));
            if (change instanceof Change.Put put) {
                entries.put(put.key(), new Entry(put.key(), put.value(), revision));
            } else {
                entries.remove(change.key());
            }
            sim.promises().committed(from, epoch, change, revision);
        }
        return new CommitResult.Committed(revision);
    }
}
