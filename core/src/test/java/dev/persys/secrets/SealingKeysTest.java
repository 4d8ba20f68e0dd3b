package dev.persys.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.persys.trust.PrivateFiles;
import dev.persys.trust.TrustException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SealingKeysTest {
    private static final String OLD = SealingKeys.make(new SecureRandom());
    private static final String NEW = SealingKeys.make(new SecureRandom());
    private static final SealingKeys KEYS = SealingKeys.of(OLD, "keys");

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String opened(SealingKeys keys, String kind, String name, String sealed) {
        Opened opened = keys.open(kind, name, sealed);
        return opened instanceof Opened.Value value
                ? new String(value.bytes(), StandardCharsets.UTF_8)
                : "closed: " + ((Opened.Closed) opened).why();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "pässwörd 🚀", "line\nline\r\n\u0000", "v1.x.y"})
    void valueComesBackFromWhatDoesNotShowIt(String value) {
        String sealed = KEYS.seal("secret", "db", bytes(value));

        assertThat(sealed).matches("v1\\.[0-9a-f]{12}\\.[A-Za-z0-9_-]+");
        assertThat(opened(KEYS, "secret", "db", sealed)).isEqualTo(value);
    }

    @Test
    void noTwoSealsAreAlike() {
        Set<String> seals = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            seals.add(KEYS.seal("secret", "db", bytes("the same")));
        }
        assertThat(seals).hasSize(1_000);
    }

    @Test
    void sealedTextOpensInItsOwnPlaceAlone() {
        String sealed = KEYS.seal("secret", "db", bytes("value"));

        assertThat(opened(KEYS, "secret", "other", sealed)).startsWith("closed: secret other does not open");
        assertThat(opened(KEYS, "signing-key", "db", sealed)).startsWith("closed: signing-key db does not open");
    }

    @Test
    void everyChangedCharacterIsSeen() {
        String sealed = KEYS.seal("secret", "db", bytes("value"));
        for (int i = 0; i < sealed.length(); i++) {
            char changed = sealed.charAt(i) == 'A' ? 'B' : 'A';
            String damaged = sealed.substring(0, i) + changed + sealed.substring(i + 1);
            assertThat(opened(KEYS, "secret", "db", damaged))
                    .as("character %d", i)
                    .startsWith("closed: ");
            assertThat(opened(KEYS, "secret", "db", sealed.substring(0, i))).startsWith("closed: ");
        }
    }

    @Test
    void firstKeySealsAndEveryOneOpens() {
        String before = KEYS.seal("secret", "db", bytes("value"));
        SealingKeys rotated = SealingKeys.of("# the new one\n" + NEW + "\n" + OLD, "keys");

        assertThat(opened(rotated, "secret", "db", before)).isEqualTo("value");
        assertThat(rotated.isCurrent(before)).isFalse();
        String after = rotated.seal("secret", "db", bytes("value"));
        assertThat(rotated.isCurrent(after)).isTrue();
        assertThat(opened(SealingKeys.of(NEW, "keys"), "secret", "db", after)).isEqualTo("value");
        assertThat(opened(KEYS, "secret", "db", after)).contains("a key that is not here");
    }

    @Test
    void neitherKeysNorValuesAreShown() {
        String secret = OLD.strip();
        assertThat(KEYS.toString()).contains(KEYS.currentId()).doesNotContain(secret);
        assertThat(new Opened.Value(bytes("value")).toString()).doesNotContain("value");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n# none\n", "c2hvcnQ=", "no base 64 at all!", "c2hvcnQ=\n"})
    void whatIsNoKeyIsRefusedWithoutBeingShown(String text) {
        assertThatExceptionOfType(TrustException.class)
                .isThrownBy(() -> SealingKeys.of(text, "keys.txt"))
                .withMessageContaining("keys.txt")
                .withMessageContaining("openssl rand -base64 32")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("c2hvcnQ", "all!"))
                .satisfies(e -> assertThat(e.getCause()).isNull());
    }

    @Test
    void fileThatOthersCanReadIsRefused(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("keys");
        PrivateFiles.write(file, OLD);
        assertThat(SealingKeys.read(file).currentId()).isEqualTo(KEYS.currentId());

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThatExceptionOfType(TrustException.class)
                .isThrownBy(() -> SealingKeys.read(file))
                .withMessageContaining("chmod 600");
    }
}
