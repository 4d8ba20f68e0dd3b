package dev.persys.http.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.persys.api.KeptSecret;
import dev.persys.api.Page;
import dev.persys.api.RecordJson;
import dev.persys.api.SecretRequest;
import dev.persys.api.WorkloadView;
import dev.persys.http.testing.Samples;
import dev.persys.http.testing.Wire;
import dev.persys.model.Document;
import dev.persys.model.DocumentChange;
import dev.persys.model.Workload;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol;
import dev.persys.secrets.SealingKeys;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said of secrets, and that their values are not. */
final class SecretRoutesTest {
    private static final String VALUE = "hunter2 \\\" pässwörd";
    private static final String SECRET = "/secrets/{secret}";

    private SchedulerFixture fixture;
    private List<WorkloadView> workloads = List.of();

    @BeforeEach
    void start() {
        fixture = new SchedulerFixture("");
        fixture.scheduler.answer(command -> {
            if (command instanceof SchedulerProtocol.ListWorkloads list) {
                list.replyTo().tell(new Reply.Ok<>(new Page<>(workloads, Optional.empty())));
            } else if (command instanceof SchedulerProtocol.ChangeDocuments change) {
                fixture.documents.change(change);
            } else if (command instanceof SchedulerProtocol.GetWorkload get) {
                get.replyTo().tell(new Reply.Ok<>(workloads.get(0)));
            }
        });
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private HttpResponse<String> set(String name, String value, String... headers) {
        return put(name, "{\"value\":\"" + value + "\"}", headers);
    }

    private HttpResponse<String> put(String name, String body, String... headers) {
        String[] all = Stream.concat(Stream.of("Content-Type", "application/json"), Stream.of(headers))
                .toArray(String[]::new);
        HttpResponse<String> response = fixture.api.send("PUT", "/secrets/" + name, BodyPublishers.ofString(body), all);
        fixture.conforms("PUT", SECRET, response);
        assertThat(response.body()).doesNotContain("hunter2");
        return response;
    }

    private JsonNode listed() {
        HttpResponse<String> response = fixture.api.get("/secrets");
        fixture.conforms("GET", "/secrets", response);
        assertThat(response.body()).doesNotContain("hunter2");
        return Wire.tree(response).path("secrets");
    }

    /** One that runs with this version of the secret {@code db}. */
    private static WorkloadView using(long version) {
        ObjectNode json = RecordJson.toJson(Samples.running());
        json.putObject("secretEnv").put("PASSWORD", "db");
        json.putObject("secretVersions").put("db", version);
        Workload workload = RecordJson.workload(json);
        return new WorkloadView(workload, 4, Optional.empty());
    }

    @Test
    void valueIsKeptSealedAndNeverAnswered() throws Exception {
        HttpResponse<String> first = set("db", VALUE);
        HttpResponse<String> second = set("db", VALUE);

        assertThat(Wire.tree(first).path("version").asLong()).isEqualTo(1);
        assertThat(Wire.tree(second).path("version").asLong())
                .as("the same value once more")
                .isEqualTo(2);
        assertThat(listed().path(0).path("version").asLong()).isEqualTo(2);
        assertThat(listed().path(0).path("usable").asBoolean()).isTrue();
        assertThat(fixture.documents.text())
                .contains("v1." + fixture.keys.currentId())
                .doesNotContain("hunter2");
        assertThat(fixture.api.get("/secrets/db").statusCode()).isEqualTo(405);
        try (Stream<Path> files = Files.walk(fixture.audit)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(file)).doesNotContain("hunter2");
            }
        }
    }

    @Test
    void changedSecretSaysWhoRunsTheOldOne() {
        set("db", VALUE);
        workloads = List.of(using(1));
        assertThat(listed().path(0).path("workloads").path(0).path("outdated").asBoolean())
                .isFalse();

        JsonNode changed = Wire.tree(set("db", "hunter2 again"));

        JsonNode user = changed.path("workloads").path(0);
        assertThat(user.path("name").asText()).isEqualTo(Samples.SPEC.name());
        assertThat(user.path("version").asLong()).isEqualTo(1);
        assertThat(user.path("outdated").asBoolean()).isTrue();
        HttpResponse<String> shown = fixture.api.get("/workloads/" + Samples.ID);
        fixture.conforms("GET", "/workloads/{workload}", shown);
        assertThat(Wire.tree(shown).path("outdatedSecrets").path("db").asLong()).isEqualTo(2);
    }

    @Test
    void oneThatIsMadeAnewBeginsBehindWhatAnyContainerHas() {
        workloads = List.of(using(7));

        assertThat(Wire.tree(set("db", VALUE)).path("version").asLong()).isEqualTo(8);
    }

    @Test
    void oneThatIsUsedGoesByForceAlone() {
        set("db", VALUE);
        workloads = List.of(using(1));

        HttpResponse<String> refused = fixture.api.delete("/secrets/db");
        fixture.conforms("DELETE", SECRET, refused);
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(Wire.problem(refused).type()).isEqualTo("secret-in-use");
        assertThat(Wire.problem(refused).candidates().get(0).id()).isEqualTo(Samples.ID.value());
        HttpResponse<String> forced = fixture.api.delete("/secrets/db?force=true");
        fixture.conforms("DELETE", SECRET, forced);
        assertThat(forced.statusCode()).isEqualTo(200);
        HttpResponse<String> gone = fixture.api.delete("/secrets/db");
        fixture.conforms("DELETE", SECRET, gone);
        assertThat(gone.statusCode()).isEqualTo(404);
        assertThat(listed()).isEmpty();
    }

    @Test
    void changeIsOfWhatWasRead() {
        long revision = Wire.tree(set("db", VALUE)).path("revision").asLong();

        assertThat(set("db", VALUE, "If-None-Match", "*").statusCode()).isEqualTo(412);
        assertThat(set("db", VALUE, "If-Match", "\"" + (revision + 1) + "\"").statusCode())
                .isEqualTo(412);
        assertThat(set("db", VALUE, "If-Match", "\"" + revision + "\"").statusCode())
                .isEqualTo(200);
        assertThat(fixture.api
                        .delete("/secrets/db", "If-Match", "\"" + revision + "\"")
                        .statusCode())
                .isEqualTo(412);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"value\":17}",
                "{\"value\":[\"hunter2\"]}",
                "{\"value\":\"hunter2\\u0000\"}",
                "{\"value\":\"hunter2\\ud800\"}",
                "{\"value\":\"hunter2\",\"valu\":1}",
                "\"hunter2\"",
                "hunter2",
                "{\"value\":hunter2}",
                "{\"value\":\"hunter2\" hunter2}"
            })
    void whatIsNoValueIsRefusedWithoutBeingShown(String body) {
        assertThat(put("db", body).statusCode()).isEqualTo(400);
        assertThat(fixture.documents.text()).isEqualTo("[]");
    }

    @Test
    void valueHasALongestOfItsOwn() {
        assertThat(set("db", "x".repeat(SecretRequest.MAX_BYTES)).statusCode()).isEqualTo(200);
        assertThat(set("db", "x".repeat(SecretRequest.MAX_BYTES - 1) + "ä").statusCode())
                .isEqualTo(400);
        assertThat(set("_db", VALUE).statusCode()).isEqualTo(400);
    }

    @Test
    void workloadThatNamesWhatThereIsNotIsRefusedByThatName() {
        String spec = "{'name':'web','type':'docker-container','image':'nginx','secretEnv':{'PASSWORD':'db'}}";

        HttpResponse<String> refused = fixture.api.json("/workloads/schedule", spec);

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(Wire.problem(refused).errors().get(0).pointer()).isEqualTo("/secretEnv/PASSWORD");
        assertThat(Wire.problem(refused).detail()).contains("\"db\"", "persys secret set db");
    }

    @Test
    void olderSealsAreMadeAnewByTheFirstKey() {
        SealingKeys old =
                SealingKeys.of(fixture.keyFile.lines().skip(1).findFirst().orElseThrow(), "old");
        keep("old", 3, old.seal("secret", "old", VALUE.getBytes(StandardCharsets.UTF_8)));
        keep("stray", 1, "v1.000000000000.AAAA");
        set("new", VALUE);

        HttpResponse<String> response = fixture.api.post("/cluster/reseal-secrets");

        fixture.conforms("POST", "/cluster/reseal-secrets", response);
        assertThat(Wire.tree(response).path("resealed").asInt()).isEqualTo(1);
        assertThat(Wire.tree(response).path("unusable").path(0).asText()).isEqualTo("stray");
        KeptSecret kept = KeptSecret.of(
                        fixture.documents.find(SchedulerSecrets.id("old")).orElseThrow())
                .orElseThrow();
        assertThat(kept.version()).isEqualTo(3);
        assertThat(fixture.keys.isCurrent(kept.sealed())).isTrue();
        assertThat(Map.of("stray", false, "old", true, "new", true))
                .allSatisfy((name, usable) -> assertThat(
                                Stream.iterate(0, i -> i < 3, i -> i + 1).map(listed()::path))
                        .anyMatch(secret -> secret.path("name").asText().equals(name)
                                && secret.path("usable").asBoolean() == usable));
    }

    private void keep(String name, long version, String sealed) {
        String text = new KeptSecret(version, sealed, Samples.NOW, Samples.NOW).write();
        fixture.documents.change(new SchedulerProtocol.ChangeDocuments(
                List.of(new DocumentChange.Put(SchedulerSecrets.id(name), text, DocumentChange.ABSENT)),
                fixture.kit.<Reply<List<Document>>>createTestProbe().ref()));
    }
}
