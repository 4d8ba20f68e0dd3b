package dev.persys.agent;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.FishingOutcomes;
import akka.actor.testkit.typed.javadsl.ManualTime;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import com.typesafe.config.ConfigFactory;
import dev.persys.api.Heartbeat;
import dev.persys.api.RegisterRequest;
import dev.persys.protocol.SchedulerClient.HeartbeatReply;
import dev.persys.testing.VirtualTime;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SchedulerLinkTest {
    private static final int STEPS = 20;

    private final ActorTestKit kit = ActorTestKit.create(VirtualTime.CONFIG.withFallback(ConfigFactory.load()));

    private final ManualTime time = ManualTime.get(kit.system());
    private final FakeScheduler scheduler = new FakeScheduler();
    private final FakeHostProbe probe = new FakeHostProbe();
    private final TestProbe<SchedulerLink.News> news = kit.createTestProbe();
    private ActorRef<SchedulerLink.Command> link = kit.system().ignoreRef();

    @AfterEach
    void stopKit() {
        kit.shutdownTestKit();
    }

    @Test
    void registersWithFactsAndBeatsAsOftenAsTheSchedulerSays() throws Exception {
        start();
        RegisterRequest request = asked(RegisterRequest.class);
        assertThat(request.nodeId()).isEqualTo(Samples.NODE);
        assertThat(request.totalCpu()).contains(new BigDecimal(4));
        assertThat(request.totalMemory()).contains(8192L);
        assertThat(request.agentPort()).contains(8086);
        assertThat(request.engineId()).contains("ENGINE:1");
        news.expectMessageClass(SchedulerLink.Registered.class);
        Heartbeat beat = asked(Heartbeat.class);
        assertThat(beat.availableCpu()).isEqualByComparingTo("3.5");
        assertThat(beat.availableMemory()).isEqualTo(4096);
        pass(Duration.ofSeconds(9), Duration.ofSeconds(10));
        asked(Heartbeat.class);
        pass(Duration.ofSeconds(9), Duration.ofSeconds(10));
        asked(Heartbeat.class);
    }

    @Test
    void registersAgainAtOnceWhereTheSchedulerDoesNotKnowTheNode() throws Exception {
        start();
        asked(RegisterRequest.class);
        asked(Heartbeat.class);
        scheduler.beatReply = new HeartbeatReply.UnknownNode();
        pass(Duration.ofSeconds(9), Duration.ofSeconds(10));
        asked(Heartbeat.class);
        asked(RegisterRequest.class);
        // The scheduler forgets what it was just told: not at once then.
        asked(Heartbeat.class);
        pass(Duration.ofMillis(500), Duration.ofMillis(1000));
        asked(RegisterRequest.class);
        asked(Heartbeat.class);
    }

    @Test
    void comesBackToASchedulerThatWasAwayWithGrowingPauses() throws Exception {
        scheduler.isAway = true;
        start();
        asked(RegisterRequest.class);
        SchedulerLink.Unregistered away = news.expectMessageClass(SchedulerLink.Unregistered.class);
        assertThat(away.why()).contains("connection refused");
        pass(Duration.ofMillis(500), Duration.ofMillis(1000));
        asked(RegisterRequest.class);
        pass(Duration.ofMillis(1100), Duration.ofMillis(2000));
        asked(RegisterRequest.class);
        scheduler.isAway = false;
        pass(Duration.ofSeconds(2), Duration.ofSeconds(4));
        asked(RegisterRequest.class);
        asked(Heartbeat.class);
        scheduler.isAway = true;
        pass(Duration.ofSeconds(6), Duration.ofSeconds(10));
        asked(Heartbeat.class);
        scheduler.isAway = false;
        pass(Duration.ofMillis(500), Duration.ofMillis(1000));
        asked(Heartbeat.class);
        answerArrived();
    }

    @Test
    void tellsThatDockerIsAwayAndRegistersWithItsFactsOnceItIsBack() throws Exception {
        probe.engineVersion = Optional.empty();
        start();
        assertThat(asked(RegisterRequest.class).dockerVersion()).isEmpty();
        assertThat(asked(Heartbeat.class).status()).isEqualTo(Heartbeat.DEGRADED);
        probe.engineVersion = Optional.of("fake-1");
        link.tell(new SchedulerLink.EngineIs(true));
        assertThat(asked(RegisterRequest.class).dockerVersion()).contains("fake-1");
        assertThat(asked(Heartbeat.class).status()).isEqualTo(SchedulerLink.ACTIVE);
        link.tell(new SchedulerLink.EngineIs(false));
        assertThat(asked(Heartbeat.class).status()).isEqualTo(Heartbeat.DEGRADED);
    }

    @Test
    void agentThatHasJustStartedNeverCallsADockerThatAnswersAway() throws Exception {
        start();
        assertThat(asked(RegisterRequest.class).dockerVersion()).isPresent();
        assertThat(asked(Heartbeat.class).status()).isEqualTo(SchedulerLink.ACTIVE);
        link.tell(new SchedulerLink.EngineIs(true));
        pass(Duration.ofSeconds(6), Duration.ofSeconds(10));
        assertThat(asked(Heartbeat.class).status()).isEqualTo(SchedulerLink.ACTIVE);
    }

    @Test
    void rejectedNodeAsksAgainOnlySeldom() throws Exception {
        scheduler.rejection = Optional.of("no such secret");
        start();
        asked(RegisterRequest.class);
        assertThat(news.expectMessageClass(SchedulerLink.Unregistered.class).why())
                .contains("no such secret");
        pass(Duration.ofSeconds(29), Duration.ofSeconds(30));
        asked(RegisterRequest.class);
    }

    private void start() {
        link = kit.spawn(SchedulerLink.create(
                Samples.NODE, Samples.settings(), scheduler, probe, "test", new Random(1), news.ref()));
    }

    /** The link has the scheduler's answer to its beat, and waits for the next. */
    private void answerArrived() {
        news.fishForMessage(
                Duration.ofSeconds(3),
                message -> message instanceof SchedulerLink.Answered
                        ? FishingOutcomes.complete()
                        : FishingOutcomes.continueAndIgnore());
    }

    private <T> T asked(Class<T> type) throws InterruptedException {
        Object request = scheduler.asked.poll(3, TimeUnit.SECONDS);
        assertThat(request).isInstanceOf(type);
        return type.cast(request);
    }

    /**
     * Lets time pass until the scheduler is asked, so long at most and not before {@code quiet} of it: in steps, since what
     * is set because of that is set by a clock that must not be far ahead of it.
     */
    private void pass(Duration quiet, Duration whole) {
        // The timer is set by an answer that may be on its way still: timePasses waits for it.
        time.timePasses(quiet);
        assertThat(scheduler.asked).isEmpty();
        for (int step = 0; step < STEPS && scheduler.asked.isEmpty(); step++) {
            time.timePasses(whole.minus(quiet).dividedBy(STEPS));
        }
    }
}
