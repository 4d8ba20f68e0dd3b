package dev.persys.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.access.Role;
import dev.persys.api.Json;
import dev.persys.auth.Credentials.Standing;
import dev.persys.model.Document;
import dev.persys.model.DocumentId;
import dev.persys.model.DocumentKind;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CredentialsTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final TokenText TEXT =
            TokenText.of(TokenText.Kind.API, new byte[TokenText.ID_BYTES], new byte[TokenText.SECRET_BYTES]);

    @Test
    void tokenIsGoodUntilItExpires() {
        Document document = document(Json.write(token()));

        assertThat(standing(document, NOW.plusSeconds(59))).isEqualTo(new Standing.Good("ci", Role.OPERATOR));
        assertThat(standing(document, NOW.plusSeconds(60))).isEqualTo(new Standing.Expired(NOW.plusSeconds(60)));
    }

    @Test
    void absentOneIsGone() {
        assertThat(Credentials.standing("api-token/" + TEXT.id(), id -> Optional.empty(), NOW))
                .isEqualTo(new Standing.Gone());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "{}",
                "[]",
                "{\"id\":1}",
                "no json",
                "{\"id\":\"a\",\"name\":\"b\",\"role\":\"root\"}"
            })
    void unreadableOneIsAsIfItWereAbsent(String text) {
        assertThat(standing(document(text), NOW)).isEqualTo(new Standing.Gone());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "api-token", "api-token/", "user/alice", "api-token/../x", "session/A"})
    void whatIsNoCredentialIsGone(String credential) {
        assertThat(Credentials.standing(credential, id -> Optional.of(document(Json.write(token()))), NOW))
                .isEqualTo(new Standing.Gone());
    }

    @Test
    void tokenIsHeldByWhoHasAllOfIt() {
        byte[] other = new byte[TokenText.SECRET_BYTES];
        other[0] = 1;

        assertThat(token().isHeldBy(TEXT)).isTrue();
        assertThat(token().isHeldBy(TokenText.withId(TokenText.Kind.API, TEXT.id(), other)))
                .isFalse();
        assertThat(token().isHeldBy(
                                TokenText.withId(TokenText.Kind.TICKET, TEXT.id(), new byte[TokenText.SECRET_BYTES])))
                .isFalse();
    }

    @Test
    void useIsWrittenNowAndThen() {
        ApiToken used = token().used(NOW).orElseThrow();

        assertThat(used.lastUsed()).contains(NOW);
        assertThat(used.used(NOW.plus(ApiToken.USE_STEP).minusMillis(1))).isEmpty();
        assertThat(used.used(NOW.plus(ApiToken.USE_STEP))).isPresent();
    }

    private static Standing standing(Document document, Instant now) {
        return Credentials.standing("api-token/" + TEXT.id(), id -> Optional.of(document), now);
    }

    private static ApiToken token() {
        return new ApiToken(
                TEXT.id(),
                "ci",
                Role.OPERATOR,
                TEXT.digest(),
                NOW,
                "certificate:operator/ops",
                Optional.of(NOW.plusSeconds(60)),
                Optional.empty());
    }

    private static Document document(String text) {
        return new Document(new DocumentId(DocumentKind.API_TOKEN, TEXT.id()), text, 1);
    }
}
