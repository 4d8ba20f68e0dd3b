package dev.persys.cli.client;

import dev.persys.api.Problem;
import dev.persys.protocol.Reply;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a problem is called at a command line. The scheduler tells of requests, headers and paths; whoever typed a verb
 * has options and other verbs. What is not here is told in the scheduler's words.
 */
final class CliWords {
    /** What happened, and what may be done about it. */
    record Told(String sentence, Optional<String> next) {
        private static Told of(String sentence, String next) {
            return new Told(sentence, Optional.of(next));
        }
    }

    private static final Map<String, String> OPTIONS = Map.of(
            "Last-Event-ID", "--since-id",
            "?after", "--since-id",
            "Idempotency-Key", "--idempotency-key");

    private CliWords() {}

    /**
     * In the words of the command line; empty where the scheduler's do as well.
     *
     * @param subject what the request was about: the name or id of a workload or node, as it was typed
     */
    static Optional<Told> of(Problem problem, Optional<String> subject) {
        Optional<Problem.Type> type = type(problem.type());
        if (type.isEmpty()) {
            return idempotencyKeyReused(problem).or(() -> nothingToUndo(problem, subject));
        }
        String what = subject.map(name -> " " + name).orElse("");
        return switch (type.get()) {
            case UNKNOWN_WORKLOAD ->
                Optional.of(Told.of(
                        "there is no workload" + what + ": none has that name, or an id that begins so",
                        "persys ps -a lists the workloads."));
            case UNKNOWN_NODE -> Optional.of(Told.of("there is no node" + what, "persys nodes lists the nodes."));
            case UNKNOWN_TOKEN -> Optional.of(Told.of("there is no such token", "persys token ls lists the tokens."));
            case UNKNOWN_USER -> Optional.of(Told.of("there is no such user", "persys user ls lists the users."));
            case AMBIGUOUS_TOKEN ->
                Optional.of(Told.of(
                        "that fits several tokens", "Use an id of persys token ls, or more of its characters."));
            case SIGN_IN_FAILED ->
                Optional.of(Told.of(
                        "the user or the password is wrong",
                        "Who has forgotten a password asks an admin, who sets another with persys user passwd."));
            case CREDENTIAL_GONE ->
                Optional.of(Told.of(
                        problem.detail(),
                        "persys login signs in again; persys token create makes a token for a program."));
            case NO_PREVIOUS_OUTPUT ->
                Optional.of(Told.of(
                        "nothing is kept of what" + what
                                + " printed before its present run: it is its first, or what was there went with"
                                + " another node",
                        "persys logs" + what + " without -p shows the output of the present run."));
            case AMBIGUOUS_NAME ->
                Optional.of(Told.of(
                        subject.orElse("that") + " fits " + count(problem.candidates()) + " workloads",
                        "Use an id, or as much of its beginning as is unique."));
            case PRECONDITION_FAILED -> nameTaken(problem.candidates());
            case EVENTS_GONE ->
                Optional.of(Told.of(
                        "what happened behind that event is no longer kept",
                        "persys events without --since-id shows all that is kept; persys ps -a, how things are."));
            case TIMEOUT ->
                Optional.of(Told.of(
                        "the scheduler had no answer in time, and whether it did what was asked is not known",
                        "persys ps -a shows how things are."));
            default -> Optional.empty();
        };
    }

    /** What the scheduler names as a parameter or header, as the option that it was made from. */
    static String option(String pointer) {
        if (pointer.startsWith("?") && !OPTIONS.containsKey(pointer)) {
            return "--" + pointer.substring(1).replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
        }
        return OPTIONS.getOrDefault(pointer, pointer);
    }

    /** Where there are many, some are shown, and how many there are is said in a sentence alone. */
    private static String count(List<Problem.Candidate> fitting) {
        return fitting.size() < Reply.Ambiguous.MAX_CANDIDATES
                ? Integer.toString(fitting.size())
                : fitting.size() + " or more";
    }

    private static Optional<Told> nameTaken(List<Problem.Candidate> holders) {
        return holders.stream()
                .findFirst()
                .map(holder -> Told.of(
                        "there is a workload of the name " + holder.name() + " already, and nothing was made",
                        "Take another name; or persys run --replace and persys apply change that one, and persys rm "
                                + holder.name() + " removes it."));
    }

    private static Optional<Told> idempotencyKeyReused(Problem problem) {
        return problem.type().equals("idempotency-key-reused")
                ? Optional.of(Told.of(
                        "the key of --idempotency-key has made a workload of another specification already",
                        "Use a new key, or none."))
                : Optional.empty();
    }

    private static Optional<Told> nothingToUndo(Problem problem, Optional<String> subject) {
        return problem.type().equals("nothing-to-undo")
                ? Optional.of(Told.of(
                        problem.detail(),
                        "persys specs" + subject.map(name -> " " + name).orElse(" WORKLOAD")
                                + " shows what is kept; persys apply -f FILE changes it to anything else."))
                : Optional.empty();
    }

    private static Optional<Problem.Type> type(String word) {
        for (Problem.Type type : Problem.Type.values()) {
            if (type.word().equals(word)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}
