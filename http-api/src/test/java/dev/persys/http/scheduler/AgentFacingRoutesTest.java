package dev.persys.http.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.api.Json;
import dev.persys.api.RegisterResponse;
import dev.persys.http.testing.Samples;
import dev.persys.http.testing.Wire;
import dev.persys.model.NodeStatus;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AgentFacingRoutesTest {
    private static final String REGISTER =
            "{'nodeId':'node-1','ipAddress':'192.168.1.10','hostname':'worker-1','status':'active'}";
    private static final String HEARTBEAT =
            "{'nodeId':'node-1','status':'active','availableCpu':2.5,'availableMemory':8192}";
    private static final RegisterResponse REGISTERED = new RegisterResponse(
            Samples.NODE_ID, NodeStatus.ACTIVE, Samples.CLUSTER, Samples.epoch(), Duration.ofSeconds(30));

    private SchedulerFixture open;
    private SchedulerFixture secured;

    @BeforeAll
    void start() {
        open = new SchedulerFixture("");
        secured = new SchedulerFixture("persys.http.agent-secret = hunter2");
        open.scheduler.answer(AgentFacingRoutesTest::accept);
        secured.scheduler.answer(AgentFacingRoutesTest::accept);
    }

    @AfterAll
    void stop() {
        open.close();
        secured.close();
    }

    private static void accept(SchedulerProtocol.Command command) {
        if (command instanceof SchedulerProtocol.RegisterNode register) {
            register.replyTo().tell(new Reply.Ok<>(REGISTERED));
        } else if (command instanceof SchedulerProtocol.Beat beat) {
            beat.replyTo().tell(new Reply.Ok<>(beat.heartbeat().nodeId()));
        } else if (command instanceof SchedulerProtocol.GetReadiness ready) {
            ready.replyTo().tell(new SchedulerProtocol.Readiness(false, "no leader yet"));
        }
    }

    @Test
    void seedRegistrationAndHeartbeatAreAnswered() {
        HttpResponse<String> registered = open.node.json("/nodes/register", REGISTER);
        HttpResponse<String> beat = open.node.json("/nodes/heartbeat", HEARTBEAT);

        assertThat(Json.read(registered.body(), RegisterResponse.class)).isEqualTo(REGISTERED);
        assertThat(beat.statusCode()).isEqualTo(200);
    }

    @Test
    void whatIsNotKnownOfARegistrationIsNamedInTheAnswer() {
        HttpResponse<String> registered = open.node.json(
                "/nodes/register", REGISTER.replace("}", ",'username':'root','hypervisor':{'type':'kvm'}}"));

        assertThat(registered.statusCode()).isEqualTo(200);
        assertThat(Json.read(registered.body(), RegisterResponse.class).warnings())
                .hasSize(2)
                .first()
                .asString()
                .contains("/username");
    }

    @Test
    void heartbeatOfAnUnknownNodeIsToldToRegisterByItsType() {
        open.scheduler.answer(
                command -> ((SchedulerProtocol.Beat) command).replyTo().tell(new Reply.NotFound<>("node", "node-1")));

        HttpResponse<String> response = open.node.json("/nodes/heartbeat", HEARTBEAT);

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(Wire.problem(response).type()).isEqualTo("unknown-node");
        open.scheduler.answer(AgentFacingRoutesTest::accept);
    }

    @Test
    void badBodiesNameTheirFields() {
        assertThat(Wire.problem(open.node.json("/nodes/register", "{}")).errors())
                .hasSize(4);
        assertThat(Wire.problem(open.node.json("/nodes/heartbeat", "{}")).errors())
                .hasSize(4);
    }

    @Test
    void theSharedSecretIsTakenAsBearerAndAsBasicPassword() {
        String basic = Base64.getEncoder().encodeToString("agent:hunter2".getBytes(StandardCharsets.UTF_8));
        String wrong = Base64.getEncoder().encodeToString("hunter2:x".getBytes(StandardCharsets.UTF_8));

        assertThat(register("Authorization", "Bearer hunter2").statusCode()).isEqualTo(200);
        assertThat(register("Authorization", "Basic " + basic).statusCode()).isEqualTo(200);
        assertThat(register("Authorization", "Basic " + wrong).statusCode()).isEqualTo(401);
        assertThat(register("Authorization", "Bearer hunter").statusCode()).isEqualTo(401);
        HttpResponse<String> none = register("X-None", "x");
        assertThat(none.statusCode()).isEqualTo(401);
        assertThat(none.headers().firstValue("WWW-Authenticate")).contains("Bearer realm=\"persys\"");
        assertThat(Wire.problem(none).detail()).contains("AGENT_SECRET").doesNotContain("hunter2");
    }

    private HttpResponse<String> register(String name, String value) {
        return secured.node.json("/nodes/register", REGISTER, name, value);
    }

    @Test
    void probesAndPrometheusNeedNoSecret() {
        HttpResponse<String> metrics = secured.node.get("/metrics");

        assertThat(metrics.statusCode()).isEqualTo(200);
        assertThat(metrics.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/plain; version=0.0.4");
        assertThat(secured.node.get("/healthz").statusCode()).isEqualTo(200);
        HttpResponse<String> ready = secured.node.get("/readyz");
        assertThat(ready.statusCode()).isEqualTo(503);
        assertThat(ready.body()).contains("no leader yet");
    }

    /** Whatever other requests are given: a probe does not wait for that. */
    @Test
    void aSilentSchedulerIsNotReadyAndThatIsSaidInTime() {
        try (SchedulerFixture silent = new SchedulerFixture("persys.http.server.answer-timeout = 1m")) {
            HttpResponse<String> ready = silent.node.get("/readyz");

            assertThat(ready.statusCode()).isEqualTo(503);
            assertThat(ready.body()).contains("\"ready\":false", "the scheduler does not answer in time");
        }
    }
}
