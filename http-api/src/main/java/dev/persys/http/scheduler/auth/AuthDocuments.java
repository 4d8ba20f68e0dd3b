package dev.persys.http.scheduler.auth;

import akka.http.javadsl.model.HttpResponse;
import dev.persys.api.Json;
import dev.persys.api.Problem;
import dev.persys.auth.ApiToken;
import dev.persys.auth.Credentials;
import dev.persys.auth.Session;
import dev.persys.auth.User;
import dev.persys.http.scheduler.Replies;
import dev.persys.http.server.Answers;
import dev.persys.http.server.Asking;
import dev.persys.http.server.Call;
import dev.persys.model.Document;
import dev.persys.model.DocumentChange;
import dev.persys.model.DocumentId;
import dev.persys.model.DocumentKind;
import dev.persys.protocol.Documents;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/** The documents of tokens, users and sessions: read from memory, changed on the condition that they stand as they were read. */
final class AuthDocuments {
    /** So often is decided again, where others change the same at the same time. */
    private static final int ATTEMPTS = 5;

    private final Documents documents;
    private final Asking<SchedulerProtocol.Command> scheduler;

    AuthDocuments(Documents documents, Asking<SchedulerProtocol.Command> scheduler) {
        this.documents = documents;
        this.scheduler = scheduler;
    }

    /** A document and what it says. */
    record Read<T>(T value, long revision) {}

    /** What follows from the documents as they stand. */
    sealed interface Decision {
        /** Nothing is changed. */
        record Answer(HttpResponse response) implements Decision {}

        /** What to write, and what to answer then. */
        record Write(List<DocumentChange> changes, HttpResponse response) implements Decision {}
    }

    /** What is answered while it is not known who may do what. */
    static HttpResponse notKnown(Call call) {
        return Answers.problem(
                call,
                Problem.Type.UNAVAILABLE,
                "This scheduler does not know at the moment who may do what: send it again in a moment");
    }

    boolean areKnown() {
        return documents.areKnown();
    }

    Optional<Read<ApiToken>> token(String id) {
        return one(DocumentKind.API_TOKEN, id, Credentials::apiToken);
    }

    Optional<Read<User>> user(String name) {
        return one(DocumentKind.USER, name, Credentials::user);
    }

    Optional<Read<Session>> session(String id) {
        return one(DocumentKind.SESSION, id, Credentials::session);
    }

    List<Read<ApiToken>> tokens() {
        return all(DocumentKind.API_TOKEN, Credentials::apiToken);
    }

    List<Read<User>> users() {
        return all(DocumentKind.USER, Credentials::user);
    }

    List<Read<Session>> sessions() {
        return all(DocumentKind.SESSION, Credentials::session);
    }

    /** Puts {@code value} in the place of what stands at {@code revision}. */
    static DocumentChange put(DocumentKind kind, String name, Object value, long revision) {
        return new DocumentChange.Put(new DocumentId(kind, name), Json.write(value), revision);
    }

    static DocumentChange remove(DocumentKind kind, String name, long revision) {
        return new DocumentChange.Remove(new DocumentId(kind, name), revision);
    }

    /** Decides, writes and answers; decides again where something has changed in between. */
    CompletionStage<HttpResponse> decide(Call call, Supplier<Decision> decision) {
        return decide(call, decision, ATTEMPTS);
    }

    private CompletionStage<HttpResponse> decide(Call call, Supplier<Decision> decision, int attempts) {
        if (!documents.areKnown()) {
            return Answers.now(notKnown(call));
        }
        Decision decided = decision.get();
        if (decided instanceof Decision.Answer answer) {
            return Answers.now(answer.response());
        }
        Decision.Write write = (Decision.Write) decided;
        return scheduler.<Reply<List<Document>>, HttpResponse>askThen(
                replyTo -> new SchedulerProtocol.ChangeDocuments(write.changes(), replyTo),
                reply -> reply instanceof Reply.PreconditionFailed<?> && attempts > 1
                        ? decide(call, decision, attempts - 1)
                        : Answers.now(
                                reply instanceof Reply.Ok<?>
                                        ? write.response()
                                        : Answers.problem(Replies.problem(reply).withRequestId(call.requestId()))));
    }

    /** Writes without anybody waiting; what does not succeed is not missed. */
    void write(DocumentChange change) {
        var unused = scheduler.<Reply<List<Document>>, Boolean>ask(
                replyTo -> new SchedulerProtocol.ChangeDocuments(List.of(change), replyTo), Reply.Ok.class::isInstance);
    }

    private <T> Optional<Read<T>> one(DocumentKind kind, String name, Function<Document, Optional<T>> reader) {
        if (!DocumentId.isName(name)) {
            return Optional.empty();
        }
        return documents
                .find(new DocumentId(kind, name))
                .flatMap(document -> reader.apply(document).map(value -> new Read<>(value, document.revision())));
    }

    private <T> List<Read<T>> all(DocumentKind kind, Function<Document, Optional<T>> reader) {
        return documents.all(kind).stream()
                .flatMap(document ->
                        reader.apply(document).map(value -> new Read<>(value, document.revision())).stream())
                .toList();
    }
}
