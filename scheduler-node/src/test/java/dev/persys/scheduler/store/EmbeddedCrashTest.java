package dev.persys.scheduler.store;

import static dev.persys.store.StateStoreContract.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.model.ClusterId;
import dev.persys.model.Epoch;
import dev.persys.store.Change;
import dev.persys.store.Claim;
import dev.persys.store.CommitResult;
import dev.persys.store.Entry;
import dev.persys.store.Keys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Loss of power between any two steps, also within recovery and compaction: what was acknowledged is there. */
final class EmbeddedCrashTest {
    /** So short that every few commits make a snapshot. */
    private static final EmbeddedTuning TINY = new EmbeddedTuning(2_000, 1024 * 1024);

    private static final int WINDOW = 10;
    private static final String FILLING = "x".repeat(100);

    @TempDir
    Path temp;

    private int submitted;
    private int acknowledged;

    static IntStream seeds() {
        return IntStream.rangeClosed(1, 60);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void acknowledgedCommitsSurviveEveryLossOfPower(int seed) throws IOException {
        Random random = new Random(seed);
        for (int round = 0; round < 8; round++) {
            int steps = random.nextInt(round == 0 ? 30 : 250);
            runUntilPowerLoss(new PowerLossDisk(random.nextLong(), steps, attic()));
            checkStore();
        }
    }

    /** The first store, one commit, its snapshot: each step of these in turn is the last one. */
    @Test
    void acknowledgedCommitsSurviveALossOfPowerAtEachOfTheFirstSteps() throws IOException {
        for (int steps = 0; steps < 120; steps++) {
            submitted = 0;
            acknowledged = 0;
            store = "store-after-" + steps;
            runUntilPowerLoss(new PowerLossDisk(steps, steps, attic()));
            checkStore();
        }
    }

    private String store = "store";

    private Path attic() throws IOException {
        return Files.createTempDirectory(temp, "attic");
    }

    private void runUntilPowerLoss(PowerLossDisk disk) throws IOException {
        try (EmbeddedStateStore opened = EmbeddedStateStore.open(temp.resolve(store), TINY, disk)) {
            Epoch epoch = await(opened.claim(new Claim("t", ClusterId.of("c"), Epoch.NONE)))
                    .epoch();
            Map<String, Long> revisions = new HashMap<>();
            await(opened.load()).entries().forEach(entry -> revisions.put(entry.key(), entry.revision()));
            for (int batch = 0; batch < 40; batch++) {
                List<CompletionStage<CommitResult>> commits = new ArrayList<>();
                for (int i = 0; i < 1 + batch % 5; i++) {
                    commits.add(opened.commit(epoch, step(submitted++, revisions)));
                }
                for (CompletionStage<CommitResult> commit : commits) {
                    CommitResult.Committed committed = (CommitResult.Committed) await(commit);
                    revisions.put(Keys.event(Epoch.of(1), acknowledged++), committed.revision());
                }
            }
        } catch (CompletionException | StoreOpenException e) {
            assertThat(e).hasStackTraceContaining("power loss");
        }
        disk.settle();
    }

    /** Puts one entry and deletes the one a window before it, so that the log outgrows what is alive. */
    private static List<Change> step(int number, Map<String, Long> revisions) {
        Change put = new Change.Put(Keys.event(Epoch.of(1), number), number + FILLING, Change.ABSENT);
        if (number < WINDOW) {
            return List.of(put);
        }
        String old = Keys.event(Epoch.of(1), number - WINDOW);
        return List.of(put, new Change.Delete(old, revisions.get(old)));
    }

    /** Commits were made in order, so what is there is what some number of them leaves, all acknowledged included. */
    private void checkStore() {
        try (EmbeddedStateStore opened = EmbeddedStateStore.open(temp.resolve(store), TINY, LocalDisk.INSTANCE)) {
            List<Entry> entries = await(opened.load()).entries();
            int first = entries.isEmpty() ? 0 : Integer.parseInt(numberOf(entries.get(0)));
            int done = first + entries.size();
            assertThat(done).isBetween(acknowledged, submitted);
            assertThat(first).isEqualTo(Math.max(0, done - WINDOW));
            for (int i = 0; i < entries.size(); i++) {
                assertThat(entries.get(i).key()).isEqualTo(Keys.event(Epoch.of(1), first + i));
                assertThat(entries.get(i).value()).isEqualTo(first + i + FILLING);
            }
            submitted = done;
            acknowledged = done;
        }
    }

    private static String numberOf(Entry entry) {
        return entry.key().substring(entry.key().lastIndexOf('-') + 1);
    }
}
