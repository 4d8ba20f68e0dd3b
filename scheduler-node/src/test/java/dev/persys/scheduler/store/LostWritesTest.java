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
import dev.persys.store.Leadership;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that were cut or deleted behind the back of a store: what was acknowledged is missed, not forgotten. */
final class LostWritesTest {
    private static final int COMMITS = 100;
    private static final long REVISION = COMMITS + 1L;

    @TempDir
    Path temp;

    /** As a kill leaves it, and as a close does. */
    private Path killed;

    private Path closed;
    private long lastFrame;

    @BeforeEach
    void makeStore() throws IOException {
        Path origin = temp.resolve("origin");
        killed = temp.resolve("killed");
        closed = temp.resolve("closed");
        try (EmbeddedStateStore store = EmbeddedStateStore.open(origin)) {
            await(store.claim(new Claim("test", ClusterId.of("c"), Epoch.of(6))));
            for (int i = 0; i < COMMITS; i++) {
                lastFrame = Files.size(log(origin));
                commit(store, i);
            }
            copy(origin, killed);
        }
        copy(origin, closed);
    }

    private static void commit(EmbeddedStateStore store, int i) {
        Change put = new Change.Put(Keys.event(Epoch.of(1), i), "value " + i, Change.ABSENT);
        assertThat(await(store.commit(Epoch.of(7), List.of(put)))).isInstanceOf(CommitResult.Committed.class);
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectory(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    private static Path log(Path directory) {
        return FileKind.LOG.file(directory, 0);
    }

    private static void cut(Path file, long length) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(length);
        }
    }

    private static void assertRefused(Path directory, String... words) throws IOException {
        List<Path> before = list(directory);
        long length = Files.exists(log(directory)) ? Files.size(log(directory)) : -1;
        assertThatThrownBy(() -> EmbeddedStateStore.open(directory).close())
                .isInstanceOf(StoreOpenException.class)
                .hasMessageContainingAll(words)
                .hasMessageContainingAll(directory.toString(), "persys store accept-loss");
        assertThat(list(directory)).isEqualTo(before);
        assertThat(Files.exists(log(directory)) ? Files.size(log(directory)) : -1)
                .isEqualTo(length);
    }

