package dev.persys.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TokenTextTest {
    private static final byte[] ID = {1, 2, 3, 4, 5, 6, 7, (byte) 0xab};
    private static final byte[] SECRET = new byte[TokenText.SECRET_BYTES];

    @Test
    void tokenIsReadAsItWasMade() {
        TokenText token = TokenText.of(TokenText.Kind.API, ID, SECRET);

        assertThat(token.text()).isEqualTo("persys_01020304050607ab_" + "A".repeat(43));
        assertThat(TokenText.parse(token.text())).contains(token);
        assertThat(TokenText.parse(TokenText.Kind.REFRESH, token.text())).isEmpty();
    }

    @Test
    void textFormAndDigestDoNotShowTheSecret() {
        TokenText token = TokenText.of(TokenText.Kind.TICKET, ID, SECRET);

        assertThat(token.toString()).isEqualTo("persyst_01020304050607ab_…");
        assertThat(token.digest()).hasSize(64).doesNotContain("AAAA");
    }

    @Test
    void anotherSecretHasAnotherDigest() {
        byte[] other = Arrays.copyOf(SECRET, SECRET.length);
        other[31] = 1;

        assertThat(TokenText.of(TokenText.Kind.API, ID, other).digest())
                .isNotEqualTo(TokenText.of(TokenText.Kind.API, ID, SECRET).digest());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "persys_", "persys_01020304050607AB_", "persysx_01020304050607ab_", "persys_01020304050607ab"
            })
    void whatHasAnotherFormIsNoToken(String text) {
        assertThat(TokenText.parse(text + "A".repeat(42))).isEmpty();
        assertThat(TokenText.parse(text)).isEmpty();
    }
}
