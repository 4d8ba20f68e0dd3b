package dev.persys.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.api.Json;
import dev.persys.fuzz.WirePeer.Lie;
import dev.persys.fuzz.WirePeer.Part;
import dev.persys.testing.DocumentChange;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Whatever one node says, with parts absent, null, of another type, huge, unknown or nested without end: the leader's term
 * goes on, another node's workloads are placed and run, and every read is answered. The seed is printed where it fails.
 */
final class HostileNodeProperties {
    private static Path directory;
    private static WirePlane plane;
    private static WirePeer good;
    private static WirePeer hostile;
    private static final ScheduledExecutorService BEATS = Executors.newSingleThreadScheduledExecutor();
    private static int tried;

    @BeforeContainer
    static void start() {
        directory = WirePlane.newDirectory();
        plane = WirePlane.start(directory);
        plane.awaitLeading();
        good = new WirePeer();
        hostile = new WirePeer();
        join("good", good);
        join("hostile", hostile);
        var unused = BEATS.scheduleWithFixedDelay(
                () -> List.of("good", "hostile")
                        .forEach(name -> plane.tell("/nodes/heartbeat", Json.write(beat(name)))),
                0,
                500,
                TimeUnit.MILLISECONDS);
        plane.awaitRunning(plane.schedule("first", "good"));
        plane.awaitRunning(plane.schedule("first-there", "hostile"));
    }

    @AfterContainer
    static void stop() {
        BEATS.shutdownNow();
        plane.close();
        good.close();
        hostile.close();
        WirePlane.remove(directory);
    }

    @Property(tries = 40, shrinking = ShrinkingMode.OFF, edgeCases = EdgeCasesMode.NONE)
    void whatOneNodeSaysIsItsOwnFailure(@ForAll("lies") Lie lie) {
        int number = tried++;
        JsonNode epoch = plane.get("/cluster/metrics").path("epoch");
        int listed = hostile.timesListed();

        hostile.say(lie);
        await("the lie to be heard").atMost(WirePlane.LIMIT).until(() -> hostile.timesListed() > listed);
        String there = plane.schedule("there-" + number, "hostile");
        hostile.tellAll();
        for (var words : Map.of(
                        "/nodes/register", registration("hostile", hostile), "/nodes/heartbeat", beat("hostile"))
                .entrySet()) {
            String body =
                    DocumentChange.applied(Json.read(Json.write(words.getValue()), JsonNode.class), lie.changes());
            assertThat(plane.tell(words.getKey(), body).statusCode())
                    .as(words.getKey() + " " + body)
                    .isLessThan(500);
        }
        String here = plane.schedule("here-" + number, "good");
        plane.awaitRunning(here);

        assertThat(plane.readiness().statusCode()).isEqualTo(200);
        for (String path : List.of("/workloads", "/nodes", "/nodes/hostile", "/workloads/" + there)) {
            assertThat(plane.get(path)).isNotEmpty();
        }
        assertThat(plane.get("/cluster/metrics").path("epoch"))
                .as("the term goes on")
                .isEqualTo(epoch);

        hostile.say(Lie.NONE);
        join("hostile", hostile);
        plane.awaitRunning(there);
        List.of(here, there).forEach(plane::remove);
    }

    @Provide
    Arbitrary<Lie> lies() {
        return Combinators.combine(
                        Arbitraries.of(Part.class).set().ofMinSize(1),
                        DocumentChange.some(),
                        Arbitraries.of(200, 200, 204, 301, 400, 404, 409, 418, 500, 503))
                .as((parts, changes, status) -> new Lie(EnumSet.copyOf(parts), changes, status));
    }

    private static void join(String name, WirePeer peer) {
        assertThat(plane.tell("/nodes/register", Json.write(registration(name, peer)))
                        .statusCode())
                .isEqualTo(200);
    }

    private static Map<String, Object> registration(String name, WirePeer peer) {
        return Map.of(
                "nodeId",
                name,
                "ipAddress",
                "127.0.0.1",
                "hostname",
                name,
                "status",
                "active",
                "agentPort",
                peer.port(),
                "totalCpu",
                1_000,
                "totalMemory",
                1_000_000,
                "labels",
                Map.of("at", name));
    }

    private static Map<String, Object> beat(String name) {
        return Map.of(
                "nodeId",
                name,
                "status",
                "active",
                "availableCpu",
                new BigDecimal("999.5"),
                "availableMemory",
                900_000);
    }
}
