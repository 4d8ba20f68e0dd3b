package dev.persys.http.server;

import akka.http.javadsl.model.HttpResponse;
import dev.persys.api.Problem;
import dev.persys.model.WorkloadId;
import dev.persys.protocol.Reply;
import java.util.function.Function;

/** What each of the scheduler's answers looks like. */
public final class Replies {
    private Replies() {}

    public static <T> HttpResponse answer(Call call, Reply<T> reply, Function<T, HttpResponse> ok) {
        if (reply instanceof Reply.Ok<T> done) {
            return ok.apply(done.value());
        }
        return Answers.problem(problem(reply).withRequestId(call.requestId()));
    }

    /** The problem that a reply other than {@link Reply.Ok} is. */
    public static Problem problem(Reply<?> reply) {
        if (reply instanceof Reply.NotFound<?> absent) {
            return notFound(absent);
        }
        if (reply instanceof Reply.Ambiguous<?> ambiguous) {
            return Problem.of(
                            Problem.Type.AMBIGUOUS_NAME,
                            "\"" + ambiguous.reference() + "\" fits "
                                    + ambiguous.candidates().size()
                                    + " workloads: use one of the ids in candidates, or more of its characters")
                    .withCandidates(ambiguous.candidates().stream()
                            .map(WorkloadId::value)
                            .toList());
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
            return Problem.of(Problem.Type.UNAVAILABLE, unavailable.detail() + ": send it again in a moment");
        }
        throw new IllegalArgumentException("an answer that is no problem: " + reply.getClass());
    }

    private static Problem notFound(Reply.NotFound<?> absent) {
        String shown = FieldErrorText.shortened(absent.reference());
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
