package dev.persys.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.api.Json;
import dev.persys.testing.HttpFlood;
import dev.persys.testing.HttpFlood.Outcome;
import dev.persys.testing.Processes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A scheduler of its own process, with a small heap, under more than it can do: it lives, its memory stays bounded, who
 * cannot be served is told so at once, and everybody else is.
 */
@Tag("alone")
final class OverloadIT {
    private static final Logger LOG = LoggerFactory.getLogger(OverloadIT.class);

    private static final String HEAP = "-Xmx192m";

    /** Three times the heap: beside it there are classes, compiled code, threads and what the kernel maps. */
    private static final long MOST_RESIDENT_KIB = 640 * 1024;

    private static final int AT_ONCE = 10_000;
    private static final int SCHEDULES = 1_000;
    private static final int BATCH = 200;
    private static final int WATCHERS = 1_000;

    /** More than the connections of a port; their heads have five minutes. */
    private static final int HALF_OPEN = 2_100;

    private static final int NEVER_READING = 100;

    private static final String TOKEN = "overload";
    private static final String SHOWN = "Authorization: Bearer " + TOKEN;

    private static final String SMALL = HttpFlood.request("GET", "/workloads?name=nobody", Optional.empty(), SHOWN);

    /** More than a socket's buffers take. */
    private static final int EVENTS = 800;

    private static final Duration HALF_A_MINUTE = Duration.ofSeconds(30);
    private static final Duration LONG = Duration.ofMinutes(3);

    @TempDir
    static Path directory;

    private static Process scheduler;
    private static InetSocketAddress api;
    private static InetSocketAddress node;

    /** Keeps the workloads of the tests apart. */
    private final String run = UUID.randomUUID().toString().substring(0, 8);

    @BeforeAll
    static void start() throws IOException {
        api = new InetSocketAddress(InetAddress.getLoopbackAddress(), Processes.freePort());
        node = new InetSocketAddress(InetAddress.getLoopbackAddress(), Processes.freePort());
        Path token = Files.writeString(directory.resolve("token"), TOKEN + "\n");
        Files.writeString(directory.resolve("scheduler.conf"), """
                persys.http.scheduler { api { port = %d, token-file = "%s" }, node.port = %d }
                # Nobody is cut off or given up here because the machine has other work too.
                persys.http.server { max-streams = %d, write-timeout = 20s, head-timeout = 5m, answer-timeout = 1m }
                persys.store.embedded.directory = "%s"
                """.formatted(
                        api.getPort(), token, node.getPort(), WATCHERS + NEVER_READING, directory.resolve("state")));
        Launcher persys = new Launcher(directory).with("PERSYS_JAVA_OPTS", HEAP);
        scheduler = persys.serveConfigured("scheduler", "scheduler");
        await().atMost(LONG).until(() -> get(node, "/readyz").status() == 200);
    }

    @AfterAll
    static void stop() {
        scheduler.destroy();
        scheduler.onExit().join();
    }

    @AfterEach
    void livesInBoundedMemory() throws IOException {
        assertThat(scheduler.isAlive()).isTrue();
        long resident = residentKib();
        LOG.info("resident at most {} MiB", resident / 1024);
        assertThat(resident).isLessThan(MOST_RESIDENT_KIB);
        assertThat(Files.readString(directory.resolve("scheduler.log"))).doesNotContain("OutOfMemoryError");
    }

