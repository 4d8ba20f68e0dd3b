package dev.persys.http.gateway.auth;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Asks any scheduler, in the gateway's own name. A stage that fails: none answered, and nothing is known. */
@FunctionalInterface
public interface AuthScheduler {
    /** Sends one request; {@code body} is JSON. */
    CompletionStage<Answer> ask(String method, String path, Optional<JsonNode> body);

    /**
     * What was answered.
     *
     * @param body as it came; JSON, in answers of ours
     */
    record Answer(int status, String body) {}
}
