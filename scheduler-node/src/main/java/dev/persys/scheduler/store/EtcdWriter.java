package dev.persys.scheduler.store;

import dev.persys.model.Epoch;
import dev.persys.store.Change;
import dev.persys.store.CommitResult;
import dev.persys.store.StoreUnavailableException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Sends commits in groups: while a few transactions are on their way, the next commits gather.
 *
 * <p>A group is refused as a whole. Those of its commits that are at fault are answered; the others go again, which
 * repeats nothing, because nothing was written.
 *
 * <p>A commit that failed without an answer may still be on its way, and its compares may hold again by the time it
 * arrives: a key that was absent is absent again once it has been deleted. So the next transaction also writes the
 * epoch's record anew, as it is. That changes the revision which every transaction compares, and what was sent before
 * is refused should it still come. Those of them that somebody still waits for go again.
 */
final class EtcdWriter {
    private static final int MAX_IN_FLIGHT = 4;
    private static final long MAX_GROUP_BYTES = 1024 * 1024;
    private static final long MAX_WAITING_BYTES = 64L * 1024 * 1024;
    private static final long COMMIT_OVERHEAD_BYTES = 1024;

    private final EtcdConnection etcd;
    private final EtcdReads reads;
    private final Deque<EtcdCommit> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private int inFlight;
    private long failed;
    private long settled;
    private boolean closed;
    private volatile Optional<EtcdTerm> lastKnown = Optional.empty();

    EtcdWriter(EtcdConnection etcd, EtcdReads reads) {
        this.etcd = etcd;
        this.reads = reads;
    }

    /** The term most lately seen in force, by a claim, a refusal or a look before a first commit. */
    Optional<EtcdTerm> lastKnown() {
        return lastKnown;
    }

    /** Answers may come in another order than they were given: an older one teaches nothing. */
    synchronized void learn(Optional<EtcdTerm> term) {
        boolean isOlder = term.isPresent()
                && lastKnown.isPresent()
                && term.get().revision() < lastKnown.get().revision();
        lastKnown = isOlder ? lastKnown : term;
    }

    /** The outcome, which fails once {@code limit} has passed. */
    CompletableFuture<CommitResult> accept(EtcdCommit commit, Duration limit) {
        synchronized (this) {
            if (closed) {
                return CompletableFuture.failedFuture(
                        StoreUnavailableException.notWritten("The state store is closed. Nothing was written."));
            }
            if (waitingBytes > MAX_WAITING_BYTES) {
                return CompletableFuture.failedFuture(StoreUnavailableException.notWritten("etcd is behind: "
                        + MAX_WAITING_BYTES + " bytes of commits are waiting for it. Nothing was written."));
            }
            waiting.addLast(commit);
            waitingBytes += weight(commit);
        }
        // Counted before the caller hears of it, and so before whatever the caller does next.
        CompletableFuture<CommitResult> outcome = commit.outcome()
                .orTimeout(limit.toNanos(), TimeUnit.NANOSECONDS)
                .whenComplete((result, failure) -> {
                    if (failure != null && !isAnswer(failure)) {
                        addFailed();
                    }
                });
        send();
        return outcome;
    }

    /** What etcd has refused for want of room is not on its way any more, and deletions need room for nothing. */
    private static boolean isAnswer(Throwable failure) {
        return failure instanceof StoreUnavailableException known
                && known.trouble().isPresent();
    }

    private synchronized void addFailed() {
        failed++;
    }

    private synchronized long failed() {
        return failed;
    }

    private synchronized boolean isSettled(long upTo) {
        return settled >= upTo;
    }

    private synchronized void settle(long upTo) {
        settled = Math.max(settled, upTo);
    }

    private static long weight(EtcdCommit commit) {
        return COMMIT_OVERHEAD_BYTES + commit.bytes();
    }

    private void send() {
        for (List<EtcdCommit> group = nextGroup(); !group.isEmpty(); group = nextGroup()) {
            send(group);
        }
    }

    private synchronized List<EtcdCommit> nextGroup() {
        List<EtcdCommit> group = new ArrayList<>();
        Set<String> keys = new HashSet<>();
        long bytes = 0;
        while (inFlight < MAX_IN_FLIGHT && !waiting.isEmpty()) {
            EtcdCommit next = waiting.peekFirst();
            if (!next.isDone()) {
                bytes += next.bytes();
                if (!group.isEmpty() && !fits(next, group.get(0).epoch(), keys, bytes)) {
                    break;
                }
                group.add(next);
                keys.addAll(next.keys());
            }
            waiting.removeFirst();
            waitingBytes -= weight(next);
        }
        if (!group.isEmpty()) {
            inFlight++;
        }
        return group;
    }

    /** Two commits of one key cannot share a transaction: the second expects what the first has not yet made. */
    private static boolean fits(EtcdCommit next, Epoch epoch, Set<String> keys, long bytes) {
        return next.epoch().equals(epoch)
                && keys.size() + next.changes().size() <= EtcdTransaction.MAX_CHANGES
                && bytes <= MAX_GROUP_BYTES
                && next.keys().stream().noneMatch(keys::contains);
    }

