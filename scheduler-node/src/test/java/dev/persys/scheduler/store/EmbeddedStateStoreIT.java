package dev.persys.scheduler.store;

import static dev.persys.store.StateStoreContract.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persys.store.Entry;
import dev.persys.store.Snapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The embedded store and other processes. */
final class EmbeddedStateStoreIT {
    private static final int KILLS = 20;

    @TempDir
    Path temp;

    /** Each round goes on with what the last one left, so recovery itself is killed now and then. */
    @Test
    void whatAKilledProcessAcknowledgedIsThere() throws Exception {
        Random random = new Random(20);
        Map<Integer, Long> before = new TreeMap<>();
        for (int kill = 0; kill < KILLS; kill++) {
            Path output = temp.resolve("output-" + kill);
            int lines = random.nextInt(1_500);
            Process child = CommittingChild.start(temp.resolve("state"), output);
            awaitLines(child, output, lines);
            killHard(child);
            Map<Integer, Long> acknowledged = new TreeMap<>(before);
            acknowledged.putAll(acknowledged(output));
            before = checkStore(acknowledged);
        }
        assertThat(before.values()).allMatch(round -> round > KILLS);
    }

    private static void awaitLines(Process child, Path output, int lines) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(2))
                .until(() -> !child.isAlive() || Files.readAllLines(output).size() > lines);
        assertThat(child.isAlive()).as("see " + output + ".err").isTrue();
    }

    private static void killHard(Process child) throws InterruptedException {
        child.destroyForcibly(); // SIGKILL
        assertThat(child.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }

    /** The last line may be cut; only whole ones were said. */
    private static Map<Integer, Long> acknowledged(Path output) throws IOException {
        String said = Files.readString(output);
        Map<Integer, Long> acknowledged = new TreeMap<>();
        for (String line : said.substring(0, said.lastIndexOf('\n') + 1).lines().toList()) {
            List<String> words = List.of(line.split(" ", 2));
            acknowledged.put(Integer.parseInt(words.get(0)), Long.parseLong(words.get(1)));
        }
        return acknowledged;
    }

    private Map<Integer, Long> checkStore(Map<Integer, Long> acknowledged) {
        Map<Integer, Long> found = new TreeMap<>();
        try (EmbeddedStateStore store = EmbeddedStateStore.open(temp.resolve("state"))) {
            Snapshot snapshot = await(store.load());
            for (int committer = 0; committer < CommittingChild.COMMITTERS; committer++) {
                String key = CommittingChild.key(committer);
                for (Entry entry : snapshot.under(key)) {
                    found.put(committer, CommittingChild.round(entry));
                }
            }
        }
        acknowledged.forEach((committer, round) ->
                // One commit of each committer may have been durable without its line having been printed.
                assertThat(found.get(committer)).isBetween(round, round + 1));
        return found;
    }

    @Test
    void aSecondProcessIsTurnedAwayWithTheNameOfTheFirst() throws Exception {
        Path directory = temp.resolve("state");
        Path output = temp.resolve("output");
        Process child = CommittingChild.start(directory, output);
        try {
            awaitLines(child, output, 10);
            assertThatThrownBy(() -> EmbeddedStateStore.open(directory).close())
                    .isInstanceOf(StoreOpenException.class)
                    .hasMessageContaining(directory.toString())
                    .hasMessageContaining("pid " + child.pid());
            long lines = Files.readAllLines(output).size();
            awaitLines(child, output, (int) lines + 10);
        } finally {
            killHard(child);
        }
        EmbeddedStateStore.open(directory).close();
    }

    @Test
    void aSecondStoreOfThisProcessIsTurnedAwayAndTheFirstStaysLocked() throws Exception {
        Path directory = temp.resolve("state");
        Path output = temp.resolve("output");
        try (EmbeddedStateStore first = EmbeddedStateStore.open(directory)) {
            assertThatThrownBy(() -> EmbeddedStateStore.open(directory).close())
                    .isInstanceOf(StoreOpenException.class)
                    .hasMessageContainingAll(
                            directory.toString(),
                            "this process (pid " + ProcessHandle.current().pid());
            Process child = CommittingChild.start(directory, output);
            assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(Files.readString(Path.of(output + ".err")))
                    .contains("another process (pid " + ProcessHandle.current().pid());
            assertThat(await(first.load()).entries()).isEmpty();
        }
    }
}
