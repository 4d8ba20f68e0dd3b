package dev.persys.http.scheduler.auth;

import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.headers.RawHeader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.persys.api.AuthRequest;
import dev.persys.api.AuthRequest.NewToken;
import dev.persys.api.Json;
import dev.persys.api.Paths;
import dev.persys.api.Problem;
import dev.persys.auth.ApiToken;
import dev.persys.auth.TokenText;
import dev.persys.http.Shortened;
import dev.persys.http.auth.Access.Role;
import dev.persys.http.scheduler.auth.AuthDocuments.Decision;
import dev.persys.http.scheduler.auth.AuthDocuments.Read;
import dev.persys.http.server.Answers;
import dev.persys.http.server.Call;
import dev.persys.http.server.Endpoint;
import dev.persys.model.DocumentChange;
import dev.persys.model.DocumentKind;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** API tokens: made, shown without their secret, revoked. */
final class TokenRoutes {
    /** A beginning of an id that is shorter is more likely a mistake. */
    private static final int SHORTEST_PREFIX = 4;

    private final AuthService service;
    private final AuthDocuments documents;
    private final int pageSize;

    TokenRoutes(AuthService service, AuthDocuments documents, int pageSize) {
        this.service = service;
        this.documents = documents;
        this.pageSize = pageSize;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.get(Paths.AUTH_TOKENS, Role.ADMIN, Set.of("limit", "continue"), this::list),
                Endpoint.post(Paths.AUTH_TOKENS, Role.ADMIN, this::create),
                Endpoint.delete(Paths.AUTH_TOKEN, Role.ADMIN, Set.of(), this::revoke));
    }

    private CompletionStage<HttpResponse> list(Call call) {
        return Answers.now(Lists.answer(
                call,
                documents.areKnown(),
                "tokens",
                documents.tokens(),
                pageSize,
                read -> read.value().id(),
                read -> view(read.value())));
    }

    private ObjectNode view(ApiToken token) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("id", token.id());
        json.put("name", token.name());
        json.put("role", token.role().word());
        json.put("createdAt", token.createdAt().toString());
        json.put("createdBy", token.createdBy());
        token.expiresAt().ifPresent(end -> json.put("expiresAt", end.toString()));
        token.lastUsed().ifPresent(last -> json.put("lastUsed", last.toString()));
        json.put("expired", token.isExpired(service.now()));
        return json;
    }

    private CompletionStage<HttpResponse> create(Call call) {
        return AuthRequest.newToken(call.body(), service.settings().tokenLife())
                .fold(wanted -> create(call, wanted), errors -> Answers.now(Answers.invalid(call, errors)));
    }

    private CompletionStage<HttpResponse> create(Call call, NewToken wanted) {
        TokenText text = service.newToken(TokenText.Kind.API);
        Instant now = service.now();
        ApiToken token = new ApiToken(
                text.id(),
                wanted.name(),
                wanted.role(),
                text.digest(),
                now,
                call.caller().name(),
                wanted.life().map(now::plus),
                Optional.empty());
        call.exchange().audit().detail("api-token/" + token.id() + " " + token.name() + ", " + token.role());
        return documents.decide(call, () -> {
            if (documents.tokens().stream()
                    .anyMatch(other -> other.value().name().equals(wanted.name()))) {
                return new Decision.Answer(Answers.problem(
                        call,
                        Problem.Type.NAME_IN_USE,
                        "There is a token of the name \"" + wanted.name()
                                + "\" already, and nothing was made: take another name, or revoke that one first"));
            }
            ObjectNode json = view(token);
            json.put("token", text.text());
            return new Decision.Write(
                    List.of(AuthDocuments.put(DocumentKind.API_TOKEN, token.id(), token, DocumentChange.ABSENT)),
                    secret(Answers.json(json)));
        });
    }

    private CompletionStage<HttpResponse> revoke(Call call) {
        return documents.decide(call, () -> {
            List<Read<ApiToken>> meant = resolve(documents.tokens(), call.variable());
            if (meant.size() != 1) {
                return new Decision.Answer(meant.isEmpty() ? unknown(call) : ambiguous(call, meant));
            }
            Read<ApiToken> token = meant.get(0);
            call.exchange()
                    .audit()
                    .detail("api-token/" + token.value().id() + " "
                            + token.value().name());
            return new Decision.Write(
                    List.of(AuthDocuments.remove(
                            DocumentKind.API_TOKEN, token.value().id(), token.revision())),
                    Answers.json(view(token.value())));
        });
    }

    /** Those that a reference means: the one of that id or name, else all whose ids begin so. */
    static List<Read<ApiToken>> resolve(List<Read<ApiToken>> tokens, String reference) {
        List<Read<ApiToken>> exact = tokens.stream()
                .filter(token -> token.value().id().equals(reference)
                        || token.value().name().equals(reference))
                .toList();
        return !exact.isEmpty() || reference.length() < SHORTEST_PREFIX
                ? exact
                : tokens.stream()
                        .filter(token -> token.value().id().startsWith(reference))
                        .toList();
    }

    private static HttpResponse unknown(Call call) {
        return Answers.problem(
                call,
                Problem.Type.UNKNOWN_TOKEN,
                "No token has the id, the name or an id that begins with \"" + Shortened.of(call.variable())
                        + "\": GET /auth/tokens lists them");
    }

    private static HttpResponse ambiguous(Call call, List<Read<ApiToken>> meant) {
        return Answers.problem(
                call,
                Problem.Type.AMBIGUOUS_TOKEN,
                "\"" + Shortened.of(call.variable()) + "\" fits " + meant.size()
                        + " tokens: use an id, or more of its characters");
    }

    /** Whoever stands between is not to keep it. */
    static HttpResponse secret(HttpResponse response) {
        return response.addHeader(RawHeader.create("Cache-Control", "no-store"));
    }
}
