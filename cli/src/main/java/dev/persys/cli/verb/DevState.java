package dev.persys.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.persys.cli.Context;
import dev.persys.cli.Failure;
import dev.persys.cli.client.Address;
import dev.persys.cli.client.AddressBook;
import dev.persys.cli.client.JsonText;
import dev.persys.cli.client.Refusal;
import dev.persys.cli.client.SchedulerApi;
import dev.persys.cli.client.SeenNode;
import dev.persys.cli.dev.DevDirectory;
import dev.persys.cli.dev.DiskRoom;
import dev.persys.cli.output.Sheet;
import java.io.PrintStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How the development cluster is.
 *
 * @param pid of its process; absent where it does not run
 * @param endpoints of its last start
 * @param scheduler what {@code /readyz} says; absent where it does not answer
 * @param agent what the agent's {@code /healthz} says; absent where it does not answer
 * @param nodes as the scheduler lists them
 */
record DevState(
        DevDirectory directory,
        Optional<Long> pid,
        JsonNode endpoints,
        Optional<JsonNode> scheduler,
        Optional<JsonNode> agent,
        List<SeenNode> nodes) {

    static DevState of(DevDirectory directory, Context context) {
        Optional<Long> pid = directory.runningPid();
        JsonNode endpoints = directory.endpoints().orElseGet(JsonText::object);
        boolean mine = pid.filter(id -> id == endpoints.path("pid").asLong()).isPresent();
        if (!mine) {
            return new DevState(directory, pid, endpoints, Optional.empty(), Optional.empty(), List.of());
        }
        Optional<JsonNode> scheduler = ask(endpoints.path("node").asText(), "/readyz");
        Optional<JsonNode> agent = ask(endpoints.path("agentMetrics").asText(), "/healthz");
        return new DevState(directory, pid, endpoints, scheduler, agent, nodes(context));
    }

    /** Whether requests are served. */
    boolean isServing() {
        return scheduler.isPresent();
    }

    /** Whether a workload would be placed, or would be as soon as Docker answers. */
    boolean isReady() {
        boolean active = nodes.stream().anyMatch(node -> node.status().equals("Active"));
        boolean withoutDocker = !nodes.isEmpty() && agent.isPresent() && !dockerAnswers();
        return isServing() && (active || withoutDocker);
    }

    /** What is wrong with the disk of its directory; empty where nothing is. */
    Optional<String> disk() {
        return DiskRoom.trouble(directory.path());
    }

    boolean dockerAnswers() {
        return agent.map(json -> json.path("dockerAvailable").asBoolean()).orElse(false);
    }

    ObjectNode json() {
        ObjectNode json = JsonText.object();
        json.put("running", pid.isPresent());
        pid.ifPresent(id -> json.put("pid", id));
        json.put("directory", directory.path().toString());
        json.set("endpoints", endpoints);
        json.put("ready", isReady());
        json.put("docker", dockerAnswers());
        disk().ifPresent(full -> json.put("disk", full));
        return json;
    }

    void print(PrintStream out) {
        Sheet sheet = new Sheet(System.currentTimeMillis());
        sheet.line("Cluster", pid.map(id -> "running, process " + id).orElse("not running"));
        sheet.line("API", endpoints.path("api").asText(""));
        String certificate = endpoints.path("certificate").asText("");
        if (!certificate.isEmpty()) {
            sheet.line("Certificate", certificate);
        }
        if (pid.isPresent()) {
            sheet.line("Scheduler", scheduler.map(json -> "ready").orElse("not ready yet"));
            for (SeenNode node : nodes) {
                sheet.line("Node", node.id() + " is " + node.status());
            }
            sheet.line(
                    "Docker",
                    agent.map(json -> dockerAnswers()
                                    ? "answers"
                                    : "does not answer: " + json.path("detail").asText())
                            .orElse("not known yet"));
        }
        sheet.line("Disk", disk().orElse(""));
        sheet.line("Files", directory.path().toString());
        sheet.line("Log", directory.log().toString());
        sheet.print(out);
    }

    /** What to do next. */
    List<String> advice() {
        List<String> lines = new ArrayList<>();
        if (agent.isPresent() && !dockerAnswers()) {
            boolean denied = agent.get().path("detail").asText().contains("ermission denied");
            if (denied) {
                lines.add(
                        "This user may not speak to Docker: sudo usermod -aG docker $USER, log in again, and start again.");
                return lines;
            }
            lines.add("Docker does not answer, so nothing can run yet. Start it (systemctl start docker), or point");
            lines.add("DOCKER_HOST at it and start again. What you run meanwhile waits and starts with it.");
        } else {
            lines.add("Try it: persys run nginx --name web -p 8080:80");
        }
        return lines;
    }

    private static Optional<JsonNode> ask(String base, String path) {
        if (base.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new SchedulerApi(new Address(URI.create(base), Optional.empty(), true)).get(path));
        } catch (Refusal | Failure e) {
            return Optional.empty(); // Not there yet, which is the answer.
        }
    }

    private static List<SeenNode> nodes(Context context) {
        try {
            Address address = AddressBook.developmentCluster(context);
            return new SchedulerApi(address)
                    .list("/nodes", "nodes", Map.of()).stream()
                            .map(SeenNode::new)
                            .toList();
        } catch (Refusal | Failure e) {
            return List.of(); // Not there yet, which is the answer.
        }
    }
}
