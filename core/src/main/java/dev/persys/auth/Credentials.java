package dev.persys.auth;

import dev.persys.access.Role;
import dev.persys.api.Json;
import dev.persys.model.Document;
import dev.persys.model.DocumentId;
import dev.persys.model.DocumentKind;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what is kept of tokens, users and sessions. A document that cannot be read is as if it were absent: nobody is let
 * in by what is not understood, and the log says so.
 */
public final class Credentials {
    private static final Logger LOG = LoggerFactory.getLogger(Credentials.class);

    private Credentials() {}

    /** How a credential stands that a request was made with. */
    public sealed interface Standing {
        /** It is good, and its holder may do so much. */
        record Good(String principal, Role role) implements Standing {}

        /** There is none: revoked, signed out, or never made. */
        record Gone() implements Standing {}

        record Expired(Instant at) implements Standing {}
    }

    /**
     * How {@code <kind>/<id>} stands, with kind {@code api-token} or {@code session}.
     *
     * @param find the document of an id, as it is now
     */
    public static Standing standing(String credential, Function<DocumentId, Optional<Document>> find, Instant now) {
        Optional<DocumentId> id = documentId(credential);
        if (id.isEmpty()) {
            return new Standing.Gone();
        }
        Optional<Document> document = find.apply(id.get());
        return id.get().kind() == DocumentKind.API_TOKEN
                ? document.flatMap(Credentials::apiToken)
                        .map(token -> token.isExpired(now)
                                ? new Standing.Expired(token.expiresAt().orElseThrow())
                                : new Standing.Good(token.name(), token.role()))
                        .orElseGet(Standing.Gone::new)
                : document.flatMap(Credentials::session)
                        .map(session -> session.isExpired(now)
                                ? new Standing.Expired(session.expiresAt())
                                : new Standing.Good(session.principal(), session.role()))
                        .orElseGet(Standing.Gone::new);
    }

    /** Of a credential that is an API token or a session; empty of any other text. */
    public static Optional<DocumentId> documentId(String credential) {
        int slash = credential.indexOf('/');
        if (slash < 0 || !DocumentId.isName(credential.substring(slash + 1))) {
            return Optional.empty();
        }
        String name = credential.substring(slash + 1);
        return switch (credential.substring(0, slash)) {
            case "api-token" -> Optional.of(new DocumentId(DocumentKind.API_TOKEN, name));
            case "session" -> Optional.of(new DocumentId(DocumentKind.SESSION, name));
            default -> Optional.empty();
        };
    }

    public static Optional<ApiToken> apiToken(Document document) {
        return read(document, ApiToken.class);
    }

    public static Optional<User> user(Document document) {
        return read(document, User.class);
    }

    public static Optional<Session> session(Document document) {
        return read(document, Session.class);
    }

    private static <T> Optional<T> read(Document document, Class<T> type) {
        try {
            return Optional.of(Json.read(document.text(), type));
        } catch (UncheckedIOException | IllegalArgumentException e) {
            LOG.warn("The {} cannot be read and counts for nothing: {}", document.id(), e.getMessage());
            return Optional.empty();
        }
    }
}
