package dev.persys.auth;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.persys.access.Role;
import dev.persys.model.Present;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Somebody who is signed in, as the document {@code session/<id>}; there is none once he has signed out.
 *
 * @param user of {@code source}
 * @param source who knows the user: {@code local} or {@code github}
 * @param role what the user might do when he signed in
 * @param refreshDigest of the one refresh token that is good
 * @param used beginnings of the digests of those before, the newest last, which are known when they come again
 * @param csrfDigest of what a page of ours has to show beside the cookie
 * @param expiresAt from when on nothing prolongs it
 */
public record Session(
        String id,
        String user,
        String source,
        Role role,
        String refreshDigest,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> used,
        String csrfDigest,
        Instant createdAt,
        Instant refreshedAt,
        Instant expiresAt) {
    public static final String LOCAL = "local";
    public static final String GITHUB = "github";

    /**
     * For how long a refresh token that has just been used is taken for the second of two requests of one client, or for
     * one whose answer was lost, and not for a theft. It brings nothing in either case.
     */
    public static final Duration TWICE = Duration.ofSeconds(10);

    /** Of those before that are known: a day and more of a session that is always in use. */
    private static final int MOST_USED = 300;

    /** Characters of a digest that tell it from all others of one session. */
    private static final int MARK = 16;

    public Session {
        Present.text(id, 16, "id");
        Present.text(user, 128, "user");
        Present.text(source, 16, "source");
        Present.value(role, "role");
        requireDigest(refreshDigest, "refreshDigest");
        used = used == null ? List.of() : Present.list(used, "used");
        Present.text(csrfDigest, 64, "csrfDigest");
        Present.value(createdAt, "createdAt");
        Present.value(refreshedAt, "refreshedAt");
        Present.value(expiresAt, "expiresAt");
    }

    /** What becomes of a session whose refresh token is shown. */
    public sealed interface Refresh {
        /** It goes on so. */
        record Rotated(Session session) implements Refresh {}

        /** It is over. */
        record Expired() implements Refresh {}

        /** The token was good a moment ago: whoever sent it looks for the new one, which is with the answer before. */
        record JustRotated() implements Refresh {}

        /** Two have had the same token, and one of them is a thief: the session ends for both. */
        record Stolen() implements Refresh {}

        /** It is none of this session, and says nothing about it. */
        record Unknown() implements Refresh {}
    }

    /**
     * What follows from {@code shown}.
     *
     * @param next digest of the refresh token that comes in its place
     * @param current what the user may do now
     */
    public Refresh refresh(TokenText shown, String next, Role current, Instant now) {
        String digest = shown.digest();
        if (isExpired(now)) {
            return new Refresh.Expired();
        } else if (TokenText.isSame(refreshDigest, digest)) {
            return new Refresh.Rotated(rotated(next, current, now));
        }
        int at = used.lastIndexOf(digest.substring(0, MARK));
        if (at < 0) {
            return new Refresh.Unknown();
        }
        boolean isLast = at == used.size() - 1;
        return isLast && now.isBefore(refreshedAt.plus(TWICE)) ? new Refresh.JustRotated() : new Refresh.Stolen();
    }

    private Session rotated(String next, Role current, Instant now) {
        List<String> before = new ArrayList<>(used);
        before.add(refreshDigest.substring(0, MARK));
        if (before.size() > MOST_USED) {
            before.remove(0);
        }
        return new Session(id, user, source, current, next, before, csrfDigest, createdAt, now, expiresAt);
    }

    /** Whether {@code shown} is, or was, a refresh token of it. */
    public boolean wasGiven(TokenText shown) {
        String digest = shown.digest();
        return TokenText.isSame(refreshDigest, digest) || used.contains(digest.substring(0, MARK));
    }

    /** Whether {@code now} is too late for it. */
    public boolean isExpired(Instant now) {
        return !now.isBefore(expiresAt);
    }

    /** Rules above cut it. */
    private static void requireDigest(String digest, String name) {
        if (Present.value(digest, name).length() != 64) {
            throw new IllegalArgumentException(name + " is no digest");
        }
    }

    /** As principals are called: of another source it is another user. */
    public String principal() {
        return source.equals(LOCAL) ? user : user + "@" + source;
    }
}
