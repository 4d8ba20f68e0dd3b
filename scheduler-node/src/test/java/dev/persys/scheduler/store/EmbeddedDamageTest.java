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
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files that are not as they were written: a torn last write is cut off, everything else is refused. Without the mark
 * of what was told to be durable, as a loss of power may leave it; {@link LostWritesTest} is about that.
 */
final class EmbeddedDamageTest {
    private static final String KEY = Keys.WORKLOADS + "w";
    private static final int COMMITS = 5;

    @TempDir
    Path temp;

    /** As a kill leaves it: five commits in frames of their own, nothing after them. */
    private SortedMap<String, byte[]> killed;

    /** The same after a close: sealed. */
    private SortedMap<String, byte[]> closed;

    private long lastFrame;

    @BeforeEach
    void makeStore() throws IOException {
        Path origin = temp.resolve("origin");
        try (EmbeddedStateStore store = EmbeddedStateStore.open(origin)) {
            await(store.claim(new Claim("test", ClusterId.of("c"), Epoch.NONE)));
            for (int i = 0; i < COMMITS; i++) {
                lastFrame = Files.size(FileKind.LOG.file(origin, 0));
                commit(store, i);
            }
            killed = image(origin);
        }
        closed = image(origin);
    }

    private static void commit(EmbeddedStateStore store, int i) {
        assertThat(await(store.commit(Epoch.of(1), List.of(new Change.Put(KEY + i, "value " + i, Change.ABSENT)))))
                .isInstanceOf(CommitResult.Committed.class);
    }

    private static String log() {
        return FileKind.LOG.file(Path.of(""), 0).toString();
    }

    private static SortedMap<String, byte[]> image(Path directory) throws IOException {
        SortedMap<String, byte[]> files = new TreeMap<>();
        try (Stream<Path> found = Files.list(directory)) {
            for (Path file : found.filter(f -> !f.endsWith("LOCK") && !f.endsWith(SyncedMark.FILE))
                    .toList()) {
                files.put(file.getFileName().toString(), Files.readAllBytes(file));
            }
        }
        return files;
    }

    private Path restore(Map<String, byte[]> image) throws IOException {
        Path directory = Files.createTempDirectory(temp, "copy");
        for (Map.Entry<String, byte[]> file : image.entrySet()) {
            Files.write(directory.resolve(file.getKey()), file.getValue());
        }
        return directory;
    }

    private static List<String> values(EmbeddedStateStore store) {
        return await(store.load()).entries().stream().map(Entry::value).toList();
    }

    private static List<String> firstValues(int count) {
        return Stream.iterate(0, i -> i + 1).limit(count).map(i -> "value " + i).toList();
    }

    private void assertRefused(Map<String, byte[]> image, String... explanations) throws IOException {
        Path directory = restore(image);
        assertThatThrownBy(() -> EmbeddedStateStore.open(directory).close())
                .isInstanceOf(StoreOpenException.class)
                .hasMessageContainingAll(explanations)
                .hasMessageContaining(directory.toString());
        SortedMap<String, byte[]> after = image(directory);
        assertThat(after.keySet()).isEqualTo(image.keySet());
        image.forEach((name, bytes) -> assertThat(after.get(name)).isEqualTo(bytes));
    }

    private static SortedMap<String, byte[]> with(Map<String, byte[]> image, String name, byte[] bytes) {
        SortedMap<String, byte[]> changed = new TreeMap<>(image);
        changed.put(name, bytes);
        return changed;
    }

    private static byte[] flipped(byte[] bytes, int offset) {
        byte[] copy = bytes.clone();
        copy[offset] ^= 0x10;
        return copy;
    }

    @Test
    void theLastWriteTornAtAnyByteIsCutOffAndKeptAside() throws IOException {
        byte[] whole = killed.get(log());
        for (int length = (int) lastFrame; length < whole.length; length++) {
            Path directory = restore(with(killed, log(), Arrays.copyOf(whole, length)));
            try (EmbeddedStateStore store = EmbeddedStateStore.open(directory)) {
                assertThat(values(store)).isEqualTo(firstValues(COMMITS - 1));
                commit(store, COMMITS - 1);
            }
            int cut = length;
            assertThat(image(directory).entrySet().stream()
                            .filter(file -> file.getKey().endsWith(".torn"))
                            .map(file -> file.getValue().length))
                    .isEqualTo(cut == lastFrame ? List.of() : List.of((int) (cut - lastFrame)));
            try (EmbeddedStateStore store = EmbeddedStateStore.open(directory)) {
                assertThat(values(store)).isEqualTo(firstValues(COMMITS));
            }
        }
    }

