package dev.persys.http.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.audit.AuditFiles;
import dev.persys.audit.AuditVerification;
import dev.persys.http.HttpSettings;
import dev.persys.http.server.Endpoint;
import dev.persys.http.testing.Samples;
import dev.persys.http.testing.Wire;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the routes leave in the audit log. */
final class AuditedRoutesTest {
    private static final String WORKLOAD = "{'name':'web','type':'docker-container','image':'nginx',"
            + "'envVars':{'PASSWORD':'hunter2-env'},'command':'run hunter2-arg'}";

    private final List<SchedulerFixture> open = new ArrayList<>();
    private final SchedulerFixture fixture = open("persys.http.scheduler.page-size = 1000");

    private SchedulerFixture open(String overrides) {
        SchedulerFixture made = new SchedulerFixture(overrides);
        open.add(made);
        made.scheduler.answer(command -> command.unavailable("nobody leads"));
        return made;
    }

    @AfterEach
    void stop() {
        open.forEach(SchedulerFixture::close);
    }

    private static List<JsonNode> lines(SchedulerFixture fixture, String query) {
        HttpResponse<String> response = fixture.api.get("/audit" + query);
        fixture.conforms("GET", "/audit", response);
        List<JsonNode> lines = new ArrayList<>();
        Wire.tree(response).path("entries").forEach(line -> {
            if (!line.path("event").asText().equals("log")) {
                lines.add(line);
            }
        });
        return lines;
    }

    private List<JsonNode> lines() {
        return lines(fixture, "");
    }

    private List<Endpoint> endpoints() {
        HttpSettings settings = HttpSettings.of(fixture.kit.system().settings().config());
        return SchedulerHttpServer.apiEndpoints(
                null,
                null,
                null,
                new SessionRoutes(null, null, null, null),
                new AuditRoutes(null, "", 1, null),
                Optional.empty(),
                new TrustRoutes(null, Optional.empty(), "", null),
                settings.scheduler(),
                "1.2.3");
    }

    private static String path(Endpoint endpoint) {
        return endpoint.template().replaceAll("\\{[a-z]+}", "web");
    }

    private HttpResponse<String> call(Endpoint endpoint, String... headers) {
        return endpoint.takesJson() && endpoint.method().value().equals("POST")
                ? fixture.api.json(path(endpoint), WORKLOAD, headers)
                : fixture.api.send(endpoint.method().value(), path(endpoint), BodyPublishers.noBody(), headers);
    }

    @Test
    void whateverIsNoGetIsAChangeAndLeavesOneLine() {
        List<Endpoint> changing = endpoints().stream()
                .filter(endpoint -> !endpoint.method().value().equals("GET"))
                .toList();
        assertThat(changing).hasSizeGreaterThan(12);
        int before = 0;
        for (Endpoint endpoint : changing) {
            HttpResponse<String> response = call(endpoint, "X-Request-Id", "r-" + before);

            List<JsonNode> lines = lines();
            assertThat(lines).as(endpoint.template()).hasSize(before + 1);
            JsonNode line = lines.get(before);
            assertThat(line.path("event").asText()).isEqualTo("change");
            assertThat(line.path("method").asText()).isEqualTo(endpoint.method().value());
            assertThat(line.path("route").asText()).isEqualTo(endpoint.template());
            assertThat(line.path("status").asInt()).isEqualTo(response.statusCode());
            assertThat(line.path("requestId").asText()).isEqualTo("r-" + before);
            assertThat(line.path("who").path("identity").asText()).isEqualTo("token");
            assertThat(line.path("who").path("address").asText()).isEqualTo("127.0.0.1");
            assertThat(line.path("on").path("asked").asText())
                    .isEqualTo(endpoint.template().contains("{") ? "web" : "");
            before++;
        }
    }

    @Test
    void whoeverLooksLeavesNone() {
        for (Endpoint endpoint : endpoints()) {
            if (endpoint.method().value().equals("GET") && endpoint.audit() != Endpoint.Audit.SESSION) {
                call(endpoint);
            }
        }
        fixture.api.post("/cluster/gc?dryRun=true");
        fixture.api.get("/nowhere");
        fixture.node.get("/readyz");

        assertThat(lines()).isEmpty();
    }

