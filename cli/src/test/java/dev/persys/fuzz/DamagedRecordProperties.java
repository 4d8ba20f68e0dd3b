package dev.persys.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.api.Json;
import dev.persys.model.ClusterId;
import dev.persys.model.Epoch;
import dev.persys.scheduler.store.StateStores;
import dev.persys.store.Change;
import dev.persys.store.Claim;
import dev.persys.store.CommitResult;
import dev.persys.store.Entry;
import dev.persys.store.Keys;
import dev.persys.store.Leadership;
import dev.persys.store.StateStore;
import dev.persys.testing.DocumentChange;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;

/**
 * Whatever stands in one key of the store: the scheduler leads and answers, or it does not lead and says which record it
 * cannot read, and goes on as soon as that one is mended. It never begins with less than there is.
 */
final class DamagedRecordProperties {
    private static final List<String> KINDS = List.of(Keys.WORKLOADS, Keys.NODES, Keys.EVENTS, Keys.LOGS, Keys.SPECS);

    private static final String NODE = """
            {"nodeId":"node-1","ipAddress":"127.0.0.1","hostname":"h","status":"active","agentPort":1,
             "totalCpu":2,"totalMemory":4096,"labels":{"a":"b"}}""";

    private static final String KEPT = """
            {"specs":[{"version":2,"since":"2026-01-02T03:04:05Z",
              "spec":{"name":"one","type":"docker-container","image":"image:1"}},
             {"version":1,"since":"2026-01-01T03:04:05Z",
              "spec":{"name":"one","type":"docker-container","image":"image:0"}}]}""";

    @Property(tries = 6, shrinking = ShrinkingMode.OFF, edgeCases = EdgeCasesMode.NONE)
    void whatCannotBeReadIsNamedAndEverythingElseIsRead(
            @ForAll("kinds") String kind, @ForAll("changes") List<DocumentChange> changes) {
        Path directory = WirePlane.newDirectory();
        Entry whole = prepared(directory, kind);
        put(directory, whole.key(), DocumentChange.applied(Json.read(whole.value(), JsonNode.class), changes));

        if (!leadsWithAll(directory, whole.key())) {
            assertThat(kind).as("nobody leads without them").isIn(Keys.WORKLOADS, Keys.NODES);
            put(directory, whole.key(), whole.value());
            assertThat(leadsWithAll(directory, whole.key())).as("mended").isTrue();
        }
        WirePlane.remove(directory);
    }

    /** Whether somebody leads here; where not, the record at {@code key} has to be named as the reason. */
    private static boolean leadsWithAll(Path directory, String key) {
        try (WirePlane plane = WirePlane.start(directory)) {
            HttpResponse<String> readiness = await("a decision")
                    .atMost(WirePlane.LIMIT)
                    .until(plane::readiness, DamagedRecordProperties::isDecided);
            if (readiness.statusCode() != 200) {
                assertThat(readiness.body()).contains(key);
                return false;
            }
            JsonNode workloads = plane.get("/workloads").path("workloads");
            assertThat(workloads).hasSize(2);
            for (JsonNode workload : workloads) {
                String path = "/workloads/" + workload.path("id").asText();
                assertThat(plane.get(path)).isNotEmpty();
                assertThat(plane.get(path + "/specs").path("specs")).isNotNull();
            }
            assertThat(plane.get("/nodes").path("nodes")).hasSize(1);
            assertThat(plane.get("/cluster/metrics")).isNotEmpty();
            return true;
        }
    }

    @Provide
    Arbitrary<String> kinds() {
        return Arbitraries.of(KINDS);
    }

    @Provide
    Arbitrary<List<DocumentChange>> changes() {
        return DocumentChange.some();
    }

    /** Leading, or not for a reason that does not pass by itself. */
    private static boolean isDecided(HttpResponse<String> answer) {
        return answer.statusCode() == 200 || answer.body().contains("cannot be read");
    }

    /** A store with two workloads, a node, events, an output and what specifications were; the answer is one key of that kind. */
    private static Entry prepared(Path directory, String kind) {
        try (WirePlane plane = WirePlane.start(directory)) {
            plane.awaitLeading();
            plane.schedule("one", "nowhere");
            plane.schedule("two", "nowhere");
            assertThat(plane.tell("/nodes/register", NODE).statusCode()).isEqualTo(200);
            await("all of it to be stored")
                    .atMost(WirePlane.LIMIT)
                    .until(() -> plane.get("/nodes").path("nodes").size() == 1);
        }
        try (StateStore store = StateStores.open(WirePlane.settings(directory))) {
            String one = idAt(store, 0);
            List<Change> beside = List.of(
                    new Change.Put(Keys.LOGS + one, Json.write(Map.of("text", "one\ntwo\n")), Change.ABSENT),
                    new Change.Put(Keys.SPECS + one, KEPT, Change.ABSENT),
                    // Of this one nothing can be read, whatever is damaged besides.
                    new Change.Put(Keys.SPECS + idAt(store, 1), "{\"specs\":[{\"version\":[]}]}", Change.ABSENT));
            assertThat(joined(store.commit(claimed(store).epoch(), beside))).isInstanceOf(CommitResult.Committed.class);
            return kind.equals(Keys.SPECS)
                    ? joined(store.read(List.of(Keys.SPECS + idAt(store, 0)))).get(0)
                    : entries(store, kind).get(0);
        }
    }

    /** The id of a workload of the store, by its place. */
    private static String idAt(StateStore store, int place) {
        return entries(store, Keys.WORKLOADS).get(place).key().substring(Keys.WORKLOADS.length());
    }

    private static void put(Path directory, String key, String value) {
        try (StateStore store = StateStores.open(WirePlane.settings(directory))) {
            long revision = joined(store.read(List.of(key))).get(0).revision();
            assertThat(joined(store.commit(claimed(store).epoch(), List.of(new Change.Put(key, value, revision)))))
                    .isInstanceOf(CommitResult.Committed.class);
        }
    }

    private static Leadership claimed(StateStore store) {
        return joined(store.claim(new Claim("a test", ClusterId.of("fuzz"), Epoch.NONE)));
    }

    private static List<Entry> entries(StateStore store, String prefix) {
        return joined(store.load(List.of(prefix))).entries();
    }

    private static <T> T joined(CompletionStage<T> stage) {
        return stage.toCompletableFuture()
                .orTimeout(WirePlane.LIMIT.toSeconds(), TimeUnit.SECONDS)
                .join();
    }
}
