package dev.persys.cli.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persys.cli.Failure;
import dev.persys.cli.dev.DevPki;
import dev.persys.trust.Certificates;
import dev.persys.trust.Credentials;
import dev.persys.trust.Renewal;
import dev.persys.trust.Role;
import dev.persys.trust.tls.CredentialsPaths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a development cluster makes of its certificates, and when. */
final class DevCertificatesTest {
    private Instant now = Instant.now();
    private DevPki pki;

    @BeforeEach
    void prepared(@TempDir Path directory) {
        pki = new DevPki(directory.resolve("pki"));
        of("node-1").prepare();
    }

    private DevCertificates of(String node) {
        return new DevCertificates(pki, node, () -> now);
    }

    private static X509Certificate certificate(CredentialsPaths files) throws IOException {
        return Certificates.readOne(Files.readString(files.certificate()), "");
    }

    private List<CredentialsPaths> all() {
        return List.of(pki.scheduler(), pki.agent(), pki.operator());
    }

    @Test
    void everybodyHasOneOfOneClusterAndKeysAreForTheirOwnerAlone() throws IOException {
        Credentials agent = pki.agent().read(now);
        assertThat(agent.identity().role()).isEqualTo(Role.AGENT);
        assertThat(agent.identity().name()).isEqualTo("node-1");
        assertThat(agent.identity().cluster().value()).matches("dev-[0-9a-f]{8}");
        for (CredentialsPaths files : all()) {
            assertThat(files.read(now).identity().cluster())
                    .isEqualTo(agent.identity().cluster());
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(files.key())))
                    .isEqualTo("rw-------");
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(pki.directory())))
                .isEqualTo("rwx------");
    }

    @Test
    void schedulersIsOfThisMachineToClientsThatKnowNamesAlone() throws Exception {
        assertThat(certificate(pki.scheduler()).getSubjectAlternativeNames())
                .contains(List.of(2, "localhost"), List.of(7, "127.0.0.1"));
    }

    @Test
    void nothingChangesUntilOneIsDue() throws IOException {
        List<String> before = texts();
        now = now.plus(Duration.ofDays(15));
        of("node-1").prepare();
        of("node-1").renewDue();
        assertThat(texts()).isEqualTo(before);
    }

    private List<String> texts() throws IOException {
        return List.of(
                Files.readString(pki.scheduler().certificate()),
                Files.readString(pki.agent().certificate()),
                Files.readString(pki.operator().certificate()),
                Files.readString(pki.roots()));
    }

    @Test
    void oneThatIsDueIsSignedAnewAndItsKeyStays() throws IOException {
        X509Certificate before = certificate(pki.operator());
        now = Renewal.at(before);
        of("node-1").renewDue();
        X509Certificate after = certificate(pki.operator());
        assertThat(after.getPublicKey()).isEqualTo(before.getPublicKey());
        assertThat(after.getNotAfter()).isAfter(before.getNotAfter());
        assertThat(pki.operator().readUnproved(now).identity().role()).isEqualTo(Role.OPERATOR);
    }

    @Test
    void whatIsLostOrOfAnotherNodeIsMadeAnew() throws IOException {
        Files.delete(pki.operator().key());
        Files.writeString(pki.scheduler().certificate(), "nothing");
        of("other").prepare();
        for (CredentialsPaths files : all()) {
            assertThat(files.readUnproved(now)).isNotNull();
        }
        assertThat(pki.agent().readUnproved(now).identity().name()).isEqualTo("other");
    }

    @Test
    void rootThatIsDueGoesAtAStartAndEverythingIsOfTheNextOne() throws IOException {
        String before = Files.readString(pki.roots());
        now = now.plus(Duration.ofDays(365 * 8));
        of("node-1").prepare();
        assertThat(Files.readString(pki.roots())).isNotEqualTo(before);
        for (CredentialsPaths files : all()) {
            assertThat(files.readUnproved(now).roots()).hasSize(1);
        }
    }

    @Test
    void authorityThatIsDamagedIsNamedWithWhatToDo() throws IOException {
        Files.writeString(pki.authority().resolve("authority.pem"), "nothing");
        assertThatThrownBy(() -> of("node-1").prepare())
                .isInstanceOf(Failure.class)
                .hasMessageContaining("authority.pem");
    }
}
