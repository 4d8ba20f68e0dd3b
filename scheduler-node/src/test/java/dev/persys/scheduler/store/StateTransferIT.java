package dev.persys.scheduler.store;

import static dev.persys.store.StateStoreContract.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.model.Epoch;
import dev.persys.store.Leadership;
import dev.persys.store.StateStore;
import dev.persys.testing.EtcdFixture;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StateTransferIT {
    @TempDir
    Path temp;

    @Test
    void stateGoesFromFilesToEtcdAndBackUnchanged() throws Exception {
        Path out = temp.resolve("out.jsonl");
        Path back = temp.resolve("back.jsonl");
        Map<String, String> before;
        try (StateStore origin = EmbeddedStateStore.open(temp.resolve("origin"))) {
            StateTransferTest.fill(origin);
            StateTransfer.exportTo(out, origin);
            before = StateTransferTest.values(origin);
        }
        try (StateStore etcd = openEtcd()) {
            StateTransfer.importFrom(out, etcd, StateTransfer.Existing.REFUSE);
            StateTransfer.exportTo(back, etcd);
        }
        try (StateStore copy = EmbeddedStateStore.open(temp.resolve("copy"))) {
            StateTransfer.importFrom(back, copy, StateTransfer.Existing.REFUSE);
            assertThat(StateTransferTest.values(copy)).isEqualTo(before);
            assertThat(await(copy.leadership()))
                    .isEqualTo(new Leadership(Epoch.of(46), StateTransferTest.CLUSTER, Epoch.of(46)));
        }
        assertThat(entryLines(back)).isEqualTo(entryLines(out));
    }

    private static List<String> entryLines(Path file) throws Exception {
        List<String> lines = Files.readAllLines(file);
        return lines.subList(1, lines.size() - 1);
    }

    private static StateStore openEtcd() {
        List<URI> endpoints =
                EtcdFixture.shared().endpoints().stream().map(URI::create).toList();
        Duration limit = Duration.ofSeconds(10);
        return EtcdStateStore.open(new EtcdSettings(
                endpoints, Optional.empty(), Optional.empty(), "/transfer-" + UUID.randomUUID(), limit, limit, limit));
    }
}
