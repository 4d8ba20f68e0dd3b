package dev.persys.scheduler.store;

import dev.persys.model.Epoch;
import dev.persys.store.Change;
import dev.persys.store.Claim;
import dev.persys.store.CommitResult;
import dev.persys.store.CommitRules;
import dev.persys.store.Entry;
import dev.persys.store.Leadership;
import dev.persys.store.Snapshot;
import dev.persys.store.StateStore;
import dev.persys.store.StoreTrouble;
import dev.persys.store.StoreUnavailableException;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.PutOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * The state store in etcd, for more than one scheduler. Every write is one transaction on the revision of {@code
 * /epoch} and of each of its keys, and is never repeated once it may have been sent. Values of one group of commits
 * have the same revision.
 *
 * <p>What is attached to a stage without an executor runs on this store's answering thread and must not block. An
 * etcd that is away fails each call within the request timeout; the store recovers with it.
 */
public final class EtcdStateStore implements StateStore {
    private final EtcdConnection etcd;
    private final EtcdReads reads;
    private final EtcdWriter writer;
    private final EtcdHistoryCompaction compaction;
    private final Answers answers = new Answers("persys-store-etcd-answers");
    private volatile Epoch granted = Epoch.NONE;
    private volatile boolean closed;

    private EtcdStateStore(EtcdConnection etcd) {
        this.etcd = etcd;
        this.reads = new EtcdReads(etcd);
        this.writer = new EtcdWriter(etcd, reads);
        this.compaction = EtcdHistoryCompaction.every(etcd.settings().compactEvery(), etcd, this::isLeading);
    }

    /**
     * Opens a store, without waiting for etcd to be there.
     *
     * @throws StoreOpenException if the TLS files cannot be used
     */
    public static EtcdStateStore open(EtcdSettings settings) {
        return new EtcdStateStore(EtcdConnection.open(settings));
    }

    /** Whether the last that this store has seen is a term of its own. */
    private boolean isLeading() {
        return !granted.equals(Epoch.NONE)
                && EtcdTerm.epochOf(writer.lastKnown()).equals(granted);
    }

    @Override
    public CompletionStage<Leadership> claim(Claim claim) {
        long end = System.nanoTime() + requestTimeout().toNanos();
        return answering("a claim", () -> limited(claim(claim, end), requestTimeout()));
    }

    /** Another claim may come between reading and writing: then nothing was written, and it is safe to begin again. */
    private CompletableFuture<Leadership> claim(Claim claim, long end) {
        return reads.term().thenCompose(current -> claim(claim, current)).thenCompose(term -> {
            if (term.isEmpty()) {
                return System.nanoTime() < end
                        ? claim(claim, end)
                        : CompletableFuture.failedFuture(new TimeoutException("others claimed again and again"));
            }
            writer.learn(term);
            granted = term.get().term().epoch();
            return CompletableFuture.completedFuture(term.get().term().identity());
        });
    }

    private CompletableFuture<Optional<EtcdTerm>> claim(Claim claim, Optional<EtcdTerm> current) {
        Grant next = Grant.granted(claim, current.map(EtcdTerm::term));
        long expected = current.map(EtcdTerm::revision).orElse(Change.ABSENT);
        return etcd.kv()
                .txn()
                .If(EtcdTransaction.atRevision(EtcdTerm.KEY, expected))
                .Then(Op.put(EtcdTerm.KEY, EtcdTerm.value(next), PutOption.DEFAULT))
                .Else(Op.get(EtcdTerm.KEY, GetOption.DEFAULT))
                .commit()
                .thenApply(answer -> answer.isSucceeded()
                        ? Optional.of(new EtcdTerm(next, answer.getHeader().getRevision()))
                        : Optional.empty());
    }

    @Override
    public CompletionStage<Leadership> leadership() {
        return answering(
                "who leads",
                () -> limited(
                        reads.term()
                                .thenApply(term -> term.map(
                                                found -> found.term().leadership())
                                        .orElseThrow(() -> new IllegalStateException(
                                                "Nobody has claimed the state store in etcd at "
                                                        + etcd.settings().endpoints()))),
                        requestTimeout()));
    }

    @Override
    public CompletionStage<Snapshot> load(List<String> prefixes) {
        List<String> copy = List.copyOf(prefixes);
        return answering(
                "a read of everything",
                () -> limited(reads.load(copy), etcd.settings().loadTimeout()));
    }

    @Override
    public CompletionStage<List<Entry>> read(List<String> keys) {
        List<String> copy = List.copyOf(keys);
        copy.forEach(CommitRules::checkKey);
        return answering("a read", () -> limited(reads.read(copy), requestTimeout()));
    }

    @Override
    public CompletionStage<CommitResult> commit(Epoch epoch, List<Change> changes) {
        List<Change> copy = List.copyOf(changes);
        CommitRules.checkChanges(copy);
        return answering("a commit", () -> writer.accept(EtcdCommit.of(epoch, copy), requestTimeout()));
    }

    private Duration requestTimeout() {
        return etcd.settings().requestTimeout();
    }

    private static <T> CompletableFuture<T> limited(CompletableFuture<T> call, Duration limit) {
        return call.orTimeout(limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    private <T> CompletionStage<T> answering(String what, Supplier<CompletableFuture<T>> call) {
        if (closed) {
            return CompletableFuture.failedStage(
                    StoreUnavailableException.notWritten("The state store is closed. Nothing was asked of etcd."));
        }
        return answers.through(
                call.get().exceptionallyCompose(failure -> CompletableFuture.failedStage(asTold(what, failure))));
    }

    /** What was found wrong in what etcd has is told as it is; all else is an outcome that nobody knows. */
    private RuntimeException asTold(String what, Throwable failure) {
        return Failures.unwrapped(failure) instanceof IllegalStateException wrong
                ? wrong
                : etcd.unavailable(what, failure);
    }

    @Override
    public Optional<StoreTrouble> trouble() {
        return etcd.space().trouble();
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        compaction.close();
        writer.close();
        answers.close();
        etcd.close();
    }
}
