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
 */
final class SimStore {
    /** After which a call has failed, whatever comes of it. */
    private static final Duration DEADLINE = Duration.ofSeconds(2);

    private final Simulation sim;
    private final TreeMap<String, Entry> entries = new TreeMap<>();
    private final Map<String, String> earlier = new HashMap<>();
    private long revision;
    private Optional<Leadership> leadership = Optional.empty();
    private boolean away;

    SimStore(Simulation sim) {
        this.sim = sim;
    }

    /** Whether every call fails. */
    void away(boolean next) {
        away = next;
    }

    boolean isAway() {
        return away;
    }

    Optional<Entry> entry(String key) {
        return Optional.ofNullable(entries.get(key));
    }

    /** {@code effect} happens at the store for {@code from}, as chance has it. */
    <T> CompletionStage<T> call(SimProcess from, String what, Supplier<T> effect) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        SimChance chance = sim.chance();
        if (away) {
            sim.after(chance.millis(0, 50), "", () -> fail(from, what, answer));
            return answer;
        }
        boolean trouble = sim.isFaulty() && chance.percent(sim.profile().storeTrouble());
        int kind = trouble ? chance.below(4) : 0;
        Duration there = trouble ? chance.millis(0, 900) : chance.millis(0, 4);
        Duration back = trouble ? chance.millis(0, 900) : chance.millis(0, 2);
        if (kind != 1) {
            sim.after(there, "", () -> happen(from, what, effect, answer, kind == 0 ? back : DEADLINE));
        }
        if (kind != 0) {
            sim.after(kind == 3 ? there.dividedBy(2) : DEADLINE, "", () -> fail(from, what, answer));
        }
        return answer;
    }

    private <T> void happen(
            SimProcess from, String what, Supplier<T> effect, CompletableFuture<T> answer, Duration back) {
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

    private <T> void fail(SimProcess from, String what, CompletableFuture<T> answer) {
        if (answer.isDone()) {
            return;
        }
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
        Leadership next = new Leadership(base.next(), cluster);
        leadership = Optional.of(next);
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
        sim.promises().loaded(from, snapshot);
        return sim.bug().loaded(sim, snapshot);
    }

    List<Entry> read(SimProcess from, List<String> keys) {
        List<Entry> found =
                keys.stream().map(entries::get).filter(Objects::nonNull).toList();
        sim.promises().read(from, found);
        return found;
    }

    CommitResult commit(SimProcess from, Epoch epoch, List<Change> changes) {
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
