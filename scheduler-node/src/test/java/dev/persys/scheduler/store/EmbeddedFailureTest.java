package dev.persys.scheduler.store;

import static dev.persys.store.StateStoreContract.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persys.model.ClusterId;
import dev.persys.model.Epoch;
import dev.persys.store.Change;
import dev.persys.store.Claim;
import dev.persys.store.CommitResult;
import dev.persys.store.Entry;
import dev.persys.store.Keys;
import dev.persys.store.StoreTrouble;
import dev.persys.store.StoreUnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is full, fails or hangs, and callers that hold up their answers. */
final class EmbeddedFailureTest {
    @TempDir
    Path directory;

    private final FailingDisk disk = new FailingDisk();
    private Epoch epoch = Epoch.NONE;

    @BeforeEach
    void claim() {
        try (EmbeddedStateStore store = open()) {
            epoch = await(store.claim(new Claim("t", ClusterId.of("c"), Epoch.NONE)))
                    .epoch();
        }
    }

    private EmbeddedStateStore open() {
        return EmbeddedStateStore.open(directory, new EmbeddedTuning(1_000_000, 50_000), disk);
    }

    private CompletionStage<CommitResult> put(EmbeddedStateStore store, int i) {
        return store.commit(epoch, List.of(new Change.Put(Keys.event(Epoch.of(1), i), "x", Change.ABSENT)));
    }

    private static int count(EmbeddedStateStore store) {
        return await(store.load()).entries().size();
    }

    @Test
    void afterAFailedForceEveryCallFailsUntilTheStoreIsOpenedAgain() {
        try (EmbeddedStateStore store = open()) {
            assertThat(await(put(store, 0))).isInstanceOf(CommitResult.Committed.class);
            disk.failForce = true;
            assertThatThrownBy(() -> await(put(store, 1))).hasCauseInstanceOf(StoreUnavailableException.class);
            disk.failForce = false;
            assertThatThrownBy(() -> await(put(store, 2))).hasCauseInstanceOf(StoreUnavailableException.class);
            assertThatThrownBy(() -> await(store.load())).hasCauseInstanceOf(StoreUnavailableException.class);
            assertThatThrownBy(() -> await(store.leadership())).hasCauseInstanceOf(StoreUnavailableException.class);
        }
        try (EmbeddedStateStore store = open()) {
            assertThat(count(store)).isBetween(1, 2);
        }
    }

    @Test
    void aFullDiskFailsCommitsUntilThereIsRoom() {
        try (EmbeddedStateStore store = open()) {
            assertThat(await(put(store, 0))).isInstanceOf(CommitResult.Committed.class);
            disk.full = true;
            for (int i = 1; i < 4; i++) {
                int number = i;
                assertThatThrownBy(() -> await(put(store, number)))
                        .hasCauseInstanceOf(StoreUnavailableException.class)
                        .hasStackTraceContaining("No space left");
            }
            assertThat(count(store)).isEqualTo(1);
            disk.full = false;
            assertThat(await(put(store, 4))).isInstanceOf(CommitResult.Committed.class);
        }
        try (EmbeddedStateStore store = open()) {
            assertThat(count(store)).isEqualTo(2);
        }
    }

    private static StoreUnavailableException failure(CompletionStage<?> stage) {
        return assertThatThrownBy(() -> await(stage))
                .cause()
                .asInstanceOf(InstanceOfAssertFactories.type(StoreUnavailableException.class))
                .actual();
    }

    @Test
    void aFullDiskIsNamedAndWhatItDidNotTakeIsCertain() {
        try (EmbeddedStateStore store = open()) {
            assertThat(store.trouble()).isEmpty();
            disk.full = true;
            StoreUnavailableException failure = failure(put(store, 1));
            StoreTrouble full = failure.trouble().orElseThrow();
            assertThat(full.kind()).isEqualTo(StoreTrouble.Kind.FULL);
            assertThat(full.detail()).contains("is full", directory.toString());
            assertThat(failure.certainlyNotWritten()).isTrue();
            assertThat(store.trouble()).contains(full);
        }
    }

    /** Nobody may be writing: those who would are told that there is no room. */
    @Test
    void thatThereIsRoomAgainIsFoundWithoutAWrite() {
        try (EmbeddedStateStore store = open()) {
            disk.full = true;
            failure(put(store, 1));
            disk.full = false;
            Awaitility.await().until(() -> store.trouble().isEmpty());
            assertThat(await(put(store, 2))).isInstanceOf(CommitResult.Committed.class);
        }
    }

    @Test
    void aDiskIsFullUntilWhatDidNotFitWould() {
        try (EmbeddedStateStore store = open()) {
            disk.full = true;
            failure(put(store, 1));
            disk.usableBytes = 10;
            disk.full = false;
            assertThat(await(put(store, 2))).isInstanceOf(CommitResult.Committed.class);
            assertThat(store.trouble()).isPresent();
            disk.usableBytes = 1_000;
            Awaitility.await().until(() -> store.trouble().isEmpty());
        }
    }

