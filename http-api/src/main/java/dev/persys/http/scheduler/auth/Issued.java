package dev.persys.http.scheduler.auth;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.persys.api.Json;
import dev.persys.auth.Session;
import dev.persys.auth.TokenText;

/**
 * What somebody is given who has signed in.
 *
 * @param csrf for pages of ours; empty where the client keeps what it had
 */
record Issued(Session session, String access, TokenText refresh, String csrf) {
    /** For programs: all that they have to keep. For browsers: nothing that a page could lose. */
    ObjectNode json(boolean cookies, long accessSeconds) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("user", session.principal());
        json.put("role", session.role().word());
        json.put("session", session.id());
        json.put("expiresIn", accessSeconds);
        json.put("sessionExpiresAt", session.expiresAt().toString());
        if (cookies) {
            json.put("csrfToken", csrf);
        } else {
            json.put("accessToken", access);
            json.put("refreshToken", refresh.text());
        }
        return json;
    }

    @Override
    public String toString() {
        return "Issued[" + session.id() + "]";
    }
}
