package dev.persys.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PrivateFilesTest {
    @TempDir
    private Path directory;

    @Test
    void directoriesAndFilesAreForTheirOwnerAlone() throws IOException {
        Path made = directory.resolve("a/b/keys");
        PrivateFiles.makeDirectory(made);
        PrivateFiles.makeDirectory(made);
        PrivateFiles.write(made.resolve("key.pem"), "x");

        assertThat(permissions(made)).isEqualTo("rwx------");
        assertThat(permissions(made.resolve("key.pem"))).isEqualTo("rw-------");
        assertThat(PrivateFiles.readPrivate(made.resolve("key.pem"))).isEqualTo("x");
        assertThat(made.toFile().list()).containsExactly("key.pem");
    }

    @Test
    void whatACrashLeftDoesNotLendItsPermissions() throws IOException {
        Path file = directory.resolve("key.pem");
        Files.writeString(directory.resolve("key.pem.new"), "half");
        Files.writeString(file, "old");
        open(file, "rw-r--r--");

        PrivateFiles.write(file, "new");

        assertThat(PrivateFiles.readPrivate(file)).isEqualTo("new");
        assertThat(directory.toFile().list()).containsExactly("key.pem");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rw-----w-", "rw-rw-rw-", "rw------x"})
    void aFileThatOthersGetAtIsRefusedWithTheCommandThatMendsIt(String permissions) throws IOException {
        Path file = directory.resolve("key.pem");
        Files.writeString(file, "x");
        open(file, permissions);

        assertThatExceptionOfType(TrustException.class)
                .isThrownBy(() -> PrivateFiles.readPrivate(file))
                .withMessageContaining(permissions)
                .withMessageEndingWith("chmod 600 " + file);
        open(file, "r--------");
        assertThat(PrivateFiles.readPrivate(file)).isEqualTo("x");
    }

    @Test
    void aDirectoryThatOthersCanEnterIsRefusedAndLeftAsItIs() throws IOException {
        open(directory, "rwxr-xr-x");

        assertThatExceptionOfType(TrustException.class)
                .isThrownBy(() -> PrivateFiles.makeDirectory(directory))
                .withMessageEndingWith("chmod 700 " + directory);
        assertThat(permissions(directory)).isEqualTo("rwxr-xr-x");
    }

    @Test
    void ofALinkItsTargetCounts() throws IOException {
        Path target = directory.resolve("target");
        Files.writeString(target, "x");
        open(target, "rw-r--r--");
        Path link = Files.createSymbolicLink(directory.resolve("link"), target);

        assertThatExceptionOfType(TrustException.class).isThrownBy(() -> PrivateFiles.readPrivate(link));
    }

    @Test
    void whatIsNotThereOrTooLongOrInTheWayIsSaid() throws IOException {
        Path file = directory.resolve("file");
        Files.write(file, new byte[(1 << 20) + 1]);

        assertThatExceptionOfType(TrustException.class)
                .isThrownBy(() -> PrivateFiles.read(file))
                .withMessageContaining("longer than a mebibyte");
        assertThatThrownBy(() -> PrivateFiles.makeDirectory(file)).isInstanceOf(NotDirectoryException.class);
        assertThatThrownBy(() -> PrivateFiles.makeDirectory(file.resolve("below")))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> PrivateFiles.readPrivate(directory.resolve("absent")))
                .isInstanceOf(NoSuchFileException.class);
    }

    private static void open(Path path, String permissions) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