    @Test
    void tenThousandRequestsAtOnceAreAnsweredOrToldToComeAgainAndWhoDoesGetsThrough() {
        List<String> schedules = IntStream.range(0, SCHEDULES)
                .mapToObj(i -> schedule("flood-" + run + "-" + i, "image", ""))
                .toList();
        List<String> all = Stream.concat(
                        schedules.stream(), Stream.generate(() -> SMALL).limit(AT_ONCE - SCHEDULES))
                .toList();

        List<Outcome> outcomes = HttpFlood.send(api, all, LONG);

        report("at once", outcomes);
        assertThat(outcomes).allSatisfy(OverloadIT::isServedOrToldWhenToComeAgain);
        assertThat(outcomes).anyMatch(outcome -> outcome.status() == 200);
        Map<String, String> acknowledged = new HashMap<>();
        keep(acknowledged, schedules, outcomes);
        List<String> refused = schedules.stream()
                .filter(request -> !acknowledged.containsKey(request))
                .toList();
        for (int round = 0; !refused.isEmpty() && round < 10; round++) {
            keep(acknowledged, refused, inBatches(refused));
            refused = refused.stream()
                    .filter(request -> !acknowledged.containsKey(request))
                    .toList();
        }
        assertThat(refused).isEmpty();
        Map<String, String> stored = workloads("flood-" + run);
        assertThat(stored).hasSize(SCHEDULES);
        assertThat(stored.keySet()).containsExactlyInAnyOrderElementsOf(acknowledged.values());
    }

    @Test
    void heartbeatsAndHealthAreServedWhileTheApiIsFlooded() {
        String name = "beats-" + run;
        assertThat(register(name, 1).status()).isEqualTo(200);
        AtomicBoolean flooded = new AtomicBoolean();
        CompletableFuture<List<Outcome>> beats = CompletableFuture.supplyAsync(() -> {
            List<Outcome> taken = new ArrayList<>();
            while (!flooded.get()) {
                taken.add(beat(name));
                taken.add(get(node, "/healthz"));
                taken.add(get(node, "/readyz"));
            }
            return taken;
        });

        List<Outcome> flood = HttpFlood.send(
                api, IntStream.range(0, AT_ONCE / 2).mapToObj(i -> SMALL).toList(), LONG);
        flooded.set(true);

        report("flood", flood);
        report("heartbeats", beats.join());
        assertThat(flood).allSatisfy(OverloadIT::isServedOrToldWhenToComeAgain);
        assertThat(beats.join())
                .isNotEmpty()
                .allSatisfy(outcome -> assertThat(outcome.status()).isEqualTo(200));
    }

    @Test
    void halfOpenConnectionsKeepNoHeartbeatOut() throws IOException {
        String name = "crowded-" + run;
        assertThat(register(name, 1).status()).isEqualTo(200);
        List<Socket> halfOpen = new ArrayList<>();
        for (int i = 0; i < HALF_OPEN; i++) {
            Socket socket = new Socket(node.getAddress(), node.getPort());
            socket.getOutputStream().write("POST /nodes/heart".getBytes(StandardCharsets.US_ASCII));
            halfOpen.add(socket);
        }

        await().atMost(LONG).until(() -> beat(name).status() == 200);

        for (Socket socket : halfOpen) {
            socket.close();
        }
    }

    @Test
    void clientsThatNeverReadAreCutOffAndOthersAreServedMeanwhile() throws IOException {
        String large = "\"LARGE\":\"" + "x".repeat(60_000) + "\"";
        List<String> requests = IntStream.range(0, 20)
                .mapToObj(i -> schedule("large-" + run + "-" + i, "image", large))
                .toList();
        assertThat(inBatches(requests)).allMatch(outcome -> outcome.status() == 200);
        long before = descriptors();
        List<Socket> unread = new ArrayList<>();
        for (int i = 0; i < BATCH; i++) {
            Socket socket = new Socket();
            socket.setReceiveBufferSize(2048);
            socket.connect(api);
            socket.getOutputStream()
                    .write(HttpFlood.request("GET", "/workloads", Optional.empty(), SHOWN)
                            .getBytes(StandardCharsets.US_ASCII));
            unread.add(socket);
        }

        await().atMost(LONG).until(() -> get(api, "/nodes?limit=1").status() == 200);
        await().atMost(LONG).until(() -> descriptors() < before + 30);

        for (Socket socket : unread) {
            socket.close();
        }
    }

