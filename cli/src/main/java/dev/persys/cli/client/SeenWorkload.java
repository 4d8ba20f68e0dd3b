package dev.persys.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.cli.output.Times;
import dev.persys.model.WorkloadStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A workload as the API shows it, read leniently: a newer scheduler may say more than is known here. */
public record SeenWorkload(JsonNode json) {
    private static final Set<String> NEVER_STARTED =
            Set.of("ImagePullFailed", "StartRefused", "PortInUse", "NotAllowed");

    public String id() {
        return json.path("id").asText();
    }

    public String name() {
        return json.path("name").asText();
    }

    public String image() {
        return json.path("image").asText();
    }

    public Optional<String> node() {
        return Optional.ofNullable(json.path("nodeId").textValue());
    }

    /** The status' word. */
    public String statusText() {
        return json.path("status").asText();
    }

    /** The status, where it is one that is known here. */
    public Optional<WorkloadStatus> status() {
        return WorkloadStatusText.parse(statusText());
    }

    public String reason() {
        return json.path("reason").asText("");
    }

    public String message() {
        return json.path("message").asText("");
    }

    /**
     * What is in its way, or another wish, while its status alone does not say so: a port that is busy while it is
     * {@code Starting}, the attempt that failed while it is {@code Pulling}.
     */
    public Optional<String> trouble() {
        return switch (reason()) {
            case "", "Placed", "ContainerRunning", "Healthy" -> Optional.empty();
            // Said as "pulling nginx: why not", where there is a why; no image and no reason for one has a blank first.
            case "PullingImage", "StartingContainer" ->
                Optional.of(message().indexOf(": "))
                        .filter(colon -> colon >= 0)
                        .map(colon -> message().substring(colon + 2));
            default -> Optional.of(message()).filter(text -> !text.isEmpty());
        };
    }

    /** Whether it is on its way to be stopped or removed. */
    public boolean isGoing() {
        return reason().equals("Stopping") || reason().equals("Deleting");
    }

    public Optional<Integer> exitCode() {
        JsonNode code = json.path("exitCode");
        return code.isNumber() ? Optional.of(code.asInt()) : Optional.empty();
    }

    public int restarts() {
        return json.path("restartCount").asInt();
    }

    /** Whether what is in its way kept it from being started at all. */
    public boolean neverStarted() {
        return NEVER_STARTED.contains(reason());
    }

    public String createdAt() {
        return json.path("createdAt").asText("");
    }

    public String logs() {
        return json.path("logs").asText("");
    }

    public boolean isEnded() {
        return status().filter(WorkloadStatus::isTerminal).isPresent();
    }

    /** The status with what is worth knowing of its reason, in a few words. */
    public String statusWithReason() {
        Optional<WorkloadStatus> status = status();
        if (status.isEmpty()) {
            return statusText();
        }
        return switch (status.get()) {
            case RUNNING -> statusText() + running();
            case SCHEDULED, EXITED, STOPPED -> statusText();
            case STARTING ->
                statusText() + retried().map(next -> " (" + next + ")").orElse("");
            case PULLING ->
                statusText() + retried().map(next -> " (" + next + ")").orElseGet(this::pulled);
            case LOST, UNKNOWN -> statusText() + " (" + reason() + ")";
            case PENDING, MISSING ->
                statusText() + " (" + reason()
                        + retried().map(next -> ", " + next).orElse("") + ")";
            case FAILED, RESTARTING ->
                statusText() + " (" + reason()
                        + exitCode().map(code -> ", code " + code).orElse("")
                        + retried().map(next -> ", " + next).orElse("") + ")";
        };
    }

    /** The word for its health; empty where nothing is checked, or an older scheduler does not say. */
    public Optional<String> health() {
        return Optional.ofNullable(json.path("health").path("status").textValue())
                .filter(word -> !word.equals("none"));
    }

    /** Such as {@code 3rd try in 8s}; empty where nothing is tried again. */
    public Optional<String> retried() {
        JsonNode retry = json.path("retry");
        return retry.path("attempt").isIntegralNumber()
                ? Optional.of(Times.ordinal(retry.path("attempt").asInt())
                        + (retry.path("of").isIntegralNumber()
                                ? " of " + retry.path("of").asInt() + " tries"
                                : " try")
                        + Times.until(retry.path("nextRetryAt").asText(), System.currentTimeMillis())
                                .map(span -> " in " + span)
                                .orElse(" now"))
                : Optional.empty();
    }

    /** As Docker shows it, with another reason than that it runs. */
    private String running() {
        List<String> facts = new ArrayList<>();
        if (!List.of("ContainerRunning", "Healthy", "Unhealthy", "").contains(reason())) {
            facts.add(reason());
        }
        health().map(word -> word.equals("starting") ? "health: starting" : word)
                .ifPresent(facts::add);
        retried().map(next -> "restarted in " + next).ifPresent(facts::add);
        return facts.isEmpty() ? "" : " (" + String.join(", ", facts) + ")";
    }

    /** Published ports such as {@code 8080->80/tcp}; those asked for where none is published yet. */
    public List<String> ports() {
        List<String> ports = new ArrayList<>();
        boolean published = !json.path("publishedPorts").isEmpty();
        for (JsonNode port : json.path(published ? "publishedPorts" : "ports")) {
            String host = port.path("host").isNumber() ? port.path("host").asText() : "";
            ports.add(host + "->" + port.path("container").asText() + "/"
                    + port.path("protocol").asText("tcp"));
        }
        return ports;
    }

    private String pulled() {
        JsonNode progress = json.path("progress");
        long total = progress.path("totalBytes").asLong();
        return total <= 0 ? "" : " (" + progress.path("bytes").asLong() * 100 / total + "%)";
    }
}