    @Test
    void aDiskThatCannotEvenTakeBackHasCertainlyNotWritten() {
        try (EmbeddedStateStore store = open()) {
            disk.full = true;
            disk.failTruncate = true;
            StoreUnavailableException failure = failure(put(store, 1));
            assertThat(failure.certainlyNotWritten()).isTrue();
            assertThat(failure.trouble().orElseThrow().kind()).isEqualTo(StoreTrouble.Kind.FAILED);
            assertThat(failure(put(store, 2)).certainlyNotWritten()).isTrue();
        }
        disk.full = false;
        disk.failTruncate = false;
        try (EmbeddedStateStore store = open()) {
            assertThat(count(store)).isZero();
        }
    }

    @Test
    void afterAFailedForceTheOutcomeIsUnknownAndThenNothingIsWritten() {
        try (EmbeddedStateStore store = open()) {
            disk.failForce = true;
            assertThat(failure(put(store, 1)).certainlyNotWritten()).isFalse();
            assertThat(failure(put(store, 2)).certainlyNotWritten()).isTrue();
            assertThat(store.trouble().orElseThrow().kind()).isEqualTo(StoreTrouble.Kind.FAILED);
        }
    }

    private EmbeddedStateStore openTiny() {
        return EmbeddedStateStore.open(directory, new EmbeddedTuning(2_000, 50_000), disk);
    }

    private List<Path> files(String part) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().contains(part))
                    .toList();
        }
    }

    private void rewriteOneKey(EmbeddedStateStore store, int times) {
        for (int i = 0; i < times; i++) {
            List<Entry> now = await(store.read(List.of(Keys.NODES + "n")));
            long revision = now.isEmpty() ? Change.ABSENT : now.get(0).revision();
            Change change = new Change.Put(Keys.NODES + "n", "x".repeat(100), revision);
            assertThat(await(store.commit(epoch, List.of(change)))).isInstanceOf(CommitResult.Committed.class);
        }
    }

    @Test
    void aSnapshotThatFailsLeavesNothingBehindAndIsMadeLater() throws IOException {
        disk.noRoomFor = name -> name.startsWith("snapshot");
        try (EmbeddedStateStore store = openTiny()) {
            rewriteOneKey(store, 100);
            Awaitility.await().until(() -> files(".tmp").isEmpty());
            assertThat(files("snapshot")).isEmpty();
            disk.noRoomFor = name -> false;
            rewriteOneKey(store, 100);
            Awaitility.await().until(() -> !files("snapshot").isEmpty());
        }
        try (EmbeddedStateStore store = open()) {
            assertThat(count(store)).isEqualTo(1);
        }
    }

    @Test
    void aSnapshotForWhichThereIsNoRoomIsNotBegun() throws IOException {
        disk.usableBytes = 2_000;
        try (EmbeddedStateStore store = openTiny()) {
            rewriteOneKey(store, 200);
            assertThat(files("log")).hasSize(1);
            assertThat(files("snapshot")).isEmpty();
            disk.usableBytes = Long.MAX_VALUE;
            rewriteOneKey(store, 100);
            Awaitility.await().until(() -> !files("snapshot").isEmpty());
        }
    }

    @Test
    void aStoreOnAFullDiskCanBeOpenedAndRead() {
        disk.full = true;
        try (EmbeddedStateStore store = open()) {
            assertThat(await(store.leadership()).epoch()).isEqualTo(epoch);
            assertThatThrownBy(() -> await(put(store, 0))).hasCauseInstanceOf(StoreUnavailableException.class);
        }
    }

    @Test
    void commitsBeyondTheBoundAreRefusedAndTheOthersKept() {
        int accepted = 0;
        try (EmbeddedStateStore store = open()) {
            disk.hang = new CountDownLatch(1);
            List<CompletionStage<CommitResult>> commits = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                commits.add(put(store, i));
            }
            List<CompletionStage<CommitResult>> refused = commits.stream()
                    .filter(commit -> commit.toCompletableFuture().isCompletedExceptionally())
                    .toList();
            accepted = commits.size() - refused.size();
            assertThat(accepted).isBetween(20, 60);
            assertThatThrownBy(() -> await(refused.get(0)))
                    .hasCauseInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("Nothing was written");
            disk.hang.countDown();
            commits.stream()
                    .filter(commit -> !refused.contains(commit))
                    .forEach(commit -> assertThat(await(commit)).isInstanceOf(CommitResult.Committed.class));
            assertThat(count(store)).isEqualTo(accepted);
            assertThat(await(put(store, 999))).isInstanceOf(CommitResult.Committed.class);
        }
    }

    @Test
    void aCallerThatHoldsUpItsAnswerHoldsUpNoWrite() {
        CountDownLatch held = new CountDownLatch(1);
        try (EmbeddedStateStore store = open()) {
            CompletionStage<Void> holding = put(store, 0).thenAccept(result -> {
                try {
                    held.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            CompletionStage<CommitResult> behind = put(store, 1);
            Awaitility.await().until(() -> count(store) == 2);
            held.countDown();
            await(holding);
            assertThat(await(behind)).isInstanceOf(CommitResult.Committed.class);
        }
    }

    @Test
    void aStoreCanBeClosedByACallerOfItsOwn() {
        EmbeddedStateStore store = open();
        await(put(store, 0).thenRun(store::close));
        assertThatThrownBy(() -> await(store.load())).hasCauseInstanceOf(StoreUnavailableException.class);
    }
}
