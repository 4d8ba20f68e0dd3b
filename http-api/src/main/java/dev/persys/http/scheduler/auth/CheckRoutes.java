package dev.persys.http.scheduler.auth;

import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpResponse;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.persys.access.Principal;
import dev.persys.api.AuthRequest;
import dev.persys.api.Json;
import dev.persys.api.Paths;
import dev.persys.api.Problem;
import dev.persys.auth.ApiToken;
import dev.persys.auth.TokenText;
import dev.persys.http.auth.Access.Role;
import dev.persys.http.scheduler.auth.AuthDocuments.Read;
import dev.persys.http.server.Answers;
import dev.persys.http.server.Call;
import dev.persys.http.server.Endpoint;
import dev.persys.model.DocumentKind;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** What gateways ask about callers, and callers about themselves. */
final class CheckRoutes {
    private static final String NO_TOKEN =
            "There is no such token: it was revoked, or never made. An admin makes one with" + " persys token create";

    private final AuthService service;
    private final AuthDocuments documents;

    CheckRoutes(AuthService service, AuthDocuments documents) {
        this.service = service;
        this.documents = documents;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.post(Paths.AUTH_CHECK, Role.GATEWAY, this::check).audited(Endpoint.Audit.NOTHING),
                Endpoint.get(Paths.AUTH_KEYS, Role.GATEWAY, Set.of(), this::keys),
                Endpoint.get(Paths.AUTH_WHOAMI, Role.VIEWER, Set.of(), this::whoAmI),
                Endpoint.post(Paths.AUTH_TICKETS, Role.VIEWER, this::ticket).audited(Endpoint.Audit.NOTHING));
    }

    private CompletionStage<HttpResponse> keys(Call call) {
        return Answers.now(HttpResponse.create()
                .withEntity(HttpEntities.create(
                        ContentTypes.APPLICATION_JSON, service.keys().publicKeys(service.now()))));
    }

    private CompletionStage<HttpResponse> check(Call call) {
        return AuthRequest.check(call.body())
                .fold(
                        check -> Answers.now(
                                check.token().kind() == TokenText.Kind.TICKET
                                        ? ticketOf(call, check)
                                        : tokenOf(call, check.token())),
                        errors -> Answers.now(Answers.invalid(call, errors)));
    }

    private HttpResponse ticketOf(Call call, AuthRequest.Check check) {
        return service.tickets()
                .take(check.token(), check.path(), service.now())
                .map(CheckRoutes::principal)
                .orElseGet(() -> gone(
                        call,
                        "This ticket is good no more: it opens one stream, of the path that it was asked for, within "
                                + Tickets.LIFE.toSeconds() + " seconds; POST /auth/tickets gives another"));
    }

    private HttpResponse tokenOf(Call call, TokenText shown) {
        if (!documents.areKnown()) {
            return AuthDocuments.notKnown(call);
        }
        Instant now = service.now();
        Optional<Read<ApiToken>> read =
                documents.token(shown.id()).filter(token -> token.value().isHeldBy(shown));
        if (read.isEmpty()) {
            return gone(call, NO_TOKEN);
        }
        ApiToken token = read.get().value();
        if (token.isExpired(now)) {
            return gone(
                    call,
                    "The token " + token.name() + " has expired at "
                            + token.expiresAt().orElseThrow() + ": an admin makes another with persys token create");
        }
        token.used(now)
                .ifPresent(used -> documents.write(AuthDocuments.put(
                        DocumentKind.API_TOKEN, used.id(), used, read.get().revision())));
        return principal(new Principal(Principal.Kind.TOKEN, token.name(), token.role(), token.id()));
    }

    private static HttpResponse principal(Principal principal) {
        return TokenRoutes.secret(Answers.json(json(principal)));
    }

    private static ObjectNode json(Principal principal) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("principal", principal.text());
        json.put("role", principal.role().word());
        json.put("credential", principal.credentialText());
        return json;
    }

    private static HttpResponse gone(Call call, String detail) {
        return Answers.problem(call, Problem.Type.CREDENTIAL_GONE, detail);
    }

    private CompletionStage<HttpResponse> whoAmI(Call call) {
        ObjectNode json = call.caller().principal().map(CheckRoutes::json).orElseGet(() -> {
            ObjectNode direct = Json.MAPPER.createObjectNode();
            direct.put("principal", call.caller().name());
            direct.put("role", call.caller().may(Role.ADMIN) ? "admin" : "operator");
            return direct;
        });
        return Answers.now(Answers.read(call, json, OptionalLong.empty()));
    }

    private CompletionStage<HttpResponse> ticket(Call call) {
        return AuthRequest.ticket(call.body())
                .fold(
                        path -> Answers.now(call.caller()
                                .principal()
                                .map(principal -> ticket(call, principal, path))
                                .orElseGet(() -> Answers.problem(
                                        call,
                                        Problem.Type.FORBIDDEN,
                                        "Tickets are for who comes through a gateway with a token or a session"))),
                        errors -> Answers.now(Answers.invalid(call, errors)));
    }

    private HttpResponse ticket(Call call, Principal principal, String path) {
        TokenText ticket = service.newToken(TokenText.Kind.TICKET);
        if (!service.tickets().add(ticket, principal, path, service.now())) {
            return Answers.problem(
                    call, Problem.Type.BUSY, "Too many tickets are waiting to be used: send it again in a moment");
        }
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("ticket", ticket.text());
        json.put("expiresIn", Tickets.LIFE.toSeconds());
        return TokenRoutes.secret(Answers.json(json));
    }
}