    @Test
    void aTailOfZeroesOrOldBlocksIsCutOff() throws IOException {
        for (byte filling : new byte[] {0, -1, 'x'}) {
            byte[] tail = new byte[5000];
            Arrays.fill(tail, filling);
            Path directory = restore(with(killed, log(), joined(killed.get(log()), tail)));
            try (EmbeddedStateStore store = EmbeddedStateStore.open(directory)) {
                assertThat(values(store)).isEqualTo(firstValues(COMMITS));
            }
        }
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] joined = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined;
    }

    @Test
    void aTailLongerThanAnyWriteIsRefused() throws IOException {
        assertRefused(with(killed, log(), joined(killed.get(log()), new byte[Frame.MAX_BYTES + 1])), "bytes follow");
    }

    @Test
    void aFlippedByteIsRefusedUnlessTheLastWriteHasIt() throws IOException {
        byte[] whole = killed.get(log());
        for (int offset = 0; offset < whole.length; offset++) {
            SortedMap<String, byte[]> image = with(killed, log(), flipped(whole, offset));
            if (offset < lastFrame) {
                assertRefused(image, log(), "at byte", "persys store import");
            } else {
                try (EmbeddedStateStore store = EmbeddedStateStore.open(restore(image))) {
                    assertThat(values(store)).isEqualTo(firstValues(COMMITS - 1));
                }
            }
        }
    }

    @Test
    void afterACloseAFlippedByteInTheLastCommitIsRefusedToo() throws IOException {
        byte[] whole = closed.get(log());
        for (int offset = (int) lastFrame; offset < killed.get(log()).length; offset++) {
            assertRefused(with(closed, log(), flipped(whole, offset)), "damaged", "a later frame begins at byte");
        }
    }

    @Test
    void aDamagedFrameBeforeATornOneIsRefused() throws IOException {
        byte[] whole = flipped(killed.get(log()), (int) lastFrame + Frame.HEADER_BYTES + 3);
        assertRefused(with(killed, log(), joined(whole, new byte[] {0, 0, 0})), "damaged");
    }

    @Test
    void bytesMissingFromTheMiddleAreRefused() throws IOException {
        byte[] whole = killed.get(log());
        byte[] shortened = joined(Arrays.copyOf(whole, FileHeader.BYTES + 5), new byte[0]);
        byte[] rest = Arrays.copyOfRange(whole, FileHeader.BYTES + 9, whole.length);
        assertRefused(with(killed, log(), joined(shortened, rest)), "damaged");
    }

    @Test
    void aFrameMissingFromTheMiddleIsRefused() throws IOException {
        byte[] whole = killed.get(log());
        int frameLength = whole.length - (int) lastFrame;
        byte[] front = Arrays.copyOf(whole, (int) lastFrame - frameLength);
        byte[] last = Arrays.copyOfRange(whole, (int) lastFrame, whole.length);
        assertRefused(with(killed, log(), joined(front, last)), "revision 6 follows revision 4");
    }

    @Test
    void aLogThatIsEmptyForeignOrOfALaterFormatIsRefused() throws IOException {
        assertRefused(with(killed, log(), new byte[0]), "it has no header");
        assertRefused(with(killed, log(), new byte[4096]), "does not begin as");
        assertRefused(
                with(killed, log(), "#!/bin/sh\n".repeat(10).getBytes(StandardCharsets.UTF_8)), "does not begin as");
        assertRefused(with(killed, log(), laterFormat(killed.get(log()))), "format version 2");
    }

    private static byte[] laterFormat(byte[] log) {
        byte[] later = log.clone();
        later[FileKind.LOG.magic().length + 3] = 2;
        CRC32C crc = new CRC32C();
        crc.update(later, 0, FileHeader.BYTES - Integer.BYTES);
        ByteBuffer.wrap(later).putInt(FileHeader.BYTES - Integer.BYTES, (int) crc.getValue());
        return later;
    }

    @Test
    void filesThatAreMissingOrMisnamedAreRefused() throws IOException {
        SortedMap<String, byte[]> compacted = compacted();
        String snapshot = compacted.lastKey();
        String log = compacted.firstKey();
        assertThat(compacted).hasSize(2);

        SortedMap<String, byte[]> withoutSnapshot = new TreeMap<>(compacted);
        withoutSnapshot.remove(snapshot);
        assertRefused(withoutSnapshot, snapshot, "is missing");

        SortedMap<String, byte[]> withoutLog = new TreeMap<>(compacted);
        withoutLog.remove(log);
        assertRefused(withoutLog, log, "is missing");

        SortedMap<String, byte[]> misnamed = new TreeMap<>(withoutSnapshot);
        misnamed.put(FileKind.SNAPSHOT.file(Path.of(""), 1).toString(), compacted.get(snapshot));
        assertRefused(misnamed, "is missing");
    }

    @Test
    void aFlippedByteInASnapshotIsRefused() throws IOException {
        SortedMap<String, byte[]> compacted = compacted();
        String snapshot = compacted.lastKey();
        byte[] whole = compacted.get(snapshot);
        for (int offset = 0; offset < whole.length; offset += 7) {
            assertRefused(with(compacted, snapshot, flipped(whole, offset)), snapshot);
        }
        for (int length = 0; length < whole.length; length += 7) {
            assertRefused(with(compacted, snapshot, Arrays.copyOf(whole, length)), snapshot);
        }
    }

    /** A snapshot and the log behind it. What is written last may begin another, which is given up as the store is closed. */
    private SortedMap<String, byte[]> compacted() throws IOException {
        Path directory = restore(closed);
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> {
            writeMuch(directory);
            return image(directory).size() == 2;
        });
        return image(directory);
    }

    private static void writeMuch(Path directory) throws IOException {
        EmbeddedTuning tuning = new EmbeddedTuning(100, 1024 * 1024);
        try (EmbeddedStateStore store = EmbeddedStateStore.open(directory, tuning, LocalDisk.INSTANCE)) {
            long revision = await(store.read(List.of(KEY))).stream()
                    .mapToLong(Entry::revision)
                    .findFirst()
                    .orElse(Change.ABSENT);
            for (int i = 0; i < 50; i++) {
                Change change = new Change.Put(KEY, "value " + i, revision);
                CommitResult result = await(store.commit(Epoch.of(1), List.of(change)));
                revision = ((CommitResult.Committed) result).revision();
            }
            Awaitility.await()
                    .until(() -> image(directory).size() == 2
                            && image(directory).keySet().stream().noneMatch(name -> name.endsWith(".tmp")));
        }
    }
}
