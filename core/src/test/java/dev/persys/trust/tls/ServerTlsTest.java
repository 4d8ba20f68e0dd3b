package dev.persys.trust.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persys.trust.Role;
import dev.persys.trust.TestAuthority;
import dev.persys.trust.TrustException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ServerTlsTest {
    private static final TestAuthority AUTHORITY = new TestAuthority();

    @TempDir
    Path directory;

    @Test
    void engineAsksForNoCertificateAndSpeaksWhatIsStrong() {
        CredentialsPaths files = TestAuthority.write(AUTHORITY.of(Role.GATEWAY, "gw-1"), directory);
        var engine = ServerTls.of(files.certificate(), files.key()).server();
        assertThat(engine.getUseClientMode()).isFalse();
        assertThat(engine.getNeedClientAuth()).isFalse();
        assertThat(engine.getWantClientAuth()).isFalse();
        assertThat(engine.getEnabledProtocols()).containsExactly("TLSv1.3", "TLSv1.2");
        assertThat(Arrays.stream(engine.getEnabledCipherSuites()))
                .isNotEmpty()
                .noneMatch(suite -> suite.contains("_CBC_") || suite.startsWith("TLS_RSA_"));
    }

    @Test
    void filesThatDoNotFitAreNamed() throws IOException {
        CredentialsPaths one = TestAuthority.write(AUTHORITY.of(Role.GATEWAY, "gw-1"), dir("one"));
        CredentialsPaths other = TestAuthority.write(AUTHORITY.of(Role.GATEWAY, "gw-1"), dir("other"));
        assertThatThrownBy(() -> ServerTls.of(one.certificate(), other.key()))
                .isInstanceOf(TrustException.class)
                .hasMessageContaining(other.key().toString());
        assertThatThrownBy(() -> ServerTls.of(directory.resolve("none"), one.key()))
                .isInstanceOf(TrustException.class)
                .hasMessageContaining("none");
        Instant now = Instant.now();
        CredentialsPaths old = TestAuthority.write(
                AUTHORITY.lasting(now.minusSeconds(100), now.minusSeconds(1), "spiffe://c-1/gateway/gw-1"), dir("old"));
        assertThatThrownBy(() -> ServerTls.of(old.certificate(), old.key()))
                .isInstanceOf(TrustException.class)
                .hasMessageContaining("expired");
    }

    private Path dir(String name) throws IOException {
        return Files.createDirectories(directory.resolve(name));
    }
}
