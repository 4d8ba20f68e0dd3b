package dev.persys.http.scheduler;

import akka.http.javadsl.model.HttpResponse;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.persys.api.FieldError;
import dev.persys.api.Json;
import dev.persys.api.KeptSecret;
import dev.persys.api.Parsed;
import dev.persys.api.Paths;
import dev.persys.api.Problem;
import dev.persys.api.SecretRequest;
import dev.persys.http.Shortened;
import dev.persys.http.auth.Access.Role;
import dev.persys.http.server.Answers;
import dev.persys.http.server.Asking;
import dev.persys.http.server.Call;
import dev.persys.http.server.Endpoint;
import dev.persys.model.Document;
import dev.persys.model.DocumentChange;
import dev.persys.model.DocumentId;
import dev.persys.model.DocumentKind;
import dev.persys.model.Workload;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol;
import dev.persys.secrets.Opened;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** To set secrets, to see which there are and who uses them, and to remove them. No route answers with a value. */
final class SecretRoutes {
    /** How often a change is decided again where another one was quicker. */
    private static final int ATTEMPTS = 5;

    /** So many are sealed anew in one commit. */
    private static final int BATCH = 20;

    private static final String KIND = DocumentKind.SECRET.word();

    private final Asking<SchedulerProtocol.Command> scheduler;
    private final Optional<SchedulerSecrets> secrets;
    private final SecretUsers users;
    private final int pageSize;
    private final InstantSource clock;

