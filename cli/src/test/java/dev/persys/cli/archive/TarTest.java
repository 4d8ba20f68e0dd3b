package dev.persys.cli.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Trees that come back as they went, and tar of people who mean harm. */
final class TarTest {
    @TempDir
    Path directory;

    private final List<String> warnings = new ArrayList<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private TarArchiveOutputStream tar;
    private Path target;
    private Path outside;

    @BeforeEach
    void open() throws IOException {
        tar = new TarArchiveOutputStream(bytes, StandardCharsets.UTF_8.name());
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        target = directory.resolve("target");
        outside = Files.createDirectory(directory.resolve("outside"));
    }

    @Test
    void treeComesBackAsItWent() throws IOException {
        Path source = Files.createDirectories(directory.resolve("source"));
        Path deep = Files.createDirectories(
                source.resolve("a").resolve("n".repeat(200)).resolve("Grüße"));
        Files.writeString(deep.resolve("file"), "content");
        Files.setPosixFilePermissions(deep.resolve("file"), PosixFilePermissions.fromString("rwxr-x--x"));
        Files.setLastModifiedTime(deep.resolve("file"), FileTime.fromMillis(1_000_000_000_000L));
        Files.createSymbolicLink(source.resolve("link"), Path.of("/no/where"));
        Files.write(source.resolve("big"), new byte[100_000]);
        Files.setPosixFilePermissions(source.resolve("a"), PosixFilePermissions.fromString("r-xr-xr-x"));
        new TarPacker(warnings::add).pack(source, "renamed", bytes);

        unpack();

        Path back = target.resolve(source.relativize(deep)).resolve("file");
        assertThat(back).hasContent("content");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(back)))
                .isEqualTo("rwxr-x--x");
        assertThat(Files.getLastModifiedTime(back).toMillis()).isEqualTo(1_000_000_000_000L);
        assertThat(Files.readSymbolicLink(target.resolve("link"))).hasToString("/no/where");
        assertThat(target.resolve("big")).hasBinaryContent(new byte[100_000]);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target.resolve("a"))))
                .isEqualTo("r-xr-xr-x");
        assertThat(warnings).isEmpty();
        for (Path kept : List.of(source, target)) {
            Files.setPosixFilePermissions(kept.resolve("a"), PosixFilePermissions.fromString("rwx------"));
        }
    }

    @Test
    void whatIsInADirectoryGoesWithoutIt() throws IOException {
        Path source = Files.createDirectories(directory.resolve("source"));
        Files.writeString(source.resolve("one"), "1");
        new TarPacker(warnings::add).pack(source, "", bytes);

        unpack();

        assertThat(target).hasContent("1"); // Its first and only entry.
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"root/../../outside/x", "../outside/x", "outside/x", "root/a/../../../outside/x", "roots/x"})
    void nameThatLeadsElsewhereIsRefused(String name) throws IOException {
        directory("root/");
        file(name, "harm");

        assertThatThrownBy(this::unpack).isInstanceOf(IOException.class).hasMessageContaining("in what was sent");
        assertNothingOutside();
    }

    @Test
    void absoluteNamesAreBelowTheTarget() throws IOException {
        directory("/root/");
        file("/root" + outside + "/x", "inside");

        unpack();

        assertThat(target.resolve(outside.toString().substring(1)).resolve("x")).hasContent("inside");
        assertNothingOutside();
    }

    @Test
    void nothingIsWrittenThroughALinkThatTheTarBrought() throws IOException {
        directory("root/");
        link("root/way", outside.toString(), TarConstants.LF_SYMLINK);
        file("root/way/x", "harm");

        assertThatThrownBy(this::unpack)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("nothing is written through");
        assertNothingOutside();
    }

    @Test
    void nothingIsWrittenThroughALinkThatIsThere() throws IOException {
        Files.createDirectory(target);
        Files.createSymbolicLink(target.resolve("way"), outside);
        directory("root/");
        directory("root/way/");

        assertThatThrownBy(this::unpack).isInstanceOf(IOException.class).hasMessageContaining("is not replaced");
        assertNothingOutside();
    }

    /** What comes second, below a root that was sent as something else than a directory. */
    enum Below {
        FILE,
        FILE_FURTHER_DOWN,
        DIRECTORY,
        LINK,
        HARD_LINK
    }

    @ParameterizedTest
    @EnumSource(Below.class)
    void nothingIsMadeBelowARootThatCameAsALink(Below below) throws IOException {
        link("root", outside.toString(), TarConstants.LF_SYMLINK);
        put(below);

        assertThatThrownBy(this::unpack)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("in what was sent is below 'root', which was sent as no directory");
        assertNothingOutside();
    }

    @Test
    void hardLinkToWhatIsBelowARootThatCameAsALinkIsRefused() throws IOException {
        Files.writeString(outside.resolve("victim"), "as it was");
        link("root", outside.toString(), TarConstants.LF_SYMLINK);
        link("root", "root/victim", TarConstants.LF_LINK);

        assertThatThrownBy(this::unpack).isInstanceOf(IOException.class).hasMessageContaining("is below 'root'");
        assertThat(target).isSymbolicLink();
    }

    /** An earlier copy may have brought the link. */
    @Test
    void nothingIsMadeThroughALinkOfTheRootsNameThatIsThere() throws IOException {
        Files.createSymbolicLink(target, outside);
        directory("root/");
        file("root/x", "harm");

        assertThatThrownBy(() -> unpack(false))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is no directory but a link");
        assertNothingOutside();
        assertThat(target).isSymbolicLink();
    }

    /** A pipe is left out, so that what was there stays. */
    @Test
    void nothingIsMadeThroughALinkWhereTheRootWasLeftOut() throws IOException {
        Files.createSymbolicLink(target, outside);
        link("root", "", TarConstants.LF_FIFO);
        file("root/x", "harm");

        assertThatThrownBy(() -> unpack(false)).isInstanceOf(IOException.class);
        assertNothingOutside();
    }

    @Test
    void linkThatTheUserNamedIsFollowedAndNotReplaced() throws IOException {
        Files.createSymbolicLink(target, outside);
        directory("root/");
        file("root/x", "content");

        unpack();

        assertThat(target).isSymbolicLink();
        assertThat(outside.resolve("x")).hasContent("content");
    }

    @Test
    void linkThatTheUserNamedIsReplacedByNoOther() throws IOException {
        Path named = Files.createDirectory(directory.resolve("named"));
        Files.createSymbolicLink(target, named);
        directory("root/");
        link("root", outside.toString(), TarConstants.LF_SYMLINK);
        file("root/x", "harm");

        assertThatThrownBy(this::unpack).isInstanceOf(IOException.class).hasMessageContaining("is a directory");
        assertNothingOutside();
        assertThat(target.toRealPath()).isEqualTo(named.toRealPath());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void fileIsWrittenThroughALinkOnlyWhereTheUserNamedIt(boolean isNamed) throws IOException {
        Path kept = Files.writeString(outside.resolve("linked"), "as it was");
        Files.createSymbolicLink(target, kept);
        file("root", "new");

        unpack(isNamed);

        assertThat(target).hasContent("new");
        assertThat(kept).hasContent(isNamed ? "new" : "as it was");
        assertThat(Files.isSymbolicLink(target)).isEqualTo(isNamed);
    }

    private void put(Below below) throws IOException {
        switch (below) {
            case FILE -> file("root/x", "harm");
            case FILE_FURTHER_DOWN -> file("root/a/b/x", "harm");
            case DIRECTORY -> directory("root/x/");
            case LINK -> link("root/x", "/etc", TarConstants.LF_SYMLINK);
            case HARD_LINK -> link("root/x", "root/y", TarConstants.LF_LINK);
        }
    }

    @Test
    void linkIsReplacedByAFileAndNotWrittenThrough() throws IOException {
        Path victim = Files.writeString(outside.resolve("victim"), "as it was");
        directory("root/");
        link("root/file", victim.toString(), TarConstants.LF_SYMLINK);
        file("root/file", "new");

        unpack();

        assertThat(target.resolve("file")).hasContent("new").isRegularFile();
        assertThat(victim).hasContent("as it was");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc/passwd", "root/../../outside/victim", "root/way/victim", "root/way"})
    void hardLinkToWhatIsNoFileOfTheTarIsRefused(String to) throws IOException {
        Files.writeString(outside.resolve("victim"), "as it was");
        directory("root/");
        link("root/way", outside.toString(), TarConstants.LF_SYMLINK);
        link("root/hard", to, TarConstants.LF_LINK);

        assertThatThrownBy(this::unpack).isInstanceOf(IOException.class);
        assertThat(target.resolve("hard")).doesNotExist();
    }

    @Test
    void hardLinkWithinTheTarIsOne() throws IOException {
        directory("root/");
        file("root/one", "content");
        link("root/two", "root/one", TarConstants.LF_LINK);

        unpack();

        assertThat(Files.isSameFile(target.resolve("one"), target.resolve("two")))
                .isTrue();
    }

    @Test
    void devicesAndPipesAreLeftOut() throws IOException {
        directory("root/");
        link("root/pipe", "", TarConstants.LF_FIFO);
        link("root/device", "", TarConstants.LF_CHR);
        file("root/x", "content");

        unpack();

        assertThat(warnings).hasSize(2);
        assertThat(target).isDirectoryContaining("glob:**/x");
        assertThat(target.resolve("pipe")).doesNotExist();
    }

    @Test
    void directoryIsNoFileAndAFileNoDirectory() throws IOException {
        Files.createDirectories(target.resolve("was-directory"));
        directory("root/");
        file("root/was-directory", "content");

        assertThatThrownBy(this::unpack).isInstanceOf(IOException.class).hasMessageContaining("is a directory");
    }

    @Test
    void whatIsNoTarIsRefused() throws IOException {
        byte[] noise = "this is no tar at all, but long enough to be taken for a header\n"
                .repeat(20)
                .getBytes(StandardCharsets.US_ASCII);

        assertThatThrownBy(() -> new TarUnpacker(warnings::add)
                        .unpack(new ByteArrayInputStream(noise), isDirectory -> new TarUnpacker.Place(target, true)))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> new TarUnpacker(warnings::add)
                        .unpack(
                                new ByteArrayInputStream(new byte[0]),
                                isDirectory -> new TarUnpacker.Place(target, true)))
                .isInstanceOf(IOException.class);
        assertThat(target).doesNotExist();
    }

    private void directory(String name) throws IOException {
        tar.putArchiveEntry(new TarArchiveEntry(name, true));
        tar.closeArchiveEntry();
    }

    private void file(String name, String content) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name, true);
        entry.setSize(content.length());
        entry.setMode(0644);
        tar.putArchiveEntry(entry);
        tar.write(content.getBytes(StandardCharsets.US_ASCII));
        tar.closeArchiveEntry();
    }

    private void link(String name, String to, byte type) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name, type, true);
        entry.setLinkName(to);
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
    }

    private void unpack() throws IOException {
        unpack(true);
    }

    private void unpack(boolean isNamed) throws IOException {
        if (bytes.size() == 0 || tar.getBytesWritten() > 0) {
            tar.finish();
        }
        new TarUnpacker(warnings::add)
                .unpack(
                        new ByteArrayInputStream(bytes.toByteArray()),
                        isDirectory -> new TarUnpacker.Place(target, isNamed));
    }

    private void assertNothingOutside() {
        assertThat(outside).isEmptyDirectory();
    }
}
