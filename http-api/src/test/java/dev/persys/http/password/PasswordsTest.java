package dev.persys.http.password;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PasswordsTest {
    private final Passwords passwords = new Passwords();

    @AfterEach
    void close() {
        passwords.close();
    }

    @Test
    void passwordMatchesItsOwnHashAlone() {
        String hash = join(passwords.hash("correct horse battery"));

        assertThat(hash).startsWith("$argon2id$v=19$m=19456,t=2,p=1$");
        assertThat(join(passwords.matches("correct horse battery", Optional.of(hash))))
                .isTrue();
        assertThat(join(passwords.matches("correct horse batterz", Optional.of(hash))))
                .isFalse();
        assertThat(join(passwords.matches("correct horse battery", Optional.empty())))
                .isFalse();
    }

    @Test
    void samePasswordHasAnotherHashEachTime() {
        assertThat(join(passwords.hash("correct horse"))).isNotEqualTo(join(passwords.hash("correct horse")));
    }

    /** What the reference implementation prints: {@code echo -n password | argon2 somesalt -id -t 2 -k 65536 -p 1}. */
    @Test
    void hashIsThatOfTheReferenceImplementation() {
        Argon2Hash hash = Argon2Hash.parse(
                        "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$" + "CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc")
                .orElseThrow();

        assertThat(hash.matches("password")).isTrue();
        assertThat(HexFormat.of().formatHex("somesalt".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("736f6d6573616c74");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "plain",
                "$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=999999,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=65536,t=99,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=1,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
            })
    void hashThatIsNoneOrAsksForTooMuchMatchesNothing(String stored) {
        assertThat(Argon2Hash.parse(stored)).isEmpty();
        assertThat(join(passwords.matches("password", Optional.of(stored)))).isFalse();
    }

    @Test
    void moreThanWaitAreToldToComeAgain() {
        List<CompletableFuture<Boolean>> all = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            all.add(passwords.matches("guess", Optional.empty()).toCompletableFuture());
        }

        assertThat(all.get(0).join()).isFalse();
        assertThatThrownBy(() -> all.get(199).join()).hasCauseInstanceOf(Passwords.BusyException.class);
    }

    private static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }
}
