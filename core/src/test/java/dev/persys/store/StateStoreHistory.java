package dev.persys.store;

import static dev.persys.store.StateStoreContract.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.model.ClusterId;
import dev.persys.model.Epoch;
import dev.persys.store.Change.Delete;
import dev.persys.store.Change.Put;
import dev.persys.store.CommitResult.Committed;
import dev.persys.store.CommitResult.Conflict;
import dev.persys.store.CommitResult.Fenced;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** A random sequence of commits, claims, reads and reopenings, each step compared with a model in memory. */
final class StateStoreHistory {
    private static final List<String> KEYS = IntStream.range(0, 12)
            .mapToObj(i -> Keys.PREFIXES.get(i % Keys.PREFIXES.size()) + "k" + i)
            .toList();

    private final Random random;
    private final StateStoreContract contract;
    private final TreeMap<String, Entry> model = new TreeMap<>();
    private Epoch epoch = Epoch.NONE;
    private Optional<ClusterId> clusterId = Optional.empty();
    private long revision;

    StateStoreHistory(long seed, StateStoreContract contract) {
        this.random = new Random(seed);
        this.contract = contract;
    }

    void run(int steps) throws Exception {
        for (int i = 0; i < steps; i++) {
            int dice = random.nextInt(100);
            if (dice < 3) {
                contract.reopen();
            } else if (dice < 10) {
                claim();
            } else if (dice < 20) {
                compareAll();
            } else if (dice < 30) {
                read();
            } else {
                commit();
            }
        }
        contract.reopen();
        compareAll();
    }

    private void claim() {
        ClusterId wish = ClusterId.of("cluster-" + random.nextInt(5));
        Epoch above = random.nextInt(4) == 0 ? Epoch.of(epoch.value() + random.nextInt(10)) : Epoch.NONE;
        Leadership granted = await(contract.store().claim(new Claim("history", wish, above)));
        epoch = (epoch.isOlderThan(above) ? above : epoch).next();
        clusterId = Optional.of(clusterId.orElse(wish));
        assertThat(granted).isEqualTo(new Leadership(epoch, clusterId.get()));
    }

    private void compareAll() {
        Snapshot snapshot = await(contract.store().load(Keys.PREFIXES));
        assertThat(snapshot.entries()).isEqualTo(List.copyOf(model.values()));
        assertThat(snapshot.revision()).isGreaterThanOrEqualTo(revision);
        if (clusterId.isPresent()) {
            assertThat(await(contract.store().leadership())).isEqualTo(new Leadership(epoch, clusterId.get()));
        }
    }

    private void read() {
        List<String> keys = someKeys();
        assertThat(await(contract.store().read(keys))).isEqualTo(standing(keys));
    }

    private void commit() {
        List<Change> changes = someKeys().stream().map(this::change).toList();
        Epoch under = random.nextInt(12) == 0 ? Epoch.of(random.nextInt((int) epoch.value() + 3)) : epoch;
        CommitResult result = await(contract.store().commit(under, changes));
        if (!under.equals(epoch) || epoch.equals(Epoch.NONE)) {
            assertThat(result).isEqualTo(new Fenced(epoch));
        } else if (changes.stream().allMatch(change -> revisionOf(change.key()) == change.expectedRevision())) {
            assertThat(result).isInstanceOf(Committed.class);
            apply(changes, ((Committed) result).revision());
        } else {
            assertThat(result)
                    .isEqualTo(new Conflict(
                            standing(changes.stream().map(Change::key).toList())));
        }
    }

    private void apply(List<Change> changes, long at) {
        boolean nothingToDo = changes.stream()
                .allMatch(change -> change instanceof Delete && change.expectedRevision() == Change.ABSENT);
        assertThat(at).isGreaterThanOrEqualTo(nothingToDo ? revision : revision + 1);
        revision = at;
        for (Change change : changes) {
            if (change instanceof Put put) {
                model.put(put.key(), new Entry(put.key(), put.value(), at));
            } else {
                model.remove(change.key());
            }
        }
    }

    private Change change(String key) {
        long expected = random.nextInt(12) == 0 ? random.nextInt((int) revision + 2) : revisionOf(key);
        return random.nextInt(3) == 0
                ? new Delete(key, expected)
                : new Put(key, "value " + random.nextInt(1000), expected);
    }

    private long revisionOf(String key) {
        return model.containsKey(key) ? model.get(key).revision() : Change.ABSENT;
    }

    private List<String> someKeys() {
        List<String> keys = new ArrayList<>(KEYS);
        Collections.shuffle(keys, random);
        return keys.subList(0, 1 + random.nextInt(4));
    }

    private List<Entry> standing(List<String> keys) {
        return keys.stream().filter(model::containsKey).map(model::get).toList();
    }
}
