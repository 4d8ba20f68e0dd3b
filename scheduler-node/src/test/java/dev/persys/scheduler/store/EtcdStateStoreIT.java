package dev.persys.scheduler.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.model.ClusterId;
import dev.persys.model.Epoch;
import dev.persys.store.Change;
import dev.persys.store.Claim;
import dev.persys.store.CommitResult;
import dev.persys.store.Entry;
import dev.persys.store.Keys;
import dev.persys.store.Snapshot;
import dev.persys.store.StateStore;
import dev.persys.store.StateStoreContract;
import dev.persys.testing.EtcdFixture;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KV;
import io.etcd.jetcd.options.GetOption;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class EtcdStateStoreIT extends StateStoreContract {
    private final String namespace = "/test-" + UUID.randomUUID();

    @Override
    protected StateStore open() {
        return EtcdStateStore.open(settings());
    }

    private EtcdSettings settings() {
        EtcdSettings plain = EtcdSettings.of(
                EtcdFixture.shared().endpoints().stream().map(URI::create).toList());
        return new EtcdSettings(
                plain.endpoints(),
                Optional.empty(),
                Optional.empty(),
                namespace,
                plain.requestTimeout(),
                plain.loadTimeout(),
                plain.compactEvery());
    }

    private static Claim claimOf(String owner) {
        return new Claim(owner, ClusterId.of("cluster-one"), Epoch.NONE);
    }

    @Test
    void recordsAreUnderTheKeysOfTheContract() {
        Epoch epoch = claim();
        committed(epoch, new Change.Put(Keys.WORKLOADS + "w1", "{\"id\":\"w1\"}", Change.ABSENT));
        try (Client client = Client.builder()
                .endpoints(EtcdFixture.shared().endpoints().toArray(String[]::new))
                .build()) {
            KV kv = client.getKVClient();
            assertThat(value(kv, namespace + "/epoch"))
                    .isEqualTo("{\"epoch\":1,\"owner\":\"the test\",\"clusterId\":\"cluster-one\"}");
            assertThat(value(kv, namespace + "/workloads/w1")).isEqualTo("{\"id\":\"w1\"}");
        }
    }

    private static String value(KV kv, String key) {
        return await(kv.get(EtcdConnection.bytes(key), GetOption.DEFAULT))
                .getKvs()
                .get(0)
                .getValue()
                .toString(StandardCharsets.UTF_8);
    }

    @Test
    void twoLeadersOnOneEtcdFenceEachOther() {
        Epoch first = claim();
        try (EtcdStateStore other = EtcdStateStore.open(settings())) {
            long revision = committed(first, new Change.Put(Keys.WORKLOADS + "w", "1", 0));
            Epoch second = await(other.claim(claimOf("other"))).epoch();
            assertThat(second).isEqualTo(first.next());
            List<Change> change = List.of(new Change.Put(Keys.WORKLOADS + "w", "2", revision));
            assertThat(await(store().commit(first, change))).isEqualTo(new CommitResult.Fenced(second));
            assertThat(await(store().commit(first, change))).isEqualTo(new CommitResult.Fenced(second));
            assertThat(await(other.commit(second, change))).isInstanceOf(CommitResult.Committed.class);
            Epoch third = claim();
            assertThat(await(other.commit(second, change))).isEqualTo(new CommitResult.Fenced(third));
            assertThat(await(other.leadership()).epoch()).isEqualTo(third);
        }
    }

    /** A store that has not claimed learns the epoch in force before it commits under it. */
    @Test
    void anEpochIsOfTheClusterNotOfTheConnection() {
        Epoch epoch = claim();
        try (EtcdStateStore other = EtcdStateStore.open(settings())) {
            assertThat(await(other.commit(epoch, List.of(new Change.Put(Keys.NODES + "n", "1", 0)))))
                    .isInstanceOf(CommitResult.Committed.class);
        }
    }

    @Test
    void claimsOfManyAtOnceAreAllGrantedDifferentEpochs() {
        List<EtcdStateStore> stores = IntStream.range(0, 4)
                .mapToObj(i -> EtcdStateStore.open(settings()))
                .toList();
        try {
            Set<Epoch> epochs = new HashSet<>();
            List<CompletionStage<Epoch>> claims = new ArrayList<>();
            for (EtcdStateStore each : stores) {
                for (int i = 0; i < 5; i++) {
                    claims.add(each.claim(claimOf("one of many")).thenApply(granted -> granted.epoch()));
                }
            }
            claims.forEach(claim -> epochs.add(await(claim)));
            assertThat(epochs).hasSize(20);
            assertThat(epochs.stream().max(Epoch::compareTo)).contains(Epoch.of(20));
        } finally {
            stores.forEach(EtcdStateStore::close);
        }
    }

    @Test
    void oneConflictInAGroupHarmsNoOtherCommit() {
        Epoch epoch = claim();
        List<CompletionStage<CommitResult>> commits = IntStream.range(0, 600)
                .mapToObj(i -> store().commit(epoch, List.of(new Change.Put(key(i), "1", i % 50 == 7 ? 99 : 0))))
                .toList();
        for (int i = 0; i < commits.size(); i++) {
            CommitResult result = await(commits.get(i));
            if (i % 50 == 7) {
                assertThat(result).isEqualTo(new CommitResult.Conflict(List.of()));
            } else {
                assertThat(result).isInstanceOf(CommitResult.Committed.class);
            }
        }
        assertThat(await(store().load()).entries()).hasSize(588);
    }

    private static String key(int i) {
        return Keys.WORKLOADS + String.format(Locale.ROOT, "%05d", i);
    }

    @Test
    void thousandsOfEntriesAreLoadedInOrder() {
        Epoch epoch = claim();
        for (int hundred = 0; hundred < 50; hundred++) {
            IntStream.range(hundred * 100, hundred * 100 + 100)
                    .mapToObj(i -> store().commit(epoch, List.of(new Change.Put(key(i), "value " + i, 0))))
                    .toList()
                    .forEach(commit -> assertThat(await(commit)).isInstanceOf(CommitResult.Committed.class));
        }
        Snapshot snapshot = await(store().load());
        assertThat(snapshot.entries())
                .extracting(Entry::key)
                .containsExactlyElementsOf(IntStream.range(0, 5_000)
                        .mapToObj(EtcdStateStoreIT::key)
                        .toList());
    }

    @Test
    void moreThanOneAnswerHoldsIsLoadedAndRead() {
        Epoch epoch = claim();
        String mebibyte = "x".repeat(1024 * 1024);
        int count = EtcdConnection.MAX_ANSWER_BYTES / mebibyte.length() + 6;
        for (int i = 0; i < count; i++) {
            committed(epoch, new Change.Put(key(i), mebibyte, 0));
        }
        assertThat(await(store().load()).entries()).hasSize(count);
        assertThat(await(store().read(IntStream.range(0, count)
                        .mapToObj(EtcdStateStoreIT::key)
                        .toList())))
                .hasSize(count);
    }
}
