package dev.persys.scheduler.store;

import dev.persys.store.Change;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.KV;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.PutOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The one shape of write: <em>if</em> the epoch's record and each key stand at these revisions, <em>then</em> write,
 * <em>else</em> read at which they stand. Never repeated by itself.
 */
final class EtcdTransaction {
    /** etcd's limit is 128 operations in a branch, and one is the epoch's: compared, read, and at times renewed. */
    static final int MAX_CHANGES = 127;

    private static final GetOption REVISION_ONLY =
            GetOption.builder().withKeysOnly(true).build();

    private final EtcdTerm term;
    private final List<Change> changes;
    private final boolean renewing;

    /** @param renewing whether the epoch's record is written again, so that no transaction begun before this holds */
    EtcdTransaction(EtcdTerm term, List<Change> changes, boolean renewing) {
        this.term = term;
        this.changes = changes;
        this.renewing = renewing;
    }

    /** What etcd answered; nothing was written unless committed. */
    sealed interface Outcome {
        record Committed(long revision) implements Outcome {}

        /**
         * Refused.
         *
         * @param term as it stands
         * @param revisions of the keys that exist, read at {@code revision}
         */
        record Refused(Optional<EtcdTerm> term, Map<String, Long> revisions, long revision) implements Outcome {}
    }

    CompletableFuture<Outcome> commit(KV kv) {
        List<Cmp> compares = new ArrayList<>();
        List<Op> writes = new ArrayList<>();
        List<Op> reads = new ArrayList<>();
        compares.add(atRevision(EtcdTerm.KEY, term.revision()));
        reads.add(Op.get(EtcdTerm.KEY, GetOption.DEFAULT));
        if (renewing) {
            writes.add(Op.put(EtcdTerm.KEY, EtcdTerm.value(term.term()), PutOption.DEFAULT));
        }
        for (Change change : changes) {
            ByteSequence key = EtcdConnection.bytes(change.key());
            compares.add(atRevision(key, change.expectedRevision()));
            reads.add(Op.get(key, REVISION_ONLY));
            writes.add(
                    change instanceof Change.Put put
                            ? Op.put(key, EtcdConnection.bytes(put.value()), PutOption.DEFAULT)
                            : Op.delete(key, DeleteOption.DEFAULT));
        }
        return kv.txn()
                .If(compares.toArray(Cmp[]::new))
                .Then(writes.toArray(Op[]::new))
                .Else(reads.toArray(Op[]::new))
                .commit()
                .thenApply(EtcdTransaction::outcome);
    }

    /** A key that does not exist has revision zero. */
    static Cmp atRevision(ByteSequence key, long revision) {
        return new Cmp(key, Cmp.Op.EQUAL, CmpTarget.modRevision(revision));
    }

    private static Outcome outcome(TxnResponse answer) {
        long revision = answer.getHeader().getRevision();
        if (answer.isSucceeded()) {
            return new Outcome.Committed(revision);
        }
        List<GetResponse> reads = answer.getGetResponses();
        Map<String, Long> revisions = new HashMap<>();
        for (GetResponse read : reads.subList(1, reads.size())) {
            for (KeyValue found : read.getKvs()) {
                revisions.put(EtcdConnection.text(found.getKey()), found.getModRevision());
            }
        }
        return new Outcome.Refused(EtcdTerm.of(reads.get(0).getKvs()), revisions, revision);
    }
}
