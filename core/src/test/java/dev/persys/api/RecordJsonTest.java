package dev.persys.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.persys.model.IdempotencyKey;
import dev.persys.model.Limits;
import dev.persys.model.Node;
import dev.persys.model.NodeStatus;
import dev.persys.model.Observation;
import dev.persys.model.Orphans;
import dev.persys.model.PullProgress;
import dev.persys.model.Reason;
import dev.persys.model.Resources;
import dev.persys.model.Run;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadSpec;
import dev.persys.model.WorkloadStatus;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RecordJsonTest {
    private static final Instant NOW = WireSamples.NOW;
    private static final Workload FULL = WireSamples.WORKLOAD;
    private static final Node NODE = WireSamples.NODE;

    @Test
    void fullWorkloadComesBackAsItWas() {
        assertThat(RecordJson.workload(RecordJson.toJson(FULL))).isEqualTo(FULL);
    }

    @Test
    void freshWorkloadComesBackAsItWas() {
        Workload fresh =
                Workload.accepted(FULL.id(), WorkloadSpec.of("a", "b"), Optional.empty(), Optional.empty(), NOW);
        assertThat(RecordJson.workload(RecordJson.toJson(fresh))).isEqualTo(fresh);
    }

    @Test
    void nodeComesBackAsItWas() {
        assertThat(RecordJson.node(RecordJson.toJson(NODE))).isEqualTo(NODE);
    }

    @Test
    void workloadMatchesItsGoldenFile() throws IOException {
        assertThat(Json.MAPPER.readTree(Json.write(RecordJson.toJson(FULL))))
                .isEqualTo(Json.MAPPER.readTree(golden("workload-v2.json")));
        assertThat(RecordJson.workload(Json.MAPPER.readTree(golden("workload-v2.json"))))
                .isEqualTo(FULL);
    }

    @Test
    void workloadOfVersion1IsHeldToTheMemoryItAskedForAndToNoProcessor() throws IOException {
        WorkloadSpec spec = RecordJson.workload(Json.MAPPER.readTree(golden("workload-v1.json")))
                .spec();

        assertThat(spec.resources()).isEqualTo(FULL.spec().resources());
        assertThat(spec.limits()).isEqualTo(Limits.memory(256));
    }

    @Test
    void workloadOfVersion1ThatAskedForNothingHasNoLimit() throws IOException {
        String asked = golden("workload-v1.json");
        String byDefault = asked.replace("\"memory\" : 256", "\"memory\" : 128");

        assertThat(byDefault).isNotEqualTo(asked);
        assertThat(RecordJson.workload(Json.MAPPER.readTree(byDefault)).spec().limits())
                .isEqualTo(Limits.NONE);
    }

    @Test
    void workloadOfBeforeThereWereRunsIsOfNone() throws IOException {
        Workload old = RecordJson.workload(Json.MAPPER.readTree(golden("workload-v1.json")));
        assertThat(old.run()).isEqualTo(Run.NONE);
        assertThat(old.removeVolumes()).isFalse();
        assertThat(old.observed().awaitsRetry()).isFalse();
        assertThat(old.generation()).isEqualTo(FULL.generation());
    }

    @Test
    void nodeMatchesItsGoldenFile() throws IOException {
        assertThat(Json.MAPPER.readTree(Json.write(RecordJson.toJson(NODE))))
                .isEqualTo(Json.MAPPER.readTree(golden("node-v2.json")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"node-v1.json", "node-v2.json"})
    void nodesOfEveryVersionLoad(String name) throws IOException {
        assertThat(RecordJson.node(Json.MAPPER.readTree(golden(name)))).isEqualTo(NODE);
    }

    @Test
    void whatIsAsByDefaultIsNotWritten() throws IOException {
        Workload fresh = Workload.accepted(
                FULL.id(),
                WorkloadSpec.of("web", "nginx"),
                Optional.of(new IdempotencyKey(Optional.empty(), "key-1")),
                Optional.of("req-1"),
                NOW);

        assertThat(Json.MAPPER.readTree(RecordJson.write(fresh)))
                .isEqualTo(Json.MAPPER.readTree(golden("workload-v2-waiting.json")));
        assertThat(RecordJson.workload(golden("workload-v2-waiting.json"))).isEqualTo(fresh);
    }

    @Test
    void onlyARecordThatSaysSoIsOfAWorkloadThatWasNeverStarted() throws IOException {
        Workload before = RecordJson.workload(golden("workload-v2-plain.json"));
        Workload contradicted = RecordJson.workload(golden("workload-v2-waiting.json")
                .replace("\"generation\" : 0", "\"generation\" : 1, \"startedAt\" : \"2026-01-01T00:00:00Z\""));
        Workload made = RecordJson.workload(golden("workload-v2-waiting.json")
                .replace("\"generation\" : 0", "\"generation\" : 1, \"containerId\" : \"c0ffee\""));

        assertThat(before.run()).isEqualTo(Run.NONE);
        assertThat(contradicted.run().neverStarted()).isFalse();
        assertThat(made.run().neverStarted()).isTrue();
    }

    @Test
    void keyBelongsToItsCallerAndIsNobodysInRecordsOfBefore() throws IOException {
        IdempotencyKey key = IdempotencyKey.of("token:ci", "key-1");
        Workload fresh = Workload.accepted(
                FULL.id(), WorkloadSpec.of("web", "nginx"), Optional.of(key), Optional.of("req-1"), NOW);

        assertThat(RecordJson.workload(RecordJson.write(fresh)).idempotencyKey())
                .contains(key);
        assertThat(RecordJson.workload(golden("workload-v1.json")).idempotencyKey())
                .contains(new IdempotencyKey(Optional.empty(), "key-1"));
        assertThat(Json.write(RecordJson.toJson(new WorkloadView(fresh, 1, Optional.empty()))))
                .doesNotContain("key-1", "token:ci");
    }

    @Test
    void whatANewerVersionKeepsInARecordIsWrittenAgain() throws IOException {
        String newer = golden("workload-v2.json")
                .replace("\"version\" : 2", "\"version\" : 9, \"gpu\" : {\"share\":[1.10,null]}, \"pool\" : null");

        Workload read = RecordJson.workload(newer);

        assertThat(read.withLogs("x").withLogs(FULL.logs())).isEqualTo(read);
        assertThat(Json.MAPPER.readTree(RecordJson.write(read))).isEqualTo(Json.MAPPER.readTree(newer));
        assertThat(RecordJson.toJson(new WorkloadView(read, 1, Optional.empty()))
                        .has("gpu"))
                .isFalse();
        String node = golden("node-v2.json").replace("\"version\" : 2", "\"version\" : 9, \"rack\" : 7");
        assertThat(Json.MAPPER.readTree(RecordJson.write(RecordJson.node(node).withDraining(true))))
                .isEqualTo(Json.MAPPER.readTree(node));
    }

    @Test
    void wordsOfANewerVersionThatWillBeSeenAgainAreCarried() throws IOException {
        String newer =
                golden("workload-v2.json").replace("\"Running\"", "\"Dozing\"").replace("ContainerRunning", "Tired");

        Observation seen = RecordJson.workload(newer).observed();

        assertThat(seen.status()).isEqualTo(WorkloadStatus.UNKNOWN);
        assertThat(seen.reason()).isEqualTo(Reason.UNRECOGNIZED);
        assertThat(seen.message()).isEqualTo("running");
        assertThat(RecordJson.node(golden("node-v2.json").replace("\"Draining\"", "\"Sealed\""))
                        .status())
                .isEqualTo(NodeStatus.SUSPECT);
    }

    @ParameterizedTest
    @CsvSource({"stopped,desired", "docker-container,type", "on-failure:3,restartPolicy", "always,pullPolicy"})
    void wordsThatSayWhatToDoAreRefusedWhereTheyAreNotKnown(String word, String field) throws IOException {
        String newer = golden("workload-v2.json").replace("\"" + word + "\"", "\"perhaps\"");

        assertThatThrownBy(() -> RecordJson.workload(newer))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(field);
    }

    @Test
    void whatIsOneOfManySaysNothingOfEnvironmentOutputAndPlacement() {
        ObjectNode summary = RecordJson.toSummary(new WorkloadView(FULL, 17, Optional.empty()));
        ObjectNode whole = RecordJson.toJson(new WorkloadView(FULL, 17, Optional.empty()));

        assertThat(summary.properties().stream().map(Map.Entry::getKey)).doesNotContain("envVars", "logs", "placement");
        whole.remove(List.of("envVars", "logs", "placement"));
        assertThat(summary).isEqualTo(whole);
    }

    /** What routes show is for ever: a field that is new to a record has to be decided upon here. */
    @Test
    void whatIsShownIsWhatUsersNeedAndNothingElse() {
        WorkloadView view = new WorkloadView(FULL, 17, Optional.of(new PullProgress(3, 1, 10, 20)));

        assertThat(names(RecordJson.toJson(view))).isEqualTo(words("""
                        args command constraints containerId createdAt desired entrypoint envVars exitCode finishedAt
                        generation id image labels limits logs message name network nodeId oomKilled owner placement
                        ports progress publishedPorts pullPolicy reason registryCredentials requestId resources
                        restartCount restartPolicy revision run specVersion startedAt status statusSince stopGracePeriod type user
                        volumes workingDir"""));
        assertThat(names(RecordJson.toJson(new NodeView(
                        NODE.withOrphans(Orphans.HELD), 18, new Resources(100, 128), 1, NOW.plusSeconds(5)))))
                .isEqualTo(words("""
                        agentPort agentVersion architecture availableCpu availableMemory dockerVersion draining free
                        hostname ipAddress kernel labels lastHeartbeat message nodeId orphans os ports portsInUse reached reason
                        registeredAt reserved revision status statusSince total workloads"""));
    }

    @Test
    void recordsKeepWhatIsNotShown() {
        assertThat(names(RecordJson.toJson(FULL)))
                .contains(
                        "idempotencyKey",
                        "awaitsRetry",
                        "removeVolumes",
                        "version",
                        "previousStart",
                        "restartAttempts");
    }

    @Test
    void outputThatIsStillToBeTakenIsInTheRecordAlone() {
        Workload due = FULL.withOutputDue(true);

        assertThat(RecordJson.workload(RecordJson.write(due))).isEqualTo(due);
        assertThat(names(RecordJson.toJson(due))).contains("outputDue");
        assertThat(names(RecordJson.toJson(FULL))).doesNotContain("outputDue");
        assertThat(names(RecordJson.toJson(new WorkloadView(due, 1, Optional.empty()))))
                .doesNotContain("outputDue");
    }

    private static Set<String> names(JsonNode json) {
        Set<String> names = new TreeSet<>();
        json.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static Set<String> words(String text) {
        return new TreeSet<>(List.of(text.split("\\s+")));
    }

    private static String golden(String name) throws IOException {
        try (InputStream in = RecordJsonTest.class.getResourceAsStream("/golden/" + name)) {
            assertThat(in).as("golden file " + name).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
