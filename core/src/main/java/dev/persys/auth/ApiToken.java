package dev.persys.auth;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.persys.access.Role;
import dev.persys.model.Present;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What is kept of an API token, as the document {@code api-token/<id>}: all but its secret.
 *
 * @param name for people, unique among those that are kept
 * @param digest of the whole text
 * @param createdBy who had it made
 * @param expiresAt from when on it is not good any more; empty where it stays good until it is revoked
 * @param lastUsed to some minutes
 */
public record ApiToken(
        String id,
        String name,
        Role role,
        String digest,
        Instant createdAt,
        String createdBy,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Instant> expiresAt,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Instant> lastUsed) {
    /** Between two writes of when it was used: a token in use all day costs some hundred writes. */
    public static final Duration USE_STEP = Duration.ofMinutes(10);

    public ApiToken {
        Present.text(id, 16, "id");
        Present.text(name, 64, "name");
        Present.value(role, "role");
        Present.text(digest, 64, "digest");
        Present.value(createdAt, "createdAt");
        Present.text(createdBy, 256, "createdBy");
        Present.value(expiresAt, "expiresAt");
        Present.value(lastUsed, "lastUsed");
    }

    /** Whether {@code now} is too late for it. */
    public boolean isExpired(Instant now) {
        return expiresAt.filter(end -> !now.isBefore(end)).isPresent();
    }

    /** Whether who shows {@code shown} holds this one. */
    public boolean isHeldBy(TokenText shown) {
        return shown.kind() == TokenText.Kind.API && shown.id().equals(id) && TokenText.isSame(digest, shown.digest());
    }

    /** The same, used now; empty where that is known well enough. */
    public Optional<ApiToken> used(Instant now) {
        return lastUsed.filter(last -> now.isBefore(last.plus(USE_STEP))).isPresent()
                ? Optional.empty()
                : Optional.of(new ApiToken(id, name, role, digest, createdAt, createdBy, expiresAt, Optional.of(now)));
    }
}