    @Test
    void whoeverIsDeniedLeavesOneWhateverHeWanted() {
        int before = 0;
        for (Endpoint endpoint : endpoints()) {
            assertThat(call(endpoint, "Authorization", "Bearer hunter2-token").statusCode())
                    .isEqualTo(401);
            List<JsonNode> lines = lines();
            assertThat(lines).as(endpoint.template()).hasSize(before + 1);
            JsonNode line = lines.get(before);
            assertThat(line.path("event").asText()).isEqualTo("denied");
            assertThat(line.path("route").asText()).isEqualTo(endpoint.template());
            assertThat(line.path("who").path("identity").asText()).isEqualTo("anonymous");
            assertThat(line.path("outcome").asText()).isEqualTo("denied");
            before++;
        }
        fixture.api.raw("GET /nodes HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
        fixture.api.raw("POST /nodes/a/drain HTTP/1.1\r\n" + SchedulerFixture.HEADERS
                + "Origin: http://evil.example\r\nConnection: close\r\n\r\n");
        assertThat(lines().subList(before, before + 2))
                .extracting(line -> line.path("status").asInt())
                .containsExactly(421, 403);
    }

    @Test
    void denialsWithoutEndHaveNoLinesWithoutEnd() {
        SchedulerFixture small = open("persys.http.scheduler.audit.denials-per-minute = 2");
        for (int i = 0; i < 20; i++) {
            small.api.get("/nodes", "Authorization", "Bearer x");
        }

        // One more for each half minute that this took.
        assertThat(lines(small, "")).hasSizeBetween(2, 10);
    }

    @Test
    void agentsThatRegisterLeaveALineAndHeartbeatsOnlyDenied() {
        SchedulerFixture guarded = open("persys.http.agent-secret = hunter2");
        String node = "{'nodeId':'node-1','ipAddress':'10.0.0.1','hostname':'a','status':'active'}";
        String beat = "{'nodeId':'node-1','status':'active','availableCpu':1,'availableMemory':1}";
        guarded.node.json("/nodes/register", node, "Authorization", "Bearer hunter2");
        guarded.node.json("/nodes/heartbeat", beat, "Authorization", "Bearer hunter2");
        guarded.node.json("/nodes/heartbeat", beat, "Authorization", "Bearer wrong");

        assertThat(lines(guarded, ""))
                .extracting(line -> line.path("event").asText() + " "
                        + line.path("who").path("identity").asText() + " "
                        + line.path("route").asText())
                .containsExactly("change peer /nodes/register", "denied anonymous /nodes/heartbeat");
    }

    @Test
    void whatANameMeantIsSaidAndWhatWasAskedFor() {
        fixture.scheduler.answer(command -> {
            if (command instanceof SchedulerProtocol.ChangeWorkload change) {
                change.replyTo().tell(new Reply.Ok<>(Samples.view(1)));
            }
        });

        fixture.api.delete("/workloads/cel?volumes=true&force=false");
        fixture.api.delete("/workloads/cel?volumes=hunter2-parameter");

        JsonNode done = lines().get(0);
        assertThat(done.path("on").path("asked").asText()).isEqualTo("cel");
        assertThat(done.path("on").path("workload").asText())
                .isEqualTo(Samples.view(1).workload().id().value());
        assertThat(done.path("on").path("name").asText())
                .isEqualTo(Samples.view(1).workload().spec().name());
        assertThat(done.path("parameters").path("volumes").asText()).isEqualTo("true");
        assertThat(done.path("outcome").asText()).isEqualTo("done");
        JsonNode refused = lines().get(1);
        assertThat(refused.path("status").asInt()).isEqualTo(400);
        assertThat(refused.has("parameters")).isFalse();
    }

    @Test
    void noSecretIsInItsFiles() throws IOException {
        fixture.api.json("/workloads/schedule", WORKLOAD);
        fixture.api.json("/workloads/schedule", "{'hunter2-field':1}");
        fixture.api.json("/workloads/schedule?hunter2-query=hunter2-value", WORKLOAD);
        fixture.api.get("/nodes", "Authorization", "Bearer hunter2-token");
        fixture.api.get("/nodes", "Authorization", "Basic aHVudGVyMjpodW50ZXIy");
        fixture.api.get("/workloads/web/exec?command=sh&command=hunter2-arg&env=A=hunter2-env");
        assertThat(lines()).hasSize(6);

        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.walk(fixture.audit)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                all.append(Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        assertThat(all.toString())
                .contains("exec of sh")
                .doesNotContain("hunter2", "aHVudGVy", SchedulerFixture.TOKEN, "PASSWORD");
    }

    @Test
    void whoIsNotLetIntoAContainerLeavesALineWithTheCommandsFirstWord() {
        fixture.scheduler.answer(command -> {
            if (command instanceof SchedulerProtocol.GetWorkload get) {
                get.replyTo().tell(new Reply.NotFound<>("workload", "web"));
            }
        });
        fixture.api.get("/workloads/web/exec?command=sh&command=-c&command=secret");
        fixture.api.get("/workloads/web/archive?access=read&path=/etc/passwd");

        assertThat(lines())
                .extracting(line -> line.path("event").asText() + ", "
                        + line.path("detail").asText() + ", "
                        + line.path("status").asInt())
                .containsExactly("session-refused, exec of sh, 404", "session-refused, read of /etc/passwd, 404");
    }

    @Test
    void pagesFollowEachOtherAndAreOfWhoIsAskedFor() throws IOException {
        for (int i = 0; i < 5; i++) {
            fixture.api.post("/nodes/node-" + i + "/drain");
        }
        fixture.api.get("/nodes", "Authorization", "Bearer x");

        assertThat(lines(fixture, "?who=token")).hasSize(5);
        assertThat(lines(fixture, "?who=127.0.0.1")).hasSize(6);
        assertThat(lines(fixture, "?who=nobody&since=1h")).isEmpty();
        assertThat(lines(fixture, "?since=2999-01-01T00:00:00Z")).isEmpty();
        JsonNode first = Wire.tree(fixture.api.get("/audit?who=token&limit=3"));
        assertThat(first.path("entries")).hasSize(3);
        JsonNode second = Wire.tree(fixture.api.get(
                "/audit?who=token&limit=3&continue=" + first.path("continue").asText()));
        assertThat(second.path("entries")).hasSize(2);
        assertThat(second.has("continue")).isFalse();
        assertThat(first.path("directory").asText()).isEqualTo(fixture.audit.toString());
        for (String bad : List.of("since=soon", "limit=0", "continue=x", "who=", "other=1")) {
            HttpResponse<String> response = fixture.api.get("/audit?" + bad);
            assertThat(response.statusCode()).as(bad).isEqualTo(400);
            assertThat(Wire.problem(response).errors().get(0).pointer())
                    .isEqualTo("?" + bad.substring(0, bad.indexOf('=')));
        }
        assertThat(AuditVerification.ofDirectory(fixture.audit).fault()).isEmpty();
    }

    /** A directory in the place of a file of the log is trouble that anybody can make, and mend. */
    private SchedulerFixture openInTrouble(Path directory, String onFailure) throws IOException {
        Files.createDirectory(AuditFiles.markFile(directory));
        SchedulerFixture made = open(
                "persys.http.scheduler.audit { on-failure = %s, directory = \"%s\" }".formatted(onFailure, directory));
        made.scheduler.answer(command -> {
            if (command instanceof SchedulerProtocol.ChangeNode change) {
                change.replyTo().tell(new Reply.Ok<>(Samples.node(1)));
            } else if (command instanceof SchedulerProtocol.GetNode get) {
                get.replyTo().tell(new Reply.Ok<>(Samples.node(1)));
            } else if (command instanceof SchedulerProtocol.GetReadiness ready) {
                ready.replyTo().tell(new SchedulerProtocol.Readiness(true, "leading"));
            }
        });
        JsonNode answer = Wire.tree(made.api.get("/audit"));
        assertThat(answer.path("trouble").asText()).contains("cannot be written");
        return made;
    }

    @Test
    void whereChangesAreRefusedWithoutTheLogNoneIsMadeUntilItIsBack(@TempDir Path directory) throws IOException {
        SchedulerFixture strict = openInTrouble(directory, "refuse");

        HttpResponse<String> refused = strict.api.post("/nodes/node-1/drain");

        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(Wire.problem(refused).type()).isEqualTo("audit-unavailable");
        strict.conforms("POST", "/nodes/{node}/drain", refused);
        assertThat(strict.node.get("/readyz").statusCode()).isEqualTo(503);
        assertThat(strict.node.get("/readyz").body()).contains("cannot be written");
        assertThat(strict.api.get("/nodes/node-1").statusCode()).isEqualTo(200);

        Files.delete(AuditFiles.markFile(directory));
        await().atMost(Duration.ofSeconds(60))
                .until(() -> strict.api.post("/nodes/node-1/drain").statusCode() == 200);
        // Here a change is answered when its line is on the disk.
        assertThat(Files.readString(AuditFiles.list(directory).get(0))).contains("\"status\":200");
        assertThat(AuditVerification.ofDirectory(directory).fault()).isEmpty();
    }

    @Test
    void otherwiseChangesAreMadeAndTheTroubleIsTold(@TempDir Path directory) throws IOException {
        SchedulerFixture usual = openInTrouble(directory, "continue");

        assertThat(usual.api.post("/nodes/node-1/drain", "X-Request-Id", "late").statusCode())
                .isEqualTo(200);
        assertThat(usual.node.get("/readyz").statusCode()).isEqualTo(200);
        assertThat(usual.node.get("/readyz").body()).contains("cannot be written");

        Files.delete(AuditFiles.markFile(directory));
        await().atMost(Duration.ofSeconds(60))
                .until(() -> lines(usual, "").stream()
                        .anyMatch(line -> line.path("requestId").asText().equals("late")));
    }
}
