package dev.persys.http.scheduler.auth;

import dev.persys.auth.TokenText;
import dev.persys.http.AuthSettings;
import dev.persys.http.GitHubSettings;
import dev.persys.http.password.Passwords;
import dev.persys.http.token.SigningKeys;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** What the routes of one scheduler share: settings, keys, hashing, chance and time. */
public final class AuthService {
    private final AuthSettings settings;
    private final Optional<GitHubSettings> github;
    private final InstantSource clock;
    private final SigningKeys keys;
    private final Passwords passwords = new Passwords();
    private final SignInLimits limits;
    private final Tickets tickets;
    private final SecureRandom random = new SecureRandom();

    /** @param github by which people sign in too, where they do */
    public AuthService(AuthSettings settings, Optional<GitHubSettings> github, InstantSource clock) {
        this.settings = settings;
        this.github = github;
        this.clock = clock;
        this.keys = new SigningKeys(settings.keyLife(), settings.accessLife());
        this.limits = new SignInLimits(settings.failures());
        this.tickets = new Tickets();
    }

    AuthSettings settings() {
        return settings;
    }

    Optional<GitHubSettings> github() {
        return github;
    }

    Instant now() {
        return clock.instant();
    }

    SigningKeys keys() {
        return keys;
    }

    Passwords passwords() {
        return passwords;
    }

    SignInLimits limits() {
        return limits;
    }

    Tickets tickets() {
        return tickets;
    }

    /** A new token of something that has no id yet. */
    TokenText newToken(TokenText.Kind kind) {
        return TokenText.of(kind, bytes(TokenText.ID_BYTES), bytes(TokenText.SECRET_BYTES));
    }

    /** The next token of something that has its id. */
    TokenText newToken(TokenText.Kind kind, String id) {
        return TokenText.withId(kind, id, bytes(TokenText.SECRET_BYTES));
    }

    /** So many random bytes. */
    byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
