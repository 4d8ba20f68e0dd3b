package dev.persys.e2e;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.api.Json;
import dev.persys.model.WorkloadId;
import dev.persys.runtime.Ownership;
import dev.persys.testing.DockerFixture;
import dev.persys.testing.EtcdFixture;
import dev.persys.testing.Processes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * {@code persys scheduler} on an etcd of its own and any number of {@code persys agent}, each on its Docker engine, as
 * processes that a test may kill, stop and start again. All times that are minutes by default are seconds here.
 *
 * <p>What is asked for goes through the built launcher; what is waited for is read from the scheduler's API.
 */
final class FaultyCluster implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    /** Two processes begin at once, which on a busy machine takes each of them half a minute. */
    private static final Duration START_LIMIT = Duration.ofMinutes(3);

    private static final String TOKEN = "faults-token";

    private static final String SCHEDULER_CONF = """
            persys.store { kind = etcd, etcd.endpoints = ["%s"] }
            persys.http.scheduler { api { port = %d, token-file = "%s" }, node.port = %d }
            """;

    private static final String SCHEDULER_TIMES = """
            persys.scheduler {
              heartbeat-interval = 500ms, suspect-after = 3s, inactive-after = 7s
              node-monitor-interval = 500ms, workload-monitor-interval = 1s, start-grace = 3s
              agent-retry { first = 100ms, longest = 1s }
            }
            persys.http.client {
              connect-timeout = 1s, order-timeout = 2s, list-timeout = 3s, event-pause = 2s, event-silence = 3s
            }
            """;

    private static final String AGENT_CONF = """
            persys.agent {
              node-id = "%s", ip-address = "127.0.0.1", scheduler-url = "http://127.0.0.1:%d", labels { at = "%s" }
              docker { host = "%s", publish-address = "%s" }
              allow.host-paths = ["%s"]
            }
            persys.http.agent { api.port = %d, metrics.port = %d }
            """;

    private static final String AGENT_TIMES = """
            persys.agent {
              scheduler-backoff { min = 100ms, max = 1s }
              retry-backoff { min = 100ms, max = 1s }
              pull-attempts = 3, pull-backoff { min = 200ms, max = 1s }
              ping-interval = 500ms
              docker { call-timeout = 5s, ping-timeout = 1s, pull-stall-timeout = 3s }
            }
            persys.http { agent.keep-alive = 1s, client.order-timeout = 2s }
            persys.process.kamon.metric.tick-interval = 1s
            """;

    /** One node: its engine, where its metrics are, and its agent while that runs. */
    private static final class Member {
        final DockerFixture docker;
        final int metricsPort;
        Process agent;

        Member(DockerFixture docker, int metricsPort, Process agent) {
            this.docker = docker;
            this.metricsPort = metricsPort;
            this.agent = agent;
        }
    }

    private final Path directory;
    private final EtcdFixture etcd;
    private final Launcher persys;
    private final String api;
    private final int nodePort;
    private final Process scheduler;
    private final boolean usualTimes;
    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<String, Member> members = new LinkedHashMap<>();

    private FaultyCluster(
            Path directory,
            EtcdFixture etcd,
            Launcher persys,
            String api,
            int nodePort,
            Process scheduler,
            boolean usualTimes) {
        this.directory = directory;
        this.etcd = etcd;
        this.persys = persys;
        this.api = api;
        this.nodePort = nodePort;
        this.scheduler = scheduler;
        this.usualTimes = usualTimes;
    }

    /** As {@link #start(Path)}, with the times that hold where nothing is set. */
    static FaultyCluster startWithUsualTimes(Path directory) {
        return start(directory, true);
    }

    /** A scheduler; its files go to {@code directory}. */
    static FaultyCluster start(Path directory) {
        return start(directory, false);
    }

    private static FaultyCluster start(Path directory, boolean usualTimes) {
        EtcdFixture etcd = EtcdFixture.start();
        int apiPort = Processes.freePort();
        int nodePort = Processes.freePort();
        String api = "http://127.0.0.1:" + apiPort;
        Launcher persys = new Launcher(directory)
                .with("PERSYS_ADDRESS", api)
                .with("PERSYS_TOKEN", TOKEN)
                .with("AGENT_SECRET", "faults");
        Path token = directory.resolve("token");
        write(token, TOKEN + "\n");
        write(
                directory.resolve("scheduler.conf"),
                SCHEDULER_CONF.formatted(etcd.endpoints().get(0), apiPort, token, nodePort)
                        + (usualTimes ? "" : SCHEDULER_TIMES));
        Process scheduler = persys.serveConfigured("scheduler", "scheduler");
        return new FaultyCluster(directory, etcd, persys, api, nodePort, scheduler, usualTimes);
    }

    /** One more node, with the label {@code at} of its own name; done when it is active. */
    void join(String node, DockerFixture docker) {
        join(node, docker, "127.0.0.1");
    }

    /** The same, and ports are published on that address: so that two nodes of one machine have ports of their own. */
    void join(String node, DockerFixture docker, String address) {
        int orders = Processes.freePort();
        int metrics = Processes.freePort();
        write(
                directory.resolve(node + ".conf"),
                AGENT_CONF.formatted(node, nodePort, node, docker.host(), address, shared(), orders, metrics)
                        + (usualTimes ? "" : AGENT_TIMES));
        members.put(node, new Member(docker, metrics, serve(node)));
        awaitNode(node, "Active", START_LIMIT);
    }

    /** What workloads may mount of the nodes' files; need not be there. */
    Path shared() {
        return directory.resolve("shared");
    }

    /** SIGKILL, and done when it is gone. */
    void killAgent(String node) {
        Process agent = members.get(node).agent;
        agent.destroyForcibly();
        agent.onExit().join();
    }

    void startAgent(String node) {
        members.get(node).agent = serve(node);
    }

    /** SIGSTOP and SIGCONT: its connections stay open, and nothing answers. */
    void signalAgent(String node, String signal) {
        Processes.signal(members.get(node).agent.pid(), signal);
    }

    Launcher persys() {
        return persys;
    }

    /** {@code persys run -d} with these options and, behind {@code --}, words; the answer is the workload's id. */
    String run(List<String> options, String... command) {
        List<String> line = new ArrayList<>(List.of("run", "-d", "--stop-grace", "0s"));
        line.addAll(options);
        line.add("--");
        line.addAll(List.of(command));
        return persys.ok(line.toArray(String[]::new)).line();
    }

    JsonNode workload(String id) {
        return get(api + "/workloads/" + id);
    }

    /** The answer to a change that is taken; apostrophes in {@code body} stand for quotes. */
    JsonNode change(String method, String path, String body) {
        return json(send(HttpRequest.newBuilder(URI.create(api + path))
                .header("Authorization", "Bearer " + TOKEN)
                .header("Content-Type", "application/json")
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body.replace('\'', '"')))
                .build()));
    }

    JsonNode explanation(String id) {
        return get(api + "/workloads/" + id + "/explain");
    }

    JsonNode specs(String id) {
        return get(api + "/workloads/" + id + "/specs");
    }

    JsonNode awaitStatus(String id, String status) {
        return awaitWorkload(id, workload -> workload.path("status").asText().equals(status), "to be " + status);
    }

    JsonNode awaitWorkload(String id, Predicate<JsonNode> wanted, String what) {
        return await(id + " " + what)
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> workload(id), wanted);
    }

    JsonNode node(String node) {
        return get(api + "/nodes/" + node);
    }

    void awaitNode(String node, String status) {
        awaitNode(node, status, LIMIT);
    }

    private void awaitNode(String node, String status, Duration limit) {
        await(node + " to be " + status)
                .atMost(limit)
                .pollInterval(Duration.ofMillis(50))
                .ignoreExceptions()
                .until(() -> node(node).path("status").asText(), status::equals);
    }

    /** Every status that a workload has had so far, in their order. */
    List<String> history(String id) {
        return persys.ok("events", "--workload", id, "-o", "json")
                .out()
                .lines()
                .map(FaultyCluster::json)
                .map(event -> event.path("to").asText())
                .toList();
    }

    /**
     * Containers, ended ones too, with the workload's label on a node's engine, as {@code id name}; without the one that
     * is kept for its output.
     */
    List<String> containers(String node, String id) {
        return members.get(node)
                .docker
                .docker(
                        "ps",
                        "--all",
                        "--no-trunc",
                        "--format",
                        "{{.ID}} {{.Names}}",
                        "--filter",
                        "label=workloadId=" + id)
                .lines()
                .filter(line -> !line.endsWith(" " + Ownership.previousName(WorkloadId.of(id))))
                .toList();
    }

    /** How often a node's agent has listed its engine. */
    long listings(String node) {
        return getText("http://127.0.0.1:" + members.get(node).metricsPort + "/metrics")
                .lines()
                .filter(line -> line.startsWith("persys_docker_operation_seconds_count")
                        && line.contains("operation=\"list\"")
                        && line.contains("outcome=\"ok\""))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** Of the store: grows with each write, whoever makes it and of whatever record. */
    long revision() {
        HttpRequest read = HttpRequest.newBuilder(URI.create(etcd.endpoints().get(0) + "/v3/kv/range"))
                .POST(HttpRequest.BodyPublishers.ofString("{\"key\":\"YQ==\"}"))
                .build();
        return json(send(read)).path("header").path("revision").asLong();
    }

    @Override
    public void close() {
        members.values().forEach(member -> member.agent.destroyForcibly());
        scheduler.destroyForcibly();
        members.values().forEach(member -> member.agent.onExit().join());
        scheduler.onExit().join();
        etcd.close();
    }

    private Process serve(String node) {
        return persys.serveConfigured("agent", node);
    }

    private JsonNode get(String url) {
        return json(getText(url));
    }

    private String getText(String url) {
        return send(HttpRequest.newBuilder(URI.create(url))
                .header("Authorization", "Bearer " + TOKEN)
                .build());
    }

    private String send(HttpRequest request) {
        try {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new AssertionError(request.uri() + ": " + answer.body());
            }
            return answer.body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private static JsonNode json(String text) {
        try {
            return Json.MAPPER.readTree(text);
        } catch (IOException e) {
            throw new AssertionError("no JSON: " + text, e);
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
