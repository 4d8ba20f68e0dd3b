package dev.persys.agent.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.api.exception.DockerException;
import dev.persys.api.Json;
import dev.persys.runtime.RuntimeFailure;
import dev.persys.runtime.RuntimeFailure.Kind;
import java.io.IOException;
import java.util.regex.Pattern;

/** Docker's errors as ours, with Docker's message and nothing around it. */
final class DockerFailures {
    /** What a registry or Docker says where another attempt cannot help. */
    private static final Pattern FINAL_PULL_ERROR = Pattern.compile(
            "access denied|access to the resource is denied|unauthorized|authentication required|not found|"
                    + "manifest unknown|no matching manifest|invalid reference|no basic auth credentials|"
                    + "incorrect username or password|name unknown|no space left",
            Pattern.CASE_INSENSITIVE);

    private DockerFailures() {}

    static RuntimeFailure of(Throwable failure) {
        if (failure instanceof RuntimeFailure known) {
            return known;
        }
        if (failure instanceof DockerException refusal) {
            return ofStatus(refusal.getHttpStatus(), messageIn(String.valueOf(refusal.getMessage())));
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException) {
                return new RuntimeFailure(Kind.UNAVAILABLE, "Docker cannot be reached: " + cause.getMessage(), failure);
            }
        }
        return new RuntimeFailure(Kind.REFUSED, failure.toString(), failure);
    }

    static RuntimeFailure ofStatus(int status, String message) {
        Kind kind = switch (status) {
            case 404 -> Kind.NOT_FOUND;
            case 409 -> Kind.CONFLICT;
            case 502, 503, 504 -> Kind.UNAVAILABLE;
            default -> Kind.REFUSED;
        };
        return new RuntimeFailure(kind, message);
    }

    /** A fetch that failed with an answer from Docker: final, or worth another attempt. */
    static RuntimeFailure ofPull(String message) {
        boolean isFinal = FINAL_PULL_ERROR.matcher(message).find();
        boolean nameUnresolved = message.contains("no such host") || message.contains("server misbehaving");
        return new RuntimeFailure(isFinal && !nameUnresolved ? Kind.REFUSED : Kind.UNAVAILABLE, message);
    }

    /** From {@code Status 404: {"message":"No such image: …"}} or the JSON alone. */
    static String messageIn(String text) {
        int start = text.indexOf('{');
        if (start >= 0) {
            try {
                JsonNode message = Json.MAPPER.readTree(text.substring(start)).path("message");
                if (message.isTextual()) {
                    return message.asText();
                }
            } catch (IOException e) {
                return text.strip();
            }
        }
        return text.strip();
    }
}
