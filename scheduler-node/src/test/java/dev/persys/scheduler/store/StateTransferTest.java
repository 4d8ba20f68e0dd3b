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
import dev.persys.store.ImportUnfinishedException;
import dev.persys.store.Keys;
import dev.persys.store.Leadership;
import dev.persys.store.StateStore;
import dev.persys.store.StoreUnavailableException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class StateTransferTest {
    static final ClusterId CLUSTER = ClusterId.of("cluster-one");

    @TempDir
    Path temp;

    private EmbeddedStateStore open(String name) {
        return EmbeddedStateStore.open(temp.resolve(name));
    }

    /** Some of everything, and more than one commit holds. */
    static void fill(StateStore store) {
        Epoch epoch =
                await(store.claim(new Claim("test", CLUSTER, Epoch.of(41)))).epoch();
        put(store, epoch, Keys.NODES + "n1", "{\"id\":\"n1\"}");
        put(store, epoch, Keys.WORKLOADS + "w1", "größe 大 😀 \" \\ \n \u2028 \u0000");
        put(store, epoch, Keys.WORKLOADS + "w2", "x".repeat(StateStore.MAX_VALUE_BYTES));
        put(store, epoch, Keys.WORKLOADS + "w3", "");
        put(store, epoch, Keys.LOGS + "w3", "the last line\n");
        IntStream.range(0, 200).forEach(i -> put(store, epoch, Keys.event(Epoch.of(1), i), "event " + i));
    }

    static void put(StateStore store, Epoch epoch, String key, String value) {
        assertThat(await(store.commit(epoch, List.of(new Change.Put(key, value, Change.ABSENT)))))
                .isInstanceOf(CommitResult.Committed.class);
    }

    static Map<String, String> values(StateStore store) {
        return await(store.load(Keys.PREFIXES)).entries().stream().collect(Collectors.toMap(Entry::key, Entry::value));
    }

    private Path exported() {
        Path file = temp.resolve("export.jsonl");
        try (EmbeddedStateStore store = open("origin")) {
            fill(store);
            assertThat(StateTransfer.exportTo(file, store)).isEqualTo(new StateTransfer.Counts(3, 1, 200, 1, 0, 0));
        }
        return file;
    }

    @Test
    void anImportHasEverythingAndTheNextEpoch() {
        Path file = exported();
        try (EmbeddedStateStore origin = open("origin");
                EmbeddedStateStore copy = open("copy")) {
            StateTransfer.Counts counts = StateTransfer.importFrom(file, copy, StateTransfer.Existing.REFUSE);
            assertThat(counts).isEqualTo(new StateTransfer.Counts(3, 1, 200, 1, 0, 0));
            assertThat(values(copy)).isEqualTo(values(origin));
            assertThat(await(copy.leadership())).isEqualTo(new Leadership(Epoch.of(44), CLUSTER, Epoch.of(44)));
        }
    }

    @Test
    void specificationsAndDocumentsAreCarriedAndCounted() {
        Path file = temp.resolve("export.jsonl");
        try (EmbeddedStateStore origin = open("origin");
                EmbeddedStateStore copy = open("copy")) {
            Epoch epoch =
                    await(origin.claim(new Claim("test", CLUSTER, Epoch.of(1)))).epoch();
            put(origin, epoch, Keys.SPECS + "w1", "{\"specs\":[]}");
            put(origin, epoch, Keys.SPECS + "w2", "{}");
            put(origin, epoch, Keys.DOCUMENTS + "user/jane", "{}");
            StateTransfer.Counts counts = new StateTransfer.Counts(0, 0, 0, 0, 2, 1);
            assertThat(StateTransfer.exportTo(file, origin)).isEqualTo(counts);
            assertThat(StateTransfer.importFrom(file, copy, StateTransfer.Existing.REFUSE))
                    .isEqualTo(counts);
            assertThat(values(copy)).isEqualTo(values(origin));
        }
    }

    @Test
    void aStreamGetsWhatAFileGets() throws Exception {
        Path file = exported();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (EmbeddedStateStore origin = open("origin")) {
            StateTransfer.exportTo(out, origin);
        }
        assertThat(out.toByteArray()).isEqualTo(Files.readAllBytes(file));
        assertThat(out.toString(StandardCharsets.UTF_8))
                .startsWith("{\"format\":\"persys-state\",\"version\":1,\"clusterId\":\"cluster-one\",\"epoch\":42,");
    }

    @Test
    void whatKeepsAnExportFromBeingWrittenIsToldInWords() {
        Path nowhere = temp.resolve("nowhere");
        try (EmbeddedStateStore store = open("origin")) {
            fill(store);
            assertThatThrownBy(() -> StateTransfer.exportTo(nowhere.resolve("export"), store))
                    .isInstanceOf(StateTransferException.class)
                    .hasMessage("Cannot write " + nowhere.resolve("export") + ": there is no directory " + nowhere);
        }
        assertThatThrownBy(() -> StateFile.read(nowhere, line -> {}))
                .hasMessage("Cannot read " + nowhere + ": there is no such file");
    }

    @Test
    void aStoreThatHasSomethingIsLeftAloneUnlessToldOtherwise() {
        Path file = exported();
        try (EmbeddedStateStore target = open("target")) {
            Epoch epoch =
                    await(target.claim(new Claim("test", CLUSTER, Epoch.NONE))).epoch();
            put(target, epoch, Keys.WORKLOADS + "w1", "other");
            put(target, epoch, Keys.WORKLOADS + "w9", "not in the file");
            assertThatThrownBy(() -> StateTransfer.importFrom(file, target, StateTransfer.Existing.REFUSE))
                    .isInstanceOf(StateTransferException.class)
                    .hasMessageContaining("already has 2 entries");
            assertThat(values(target)).hasSize(2);
            assertThat(await(target.leadership()).epoch()).isEqualTo(epoch);

            StateTransfer.importFrom(file, target, StateTransfer.Existing.REPLACE);
            assertThat(values(target)).hasSize(205).doesNotContainKey(Keys.WORKLOADS + "w9");
            StateTransfer.importFrom(file, target, StateTransfer.Existing.REPLACE);
            assertThat(values(target)).hasSize(205);
        }
    }

    /** As a kill leaves it, or a store that goes away. */
    @Test
    void anImportThatDoesNotEndLeavesAStoreThatNobodyLeads() throws Exception {
        Path file = exported();
        FailingDisk disk = new FailingDisk();
        EmbeddedTuning tuning = EmbeddedTuning.DEFAULT;
        try (EmbeddedStateStore target = EmbeddedStateStore.open(temp.resolve("target"), tuning, disk)) {
            disk.forcesLeft.set(3);
            assertThatThrownBy(() -> StateTransfer.importFrom(file, target, StateTransfer.Existing.REFUSE))
                    .isInstanceOf(StoreUnavailableException.class);
        }
        try (EmbeddedStateStore target = open("target")) {
            assertThat(values(target)).isNotEmpty().hasSizeLessThan(205);
            assertThatThrownBy(() -> await(target.claim(new Claim("scheduler", CLUSTER, Epoch.NONE))))
                    .hasCauseInstanceOf(ImportUnfinishedException.class)
                    .hasMessageContaining("persys store import");
            assertThatThrownBy(() -> StateTransfer.exportTo(temp.resolve("again"), target))
                    .isInstanceOf(StateTransferException.class)
                    .hasMessageContaining("part of an import");
            StateTransfer.importFrom(file, target, StateTransfer.Existing.REPLACE);
            assertThat(values(target)).hasSize(205);
            await(target.claim(new Claim("scheduler", CLUSTER, Epoch.NONE)));
        }
    }

    @Test
    void anExportIsReadableByItsOwnerAlone() throws Exception {
        Path file = exported();
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        Path unfinished = temp.resolve("export.jsonl.tmp");
        Files.createFile(
                unfinished, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-rw-rw-")));
        try (EmbeddedStateStore store = open("origin")) {
            StateTransfer.exportTo(file, store);
        }
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(unfinished).doesNotExist();
    }

    @Test
    void aStoreOfAnotherClusterIsRefused() {
        Path file = exported();
        try (EmbeddedStateStore target = open("target")) {
            await(target.claim(new Claim("test", ClusterId.of("cluster-two"), Epoch.NONE)));
            assertThatThrownBy(() -> StateTransfer.importFrom(file, target, StateTransfer.Existing.REPLACE))
                    .isInstanceOf(StateTransferException.class)
                    .hasMessageContainingAll("cluster-one", "cluster-two");
        }
    }

    @Test
    void aStoreThatNobodyUsedHasNothingToExport() {
        Path file = temp.resolve("export.jsonl");
        try (EmbeddedStateStore store = open("unused")) {
            assertThatThrownBy(() -> StateTransfer.exportTo(file, store))
                    .isInstanceOf(StateTransferException.class)
                    .hasMessageContaining("nothing to export");
        }
        assertThat(file).doesNotExist();
    }

    static Stream<Arguments> damages() {
        return Stream.of(
                Arguments.of("\"version\":1", "\"version\":2", "line 1: the format is version 2"),
                Arguments.of("persys-state", "something", "is no export of a state store"),
                Arguments.of("\"event 7\"", "\"event 8\"", "checksum"),
                Arguments.of("{\"end\":205", "{\"end\":204", "checksum"),
                Arguments.of("\"entries\":205", "\"entries\":206", "line 207"),
                Arguments.of("/events/000001-000000007", "/eventz/000001-000000007", "not under any of"),
                Arguments.of("/events/000001-000000007", "/events/000001-000000006", "is not after"),
                Arguments.of(
                        "{\"key\":\"/events/000001-000000007\"", "{\"name\":\"/events/000001-000000007\"", "no key"),
                Arguments.of("\"event 7\"}", "\"event 7\"", "line 9: it is not what an export has"),
                Arguments.of("{\"end\":", "", "line 207: it is not what an export has"));
    }

    @ParameterizedTest
    @MethodSource("damages")
    void aFileThatIsNotAsItWasWrittenIsRefusedBeforeAnythingIsWritten(String is, String becomes, String explanation)
            throws Exception {
        Path file = exported();
        Files.writeString(file, Files.readString(file).replace(is, becomes));
        assertRefused(file, explanation);
    }

    @Test
    void aFileThatWasCutOrGrewIsRefused() throws Exception {
        Path file = exported();
        String whole = Files.readString(file);
        Files.writeString(file, whole + "{}\n");
        assertRefused(file, "something follows the end");
        List<String> lines = whole.lines().toList();
        for (String other : List.of("", "name: web\n", "{\"web\":1}\n", "\u0000")) {
            Files.writeString(file, other);
            assertThatThrownBy(() -> StateFile.read(file, entry -> {}))
                    .isInstanceOf(NoExportException.class)
                    .hasMessage(file + " is no export of a state store: persys store export writes one. Nothing was"
                            + " changed.");
        }
        for (int kept : List.of(1, 100, lines.size() - 1)) {
            Files.write(file, lines.subList(0, kept));
            assertRefused(file, "the file ends here");
        }
        Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe});
        assertRefused(file, "not UTF-8");
        assertRefused(temp.resolve("absent"), "Cannot read");
    }

    private void assertRefused(Path file, String explanation) {
        try (EmbeddedStateStore target = open("target")) {
            assertThatThrownBy(() -> StateTransfer.importFrom(file, target, StateTransfer.Existing.REFUSE))
                    .isInstanceOf(StateTransferException.class)
                    .hasMessageContaining(explanation);
            assertThat(values(target)).isEmpty();
            assertThatThrownBy(() -> await(target.leadership())).hasCauseInstanceOf(IllegalStateException.class);
        }
    }
}