    @Test
    void agentThatAnswersInHalfAMinuteDelaysNobodyElse() {
        try (FakeAgent slow = new FakeAgent(HALF_A_MINUTE);
                FakeAgent quick = new FakeAgent(Duration.ZERO)) {
            register("slow-" + run, slow.port());
            register("quick-" + run, quick.port());
            List<String> forSlow = IntStream.range(0, BATCH)
                    .mapToObj(i -> constrained("slow-" + run, "slow-" + run + "-" + i))
                    .toList();
            List<Outcome> accepted = inBatches(forSlow);
            report("for the slow agent", accepted);
            assertThat(accepted).allMatch(outcome -> outcome.status() == 200);
            await().atMost(LONG).until(() -> !slow.orders().isEmpty());

            long started = System.nanoTime();
            Outcome one = HttpFlood.send(api, List.of(constrained("quick-" + run, "quick-" + run)), LONG)
                    .get(0);
            await().atMost(LONG)
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> !quick.orders().isEmpty());
            Duration took = Duration.ofNanos(quick.orders().values().iterator().next() - started);

            LOG.info(
                    "the quick agent had its order after {} ms; the slow one held {} requests",
                    took.toMillis(),
                    slow.most());
            assertThat(one.status()).isEqualTo(200);
            assertThat(took).isLessThan(HALF_A_MINUTE);
            assertThat(slow.most()).isLessThan(20);
        }
    }

    @Test
    void thousandWatchersSeeEveryEventAndThoseThatNeverReadAreCutOff() throws IOException {
        long before = descriptors();
        int reading = WATCHERS - NEVER_READING;
        try (EventWatchers watchers = new EventWatchers(api, SHOWN, reading, NEVER_READING)) {
            long residentBefore = residentKib();
            List<Outcome> refused = HttpFlood.send(
                    api,
                    IntStream.range(0, 150)
                            .mapToObj(i -> HttpFlood.request("GET", "/events", Optional.empty(), SHOWN))
                            .toList(),
                    Duration.ofSeconds(2));
            assertThat(refused)
                    .filteredOn(outcome -> outcome.status() == 503)
                    .hasSize(50)
                    .allSatisfy(outcome -> assertThat(outcome.retryAfter()).contains("10"));

            long started = System.nanoTime();
            assertThat(inBatches(IntStream.range(0, EVENTS)
                            .mapToObj(i -> schedule("seen-" + run + "-" + i, "image", ""))
                            .toList()))
                    .allMatch(outcome -> outcome.status() == 200);

            await().atMost(LONG.multipliedBy(2))
                    .untilAsserted(() -> assertThat(watchers.complete(EVENTS))
                            .as(watchers.standing())
                            .isEqualTo(reading));
            await().atMost(LONG).until(() -> descriptors() < before + reading + 20);
            LOG.info(
                    "{} watchers saw {} events each in {} ms; resident {} MiB with them, {} MiB afterwards",
                    reading,
                    EVENTS,
                    Duration.ofNanos(System.nanoTime() - started).toMillis(),
                    residentBefore / 1024,
                    residentKib() / 1024);
            assertThat(watchers.complete(EVENTS)).isEqualTo(reading);
        }
    }

    private static void isServedOrToldWhenToComeAgain(Outcome outcome) {
        assertThat(outcome.failure()).isEmpty();
        assertThat(outcome.status()).isIn(200, 503);
        assertThat(outcome.retryAfter().isPresent()).isEqualTo(outcome.status() == 503);
    }

    /** Few enough at a time to be served all, but for what else goes on. */
    private static List<Outcome> inBatches(List<String> requests) {
        List<Outcome> outcomes = new ArrayList<>();
        for (int from = 0; from < requests.size(); from += BATCH) {
            outcomes.addAll(HttpFlood.send(api, requests.subList(from, Math.min(from + BATCH, requests.size())), LONG));
        }
        return outcomes;
    }

    private static void keep(Map<String, String> acknowledged, List<String> requests, List<Outcome> outcomes) {
        for (int i = 0; i < requests.size(); i++) {
            if (outcomes.get(i).status() == 200) {
                acknowledged.put(
                        requests.get(i),
                        json(outcomes.get(i)).path("workload_id").asText());
            }
        }
    }

    /** Ids and names of the workloads whose name begins so, over all pages. */
    private static Map<String, String> workloads(String prefix) {
        Map<String, String> found = new HashMap<>();
        String next = "";
        do {
            JsonNode page = json(get(api, "/workloads?limit=500" + next));
            for (JsonNode workload : page.path("workloads")) {
                if (workload.path("name").asText().startsWith(prefix)) {
                    found.put(
                            workload.path("id").asText(), workload.path("name").asText());
                }
            }
            next = page.hasNonNull("continue")
                    ? "&continue=" + page.path("continue").asText()
                    : "";
        } while (!next.isEmpty());
        return found;
    }

    private static String schedule(String name, String image, String environment) {
        return HttpFlood.request(
                "POST",
                "/workloads/schedule",
                Optional.of(
                        "{\"name\":\"%s\",\"type\":\"docker-container\",\"image\":\"%s\",\"envVars\":{%s},\"constraints\":{\"is\":\"nowhere\"}}"
                                .formatted(name, image, environment)),
                "Idempotency-Key: " + name,
                SHOWN);
    }

    private static String constrained(String to, String name) {
        return HttpFlood.request(
                "POST",
                "/workloads/schedule",
                Optional.of(
                        "{\"name\":\"%s\",\"type\":\"docker-container\",\"image\":\"busybox\",\"constraints\":{\"is\":\"%s\"}}"
                                .formatted(name, to)),
                "Idempotency-Key: " + name,
                SHOWN);
    }

    private static Outcome register(String name, int port) {
        return post(
                "/nodes/register",
                "{\"nodeId\":\"%s\",\"ipAddress\":\"127.0.0.1\",\"hostname\":\"h\",\"status\":\"active\",\"agentPort\":%d,\"totalCpu\":512,\"totalMemory\":500000,\"labels\":{\"is\":\"%s\"}}"
                        .formatted(name, port, name));
    }

    private static Outcome beat(String name) {
        return post(
                "/nodes/heartbeat",
                "{\"nodeId\":\"%s\",\"status\":\"active\",\"availableCpu\":512,\"availableMemory\":500000}"
                        .formatted(name));
    }

    private static Outcome post(String path, String body) {
        return HttpFlood.send(node, List.of(HttpFlood.request("POST", path, Optional.of(body))), LONG)
                .get(0);
    }

    private static Outcome get(InetSocketAddress server, String path) {
        return HttpFlood.send(server, List.of(HttpFlood.request("GET", path, Optional.empty(), SHOWN)), LONG)
                .get(0);
    }

    private static JsonNode json(Outcome outcome) {
        return Json.read(outcome.body(), JsonNode.class);
    }

    private static long residentKib() throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(scheduler.pid()), "status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }

    /** Files and sockets that the scheduler has open. */
    private static long descriptors() {
        try (Stream<Path> all = Files.list(Path.of("/proc", Long.toString(scheduler.pid()), "fd"))) {
            return all.count();
        } catch (IOException e) {
            throw new AssertionError("the scheduler is gone", e);
        }
    }

    private static void report(String what, List<Outcome> outcomes) {
        List<Long> served = outcomes.stream()
                .filter(outcome -> outcome.status() == 200)
                .map(outcome -> outcome.took().toMillis())
                .sorted()
                .toList();
        LOG.info(
                "{}: {} requests, {} served, {} told to come again, {} without an answer; served p50 {} ms, p99 {} ms",
                what,
                outcomes.size(),
                served.size(),
                outcomes.stream().filter(outcome -> outcome.status() == 503).count(),
                outcomes.stream()
                        .filter(outcome -> outcome.failure().isPresent())
                        .count(),
                served.isEmpty() ? -1 : served.get(served.size() / 2),
                served.isEmpty() ? -1 : served.get(served.size() * 99 / 100));
    }
}
