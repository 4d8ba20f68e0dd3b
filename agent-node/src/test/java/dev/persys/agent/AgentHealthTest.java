package dev.persys.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.api.RunOrder;
import dev.persys.model.Attempt;
import dev.persys.model.ContainerPhase;
import dev.persys.model.ContainerReport;
import dev.persys.model.Health;
import dev.persys.model.HealthCheck;
import dev.persys.model.HealthCheck.Http;
import dev.persys.model.HealthStatus;
import dev.persys.model.OnUnhealthy;
import dev.persys.model.PullPolicy;
import dev.persys.model.RestartPolicy;
import dev.persys.testing.LoopbackServer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The agent's own checks against a server that answers over a socket, and what it does about what it finds. */
final class AgentHealthTest extends AgentConversation {
    /** The test's clock runs ahead of its sockets: what is under way for an instant has taken seconds of that clock. */
    private static final Duration NEVER = Duration.ofDays(1);

    private static final long SOCKETS_MILLIS = 90;

    private final AtomicInteger asked = new AtomicInteger();
    private volatile IntSupplier status = () -> 200;
    private final LoopbackServer server = new LoopbackServer(exchange -> {
        asked.incrementAndGet();
        LoopbackServer.answer(exchange, status.getAsInt(), "text/plain", "");
    });

    @AfterEach
    void closeServer() {
        server.close();
    }

    @Test
    void healthIsToldWhenItChangesAndOnlyThen() {
        status = () -> 503;
        run(checked("no", OnUnhealthy.REPORT));
        assertThat(skipTo(ContainerPhase.RUNNING).checked()).contains(Health.starting());
        ContainerReport unhealthy = becomes(HealthStatus.UNHEALTHY);
        assertThat(unhealthy.checked().orElseThrow().failures()).isEqualTo(3);
        assertThat(unhealthy.checked().orElseThrow().message()).contains("answered 503");
        assertThat(list().containers()).containsExactly(unhealthy);
        int before = asked.get();
        passUntilNow(() -> asked.get() > before + 3);
        status = () -> 200;
        assertThat(becomes(HealthStatus.HEALTHY).checked()).contains(new Health(HealthStatus.HEALTHY, 0, ""));
        assertThat(docker.count("stop")).as("it is reported, and no more").isZero();
    }

    @Test
    void unhealthyOneIsRestartedByTheAgentWithGrowingPausesWhateverItsPolicySaysOfEnds() {
        status = () -> docker.count("start") < 3 ? 503 : 200;
        run(checked("no", OnUnhealthy.RESTART).ofRun(1, Optional.empty(), 0, 0));
        skipTo(ContainerPhase.RUNNING);
        ContainerReport first = becomes(HealthStatus.UNHEALTHY);
        assertThat(first.next()).contains(new Attempt(1, 0, Duration.ofSeconds(1)));
        passUntilNow(() -> docker.count("start") == 2);
        ContainerReport again = skipUntil(report -> report.restartCount() == 1);
        assertThat(again.phase()).isEqualTo(ContainerPhase.RUNNING);
        assertThat(again.containerId()).isEqualTo(first.containerId());
        assertThat(again.checked()).contains(Health.starting());
        ContainerReport second = becomes(HealthStatus.UNHEALTHY);
        assertThat(second.next()).contains(new Attempt(2, 0, Duration.ofSeconds(2)));
        passUntilNow(() -> docker.count("start") == 3);
        assertThat(becomes(HealthStatus.HEALTHY).restartCount()).isEqualTo(2);
        assertThat(docker.count("create")).isEqualTo(1);
    }

    @Test
    void policyLimitsHowOftenInARowAnUnhealthyOneIsRestarted() {
        status = () -> 503;
        run(checked("on-failure:1", OnUnhealthy.RESTART).ofRun(1, Optional.empty(), 0, 0));
        skipTo(ContainerPhase.RUNNING);
        assertThat(becomes(HealthStatus.UNHEALTHY).next()).contains(new Attempt(1, 1, Duration.ofSeconds(1)));
        passUntilNow(() -> docker.count("start") == 2);
        skipUntil(report -> report.restartCount() == 1);
        assertThat(becomes(HealthStatus.UNHEALTHY).next()).isEmpty();
        int before = asked.get();
        passUntilNow(() -> asked.get() > before + 2);
        assertThat(docker.count("start")).isEqualTo(2);
    }

