package dev.persys.auth;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.persys.access.Role;
import dev.persys.model.Present;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Somebody who is signed in, as the document {@code session/<id>}; there is none once he has signed out.
 *
 * @param user of {@code source}
 * @param source who knows the user: {@code local} or {@code github}
 * @param role what the user might do when he signed in
 * @param refreshDigest of the refresh token that is good
 * @param others digests of those that were given for the same one before it, and are as good until one of them all is used:
 *     their answers may have been lost. Four at most
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
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> others,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> used,
        String csrfDigest,
        Instant createdAt,
        Instant refreshedAt,
        Instant expiresAt) {
    public static final String LOCAL = "local";
    public static final String GITHUB = "github";

    /**
     * For how long the refresh token that was used last is taken again, as long as nothing that it brought was used: the
     * answer was lost, or it is the second of two requests at once. A thief who does so is found as soon as both sides
     * have gone on.
     */
    public static final Duration AGAIN = Duration.ofMinutes(1);

    /** Whoever asks more often for the same one has to wait, which nobody has to whose answers arrive. */
    private static final int MOST_OTHERS = 4;

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
        others = others == null ? List.of() : Present.list(others, "others");
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

        /** The token was good a moment ago, and has brought new ones so often that there is none more for it. */
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
        } else if (isGood(digest)) {
            return new Refresh.Rotated(rotated(digest, next, current, now));
        }
        int at = used.lastIndexOf(mark(digest));
        if (at < 0) {
            return new Refresh.Unknown();
        }
        boolean isLast = at == used.size() - 1;
        if (!isLast || !now.isBefore(refreshedAt.plus(AGAIN))) {
            return new Refresh.Stolen();
        }
        return others.size() == MOST_OTHERS ? new Refresh.JustRotated() : new Refresh.Rotated(again(next, current));
    }

    private boolean isGood(String digest) {
        return TokenText.isSame(refreshDigest, digest)
                || others.stream().anyMatch(other -> TokenText.isSame(other, digest));
    }

    /** Of all that were good none is any more; the one that was shown is the last. */
    private Session rotated(String shown, String next, Role current, Instant now) {
        List<String> before = new ArrayList<>(used);
        Stream.concat(others.stream(), Stream.of(refreshDigest))
                .filter(digest -> !TokenText.isSame(digest, shown))
                .forEach(digest -> before.add(mark(digest)));
        before.add(mark(shown));
        List<String> kept = before.subList(Math.max(0, before.size() - MOST_USED), before.size());
        return new Session(id, user, source, current, next, List.of(), kept, csrfDigest, createdAt, now, expiresAt);
    }

    /** The time goes on from when the token was used first, so that it is not good for ever. */
    private Session again(String next, Role current) {
        List<String> more = new ArrayList<>(others);
        more.add(refreshDigest);
        return new Session(id, user, source, current, next, more, used, csrfDigest, createdAt, refreshedAt, expiresAt);
    }

    private static String mark(String digest) {
        return digest.substring(0, MARK);
    }

    /** Whether {@code shown} is, or was, a refresh token of it. */
    public boolean wasGiven(TokenText shown) {
        String digest = shown.digest();
        return isGood(digest) || used.contains(mark(digest));
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
