package dev.persys.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.api.FieldError;
import dev.persys.api.Problem;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The scheduler answered, and said no. */
public final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int LONGEST_FOREIGN_TEXT = 300;
    private static final int FORBIDDEN = 403;

    private final transient Problem problem;
    private final transient Optional<Duration> retryAfter;
    private final transient Address address;
    private final transient Optional<CliWords.Told> told;
    private final transient Function<FieldError, FieldError> fields;

    /** @param subject of the request: the name or id of a workload or node, as it was typed */
    Refusal(Problem problem, Optional<Duration> retryAfter, Address address, Optional<String> subject) {
        this(problem, retryAfter, address, CliWords.of(problem, subject), Function.identity());
    }

    private Refusal(
            Problem problem,
            Optional<Duration> retryAfter,
            Address address,
            Optional<CliWords.Told> told,
            Function<FieldError, FieldError> fields) {
        super(problem.detail(), null, false, false);
        this.problem = problem;
        this.retryAfter = retryAfter;
        this.address = address;
        this.told = told;
        this.fields = fields;
    }

    /** The same, of whose fields a person is told in other words. */
    public Refusal with(Function<FieldError, FieldError> words) {
        return new Refusal(problem, retryAfter, address, told, words);
    }

    public Problem problem() {
        return problem;
    }

    /** When the scheduler wants to be asked again, where it said so and a person is not wanted first. */
    Optional<Duration> retryAfter() {
        boolean isForPeople = problem.type().equals(Problem.Type.STORE_FULL.word())
                || problem.type().equals(Problem.Type.AUDIT_UNAVAILABLE.word());
        return isForPeople ? Optional.empty() : retryAfter;
    }

    /** Whether the scheduler was too full to begin with the request. */
    boolean isBusy() {
        return problem.type().equals(Problem.Type.BUSY.word());
    }

    /** In words for the one who typed the verb. */
    public Failure failure() {
        return new Failure(exitCode(problem.status()), sentence(), lines());
    }

    /** What a problem with this HTTP status makes the process exit with. */
    static ExitCode exitCode(int status) {
        return switch (status) {
            case 400, 405, 406, 411, 413, 414, 415, 422, 431 -> ExitCode.USAGE;
            case 401, FORBIDDEN -> ExitCode.UNAUTHORIZED;
            case 404 -> ExitCode.NOT_FOUND;
            case 409, 410, 412, 423, 428, 429 -> ExitCode.REFUSED;
            case 408, 502, 503, 504 -> ExitCode.UNREACHABLE;
            default -> ExitCode.FAILED;
        };
    }

    static Problem problem(int status, JsonNode json) {
        List<FieldError> errors = new ArrayList<>();
        for (JsonNode error : json.path("errors")) {
            errors.add(new FieldError(
                    text(error.path("pointer")), text(error.path("found")), text(error.path("allowed"))));
        }
        List<Problem.Candidate> candidates = new ArrayList<>();
        json.path("candidates").forEach(candidate -> candidates.add(candidate(candidate)));
        return new Problem(
                text(json.path("type")),
                text(json.path("title")),
                status,
                text(json.path("detail")),
                errors,
                candidates,
                Optional.empty());
    }

    private static Problem.Candidate candidate(JsonNode json) {
        return json.isObject()
                ? new Problem.Candidate(
                        text(json.path("id")),
                        text(json.path("name")),
                        text(json.path("status")),
                        Instant.EPOCH,
                        text(json.path("age")))
                : Problem.Candidate.of(text(json));
    }

    /** The answer of some other server, such as a proxy. */
    static Problem foreign(int status, String body) {
        String text = body.strip();
        String detail = text.length() > LONGEST_FOREIGN_TEXT ? text.substring(0, LONGEST_FOREIGN_TEXT) + "..." : text;
        return new Problem("", "", status, detail, List.of(), List.of(), Optional.empty());
    }

    private String sentence() {
        if (told.isPresent()) {
            return told.get().sentence();
        } else if (!problem.errors().isEmpty() && !problem.title().isEmpty()) {
            return problem.title(); // Its detail repeats the first field.
        } else if (!problem.detail().isEmpty()) {
            return problem.detail();
        }
        return problem.title().isEmpty() ? "the scheduler answered with status " + problem.status() : problem.title();
    }

    private List<String> lines() {
        List<String> lines = fieldLines(problem.errors().stream().map(fields).toList());
        for (Problem.Candidate candidate : problem.candidates()) {
            String age = candidate.age().isEmpty() ? "" : ", " + candidate.age() + " old";
            lines.add(
                    ("  " + candidate.id() + " " + candidate.name() + " " + candidate.status()).stripTrailing() + age);
        }
        next().ifPresent(lines::add);
        return lines;
    }

    /** One line for every field that is wrong. */
    public static List<String> fieldLines(List<FieldError> errors) {
        List<String> lines = new ArrayList<>();
        for (FieldError error : errors) {
            String field = error.pointer().isEmpty() ? "the whole" : CliWords.option(error.pointer());
            lines.add("  " + field + " is " + error.found() + "; allowed is " + error.allowed());
        }
        return lines;
    }

    private String credentials() {
        if (address.credentials().isPresent()) {
            return "The certificate that was shown is "
                    + address.credentials().get().certificate() + "; --certificate, --key and --roots name another.";
        }
        if (problem.status() == FORBIDDEN) {
            return "Ask somebody who may, or show another token or session: persys whoami says whose this one is.";
        }
        return address.token().isPresent()
                ? "The token that was sent is not this cluster's: check --token-file and PERSYS_TOKEN."
                : "Give a token with --token-file or PERSYS_TOKEN.";
    }

    private Optional<String> next() {
        if (told.isPresent()) {
            return told.get().next();
        }
        String next = switch (exitCode(problem.status())) {
            case UNAUTHORIZED -> credentials();
            case UNREACHABLE ->
                isBusy() && retryAfter.isPresent()
                        ? "It was asked again for a while; try later, or ask it for less at a time."
                        : address.ofDevelopmentCluster() ? "Try again; persys dev status says more." : "";
            default -> "";
        };
        return Optional.of(next).filter(text -> !text.isEmpty());
    }

    private static String text(JsonNode node) {
        if (node.isMissingNode() || node.isNull()) {
            return "";
        }
        return node.isValueNode() ? node.asText() : JsonText.write(node);
    }
}
