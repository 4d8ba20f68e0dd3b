package dev.persys.http.scheduler;

import akka.http.javadsl.model.HttpResponse;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.persys.api.FieldError;
import dev.persys.api.JoinRequest;
import dev.persys.api.Json;
import dev.persys.api.Paths;
import dev.persys.api.Problem;
import dev.persys.http.Shortened;
import dev.persys.http.auth.Access.Role;
import dev.persys.http.server.Answers;
import dev.persys.http.server.Asking;
import dev.persys.http.server.Call;
import dev.persys.http.server.Endpoint;
import dev.persys.join.JoinToken;
import dev.persys.join.NodeKey;
import dev.persys.join.NodeTrust;
import dev.persys.join.TokenDocument;
import dev.persys.model.Document;
import dev.persys.model.DocumentChange;
import dev.persys.model.DocumentId;
import dev.persys.model.DocumentKind;
import dev.persys.model.Names;
import dev.persys.model.NodeId;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol;
import dev.persys.trust.Pin;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/** What operators ask about the keys of nodes, and say of them. */
final class TrustRoutes {
    /** Of tokens that are over and go with the next that is made. */
    private static final int MOST_SWEPT = 50;

    /** Where somebody else changes the same document each time, it is for the client to come again. */
    private static final int MOST_ATTEMPTS = 4;

