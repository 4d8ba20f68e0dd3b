package dev.persys.scheduler.store;

import dev.persys.store.Entry;
import dev.persys.store.Snapshot;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.Txn;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.OptionsUtil;
import io.etcd.jetcd.options.TxnOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Reads of etcd that are larger than one answer may be, and consistent all the same. */
final class EtcdReads {
    /** Records are a few KiB, so a page is a few MiB. */
    private static final int PAGE_ENTRIES = 1000;

    /** So many values of the greatest length fit one answer with room to spare. */
    private static final int KEYS_AT_ONCE = 32;

    /** etcd's word for "now". */
    private static final long LATEST = 0;

    private final EtcdConnection etcd;

    EtcdReads(EtcdConnection etcd) {
        this.etcd = etcd;
    }

    CompletableFuture<Optional<EtcdTerm>> term() {
        return etcd.kv().get(EtcdTerm.KEY).thenApply(found -> EtcdTerm.of(found.getKvs()));
    }

    /** These keys at one revision, or as they are now where that is {@link #LATEST}. */
    CompletableFuture<List<Entry>> read(List<String> keys, long revision) {
        return read(keys, revision, new ArrayList<>());
    }

    CompletableFuture<List<Entry>> read(List<String> keys) {
        return read(keys, LATEST);
    }

    private CompletableFuture<List<Entry>> read(List<String> keys, long revision, List<Entry> found) {
        if (keys.isEmpty()) {
            return CompletableFuture.completedFuture(found);
        }
        List<String> now = keys.subList(0, Math.min(KEYS_AT_ONCE, keys.size()));
        List<String> later = keys.subList(now.size(), keys.size());
        GetOption option = GetOption.builder().withRevision(revision).build();
        Op[] gets = now.stream()
                .map(key -> Op.get(EtcdConnection.bytes(key), option))
                .toArray(Op[]::new);
        Txn reading = etcd.kv().txn(TxnOption.builder().withAutoRetry().build());
        return reading.Then(gets).commit().thenCompose(answer -> {
            answer.getGetResponses().forEach(response -> addAll(response, found));
            return read(later, revision == LATEST ? revisionOf(answer) : revision, found);
        });
    }

    private static long revisionOf(TxnResponse answer) {
        return answer.getHeader().getRevision();
    }

    CompletableFuture<Snapshot> load(List<String> prefixes) {
        if (prefixes.isEmpty()) {
            return etcd.kv()
                    .get(EtcdTerm.KEY)
                    .thenApply(answer -> new Snapshot(answer.getHeader().getRevision(), List.of()));
        }
        Load load = new Load(prefixes);
        return load.from(0);
    }

    private static void addAll(GetResponse response, List<Entry> found) {
        for (KeyValue entry : response.getKvs()) {
            found.add(entry(entry));
        }
    }

    private static Entry entry(KeyValue found) {
        return new Entry(
                EtcdConnection.text(found.getKey()), EtcdConnection.text(found.getValue()), found.getModRevision());
    }

    /** One reading of much: prefix by prefix, page by page, all at the revision of the first page. */
    private final class Load {
        private final List<Entry> found = new ArrayList<>();
        private final List<String> prefixes;
        private long revision = LATEST;
        private int page = PAGE_ENTRIES;

        Load(List<String> prefixes) {
            this.prefixes = prefixes.stream().sorted().toList();
        }

        CompletableFuture<Snapshot> from(int prefix) {
            if (prefix == prefixes.size()) {
                return CompletableFuture.completedFuture(new Snapshot(revision, found));
            }
            ByteSequence start = EtcdConnection.bytes(prefixes.get(prefix));
            return pages(start, OptionsUtil.prefixEndOf(start)).thenCompose(done -> from(prefix + 1));
        }

        private CompletableFuture<Boolean> pages(ByteSequence start, ByteSequence end) {
            // Without a sort order: etcd gives keys in order anyway, and would read the whole range to sort it.
            GetOption option = GetOption.builder()
                    .withRange(end)
                    .withLimit(page)
                    .withRevision(revision)
                    .build();
            return etcd.kv()
                    .get(start, option)
                    .thenApply(Optional::of)
                    .exceptionallyCompose(this::emptyIfTooLarge)
                    .thenCompose(answer -> answer.isPresent() ? next(answer.get(), end) : smaller(start, end));
        }

        private CompletableFuture<Optional<GetResponse>> emptyIfTooLarge(Throwable failure) {
            return EtcdConnection.isAnswerTooLarge(failure) && page > 1
                    ? CompletableFuture.completedFuture(Optional.empty())
                    : CompletableFuture.failedFuture(failure);
        }

        private CompletableFuture<Boolean> next(GetResponse answer, ByteSequence end) {
            if (revision == LATEST) {
                revision = answer.getHeader().getRevision();
            }
            addAll(answer, found);
            if (!answer.isMore()) {
                return CompletableFuture.completedFuture(true);
            }
            String last = found.get(found.size() - 1).key();
            return pages(EtcdConnection.bytes(last + '\0'), end);
        }

        private CompletableFuture<Boolean> smaller(ByteSequence start, ByteSequence end) {
            page = page / 2;
            return pages(start, end);
        }
    }
}
