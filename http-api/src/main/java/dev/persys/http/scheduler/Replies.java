package dev.persys.http.scheduler;

import akka.http.javadsl.model.HttpResponse;
import dev.persys.api.DurationText;
import dev.persys.api.FieldError;
import dev.persys.api.NodeView;
import dev.persys.api.Problem;
import dev.persys.api.RegisterResponse;
import dev.persys.api.WorkloadView;
import dev.persys.http.Shortened;
import dev.persys.http.server.Answers;
import dev.persys.http.server.AuditNote;
import dev.persys.http.server.Call;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol;
import dev.persys.store.StoreTrouble;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What each of the scheduler's answers looks like. */
public final class Replies {
    /** What a list that does not know where to go on answers with. */
    private static final String BAD_CONTINUE = "bad-continue";

    private Replies() {}

    public static <T> HttpResponse answer(Call call, Reply<T> reply, Function<T, HttpResponse> ok) {
        if (reply instanceof Reply.Ok<T> done) {
            note(call.exchange().audit(), done.value());
            return ok.apply(done.value());
        }
        if (reply instanceof Reply.Conflict<?> conflict && conflict.type().equals(BAD_CONTINUE)) {
            return Answers.invalid(
                    call,
                    List.of(new FieldError(
                            "?continue",
                            '"' + Shortened.of(call.parameter("continue").orElse("")) + '"',
                            "what the page before gave; start again without it")));
        }
        return Answers.problem(problem(reply).withRequestId(call.requestId()));
    }

    /** What a name or the beginning of an id meant is for the audit log to say. */
    private static void note(AuditNote audit, Object value) {
        if (value instanceof WorkloadView view) {
            audit.on(view.workload());
        } else if (value instanceof SchedulerProtocol.Accepted accepted) {
            audit.on(accepted.workload().workload());
        } else if (value instanceof NodeView view) {
            audit.on(view.node());
        } else if (value instanceof RegisterResponse registered) {
            audit.on(registered.nodeId());
        }
    }

    /** The problem that a reply other than {@link Reply.Ok} is. */
    public static Problem problem(Reply<?> reply) {
        if (reply instanceof Reply.NotFound<?> absent) {
            return notFound(absent);
        }
        if (reply instanceof Reply.Ambiguous<?> ambiguous) {
            return ambiguous(ambiguous);
        }
        if (reply instanceof Reply.NameTaken<?> taken) {
            return Problem.of(
                            Problem.Type.PRECONDITION_FAILED,
                            "There is a workload of the name \""
                                    + taken.holder().name() + "\" already, "
                                    + taken.holder().id()
                                    + ", and nothing was made: remove it first, take another name,"
                                    + " or send the request without If-None-Match")
                    .withCandidates(candidates(List.of(taken.holder())));
        }
        if (reply instanceof Reply.PreconditionFailed<?> failed) {
            return Problem.of(
                    Problem.Type.PRECONDITION_FAILED,
                    "It stands at revision " + failed.currentRevision()
                            + " and nothing was changed: look at it with GET and decide again");
        }
        if (reply instanceof Reply.Conflict<?> conflict) {
            return Problem.of(conflict.type(), "It cannot be done as things stand", 409, conflict.detail());
        }
        if (reply instanceof Reply.Unavailable<?> unavailable) {
            return unavailable(unavailable);
        }
        throw new IllegalArgumentException("an answer that is no problem: " + reply.getClass());
    }

    private static Problem unavailable(Reply.Unavailable<?> unavailable) {
        Optional<StoreTrouble.Kind> trouble = unavailable.trouble().map(StoreTrouble::kind);
        if (trouble.isEmpty()) {
            return Problem.of(Problem.Type.UNAVAILABLE, unavailable.detail() + ": send it again in a moment");
        }
        return Problem.of(
                trouble.get() == StoreTrouble.Kind.FULL ? Problem.Type.STORE_FULL : Problem.Type.UNAVAILABLE,
                unavailable.detail());
    }

    private static Problem ambiguous(Reply.Ambiguous<?> ambiguous) {
        int shown = ambiguous.candidates().size();
        String rest = ambiguous.fitting() > shown ? " (" + shown + " are shown)" : "";
        return Problem.of(
                        Problem.Type.AMBIGUOUS_NAME,
                        "\"" + ambiguous.reference() + "\" fits " + ambiguous.fitting() + " workloads" + rest
                                + ": use one of the ids in candidates, or more of its characters")
                .withCandidates(candidates(ambiguous.candidates()));
    }

    static List<Problem.Candidate> candidates(List<Reply.Candidate> workloads) {
        Instant now = Instant.now();
        return workloads.stream()
                .map(one -> new Problem.Candidate(
                        one.id().value(),
                        one.name(),
                        one.status().text(),
                        one.createdAt(),
                        DurationText.format(Duration.ofSeconds(Math.max(
                                0, Duration.between(one.createdAt(), now).toSeconds())))))
                .toList();
    }

    private static Problem notFound(Reply.NotFound<?> absent) {
        String shown = Shortened.of(absent.reference());
        return absent.kind().equals("node")
                ? Problem.of(
                        Problem.Type.UNKNOWN_NODE,
                        "No node is called \"" + shown + "\": GET /nodes lists them, and an agent registers again")
                : Problem.of(
                        Problem.Type.UNKNOWN_WORKLOAD,
                        "No workload has the name, the id or an id that starts with \"" + shown
                                + "\": GET /workloads lists them");
    }
}
