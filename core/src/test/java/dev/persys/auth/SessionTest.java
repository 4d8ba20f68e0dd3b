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
        assertThat(next.refresh(
                        FIRST,
                        token(3).digest(),
                        Role.VIEWER,
                        NOW.plusSeconds(60).plus(Session.AGAIN)))
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
    void lostAnswerIsGivenAgainForAMinute() {
        Session lost = rotated(session(), FIRST, token(2), NOW);

        Session again = rotated(lost, FIRST, token(3), NOW.plus(Session.AGAIN).minusMillis(1));

        assertThat(rotated(again, token(3), token(4), NOW.plusSeconds(300)).refreshDigest())
                .isEqualTo(token(4).digest());
        assertThat(again.refresh(FIRST, token(4).digest(), Role.VIEWER, NOW.plus(Session.AGAIN)))
                .isEqualTo(new Refresh.Stolen());
    }

    @Test
    void whicheverAnswerOfTwoRequestsAtOnceAClientKeepsIsGood() {
        Session both = rotated(rotated(session(), FIRST, token(2), NOW), FIRST, token(3), NOW);

        assertThat(rotated(both, token(2), token(4), NOW.plusSeconds(300)).others())
                .isEmpty();
        assertThat(rotated(both, token(3), token(4), NOW.plusSeconds(300)).others())
                .isEmpty();
    }

    @Test
    void thiefWhoCameWithinTheMinuteIsFoundWhenBothHaveGoneOn() {
        Session both = rotated(rotated(session(), FIRST, token(2), NOW), FIRST, token(3), NOW.plusSeconds(30));

        Session owner = rotated(both, token(2), token(4), NOW.plusSeconds(280));
        Session thief = rotated(both, token(3), token(4), NOW.plusSeconds(280));

        assertThat(owner.refresh(token(3), token(5).digest(), Role.VIEWER, NOW.plusSeconds(281)))
                .isEqualTo(new Refresh.Stolen());
        assertThat(thief.refresh(token(2), token(5).digest(), Role.VIEWER, NOW.plusSeconds(281)))
                .isEqualTo(new Refresh.Stolen());
    }

    @Test
    void tokenIsNotTakenAgainOnceWhatItBroughtWasUsed() {
        Session next = rotated(rotated(session(), FIRST, token(2), NOW), token(2), token(3), NOW.plusSeconds(1));

        assertThat(next.refresh(FIRST, token(4).digest(), Role.VIEWER, NOW.plusSeconds(2)))
                .isEqualTo(new Refresh.Stolen());
    }

    @Test
    void whoAsksForTheSameAgainAndAgainGetsNoMoreAndEndsNothing() {
        Session session = rotated(session(), FIRST, token(2), NOW);
        for (int i = 3; i < 7; i++) {
            session = rotated(session, FIRST, token(i), NOW);
        }

        assertThat(session.refresh(FIRST, token(7).digest(), Role.VIEWER, NOW)).isEqualTo(new Refresh.JustRotated());
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
                "00000000000000ff",
                "alice",
                Session.GITHUB,
                Role.ADMIN,
                "d".repeat(64),
                List.of(),
                List.of(),
                "c",
                NOW,
                NOW,
                NOW);

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
