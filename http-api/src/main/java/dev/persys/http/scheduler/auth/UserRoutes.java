package dev.persys.http.scheduler.auth;

import akka.http.javadsl.model.HttpResponse;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.persys.api.AuthRequest;
import dev.persys.api.Json;
import dev.persys.api.Paths;
import dev.persys.api.Problem;
import dev.persys.auth.Session;
import dev.persys.auth.User;
import dev.persys.http.Shortened;
import dev.persys.http.Stages;
import dev.persys.http.auth.Access.Role;
import dev.persys.http.password.Passwords;
import dev.persys.http.scheduler.auth.AuthDocuments.Decision;
import dev.persys.http.scheduler.auth.AuthDocuments.Read;
import dev.persys.http.server.Answers;
import dev.persys.http.server.Call;
import dev.persys.http.server.Endpoint;
import dev.persys.model.DocumentChange;
import dev.persys.model.DocumentKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Local users: made, shown, given another password, removed with all of their sessions. */
final class UserRoutes {
    private final AuthService service;
    private final AuthDocuments documents;
    private final int pageSize;

    UserRoutes(AuthService service, AuthDocuments documents, int pageSize) {
        this.service = service;
        this.documents = documents;
        this.pageSize = pageSize;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.get(Paths.AUTH_USERS, Role.ADMIN, Set.of("limit", "continue"), this::list),
                Endpoint.post(Paths.AUTH_USERS, Role.ADMIN, this::create),
                Endpoint.delete(Paths.AUTH_USER, Role.ADMIN, Set.of(), this::remove),
                Endpoint.put(Paths.AUTH_USER_PASSWORD, Role.ADMIN, Set.of(), this::setPassword));
    }

    private CompletionStage<HttpResponse> list(Call call) {
        Instant now = service.now();
        Map<String, Long> sessions = documents.sessions().stream()
                .map(Read::value)
                .filter(session -> session.source().equals(Session.LOCAL) && !session.isExpired(now))
                .collect(Collectors.groupingBy(Session::user, Collectors.counting()));
        return Answers.now(Lists.answer(
                call,
                documents.areKnown(),
                "users",
                documents.users(),
                pageSize,
                read -> read.value().name(),
                read -> view(read.value(), sessions.getOrDefault(read.value().name(), 0L))));
    }

    private static ObjectNode view(User user, long sessions) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("name", user.name());
        json.put("role", user.role().word());
        json.put("createdAt", user.createdAt().toString());
        json.put("passwordSince", user.passwordSince().toString());
        json.put("sessions", sessions);
        return json;
    }

    private List<Read<Session>> sessions(String user) {
        return documents.sessions().stream()
                .filter(session -> session.value().source().equals(Session.LOCAL)
                        && session.value().user().equals(user))
                .toList();
    }

    private CompletionStage<HttpResponse> create(Call call) {
        return AuthRequest.newUser(call.body())
                .fold(
                        wanted -> hashed(call, wanted.password(), hash -> create(call, wanted, hash)),
                        errors -> Answers.now(Answers.invalid(call, errors)));
    }

    private CompletionStage<HttpResponse> create(Call call, AuthRequest.NewUser wanted, String hash) {
        Instant now = service.now();
        User user = new User(wanted.name(), wanted.role(), hash, now, now);
        call.exchange().audit().detail("user/" + user.name() + ", " + user.role());
        return documents.decide(call, () -> {
            if (documents.user(wanted.name()).isPresent()) {
                return new Decision.Answer(Answers.problem(
                        call,
                        Problem.Type.NAME_IN_USE,
                        "There is a user \"" + wanted.name() + "\" already, and nothing was changed"));
            }
            return new Decision.Write(
                    List.of(AuthDocuments.put(DocumentKind.USER, user.name(), user, DocumentChange.ABSENT)),
                    Answers.json(view(user, 0)));
        });
    }

    private CompletionStage<HttpResponse> setPassword(Call call) {
        return AuthRequest.newPassword(call.body())
                .fold(
                        password -> hashed(call, password, hash -> setPassword(call, hash)),
                        errors -> Answers.now(Answers.invalid(call, errors)));
    }

    /** Whoever knew the old one is signed out with it. */
    private CompletionStage<HttpResponse> setPassword(Call call, String hash) {
        return documents.decide(
                call,
                () -> withUser(call, user -> {
                    User changed = user.value().withPassword(hash, service.now());
                    List<DocumentChange> changes = ending(user.value());
                    changes.add(AuthDocuments.put(DocumentKind.USER, changed.name(), changed, user.revision()));
                    return new Decision.Write(changes, Answers.json(view(changed, 0)));
                }));
    }

    private CompletionStage<HttpResponse> remove(Call call) {
        return documents.decide(
                call,
                () -> withUser(call, user -> {
                    List<DocumentChange> changes = ending(user.value());
                    changes.add(
                            AuthDocuments.remove(DocumentKind.USER, user.value().name(), user.revision()));
                    return new Decision.Write(changes, Answers.json(view(user.value(), 0)));
                }));
    }

    private Decision withUser(Call call, Function<Read<User>, Decision> decision) {
        Optional<Read<User>> user = documents.user(call.variable());
        if (user.isEmpty()) {
            return new Decision.Answer(Answers.problem(
                    call,
                    Problem.Type.UNKNOWN_USER,
                    "There is no user \"" + Shortened.of(call.variable()) + "\": GET /auth/users lists them"));
        }
        call.exchange().audit().detail("user/" + user.get().value().name());
        return decision.apply(user.get());
    }

    private List<DocumentChange> ending(User user) {
        List<DocumentChange> changes = new ArrayList<>();
        sessions(user.name())
                .forEach(session -> changes.add(AuthDocuments.remove(
                        DocumentKind.SESSION, session.value().id(), session.revision())));
        return changes;
    }

    private CompletionStage<HttpResponse> hashed(
            Call call, String password, Function<String, CompletionStage<HttpResponse>> then) {
        return service.passwords()
                .hash(password)
                .handle((hash, failure) -> failure == null ? then.apply(hash) : failed(call, failure))
                .thenCompose(answer -> answer);
    }

    /** Anything but that too many are waiting is a fault, and told as one. */
    static CompletionStage<HttpResponse> failed(Call call, Throwable failure) {
        return Stages.cause(failure) instanceof Passwords.BusyException
                ? Answers.now(Answers.problem(
                        call, Problem.Type.BUSY, "Too many passwords are being checked: send it again in a moment"))
                : CompletableFuture.failedFuture(Stages.cause(failure));
    }
}