    @Test
    void oneThatRecoversInThePauseIsLeftAlone() {
        run(withCheck("always", exec(OnUnhealthy.RESTART)).ofRun(1, Optional.empty(), 0, 0));
        ContainerReport running = skipTo(ContainerPhase.RUNNING);
        String container = running.containerId().orElseThrow();
        docker.check(container, new Health(HealthStatus.UNHEALTHY, 3, "no"));
        assertThat(next().next()).contains(new Attempt(1, 0, Duration.ofSeconds(1)));
        docker.check(container, new Health(HealthStatus.HEALTHY, 0, ""));
        ContainerReport healthy = next();
        assertThat(healthy.checked()).contains(new Health(HealthStatus.HEALTHY, 0, ""));
        assertThat(healthy.next()).isEmpty();
        time.timePasses(Duration.ofMinutes(10));
        nothingElseIsTold();
        assertThat(docker.count("stop")).isZero();
    }

    @Test
    void agentThatBeginsAnewTakesTheChecksUpFromTheLabelAndLeavesTheRestartToTheScheduler() {
        run(checked("no", OnUnhealthy.RESTART).ofRun(1, Optional.empty(), 0, 0));
        ContainerReport running = skipTo(ContainerPhase.RUNNING);
        becomes(HealthStatus.HEALTHY);
        kit.stop(agent);
        status = () -> 503;
        start();
        await(() -> list().containers().get(0).checked().equals(Optional.of(Health.starting())));
        ContainerReport unhealthy = becomes(HealthStatus.UNHEALTHY);
        assertThat(unhealthy.run()).isZero();
        assertThat(unhealthy.next()).isEmpty();
        assertThat(docker.count("start")).isEqualTo(1);
        run(checked("no", OnUnhealthy.RESTART).ofRun(2, running.startedAt(), 1, 1));
        assertThat(skipUntil(report -> report.run() == 2 && report.phase() == ContainerPhase.RUNNING)
                        .checked())
                .contains(Health.starting());
        assertThat(docker.count("start")).isEqualTo(2);
    }

    @Test
    void nothingIsAskedOfOneThatIsPausedStoppedOrGone() {
        run(checked("no", OnUnhealthy.REPORT));
        skipTo(ContainerPhase.RUNNING);
        becomes(HealthStatus.HEALTHY);
        stop(1);
        ContainerReport exited = skipTo(ContainerPhase.EXITED);
        assertThat(exited.checked()).isEmpty();
        int before = asked.get();
        for (int second = 0; second < 30; second++) {
            pass();
            assertThat(list().containers()).extracting(ContainerReport::phase).containsExactly(ContainerPhase.EXITED);
        }
        assertThat(asked.get()).isEqualTo(before);
    }

    /** By what is told: what lasts for a second of the test's clock may be over when somebody asks for a list. */
    private ContainerReport becomes(HealthStatus wanted) {
        AtomicReference<ContainerReport> found = new AtomicReference<>();
        passUntilNow(() -> {
            while (found.get() == null && isMoreTold()) {
                ContainerReport report = next();
                if (report.checked().filter(its -> its.status() == wanted).isPresent()) {
                    found.set(report);
                }
            }
            return found.get() != null;
        });
        return found.get();
    }

    private void passUntilNow(BooleanSupplier condition) {
        Awaitility.await().pollInterval(Duration.ofMillis(5)).until(() -> {
            pass();
            return condition.getAsBoolean();
        });
    }

    /** A second for both clocks, and a moment for the sockets, of which the timers' clock knows nothing. */
    private void pass() {
        try {
            TimeUnit.MILLISECONDS.sleep(SOCKETS_MILLIS);
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        time.timePasses(Duration.ofSeconds(1));
    }

    private RunOrder checked(String policy, OnUnhealthy onUnhealthy) {
        return withCheck(
                policy,
                new HealthCheck(
                                Optional.of(Http.of(server.port(), "/live")),
                                Optional.empty(),
                                Optional.empty(),
                                false,
                                Optional.empty(),
                                Optional.of(NEVER),
                                Optional.empty(),
                                Optional.empty(),
                                onUnhealthy)
                        .whole());
    }

    private static HealthCheck exec(OnUnhealthy onUnhealthy) {
        return new HealthCheck(
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(List.of("true")),
                        false,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        onUnhealthy)
                .whole();
    }

    private RunOrder withCheck(String policy, HealthCheck check) {
        return Samples.run(
                id,
                1,
                1,
                Samples.IMAGE,
                List.of("sleep 1000"),
                RestartPolicy.of(policy),
                PullPolicy.MISSING,
                Optional.of(check));
    }
}