    private final Asking<SchedulerProtocol.Command> scheduler;
    private final Optional<SchedulerTrust> trust;
    private final String joinAddress;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    /**
     * For a scheduler.
     *
     * @param trust absent where it has no authority, and all of this is refused
     * @param joinAddress where machines join, host and port
     */
    TrustRoutes(
            Asking<SchedulerProtocol.Command> scheduler,
            Optional<SchedulerTrust> trust,
            String joinAddress,
            InstantSource clock) {
        this.scheduler = scheduler;
        this.trust = trust;
        this.joinAddress = joinAddress;
        this.clock = clock;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.post(
                        Paths.NODE_TOKENS, Role.OPERATOR, call -> trusting(call, known -> makeToken(call, known))),
                Endpoint.get(
                        Paths.NODE_KEY,
                        Role.VIEWER,
                        Set.of(),
                        call -> trusting(call, known -> withKey(call, known, (id, key) -> show(call, id, key)))),
                Endpoint.act(
                        Paths.NODE_APPROVE,
                        Role.OPERATOR,
                        Set.of("key"),
                        call -> trusting(call, known -> withKey(call, known, (id, key) -> approve(call, id, 1)))),
                Endpoint.act(
                        Paths.NODE_REVOKE,
                        Role.OPERATOR,
                        call -> trusting(call, known -> withKey(call, known, (id, key) -> revoke(call, id, 1)))));
    }

    private CompletionStage<HttpResponse> trusting(
            Call call, Function<SchedulerTrust, CompletionStage<HttpResponse>> then) {
        if (trust.isEmpty()) {
            return Answers.now(Answers.problem(Problem.of(
                            "no-authority",
                            "It cannot be done as things stand",
                            409,
                            "This scheduler has no certificate authority, and lets no machine join: set persys.trust.mode = on")
                    .withRequestId(call.requestId())));
        } else if (!trust.get().documents().areKnown()) {
            return Answers.now(Answers.problem(
                    call, Problem.Type.UNAVAILABLE, "No scheduler leads at the moment: send it again in a moment"));
        }
        return then.apply(trust.get());
    }

    private CompletionStage<HttpResponse> makeToken(Call call, SchedulerTrust known) {
        return JoinRequest.token(call.body())
                .fold(wanted -> makeToken(call, known, wanted), errors -> Answers.now(Answers.invalid(call, errors)));
    }

    private CompletionStage<HttpResponse> makeToken(Call call, SchedulerTrust known, JoinRequest.NewToken wanted) {
        // The root that is shown: while it is changed, that is the previous one.
        List<X509Certificate> shown = known.node().chain();
        JoinToken token = JoinToken.make(Pin.of(shown.get(shown.size() - 1)), random);
        Instant now = clock.instant();
        Instant expires = now.plus(wanted.ttl().orElse(known.joining().tokenTtl()));
        TokenDocument document =
                TokenDocument.of(token, expires, wanted.node(), call.caller().name());
        wanted.node().ifPresent(call.exchange().audit()::on);
        call.exchange().audit().detail("token " + token.shown().id() + " until " + expires);
        ObjectNode answer = Json.MAPPER
                .createObjectNode()
                .put("token", token.text())
                .put("id", token.shown().id())
                .put("expires", expires.toString())
                .put("scheduler", joinAddress);
        wanted.node().ifPresent(node -> answer.put("node", node.value()));
        return keep(
                call,
                new DocumentChange.Put(TokenDocument.id(token.shown()), document.text(), DocumentChange.ABSENT),
                answer,
                1);
    }

    /** A token, and with it go those that are over; another request may have swept them, or used one, meanwhile. */
    private CompletionStage<HttpResponse> keep(Call call, DocumentChange token, ObjectNode answer, int attempt) {
        return trusting(call, known -> {
            Instant now = clock.instant();
            List<DocumentChange> changes = new ArrayList<>();
            changes.add(token);
            known.documents().all(DocumentKind.JOIN_TOKEN).stream()
                    .filter(old -> TokenDocument.read(old)
                            .filter(read -> now.isBefore(read.expires()))
                            .isEmpty())
                    .limit(MOST_SWEPT)
                    .forEach(old -> changes.add(new DocumentChange.Remove(old.id(), old.revision())));
            return commit(call, changes, () -> answer, attempt, () -> keep(call, token, answer, attempt + 1));
        });
    }

    private CompletionStage<HttpResponse> show(Call call, DocumentId id, Optional<Document> key) {
        if (key.isEmpty()) {
            return Answers.now(
                    Answers.problem(call, Problem.Type.UNKNOWN_NODE, "No key is known of node \"" + id.name() + "\""));
        }
        return Answers.now(Answers.read(
                call,
                shown(id, NodeKey.read(key.get())),
                OptionalLong.of(key.get().revision())));
    }

    private CompletionStage<HttpResponse> approve(Call call, DocumentId id, int attempt) {
        return trusting(call, known -> approve(call, known, id, attempt));
    }

    private CompletionStage<HttpResponse> approve(Call call, SchedulerTrust known, DocumentId id, int attempt) {
        Optional<Document> document = known.documents().find(id);
        Optional<NodeKey.Pending> pending = document.map(NodeKey::read).flatMap(NodeKey::pending);
        if (pending.isEmpty()) {
            return conflict(call, "no-key-waits", "No key of " + id.name() + " waits for an approval");
        }
        String waits =
                "The key " + pending.get().key() + " from " + pending.get().from() + " waits since "
                        + pending.get().since() + ", for " + pending.get().why();
        Optional<String> named = call.parameter("key");
        if (named.isEmpty()) {
            return conflict(call, "key-not-named", waits + ": look whether it is that machine's, and name it (key)");
        }
        Pin pin;
        try {
            pin = Pin.parse(named.get());
        } catch (IllegalArgumentException e) {
            return Answers.now(Answers.invalid(
                    call,
                    List.of(new FieldError("?key", '"' + Shortened.of(named.get()) + '"', "sha256: and 64 digits"))));
        }
        Instant until = clock.instant().plus(known.joining().approvalTtl());
        return NodeTrust.approved(id, document, pin, until, call.caller().name())
                .map(change -> commit(
                        call, List.of(change), () -> shown(id, change), attempt, () -> approve(call, id, attempt + 1)))
                .orElseGet(() -> conflict(call, "another-key-waits", waits));
    }

    private CompletionStage<HttpResponse> revoke(Call call, DocumentId id, int attempt) {
        return trusting(call, known -> {
            DocumentChange change = NodeTrust.revoked(id, known.documents().find(id));
            return commit(call, List.of(change), () -> shown(id, change), attempt, () -> revoke(call, id, attempt + 1));
        });
    }

    private static CompletionStage<HttpResponse> conflict(Call call, String type, String detail) {
        return Answers.now(Answers.problem(Problem.of(type, "It cannot be done as things stand", 409, detail)
                .withRequestId(call.requestId())));
    }

    private CompletionStage<HttpResponse> withKey(
            Call call,
            SchedulerTrust known,
            BiFunction<DocumentId, Optional<Document>, CompletionStage<HttpResponse>> then) {
        Optional<DocumentId> id =
                Names.isDnsName(call.variable()) ? NodeKey.id(NodeId.of(call.variable())) : Optional.empty();
        if (id.isEmpty()) {
            return Answers.now(Answers.problem(Replies.problem(new Reply.NotFound<>("node", call.variable()))
                    .withRequestId(call.requestId())));
        }
        call.exchange().audit().on(NodeId.of(call.variable()));
        return then.apply(id.get(), known.documents().find(id.get()));
    }

    /** @param again decides anew, where what was read has changed meanwhile: an agent asks and renews when it likes */
    private CompletionStage<HttpResponse> commit(
            Call call,
            List<DocumentChange> changes,
            Supplier<ObjectNode> answer,
            int attempt,
            Supplier<CompletionStage<HttpResponse>> again) {
        return scheduler.<Reply<List<Document>>, HttpResponse>askThen(
                replyTo -> new SchedulerProtocol.ChangeDocuments(changes, replyTo),
                reply -> reply instanceof Reply.PreconditionFailed<?> && attempt < MOST_ATTEMPTS
                        ? again.get()
                        : Answers.now(Replies.answer(call, reply, done -> Answers.json(answer.get()))));
    }

    private static ObjectNode shown(DocumentId id, DocumentChange change) {
        return shown(id, NodeKey.read(new Document(id, ((DocumentChange.Put) change).text(), 1)));
    }

    private static ObjectNode shown(DocumentId id, NodeKey key) {
        ObjectNode json = Json.MAPPER.createObjectNode().put("node", id.name());
        key.key().ifPresent(pin -> json.put("key", pin.toString()));
        json.put("revocation", key.revocation()).put("revoked", key.revoked());
        key.until().ifPresent(until -> json.put("certificateUntil", until.toString()));
        key.pending()
                .ifPresent(pending -> json.putObject("pending")
                        .put("key", pending.key().toString())
                        .put("since", pending.since().toString())
                        .put("from", pending.from())
                        .put("why", pending.why()));
        key.approved()
                .ifPresent(approved -> json.putObject("approved")
                        .put("key", approved.key().toString())
                        .put("until", approved.until().toString())
                        .put("by", approved.by()));
        return json;
    }
}
