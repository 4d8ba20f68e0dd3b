package dev.persys.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.access.Role;
import dev.persys.api.Json;
import dev.persys.auth.Session.Refresh;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SessionTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final TokenText FIRST = token(1);

    @Test
    void refreshTokenIsGoodOnce() {
        Session next = rotated(session(), FIRST, token(2), NOW.plusSeconds(60));

        assertThat(next.refresh(token(2), token(3).digest(), Role.VIEWER, NOW.plusSeconds(90)))
                .isInstanceOf(Refresh.Rotated.class);
        assertThat(next.refresh(FIRST, token(3).digest(), Role.VIEWER, NOW.plusSeconds(90)))
                .isEqualTo(new Refresh.Stolen());
    }

    @Test
    void refreshTokenOfLongAgoEndsTheSessionTooSoThatItsThiefHasNothingOfIt() {
        Session session = session();
        TokenText last = FIRST;
        for (int i = 2; i < 20; i++) {
            session = rotated(session, last, token(i), NOW.plusSeconds(i));
            last = token(i);
        }

        assertThat(session.refresh(FIRST, token(99).digest(), Role.VIEWER, NOW.plusSeconds(21)))
                .isEqualTo(new Refresh.Stolen());
    }

    @Test
    void secondOfTwoRequestsAtOnceBringsNothingAndEndsNothing() {
        Session next = rotated(session(), FIRST, token(2), NOW);

        assertThat(next.refresh(
                        FIRST,
                        token(3).digest(),
                        Role.VIEWER,
                        NOW.plus(Session.TWICE).minusMillis(1)))
                .isEqualTo(new Refresh.JustRotated());
    }

    @Test
    void whatWasNeverATokenOfItSaysNothingAboutIt() {
        assertThat(session().refresh(token(77), token(3).digest(), Role.VIEWER, NOW))
                .isEqualTo(new Refresh.Unknown());
        assertThat(session().wasGiven(token(77))).isFalse();
        assertThat(session().wasGiven(FIRST)).isTrue();
    }

    @Test
    void nothingProlongsItBeyondItsEnd() {
        Session next = rotated(session(), FIRST, token(2), NOW.plusSeconds(60));

        assertThat(next.expiresAt()).isEqualTo(session().expiresAt());
        assertThat(next.refresh(token(2), token(3).digest(), Role.VIEWER, next.expiresAt()))
                .isEqualTo(new Refresh.Expired());
    }

    @Test
    void roleIsThatOfTheMomentOfTheRefresh() {
        Refresh refresh = session().refresh(FIRST, token(2).digest(), Role.VIEWER, NOW);

        assertThat(((Refresh.Rotated) refresh).session().role()).isEqualTo(Role.VIEWER);
    }

    @Test
    void storedFormIsReadBack() {
        Session next = rotated(session(), FIRST, token(2), NOW.plusSeconds(60));

        assertThat(Json.read(Json.write(next), Session.class)).isEqualTo(next);
        assertThat(Json.write(next)).contains("\"role\":\"operator\"").doesNotContain(token(2).text());
    }

    @Test
    void userOfAnotherSourceIsAnotherUser() {
        Session github = new Session(
                "00000000000000ff", "alice", Session.GITHUB, Role.ADMIN, "d".repeat(64), List.of(), "c", NOW, NOW, NOW);

        assertThat(github.principal()).isEqualTo("alice@github");
        assertThat(session().principal()).isEqualTo("alice");
    }

    private static Session rotated(Session session, TokenText shown, TokenText next, Instant now) {
        return ((Refresh.Rotated) session.refresh(shown, next.digest(), session.role(), now)).session();
    }

    private static Session session() {
        return new Session(
                FIRST.id(),
                "alice",
                Session.LOCAL,
                Role.OPERATOR,
                FIRST.digest(),
                List.of(),
                "c".repeat(64),
                NOW,
                NOW,
                NOW.plus(Duration.ofHours(12)));
    }

    private static TokenText token(int number) {
        byte[] secret = new byte[TokenText.SECRET_BYTES];
        secret[0] = (byte) number;
        return TokenText.of(TokenText.Kind.REFRESH, new byte[TokenText.ID_BYTES], secret);
    }
}
