package dev.persys.trust.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persys.trust.Certificates;
import dev.persys.trust.Credentials;
import dev.persys.trust.Keys;
import dev.persys.trust.Role;
import dev.persys.trust.TestAuthority;
import dev.persys.trust.TrustException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CredentialsFilesTest {
    private static final TestAuthority AUTHORITY = new TestAuthority();

    @TempDir
    Path directory;

    private final AtomicLong nanos = new AtomicLong();

    @Test
    void areReadAsTheyWereWritten() {
        Credentials written = AUTHORITY.of(Role.AGENT, "node-1");
        CredentialsFiles files = open(written);
        assertThat(files.get()).isEqualTo(written);
        assertThat(files.identity()).hasToString("spiffe://c-1/agent/node-1");
    }

    @Test
    void newOnesCountOnceTheyAreLookedAtAgain() {
        CredentialsFiles files = open(AUTHORITY.of(Role.AGENT, "node-1"));
        Credentials first = files.get();
        Credentials second = AUTHORITY.of(Role.AGENT, "node-1");
        TestAuthority.write(second, directory);
        assertThat(files.get()).isEqualTo(first);
        pass();
        assertThat(files.get()).isEqualTo(second);
    }

    @Test
    void whatCannotBeUsedChangesNothingAndIsMendedByWhatCan() {
        CredentialsFiles files = open(AUTHORITY.of(Role.AGENT, "node-1"));
        Credentials first = files.get();
        TestAuthority.put(directory.resolve("certificate.pem"), "nothing");
        for (int look = 0; look < 3; look++) {
            pass();
            assertThat(files.get()).isEqualTo(first);
        }
        Credentials second = AUTHORITY.of(Role.AGENT, "node-1");
        // One file after the other, with looks between.
        TestAuthority.put(directory.resolve("certificate.pem"), Certificates.write(second.chain()));
        pass();
        assertThat(files.get()).isEqualTo(first);
        TestAuthority.put(directory.resolve("key.pem"), Keys.write(second.key()));
        pass();
        assertThat(files.get()).isEqualTo(second);
    }

    @Test
    void filesThatAreGoneForAWhileChangeNothing() throws IOException {
        CredentialsFiles files = open(AUTHORITY.of(Role.AGENT, "node-1"));
        Credentials first = files.get();
        Files.delete(directory.resolve("roots.pem"));
        pass();
        assertThat(files.get()).isEqualTo(first);
    }

    @Test
    void thoseOfSomebodyElseDoNotTakeTheirPlace() {
        CredentialsFiles files = open(AUTHORITY.of(Role.AGENT, "node-1"));
        Credentials first = files.get();
        TestAuthority.write(AUTHORITY.of(Role.AGENT, "node-2"), directory);
        pass();
        pass();
        assertThat(files.get()).isEqualTo(first);
    }

    @Test
    void keyThatOthersCanReadIsRefusedWithTheCommandThatMendsIt() throws IOException {
        CredentialsPaths paths = TestAuthority.write(AUTHORITY.of(Role.AGENT, "node-1"), directory);
        Files.setPosixFilePermissions(paths.key(), PosixFilePermissions.fromString("rw-r-----"));
        refused(paths, paths.key().toString(), "chmod 600 " + paths.key());
    }

    @Test
    void keyOfAnotherCertificateIsRefused() {
        CredentialsPaths paths = TestAuthority.write(AUTHORITY.of(Role.AGENT, "node-1"), directory);
        TestAuthority.put(
                paths.key(), Keys.write(AUTHORITY.of(Role.AGENT, "node-1").key()));
        refused(paths, paths.key().toString(), paths.certificate().toString(), "made together");
    }

    @Test
    void missingFileIsNamed() throws IOException {
        CredentialsPaths paths = TestAuthority.write(AUTHORITY.of(Role.AGENT, "node-1"), directory);
        Files.delete(paths.roots());
        refused(paths, paths.roots().toString(), "there is no such file");
    }

    @Test
    void certificateThatDoesNotLeadToARootIsRefused() {
        CredentialsPaths paths = TestAuthority.write(AUTHORITY.of(Role.AGENT, "node-1"), directory);
        TestAuthority.put(paths.roots(), Certificates.write(List.of(new TestAuthority().root())));
        refused(paths, paths.certificate().toString(), "does not lead to a root in " + paths.roots());
    }

    @Test
    void certificateWithoutAnIdentityIsRefused() {
        refused(TestAuthority.write(AUTHORITY.named("https://example.com"), directory), "spiffe://", "certificate.pem");
    }

    @Test
    void certificateOfAnotherTimeIsRefused() {
        Instant now = Instant.now();
        String id = "spiffe://c-1/agent/node-1";
        Duration hour = Duration.ofHours(1);
        Credentials old = AUTHORITY.lasting(now.minus(hour.multipliedBy(2)), now.minus(hour), id);
        refused(
                TestAuthority.write(old, directory),
                "expired at " + old.chain().get(0).getNotAfter().toInstant());
        Credentials early = AUTHORITY.lasting(now.plus(hour), now.plus(hour.multipliedBy(2)), id);
        refused(TestAuthority.write(early, directory), "not valid before", "set the clock");
    }

    @Test
    void anotherRoleThanThatOfTheProcessIsRefused() {
        CredentialsPaths paths = TestAuthority.write(AUTHORITY.of(Role.OPERATOR, "jane"), directory);
        assertThatThrownBy(() -> MutualTls.of(paths, Peers.only(Role.AGENT, "node-1")))
                .isInstanceOf(TrustException.class)
                .hasMessageContaining("spiffe://c-1/operator/jane")
                .hasMessageContaining("agent/node-1");
    }

    private CredentialsFiles open(Credentials credentials) {
        return CredentialsFiles.open(TestAuthority.write(credentials, directory), InstantSource.system(), nanos::get);
    }

    private void pass() {
        nanos.addAndGet(CredentialsFiles.PAUSE.toNanos());
    }

    private static void refused(CredentialsPaths paths, String... words) {
        assertThatThrownBy(() -> CredentialsFiles.open(paths))
                .isInstanceOf(TrustException.class)
                .hasMessageContainingAll(words);
    }
}