    /**
     * Of one scheduler.
     *
     * @param secrets absent where it keeps none
     */
    SecretRoutes(
            Asking<SchedulerProtocol.Command> scheduler,
            Optional<SchedulerSecrets> secrets,
            int pageSize,
            InstantSource clock) {
        this.scheduler = scheduler;
        this.secrets = secrets;
        this.users = new SecretUsers(scheduler);
        this.pageSize = pageSize;
        this.clock = clock;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.get(
                        Paths.SECRETS, Role.VIEWER, Set.of("limit", "continue"), call -> withSecrets(call, this::list)),
                Endpoint.put(Paths.SECRET, Role.OPERATOR, Set.of(), call -> named(call, this::set)),
                Endpoint.delete(Paths.SECRET, Role.OPERATOR, Set.of("force"), call -> named(call, this::remove)),
                Endpoint.act(Paths.SECRETS_RESEAL, Role.OPERATOR, call -> withSecrets(call, this::reseal)));
    }

    private interface Handling {
        CompletionStage<HttpResponse> of(Call call, SchedulerSecrets secrets);
    }

    private CompletionStage<HttpResponse> withSecrets(Call call, Handling then) {
        if (secrets.isEmpty() || !secrets.get().documents().areKnown()) {
            return Answers.now(Answers.problem(
                    call,
                    Problem.Type.UNAVAILABLE,
                    "The secrets are not known here at the moment: send it again soon"));
        }
        return then.of(call, secrets.get());
    }

    private CompletionStage<HttpResponse> named(Call call, Handling then) {
        if (!DocumentId.isName(call.variable())) {
            return Answers.now(Answers.invalid(
                    call,
                    List.of(new FieldError(
                            "path", '"' + Shortened.of(call.variable()) + '"', SecretRequest.NAME_WORDS))));
        }
        call.exchange().audit().detail("secret " + call.variable());
        return withSecrets(call, then);
    }

    private CompletionStage<HttpResponse> list(Call call, SchedulerSecrets known) {
        return call.limit(pageSize)
                .fold(
                        limit -> users.all()
                                .thenApply(reply -> Replies.answer(
                                        call,
                                        reply,
                                        workloads -> Answers.read(
                                                call, page(call, known, workloads, limit), OptionalLong.empty()))),
                        errors -> Answers.now(Answers.invalid(call, errors)));
    }

    private static ObjectNode page(Call call, SchedulerSecrets known, List<Workload> workloads, int limit) {
        String after = call.parameter("continue").orElse("");
        List<Document> behind = known.documents().all(DocumentKind.SECRET).stream()
                .filter(document -> document.name().compareTo(after) > 0)
                .toList();
        ObjectNode json = Json.MAPPER.createObjectNode();
        ArrayNode items = json.putArray("secrets");
        behind.stream().limit(limit).forEach(document -> items.add(shown(known, document, workloads)));
        if (behind.size() > limit) {
            json.put("continue", behind.get(limit - 1).name());
        }
        return json;
    }

    private static ObjectNode shown(SchedulerSecrets known, Document document, List<Workload> workloads) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("name", document.name());
        json.put("revision", document.revision());
        Optional<KeptSecret> secret = KeptSecret.of(document);
        secret.ifPresent(kept -> put(json, kept));
        boolean opens = secret.filter(
                        kept -> known.keys().open(KIND, document.name(), kept.sealed()) instanceof Opened.Value)
                .isPresent();
        json.put("usable", opens);
        json.set("workloads", workloads(SecretUsers.of(workloads, document.name()), document.name(), secret));
        return json;
    }

    private static void put(ObjectNode json, KeptSecret kept) {
        json.put("version", kept.version());
        json.put("createdAt", kept.createdAt().toString());
        json.put("updatedAt", kept.updatedAt().toString());
    }

    private static ArrayNode workloads(List<Workload> users, String name, Optional<KeptSecret> secret) {
        ArrayNode json = Json.MAPPER.createArrayNode();
        for (Workload workload : users) {
            ObjectNode entry = json.addObject();
            entry.put("id", workload.id().value());
            entry.put("name", workload.spec().name());
            Optional<Long> version = SecretUsers.version(workload, name);
            version.ifPresent(given -> entry.put("version", given));
            entry.put("outdated", version.filter(given -> isOld(given, secret)).isPresent());
        }
        return json;
    }

    private static boolean isOld(long given, Optional<KeptSecret> secret) {
        return secret.filter(kept -> kept.version() != given).isPresent();
    }

    private CompletionStage<HttpResponse> set(Call call, SchedulerSecrets known) {
        List<FieldError> errors = new ArrayList<>();
        Optional<Long> expected = call.ifRevision().orElse(Optional.empty(), errors);
        boolean onlyNew = call.ifNone().orElse(false, errors);
        Parsed<String> parsed = SecretRequest.parse(call.body());
        if (parsed instanceof Parsed.Valid<String> value && errors.isEmpty()) {
            byte[] bytes = value.value().getBytes(StandardCharsets.UTF_8);
            return withUsers(call, workloads -> set(call, known, bytes, expected, onlyNew, workloads, 1));
        }
        parsed.fold(text -> true, errors::addAll);
        return Answers.now(Answers.invalid(call, errors));
    }

    private CompletionStage<HttpResponse> set(
            Call call,
            SchedulerSecrets known,
            byte[] value,
            Optional<Long> expected,
            boolean onlyNew,
            List<Workload> workloads,
            int attempt) {
        String name = call.variable();
        Optional<Document> found = known.documents().find(SchedulerSecrets.id(name));
        long revision = found.map(Document::revision).orElse(DocumentChange.ABSENT);
        boolean isOther = expected.filter(wanted -> wanted != revision).isPresent();
        if (isOther || (onlyNew && found.isPresent())) {
            return Answers.now(Replies.answer(call, new Reply.PreconditionFailed<KeptSecret>(revision), kept -> null));
        }
        KeptSecret next = next(
                found.flatMap(KeptSecret::of),
                SecretUsers.of(workloads, name).stream()
                        .flatMap(workload -> SecretUsers.version(workload, name).stream())
                        .mapToLong(Long::longValue)
                        .max(),
                known.keys().seal(KIND, name, value),
                clock.instant());
        DocumentChange change = new DocumentChange.Put(SchedulerSecrets.id(name), next.write(), revision);
        return scheduler.<Reply<List<Document>>, HttpResponse>askThen(
                replyTo -> new SchedulerProtocol.ChangeDocuments(List.of(change), replyTo),
                reply -> reply instanceof Reply.PreconditionFailed<?> && attempt < ATTEMPTS
                        ? set(call, known, value, expected, onlyNew, workloads, attempt + 1)
                        : Answers.now(Replies.answer(
                                call,
                                reply,
                                put -> Answers.json(
                                        answer(name, next, put.get(0).revision(), workloads)))));
    }

    /** The secret with another value. */
    static KeptSecret next(Optional<KeptSecret> before, OptionalLong given, String sealed, Instant now) {
        Instant at = now.truncatedTo(ChronoUnit.MILLIS);
        long last = Math.max(before.map(KeptSecret::version).orElse(0L), given.orElse(0));
        return new KeptSecret(
                last + 1, sealed, before.map(KeptSecret::createdAt).orElse(at), at);
    }

    private static ObjectNode answer(String name, KeptSecret kept, long revision, List<Workload> workloads) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("name", name);
        json.put("revision", revision);
        put(json, kept);
        json.put("usable", true);
        json.set("workloads", workloads(SecretUsers.of(workloads, name), name, Optional.of(kept)));
        return json;
    }

    private CompletionStage<HttpResponse> remove(Call call, SchedulerSecrets known) {
        List<FieldError> errors = new ArrayList<>();
        Optional<Long> expected = call.ifRevision().orElse(Optional.empty(), errors);
        boolean force = call.flag("force").orElse(false, errors);
        return errors.isEmpty()
                ? withUsers(call, workloads -> remove(call, known, expected, force, workloads, 1))
                : Answers.now(Answers.invalid(call, errors));
    }

    private CompletionStage<HttpResponse> remove(
            Call call,
            SchedulerSecrets known,
            Optional<Long> expected,
            boolean force,
            List<Workload> workloads,
            int attempt) {
        String name = call.variable();
        Optional<Document> found = known.documents().find(SchedulerSecrets.id(name));
        List<Workload> using = SecretUsers.of(workloads, name);
        if (found.isEmpty()) {
            return Answers.now(Answers.problem(
                    call, Problem.Type.UNKNOWN_SECRET, "There is no secret \"" + name + "\": GET /secrets lists them"));
        } else if (expected.filter(wanted -> wanted != found.get().revision()).isPresent()) {
            return Answers.now(Replies.answer(
                    call, new Reply.PreconditionFailed<KeptSecret>(found.get().revision()), kept -> null));
        } else if (!using.isEmpty() && !force) {
            return Answers.now(Answers.problem(inUse(name, using).withRequestId(call.requestId())));
        }
        DocumentChange change =
                new DocumentChange.Remove(SchedulerSecrets.id(name), found.get().revision());
        return scheduler.<Reply<List<Document>>, HttpResponse>askThen(
                replyTo -> new SchedulerProtocol.ChangeDocuments(List.of(change), replyTo),
                reply -> reply instanceof Reply.PreconditionFailed<?> && attempt < ATTEMPTS
                        ? remove(call, known, expected, force, workloads, attempt + 1)
                        : Answers.now(Replies.answer(
                                call,
                                reply,
                                done -> Answers.json(
                                        Json.MAPPER.createObjectNode().put("name", name)))));
    }

    private static Problem inUse(String name, List<Workload> using) {
        return Problem.of(
                        Problem.Type.SECRET_IN_USE,
                        "Secret " + name + " is given to " + using.size()
                                + (using.size() == 1 ? " workload" : " workloads")
                                + ", and nothing was removed: change or remove those first; with force=true their next"
                                + " start waits until there is such a secret again")
                .withCandidates(Replies.candidates(using.stream()
                        .limit(Reply.Ambiguous.MAX_CANDIDATES)
                        .map(Reply.Candidate::of)
                        .toList()));
    }

    private CompletionStage<HttpResponse> reseal(Call call, SchedulerSecrets known) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("key", known.keys().currentId());
        json.put("resealed", 0);
        ArrayNode unusable = json.putArray("unusable");
        List<DocumentChange> changes = new ArrayList<>();
        for (Document document : known.documents().all(DocumentKind.SECRET)) {
            Optional<KeptSecret> kept = KeptSecret.of(document);
            if (kept.filter(secret -> known.keys().isCurrent(secret.sealed())).isPresent()) {
                continue;
            }
            resealed(known, document, kept).ifPresentOrElse(changes::add, () -> unusable.add(document.name()));
        }
        return write(call, changes, json);
    }

    private static Optional<DocumentChange> resealed(
            SchedulerSecrets known, Document document, Optional<KeptSecret> kept) {
        return kept.flatMap(secret ->
                known.keys().open(KIND, document.name(), secret.sealed()) instanceof Opened.Value value
                        ? Optional.of(new DocumentChange.Put(
                                document.id(),
                                secret.resealed(known.keys().seal(KIND, document.name(), value.bytes()))
                                        .write(),
                                document.revision()))
                        : Optional.empty());
    }

    /** One part after the other; one that has changed meanwhile ends it, and to ask again goes on. */
    private CompletionStage<HttpResponse> write(Call call, List<DocumentChange> changes, ObjectNode json) {
        if (changes.isEmpty()) {
            return Answers.now(Answers.json(json));
        }
        List<DocumentChange> part = changes.subList(0, Math.min(BATCH, changes.size()));
        return scheduler.<Reply<List<Document>>, HttpResponse>askThen(
                replyTo -> new SchedulerProtocol.ChangeDocuments(part, replyTo), reply -> {
                    if (!(reply instanceof Reply.Ok<?>)) {
                        return Answers.now(Replies.answer(call, reply, put -> null));
                    }
                    json.put("resealed", json.path("resealed").intValue() + part.size());
                    return write(call, changes.subList(part.size(), changes.size()), json);
                });
    }

    private CompletionStage<HttpResponse> withUsers(
            Call call, Function<List<Workload>, CompletionStage<HttpResponse>> then) {
        return users.all()
                .thenCompose(reply -> reply instanceof Reply.Ok<List<Workload>> found
                        ? then.apply(found.value())
                        : Answers.now(Replies.answer(call, reply, workloads -> null)));
    }
}