    private void send(List<EtcdCommit> group) {
        var unused = decide(group).whenComplete((again, failure) -> {
            if (failure != null) {
                StoreUnavailableException why = etcd.unavailable("a commit", failure);
                group.forEach(commit -> commit.fail(why));
            }
            landed(failure == null ? again : List.of());
            send();
        });
    }

    private synchronized void landed(List<EtcdCommit> again) {
        for (int i = again.size() - 1; i >= 0; i--) {
            waiting.addFirst(again.get(i));
            waitingBytes += weight(again.get(i));
        }
        inFlight--;
        notifyAll();
    }

    /** Answers all of the group but those to be sent again. */
    private CompletableFuture<List<EtcdCommit>> decide(List<EtcdCommit> group) {
        Epoch epoch = group.get(0).epoch();
        return termOf(epoch).thenCompose(term -> {
            if (!EtcdTerm.epochOf(term).equals(epoch) || term.isEmpty()) {
                group.forEach(commit -> commit.answer(new CommitResult.Fenced(EtcdTerm.epochOf(term))));
                return CompletableFuture.completedFuture(List.<EtcdCommit>of());
            }
            // Those given up while the term was read must not be sent with one that is newer than their failure.
            List<EtcdCommit> awaited =
                    group.stream().filter(commit -> !commit.isDone()).toList();
            return awaited.isEmpty()
                    ? CompletableFuture.completedFuture(List.<EtcdCommit>of())
                    : commit(awaited, term.get());
        });
    }

    private CompletableFuture<List<EtcdCommit>> commit(List<EtcdCommit> group, EtcdTerm term) {
        List<Change> changes =
                group.stream().flatMap(commit -> commit.changes().stream()).toList();
        long failedBefore = failed();
        boolean renewing = !isSettled(failedBefore);
        return new EtcdTransaction(term, changes, renewing).commit(etcd.kv()).thenCompose(outcome -> {
            if (outcome instanceof EtcdTransaction.Outcome.Committed committed) {
                took(changes);
                if (renewing) {
                    learn(Optional.of(new EtcdTerm(term.term(), committed.revision())));
                    settle(failedBefore);
                }
            }
            return answer(group, outcome);
        });
    }

    private void took(List<Change> changes) {
        if (changes.stream().anyMatch(change -> change instanceof Change.Put)) {
            etcd.space().took();
        }
    }

    private CompletableFuture<Optional<EtcdTerm>> termOf(Epoch epoch) {
        Optional<EtcdTerm> known = lastKnown;
        if (known.isPresent() && known.get().term().epoch().equals(epoch)) {
            return CompletableFuture.completedFuture(known);
        }
        return reads.term().thenApply(term -> {
            learn(term);
            return term;
        });
    }

    private CompletableFuture<List<EtcdCommit>> answer(List<EtcdCommit> group, EtcdTransaction.Outcome outcome) {
        if (outcome instanceof EtcdTransaction.Outcome.Committed committed) {
            group.forEach(commit -> commit.answer(new CommitResult.Committed(committed.revision())));
            return CompletableFuture.completedFuture(List.of());
        }
        EtcdTransaction.Outcome.Refused refused = (EtcdTransaction.Outcome.Refused) outcome;
        learn(refused.term());
        Epoch inForce = EtcdTerm.epochOf(refused.term());
        if (!inForce.equals(group.get(0).epoch())) {
            group.forEach(commit -> commit.answer(new CommitResult.Fenced(inForce)));
            return CompletableFuture.completedFuture(List.of());
        }
        List<EtcdCommit> again = new ArrayList<>();
        List<CompletableFuture<?>> conflicts = new ArrayList<>();
        for (EtcdCommit commit : group) {
            if (isConflict(commit, refused.revisions())) {
                conflicts.add(answerConflict(commit, refused.revision()));
            } else {
                again.add(commit);
            }
        }
        return CompletableFuture.allOf(conflicts.toArray(CompletableFuture[]::new))
                .thenApply(done -> again);
    }

    private static boolean isConflict(EtcdCommit commit, Map<String, Long> revisions) {
        return commit.changes().stream()
                .anyMatch(change -> revisions.getOrDefault(change.key(), Change.ABSENT) != change.expectedRevision());
    }

    /** With the entries as they stood when the transaction was refused. */
    private CompletableFuture<?> answerConflict(EtcdCommit commit, long revision) {
        return reads.read(commit.keys(), revision)
                .whenComplete((current, failure) -> {
                    if (failure == null) {
                        commit.answer(new CommitResult.Conflict(current));
                    } else {
                        commit.fail(etcd.unavailable("what a commit conflicts with", failure));
                    }
                })
                .exceptionally(failure -> List.of());
    }

    /** Waits for what was accepted; each of these has a deadline of its own, and so has this. */
    synchronized void close() {
        closed = true;
        long end = System.nanoTime() + 2 * etcd.settings().requestTimeout().toNanos();
        boolean interrupted = false;
        while ((inFlight > 0 || !waiting.isEmpty()) && System.nanoTime() < end) {
            try {
                TimeUnit.NANOSECONDS.timedWait(this, end - System.nanoTime());
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