    private static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        }
    }

    private static int count(EmbeddedStateStore store) {
        return await(store.load()).entries().size();
    }

    @Test
    void whatWasKilledOrClosedOpensWithEverything() {
        for (Path directory : List.of(killed, closed)) {
            try (EmbeddedStateStore store = EmbeddedStateStore.open(directory)) {
                assertThat(count(store)).isEqualTo(COMMITS);
            }
        }
    }

    @Test
    void aLogCutInHalfIsNotTakenForATornWrite() throws IOException {
        cut(log(killed), Files.size(log(killed)) / 2);
        assertRefused(killed, "lost acknowledged writes", "up to revision " + REVISION);
        cut(log(closed), Files.size(log(closed)) / 2);
        assertRefused(closed, "lost acknowledged writes", "up to revision " + REVISION);
    }

    @Test
    void theLastAcknowledgedWriteCutAtAnyByteIsMissed() throws IOException {
        for (long length = Files.size(log(killed)) - 1; length >= lastFrame; length--) {
            cut(log(killed), length);
            assertRefused(killed, "end at revision " + (REVISION - 1));
        }
    }

    @Test
    void aLogCutToAlmostNothingIsNoEmptyStore() throws IOException {
        cut(log(killed), 100);
        assertRefused(killed, "lost acknowledged writes");
    }

    @Test
    void aDeletedLogIsNoEmptyStore() throws IOException {
        Files.delete(log(killed));
        assertRefused(killed, "is gone", "up to revision " + REVISION);
        Files.delete(killed.resolve(SyncedMark.FILE));
        assertRefused(killed, "is gone");
    }

    @Test
    void aMarkThatWasEmptiedIsDamage() throws IOException {
        cut(killed.resolve(SyncedMark.FILE), 0);
        assertRefused(killed, SyncedMark.FILE);
    }

    @Test
    void aStoreOfBeforeThereWereMarksIsOpenedAndMarked() throws IOException {
        Files.delete(killed.resolve(SyncedMark.FILE));
        EmbeddedStateStore.open(killed).close();
        cut(log(killed), Files.size(log(killed)) / 2);
        assertRefused(killed, "up to revision " + REVISION);
    }

    /** The mark is forced now and then only: after a loss of power it may be of any earlier moment. */
    @Test
    void aMarkBehindTheLogIsNoReasonToRefuse() throws IOException {
        Path early = temp.resolve("early");
        EmbeddedStateStore.open(early).close();
        Files.copy(
                early.resolve(SyncedMark.FILE),
                killed.resolve(SyncedMark.FILE),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        cut(log(killed), lastFrame + 5);
        try (EmbeddedStateStore store = EmbeddedStateStore.open(killed)) {
            assertThat(count(store)).isEqualTo(COMMITS - 1);
        }
    }

    @Test
    void aMarkWithOneTornPlaceStillSaysWhatTheOtherDoes() throws IOException {
        SyncedMark.Synced whole = SyncedMark.read(killed).orElseThrow();
        Path file = killed.resolve(SyncedMark.FILE);
        byte[] bytes = Files.readAllBytes(file);
        bytes[whole.cell() * 512 + 14] ^= 1;
        Files.write(file, bytes);
        assertThat(SyncedMark.read(killed).orElseThrow().revision()).isEqualTo(REVISION - 1);
        try (EmbeddedStateStore store = EmbeddedStateStore.open(killed)) {
            assertThat(count(store)).isEqualTo(COMMITS);
        }
    }

    @Test
    void acceptingTheLossGoesOnWithWhatIsLeftAboveEveryRevisionAndEpochThatWasTold() throws IOException {
        cut(log(killed), Files.size(log(killed)) / 2);
        AcceptedLoss.Left left = AcceptedLoss.in(killed).orElseThrow();
        assertThat(left.told()).contains(REVISION);
        assertThat(left.revision()).isEqualTo(left.entries() + 1L).isBetween(10L, 90L);
        try (EmbeddedStateStore store = EmbeddedStateStore.open(killed)) {
            assertThat(await(store.load()).entries())
                    .extracting(Entry::value)
                    .containsExactlyElementsOf(IntStream.range(0, left.entries())
                            .mapToObj(i -> "value " + i)
                            .toList());
            assertThat(await(store.load()).revision()).isGreaterThan(REVISION);
            assertThat(await(store.claim(new Claim("test", ClusterId.of("other"), Epoch.NONE))))
                    .isEqualTo(new Leadership(Epoch.of(8), ClusterId.of("c"), Epoch.of(8)));
        }
        assertThat(list(killed)).anyMatch(file -> file.toString().endsWith(AcceptedLoss.ASIDE));
        assertThat(AcceptedLoss.in(killed)).isEmpty();
    }

    @Test
    void everyLossCanBeAccepted() throws IOException {
        Files.delete(log(killed));
        assertThat(AcceptedLoss.in(killed)).contains(new AcceptedLoss.Left(0, 0, Optional.of(REVISION)));
        EmbeddedStateStore.open(killed).close();
        byte[] damaged = Files.readAllBytes(log(closed));
        damaged[(int) lastFrame / 2] ^= 1;
        Files.write(log(closed), damaged);
        Files.write(closed.resolve(SyncedMark.FILE), new byte[0]);
        assertRefused(closed, "damaged");
        assertThat(AcceptedLoss.in(closed).orElseThrow().entries()).isBetween(10, 90);
        EmbeddedStateStore.open(closed).close();
    }

    @Test
    void whereNothingIsLostNothingIsChanged() throws IOException {
        assertThat(AcceptedLoss.in(closed)).isEmpty();
        assertThatThrownBy(() -> AcceptedLoss.in(Files.createDirectory(temp.resolve("empty"))))
                .isInstanceOf(StoreOpenException.class)
                .hasMessageContaining("never been a state store");
        assertThatThrownBy(() -> AcceptedLoss.in(temp.resolve("absent"))).isInstanceOf(StoreOpenException.class);
        assertThat(temp.resolve("absent")).doesNotExist();
    }
}
