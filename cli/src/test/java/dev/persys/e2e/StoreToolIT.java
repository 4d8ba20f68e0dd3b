package dev.persys.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.testing.EtcdFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the built program says of stores and directories that cannot be used. */
final class StoreToolIT {
    @TempDir
    Path directory;

    private Launcher persys;

    @BeforeEach
    void launcher() {
        persys = new Launcher(directory);
    }

    @Test
    void exportOfAStoreThatDoesNotExistMakesNone() {
        Path typo = directory.resolve("typo");
        Launcher.Result result = persys.run(
                "store",
                "export",
                "--directory",
                typo.toString(),
                directory.resolve("file").toString());
        assertThat(result.status()).isEqualTo(4);
        assertThat(result.err()).contains("no state store in " + typo).hasLineCount(1);
        assertThat(typo).doesNotExist();
        assertThat(directory.resolve("file")).doesNotExist();
    }

    @Test
    void exportOfAnEtcdWithoutStateSaysThatAndNothingElse() {
        Launcher.Result result = persys.run(
                "store",
                "export",
                "--etcd",
                EtcdFixture.shared().endpoints().get(0),
                directory.resolve("file").toString());
        assertThat(result.status()).isEqualTo(4);
        assertThat(result.err()).contains("nothing to export").hasLineCount(1);
        assertThat(result.out()).isEmpty();
    }

    @Test
    void storeWhoseFilesAreGoneOpensOnlyOnceTheLossIsAccepted() throws IOException {
        Path store = Files.createDirectory(directory.resolve("store"));
        Files.writeString(store.resolve("LOCK"), "1\nused");
        String file = directory.resolve("file").toString();
        Launcher.Result refused = persys.run("store", "import", "--directory", store.toString(), file);
        assertThat(refused.status()).isEqualTo(80);
        assertThat(refused.err()).contains("is gone", "persys store accept-loss --directory " + store);
        assertThat(persys.ok("store", "accept-loss", "--directory", store.toString())
                        .out())
                .contains("goes on with 0 entries");
        assertThat(persys.run("store", "export", "--directory", store.toString(), file)
                        .err())
                .contains("no scheduler has ever used");
    }

    /** As on a full disk: everything has started, and then the note of where it is cannot be written. */
    @Test
    void developmentClusterThatCannotWriteItsFilesDoesNotEndAsIfAllWereWell() throws IOException {
        Path unwritable = directory.resolve("home/dev/endpoints.json.new");
        Files.createDirectories(unwritable);
        Files.writeString(unwritable.resolve("in-the-way"), "");
        Launcher.Result result = persys.run("dev", "start", "--foreground", "--ports", "auto");
        assertThat(result.err()).contains("cannot be used");
        assertThat(result.status()).isEqualTo(1);
    }
}
