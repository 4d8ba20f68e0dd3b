package dev.persys.scheduler.store;

import dev.persys.api.Json;
import dev.persys.model.Epoch;
import dev.persys.store.Keys;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.KeyValue;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/**
 * The record under {@link Keys#EPOCH}, {@code {"epoch":7,"owner":"…","clusterId":"…"}}, and the revision at which it
 * was written: no two epochs have one revision, so comparing the revision compares the epoch. Within an epoch it is
 * written again to put off what may still be on its way; see {@link EtcdWriter}.
 */
record EtcdTerm(Grant term, long revision) {
    static final ByteSequence KEY = EtcdConnection.bytes(Keys.EPOCH);

    /** @throws IllegalStateException if the record is not one of ours */
    static Optional<EtcdTerm> of(List<KeyValue> found) {
        return found.stream().findFirst().map(EtcdTerm::read);
    }

    private static EtcdTerm read(KeyValue found) {
        String json = EtcdConnection.text(found.getValue());
        try {
            return new EtcdTerm(Json.read(json, Grant.class), found.getModRevision());
        } catch (UncheckedIOException e) {
            throw new IllegalStateException(
                    "The record " + Keys.EPOCH + " in etcd is not one of Persys: " + json
                            + ". Is something else using these keys? (persys.store.etcd.namespace sets ours apart.)",
                    e);
        }
    }

    static ByteSequence value(Grant term) {
        return EtcdConnection.bytes(Json.write(term));
    }

    static Epoch epochOf(Optional<EtcdTerm> term) {
        return term.map(found -> found.term().epoch()).orElse(Epoch.NONE);
    }
}
