package dev.persys.http.token;

import dev.persys.access.Role;
import java.time.Instant;

/**
 * What an access token says: for some minutes, who is signed in.
 *
 * @param principal as {@code Session.principal} calls the user
 * @param session whose document has to stand still
 * @param csrfDigest of what a page of ours shows beside the cookie
 */
public record AccessToken(String principal, String session, Role role, String csrfDigest, Instant expiresAt) {
    static final String ISSUER = "persys";
    static final String AUDIENCE = "persys-gateway";

    /** In the token's head: no other kind of JWT is taken for one of these (RFC 9068). */
    static final String TYPE = "at+jwt";

    static final String SESSION = "sid";
    static final String ROLE = "role";
    static final String CSRF = "csrf";
}
