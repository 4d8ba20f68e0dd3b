package dev.persys.scheduler.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.model.NodeId;
import dev.persys.model.Resources;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class LivenessTest {
    private static final Duration WRITE_INTERVAL = Duration.ofMinutes(5);
    private static final Duration HEARTBEAT = Duration.ofSeconds(30);
    private static final int NODES = 1_000;

    @Test
    void firstBeatsOfALargeClusterAreWrittenOverTheWholeInterval() {
        Map<Integer, Integer> writes = new TreeMap<>();
        for (int i = 0; i < NODES; i++) {
            writes.merge(beatsUntilWritten(NodeId.of("node-" + i)), 1, Integer::sum);
        }

        int beats = (int) WRITE_INTERVAL.dividedBy(HEARTBEAT);
        assertThat(writes).hasSize(beats);
        assertThat(Collections.max(writes.values())).isLessThan(NODES * 2 / beats);
    }

    private static int beatsUntilWritten(NodeId id) {
        AtomicLong now = new AtomicLong();
        Liveness liveness = new Liveness(now::get);
        liveness.loaded(id, WRITE_INTERVAL);
        assertThat(liveness.isWriteDue(WRITE_INTERVAL)).as("nobody was heard").isFalse();
        int beats = 0;
        do {
            beats++;
            now.addAndGet(HEARTBEAT.toNanos());
            liveness.beaten(Resources.NONE, false, Instant.EPOCH);
        } while (!liveness.isWriteDue(WRITE_INTERVAL));
        return beats;
    }
}
