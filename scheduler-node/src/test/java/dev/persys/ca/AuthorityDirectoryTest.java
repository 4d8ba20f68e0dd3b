package dev.persys.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persys.model.ClusterId;
import dev.persys.trust.Keys;
import dev.persys.trust.TrustException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AuthorityDirectoryTest {
    private static final ClusterId CLUSTER = new ClusterId("c-1");
    private static final Instant NOW = ForeignRoots.moment();

    @TempDir
    private Path above;

    private final CertificateAuthority authority = CertificateAuthority.create(CLUSTER, NOW, ForeignRoots.RANDOM);
    private Path path;
    private Path file;
    private AuthorityDirectory directory;

    @BeforeEach
    void prepare() {
        path = above.resolve("home/ca");
        file = path.resolve("authority.pem");
        directory = new AuthorityDirectory(path);
    }

    @Test
    void isOpenedAsItWasMadeByItsOwnerAlone() throws IOException {
        directory.create(authority);

        CertificateAuthority opened = directory.open();
        assertThat(opened.cluster()).isEqualTo(CLUSTER);
        assertThat(opened.roots()).isEqualTo(authority.roots());
        assertThat(opened.key()).isEqualTo(authority.key());
        assertThat(permissions(path)).isEqualTo("rwx------");
        try (Stream<Path> files = Files.list(path)) {
            assertThat(files.map(Path::getFileName).map(Path::toString))
                    .containsExactlyInAnyOrder("authority.pem", "cluster", "lock");
        }
        assertThat(permissions(file)).isEqualTo("rw-------");
        assertThat(permissions(path.resolve("cluster"))).isEqualTo("rw-------");
        assertThat(permissions(path.resolve("lock"))).isEqualTo("rw-------");
    }

    @Test
    void thereIsNeverAnotherOneInItsPlace() throws IOException {
        directory.create(authority);
        byte[] before = Files.readAllBytes(file);

        assertThatExceptionOfType(AuthorityStateException.class)
                .isThrownBy(() ->
                        directory.create(CertificateAuthority.create(new ClusterId("c-2"), NOW, ForeignRoots.RANDOM)))
                .withMessageContaining("already, and nothing was changed");
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
        assertThat(Files.readString(path.resolve("cluster"))).isEqualTo("c-1\n");

        Files.delete(file);
        Files.createSymbolicLink(file, above.resolve("nowhere"));
        assertThatExceptionOfType(AuthorityStateException.class).isThrownBy(() -> directory.create(authority));
    }

    @Test
    void changesAreKeptAndTheKeyThatNoLongerSignsIsGone() throws IOException {
        directory.create(authority);

        CertificateAuthority changing = directory.change(old -> old.rotated(NOW, ForeignRoots.RANDOM));
        assertThat(changing.roots().previous()).contains(authority.roots().signing());
        assertThat(directory.open().roots()).isEqualTo(changing.roots());
        assertThat(Files.readString(file))
                .doesNotContain(
                        Keys.write(authority.key()).lines().skip(1).findFirst().orElseThrow());

        assertThatExceptionOfType(AuthorityStateException.class)
                .isThrownBy(() -> directory.change(old -> old.rotated(NOW, ForeignRoots.RANDOM)));
        assertThat(directory.open().roots()).isEqualTo(changing.roots());

        assertThat(directory.change(CertificateAuthority::finished).roots())
                .isEqualTo(Roots.of(changing.roots().signing()));
        assertThat(directory.open().roots().isChanging()).isFalse();
    }

    @Test
    void isOpenedAlsoWhereItIsOver() throws IOException {
        directory.create(CertificateAuthority.create(CLUSTER, NOW.minus(Duration.ofDays(4000)), ForeignRoots.RANDOM));
        assertThat(directory.open().roots().signing().getNotAfter()).isBefore(NOW);
    }

    @Test
    void whereThereIsNoneNothingIsMade() {
        assertThatExceptionOfType(AuthorityStateException.class)
                .isThrownBy(directory::open)
                .withMessageContaining("no authority in " + path)
                .withMessageContaining("persys ca init");
        assertThatExceptionOfType(AuthorityStateException.class)
                .isThrownBy(() -> directory.change(CertificateAuthority::finished));
        assertThat(path).doesNotExist();
    }

    @Test
    void onlyOneChangesItAtATime() throws IOException {
        directory.create(authority);
        try (FileChannel other = FileChannel.open(path.resolve("lock"), StandardOpenOption.WRITE);
                FileLock held = other.lock()) {
            assertThat(held.isValid()).isTrue();
            assertThatExceptionOfType(AuthorityStateException.class)
                    .isThrownBy(() -> directory.change(old -> old.rotated(NOW, ForeignRoots.RANDOM)))
                    .withMessageContaining("another command");
        }
        assertThat(directory.open().roots()).isEqualTo(authority.roots());
    }

    @ParameterizedTest
    @ValueSource(strings = {"authority.pem", "cluster"})
    void filesThatOthersGetAtAreRefusedWithTheCommandThatMendsIt(String name) throws IOException {
        directory.create(authority);
        open(path.resolve(name), "rw-r-----");
        refused("chmod 600 " + path.resolve(name));
    }

    @Test
    void aDirectoryThatOthersCanEnterIsRefused() throws IOException {
        directory.create(authority);
        open(path, "rwxr-x---");
        refused("chmod 700 " + path);
    }

    @ParameterizedTest
    @ValueSource(strings = {"authority.pem", "cluster"})
    void linksInPlaceOfFilesAreRefused(String name) throws IOException {
        directory.create(authority);
        Path link = path.resolve(name);
        Path elsewhere = Files.move(link, above.resolve(name));
        Files.createSymbolicLink(link, elsewhere);
        refused(link + " is a link");
    }

    @Test
    void whatIsDamagedIsRefusedAndNotWrittenOver() throws IOException {
        directory.create(authority);
        String whole = Files.readString(file);
        damaged("", "no certificate");
        damaged(whole.substring(0, whole.length() - 100), "does not end");
        damaged(whole.substring(0, whole.indexOf("-----BEGIN CERTIFICATE")), "no certificate");
        damaged(whole.substring(whole.indexOf("-----BEGIN CERTIFICATE")), "no private key");
        damaged(
                Keys.write(Keys.make(ForeignRoots.RANDOM).getPrivate())
                        + whole.substring(whole.indexOf("-----BEGIN CERTIFICATE")),
                "not of the key");
        damaged(whole + whole.substring(whole.indexOf("-----BEGIN CERTIFICATE")).repeat(2), "3 certificates");
        Files.writeString(file, whole);
        Files.writeString(path.resolve("cluster"), "Not a name\n");
        refused("no name of a cluster");
        Files.writeString(path.resolve("cluster"), "c-2\n");
        refused("of another cluster");
    }

    private void damaged(String text, String message) throws IOException {
        Files.writeString(file, text);
        refused(message);
        assertThatExceptionOfType(AuthorityStateException.class).isThrownBy(() -> directory.create(authority));
        assertThat(Files.readString(file)).isEqualTo(text);
    }

    @Test
    void aDirectoryThatCannotBeMadeIsSaid() throws IOException {
        Files.writeString(above.resolve("home"), "in the way");
        assertThatThrownBy(() -> directory.create(authority)).isInstanceOf(IOException.class);
        assertThat(Files.readString(above.resolve("home"))).isEqualTo("in the way");
    }

    private void refused(String message) {
        assertThatExceptionOfType(TrustException.class)
                .isThrownBy(directory::open)
                .withMessageContaining(message);
    }

    private static void open(Path path, String permissions) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
