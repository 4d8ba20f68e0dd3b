package dev.persys.http.scheduler.auth;

import akka.http.javadsl.model.HttpResponse;
import dev.persys.access.Role;
import dev.persys.auth.Session;
import dev.persys.auth.TokenText;
import dev.persys.http.scheduler.auth.AuthDocuments.Decision;
import dev.persys.http.scheduler.auth.AuthDocuments.Read;
import dev.persys.http.server.Answers;
import dev.persys.http.token.AccessToken;
import dev.persys.model.DocumentChange;
import dev.persys.model.DocumentKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/** Makes sessions and what is signed for them. */
final class SessionIssuer {
    /** Of one user: whoever signs in anew every minute and never out takes the places of his own oldest ones. */
    private static final int MOST_OF_A_USER = 50;

    /** Those that are over and go with a new one: more come than go, and they are bounded. */
    private static final int SWEPT_AT_ONCE = 20;

    private final AuthService service;
    private final AuthDocuments documents;

    SessionIssuer(AuthService service, AuthDocuments documents) {
        this.service = service;
        this.documents = documents;
    }

    /** Who has shown that he is this one. */
    record Identity(String user, String source, Role role) {}

    /** A new session, and {@code answer} of what is given for it. */
    Decision begin(Identity identity, Function<Issued, HttpResponse> answer) {
        Instant now = service.now();
        TokenText refresh = service.newToken(TokenText.Kind.REFRESH);
        String csrf = Base64.getUrlEncoder().withoutPadding().encodeToString(service.bytes(TokenText.SECRET_BYTES));
        Session session = new Session(
                refresh.id(),
                identity.user(),
                identity.source(),
                identity.role(),
                refresh.digest(),
                List.of(),
                List.of(),
                TokenText.digest(csrf),
                now,
                now,
                now.plus(service.settings().sessionLife()));
        List<DocumentChange> changes = new ArrayList<>(sweep(identity, now));
        changes.add(AuthDocuments.put(DocumentKind.SESSION, session.id(), session, DocumentChange.ABSENT));
        return new Decision.Write(changes, answer.apply(new Issued(session, access(session, now), refresh, csrf)));
    }

    /** The access token of a session that stands. */
    String access(Session session, Instant now) {
        Instant until = now.plus(service.keys().tokenLife());
        return service.keys()
                .sign(
                        new AccessToken(
                                session.principal(),
                                session.id(),
                                session.role(),
                                session.csrfDigest(),
                                until.isBefore(session.expiresAt()) ? until : session.expiresAt()),
                        now);
    }

    /** What is answered with what was issued. */
    HttpResponse answer(Issued issued, boolean cookies) {
        HttpResponse response = TokenRoutes.secret(
                Answers.json(issued.json(cookies, service.keys().tokenLife().toSeconds())));
        return cookies
                ? SessionCookies.set(
                        response,
                        issued,
                        service.keys().tokenLife(),
                        service.settings().sessionLife())
                : response;
    }

    private List<DocumentChange> sweep(Identity identity, Instant now) {
        List<Read<Session>> all = documents.sessions();
        List<DocumentChange> changes = new ArrayList<>();
        all.stream()
                .filter(session -> session.value().isExpired(now))
                .limit(SWEPT_AT_ONCE)
                .forEach(session -> changes.add(end(session)));
        List<Read<Session>> own = all.stream()
                .filter(session -> !session.value().isExpired(now)
                        && session.value().user().equals(identity.user())
                        && session.value().source().equals(identity.source()))
                .sorted(Comparator.comparing(session -> session.value().refreshedAt()))
                .toList();
        own.stream()
                .limit(Math.max(0, own.size() + 1 - MOST_OF_A_USER))
                .limit(SWEPT_AT_ONCE)
                .forEach(session -> changes.add(end(session)));
        return changes;
    }

    static DocumentChange end(Read<Session> session) {
        return AuthDocuments.remove(DocumentKind.SESSION, session.value().id(), session.revision());
    }
}
