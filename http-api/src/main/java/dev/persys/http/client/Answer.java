package dev.persys.http.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.persys.api.Json;
import dev.persys.api.Problem;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * A whole answer.
 *
 * @param problem what a body that is none says in its place
 */
record Answer(String peer, int status, String body, Problem problem) {
    private static final int SHOWN_LENGTH = 200;

    static Answer of(String peer, int status, String body) {
        Problem problem = status < 300
                ? Problem.of("none", "", status, "")
                : readProblem(body)
                        .orElseGet(() -> Problem.of(
                                "http-" + status,
                                "",
                                status,
                                body.length() > SHOWN_LENGTH ? body.substring(0, SHOWN_LENGTH) + "…" : body));
        return new Answer(peer, status, body, problem);
    }

    boolean isOk() {
        return status == 200;
    }

    PeerException unusable() {
        return new PeerException(
                peer, status, problem.detail().isBlank() ? problem.type() : problem.type() + ", " + problem.detail());
    }

    /** The problem in a body; empty where it holds none. An epoch that is none is left out: the rest says enough. */
    private static Optional<Problem> readProblem(String body) {
        return parsed(body).or(() -> parsed(withoutEpoch(body)));
    }

    private static Optional<Problem> parsed(String body) {
        try {
            return Optional.of(Json.read(body, Problem.class)).filter(problem -> problem.type() != null);
        } catch (UncheckedIOException e) {
            return Optional.empty();
        }
    }

    private static String withoutEpoch(String body) {
        try {
            return Json.read(body, JsonNode.class) instanceof ObjectNode object
                    ? object.without("epoch").toString()
                    : body;
        } catch (UncheckedIOException e) {
            return body;
        }
    }
}
