package dev.persys.api;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.persys.model.Epoch;
import dev.persys.model.Present;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An error as a response body (RFC 9457, {@code application/problem+json}).
 *
 * @param type a stable word for programs, one of {@link Type} or what an actor answered with
 * @param title the type in words
 * @param status the HTTP status
 * @param detail what happened, to what, and what to do next
 * @param errors one entry a field, where the input was bad
 * @param candidates what an ambiguous name or prefix fits, or who has the name; some, where they are many
 * @param requestId of the request that this answers
 * @param epoch the newest that an agent has heard of, where it refuses an order of an older one
 */
public record Problem(
        String type,
        String title,
        int status,
        String detail,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<FieldError> errors,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Candidate> candidates,
        Optional<String> requestId,
        Optional<Epoch> epoch) {

    /** The media type of a problem. */
    public static final String MEDIA_TYPE = "application/problem+json";

    public Problem {
        Present.value(type, "type");
        Present.value(requestId, "requestId");
        Present.value(epoch, "epoch");
        // Others leave these out (RFC 9457, section 3.1), and so do we where there are none.
        title = title == null ? "" : title;
        detail = detail == null ? "" : detail;
        errors = errors == null ? List.of() : Present.list(errors, "errors");
        candidates = candidates == null ? List.of() : Present.list(candidates, "candidates");
    }

    /** One that speaks of no epoch. */
    public Problem(
            String type,
            String title,
            int status,
            String detail,
            List<FieldError> errors,
            List<Candidate> candidates,
            Optional<String> requestId) {
        this(type, title, status, detail, errors, candidates, requestId, Optional.empty());
    }

    /**
     * A workload that may have been meant.
     *
     * @param age since it was created, such as {@code 3h12m5s}
     */
    public record Candidate(String id, String name, String status, Instant createdAt, String age) {
        @JsonCreator
        public Candidate {
            Present.value(id, "id");
            Present.value(name, "name");
            Present.value(status, "status");
            Present.value(createdAt, "createdAt");
            Present.value(age, "age");
        }

        /** As schedulers of before say one. */
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        public static Candidate of(String id) {
            return new Candidate(id, "", "", Instant.EPOCH, "");
        }
    }

    /** The types that do not come from an actor, by their stable words. */
    public enum Type {
        MALFORMED_HTTP("malformed-http", "The request is not HTTP as this server reads it", 400),
        MALFORMED_JSON("malformed-json", "The body is not JSON", 400),
        INVALID_REQUEST("invalid-request", "The request has invalid fields", 400),
        INVALID_PARAMETER("invalid-parameter", "The request has invalid parameters", 400),
        TOKEN_IN_URL("token-in-url", "A token does not belong into a URL", 400),
        UNAUTHENTICATED("unauthenticated", "Credentials are needed", 401),
        SIGN_IN_FAILED("sign-in-failed", "The sign-in failed", 401),
        CREDENTIAL_GONE("credential-gone", "The token or the session is over", 401),
        FORBIDDEN("forbidden", "Not allowed", 403),
        FOREIGN_ORIGIN("foreign-origin", "A page of another site sent it", 403),
        WRONG_IDENTITY("wrong-identity", "Another's certificate is needed", 403),
        CSRF("csrf", "A page of another site could have sent it", 403),
        NODE_REFUSED("node-refused", "The node is not let in", 403),
        UNKNOWN_PATH("unknown-path", "There is no such path", 404),
        UNKNOWN_WORKLOAD("unknown-workload", "There is no such workload", 404),
        UNKNOWN_NODE("unknown-node", "There is no such node", 404),
        UNKNOWN_SECRET("unknown-secret", "There is no such secret", 404),
        UNKNOWN_CONTAINER("unknown-container", "There is no such container", 404),
        UNKNOWN_TOKEN("unknown-token", "There is no such token", 404),
        SIGN_IN_UNAVAILABLE("sign-in-unavailable", "Nobody signs in this way here", 404),
        UNKNOWN_USER("unknown-user", "There is no such user", 404),
        NO_SUCH_PATH("no-such-path", "There is no such path in the container", 404),
        NO_PREVIOUS_OUTPUT("no-previous-output", "There is no earlier output", 404),
        METHOD_NOT_ALLOWED("method-not-allowed", "The path does not have this method", 405),
        REQUEST_TIMEOUT("request-timeout", "The request did not come in time", 408),
        AMBIGUOUS_NAME("ambiguous-name", "The name fits several workloads", 409),
        AMBIGUOUS_TOKEN("ambiguous-token", "The reference fits several tokens", 409),
        NAME_IN_USE("name-in-use", "The name is taken", 409),
        JUST_REFRESHED("just-refreshed", "The session was refreshed a moment ago", 409),
        SECRET_IN_USE("secret-in-use", "Workloads are given it", 409),
        NOT_RUNNING("not-running", "Its container does not run", 409),
        SESSION_REFUSED("session-refused", "There can be no such session in the container", 409),
        LOGS_UNREADABLE("logs-unreadable", "The output cannot be read", 409),
        EVENTS_GONE("events-gone", "These events are no longer kept", 410),
        PRECONDITION_FAILED("precondition-failed", "It has changed since", 412),
        BODY_TOO_LARGE("body-too-large", "The body is too large", 413),
        UNSUPPORTED_MEDIA_TYPE("unsupported-media-type", "The body is not declared as JSON", 415),
        FOREIGN_HOST("foreign-host", "This server has another name", 421),
        UPGRADE_REQUIRED("upgrade-required", "This path speaks WebSocket", 426),
        TOO_MANY_ATTEMPTS("too-many-attempts", "Too many wrong passwords", 429),
        TOO_MANY_REQUESTS("too-many-requests", "Too many requests of one caller", 429),
        TOO_MANY_FAILURES("too-many-failures", "It was wrong too often", 429),
        BUSY("busy", "Too much is waiting", 503),
        UNAVAILABLE("unavailable", "It cannot be answered at the moment", 503),
        STORE_FULL("store-full", "The state store is full", 503),
        AUDIT_UNAVAILABLE("audit-unavailable", "What is done cannot be recorded", 503),
        TIMEOUT("timeout", "No answer came in time", 503),
        INTERNAL_ERROR("internal-error", "Something is broken", 500);

        private final String word;
        private final String title;
        private final int status;

        Type(String word, String title, int status) {
            this.word = word;
            this.title = title;
            this.status = status;
        }

        public String word() {
            return word;
        }

        public String title() {
            return title;
        }

        public int status() {
            return status;
        }
    }

    public static Problem of(Type type, String detail) {
        return new Problem(type.word, type.title, type.status, detail, List.of(), List.of(), Optional.empty());
    }

    /** A problem whose type an actor named. */
    public static Problem of(String type, String title, int status, String detail) {
        return new Problem(type, title, status, detail, List.of(), List.of(), Optional.empty());
    }

    /** A problem that says of each field what is wrong with it. */
    public static Problem invalid(Type type, List<FieldError> errors) {
        String first = errors.isEmpty() ? "" : ": " + describe(errors.get(0));
        String rest = errors.size() > 1 ? "; and " + (errors.size() - 1) + " more, see errors" : "";
        return new Problem(
                type.word,
                type.title,
                type.status,
                "Correct the fields named in errors and send the request again" + first + rest,
                errors,
                List.of(),
                Optional.empty());
    }

    public Problem withCandidates(List<Candidate> workloads) {
        return new Problem(type, title, status, detail, errors, workloads, requestId, epoch);
    }

    public Problem withEpoch(Optional<Epoch> newest) {
        return new Problem(type, title, status, detail, errors, candidates, requestId, newest);
    }

    public Problem withRequestId(String id) {
        return new Problem(type, title, status, detail, errors, candidates, Optional.of(id), epoch);
    }

    private static String describe(FieldError error) {
        String where = error.pointer().isEmpty() ? "the body" : error.pointer();
        return where + " is " + error.found() + ", allowed is " + error.allowed();
    }
}
