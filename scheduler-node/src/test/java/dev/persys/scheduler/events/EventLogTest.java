package dev.persys.scheduler.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import com.typesafe.config.ConfigFactory;
import dev.persys.api.ClusterEvent;
import dev.persys.api.ClusterEvent.Kind;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol.EventFeed;
import dev.persys.scheduler.SchedulerEnvironment;
import dev.persys.scheduler.SchedulerSettings;
import dev.persys.scheduler.record.LeadershipLost;
import dev.persys.scheduler.testing.InMemoryStateStore.Fate;
import dev.persys.scheduler.testing.Workbench;
import dev.persys.store.Entry;
import dev.persys.store.Keys;
import dev.persys.store.Leadership;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class EventLogTest {
    private static final String SMALL = "persys.scheduler.events { kept = 6, stored = 4, follower-buffer = 2 }";

    /** What one follower hears. */
    private static final class Follower {
        final ConcurrentLinkedQueue<String> heard = new ConcurrentLinkedQueue<>();
        final AtomicBoolean ended = new AtomicBoolean();
    }

    private final Workbench bench = new Workbench(SMALL);
    private SchedulerEnvironment environment = bench.environment;
    private ActorRef<EventLog.Command> log = start(bench.leadership);

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void followersHearEveryEventInOrderUnderGrowingNumbers() {
        Follower follower = follow(Optional.empty());
        append("a");
        append("b");

        await().until(() -> List.copyOf(follower.heard).equals(List.of("1-1 a", "1-2 b")));
    }

    @Test
    void followerResumesBehindTheLastEventItSaw() {
        append("a");
        append("b");
        append("c");

        Follower follower = follow(Optional.of("1-1"));

        await().until(() -> List.copyOf(follower.heard).equals(List.of("1-2 b", "1-3 c")));
    }

    @Test
    void eventThatIsNoLongerKeptIsGone() {
        for (int i = 0; i < 8; i++) {
            append("e" + i);
        }

        assertThat(feed(Optional.of("1-2"))).isInstanceOf(EventFeed.Gone.class);
        assertThat(feed(Optional.of("1-3"))).isInstanceOf(EventFeed.Open.class);
        assertThat(feed(Optional.of("never-was"))).isInstanceOf(EventFeed.Gone.class);
    }

    @Test
    void followerThatDoesNotReadIsCutOffAndNobodyElse() {
        EventFeed.Open unread = (EventFeed.Open) feed(Optional.empty());
        Follower other = follow(Optional.empty());
        int told = 100;
        for (int i = 1; i <= told; i++) {
            append("e" + i);
            int heard = i;
            await().until(() -> other.heard.size() == heard);
        }
        Follower late = follow(unread);

        await().until(late.ended::get);

        assertThat(late.heard).hasSizeLessThan(told);
        append("last");
        await().until(() -> other.heard.size() == told + 1);
    }

    @Test
    void passingEventsAreSentAndNeitherNumberedNorKept() {
        Follower follower = follow(Optional.empty());
        log.tell(new EventLog.Append(event("passing"), false));
        append("a");

        await().until(() -> List.copyOf(follower.heard).equals(List.of(" passing", "1-1 a")));
    }

    @Test
    void ringKeepsTheNewestAndANewLeaderGoesOnBehindThem() {
        for (int i = 1; i <= 6; i++) {
            append("e" + i);
            written(i);
        }
        assertThat(bench.store.entries(Keys.EVENTS)).hasSize(4);

        takeOver();
        append("f1");

        assertThat(feed(Optional.of("1-2"))).isInstanceOf(EventFeed.Gone.class);
        Follower follower = follow(Optional.of("1-4"));
        await().until(() -> List.copyOf(follower.heard).equals(List.of("1-5 e5", "1-6 e6", "2-1 f1")));
        written(7);
        assertThat(bench.store.entries(Keys.EVENTS)).hasSize(4);
    }

    @Test
    void smallerRingIsClearedOfWhatItHasNoPlaceFor() {
        for (int i = 1; i <= 6; i++) {
            append("e" + i);
            written(i);
        }
        environment = with("persys.scheduler.events { kept = 6, stored = 2, follower-buffer = 2 }");

        takeOver();
        await().until(() -> {
            bench.pass(Duration.ofMillis(200));
            return bench.store.entries(Keys.EVENTS).size() == 2;
        });
        takeOver();

        assertThat(feed(Optional.of("1-4"))).isInstanceOf(EventFeed.Gone.class);
        Follower follower = follow(Optional.of("1-5"));
        await().until(() -> List.copyOf(follower.heard).equals(List.of("1-6 e6")));
    }

    @Test
    void ringIsClearedOverAnOutageToo() {
        for (int i = 1; i <= 4; i++) {
            append("e" + i);
            written(i);
        }
        environment = with("persys.scheduler.events { kept = 6, stored = 1, follower-buffer = 2 }");
        bench.store.nextCommits(key -> true, Fate.NORMAL, Fate.WRITTEN_UNANSWERED, Fate.LOST);

        takeOver();

        await().until(() -> {
            bench.pass(Duration.ofMillis(500));
            return bench.store.entries(Keys.EVENTS).size() == 1;
        });
        append("last");
        await().until(() -> {
            bench.pass(Duration.ofMillis(500));
            return bench.store.entries(Keys.EVENTS).get(0).value().contains("last");
        });
        bench.term.expectNoMessage(Duration.ZERO);
    }

    @Test
    void foreignKeysAndBrokenValuesEndNoTerm() {
        append("a");
        written(1);
        bench.store.plant(Keys.EVENTS + "not-a-place", "{}");
        bench.store.plant(Keys.event(1), "null");
        bench.store.plant(Keys.event(70), "no json");

        takeOver();
        append("b");
        await().until(() -> {
            bench.pass(Duration.ofMillis(200));
            return bench.store.entries(Keys.EVENTS).size() == 3;
        });

        assertThat(bench.store.entries(Keys.EVENTS))
                .extracting(Entry::key)
                .containsExactly(Keys.event(0), Keys.event(1), Keys.EVENTS + "not-a-place");
        Follower follower = follow(Optional.of("1-1"));
        await().until(() -> List.copyOf(follower.heard).equals(List.of("2-1 b")));
    }

    @Test
    void neitherMemoryNorStoreGrowsWithTheNumberOfEvents() {
        int many = 500;
        for (int i = 1; i <= many; i++) {
            append("e" + i);
        }
        await().until(() -> {
            bench.pass(Duration.ofMillis(200));
            return bench.store.entries(Keys.EVENTS).stream()
                    .anyMatch(entry -> entry.value().contains("1-" + many));
        });

        assertThat(bench.store.entries(Keys.EVENTS)).hasSize(4);
        assertThat(feed(Optional.of("1-" + (many - 6)))).isInstanceOf(EventFeed.Gone.class);
        assertThat(feed(Optional.of("1-" + (many - 5)))).isInstanceOf(EventFeed.Open.class);
    }

    @Test
    void eventsBehindAHoleCannotBeResumedFromBeforeIt() {
        for (int i = 1; i <= 3; i++) {
            append("e" + i);
            written(i);
        }
        bench.store.plant(Keys.event(1), "{\"version\":\"from the future\"}");

        takeOver();

        assertThat(feed(Optional.of("1-1"))).isInstanceOf(EventFeed.Gone.class);
        assertThat(feed(Optional.of("1-3"))).isInstanceOf(EventFeed.Open.class);
    }

    @Test
    void groupWhoseFateIsUnknownIsWrittenAgainOverWhatIsThere() {
        bench.store.nextCommits(key -> true, Fate.WRITTEN_UNANSWERED, Fate.LOST);
        append("a");

        await().until(() -> {
            bench.pass(Duration.ofMillis(500));
            return bench.store.attempts() >= 3
                    && bench.store.entries(Keys.EVENTS).size() == 1;
        });
        append("b");
        written(bench.store.committed().size() + 1);

        assertThat(bench.store.entries(Keys.EVENTS)).hasSize(2);
    }

    @Test
    void storeThatIsAwayIsAskedAtTheRetryDelayOnly() {
        bench.store.goAway();
        append("a");
        feed(Optional.empty());
        bench.pass(Duration.ofMillis(200));
        await().until(() -> bench.store.attempts() == 1);

        for (int i = 0; i < 4; i++) {
            bench.pass(Duration.ofMillis(500));
            feed(Optional.empty());
        }
        assertThat(bench.store.reads()).isBetween(1, 4);

        bench.store.comeBack();
        await().until(() -> {
            bench.pass(Duration.ofMillis(500));
            return bench.store.entries(Keys.EVENTS).size() == 1;
        });
    }

    @Test
    void fencedWriteEndsTheTerm() {
        bench.takeOver();
        append("a");
        feed(Optional.empty());
        bench.pass(Duration.ofMillis(200));

        bench.term.expectMessageClass(LeadershipLost.class);
    }

    @Test
    void followersEndWithTheTerm() {
        Follower follower = follow(Optional.empty());

        bench.kit.stop(log);

        await().until(follower.ended::get);
    }

    private ActorRef<EventLog.Command> start(Leadership leadership) {
        return bench.kit.spawn(
                EventLog.create(environment, leadership, bench.store.entries(Keys.EVENTS), bench.term.getRef()));
    }

    private SchedulerEnvironment with(String settings) {
        return new SchedulerEnvironment(
                bench.environment.store(),
                bench.environment.agents(),
                bench.environment.clock(),
                bench.environment.ticker(),
                bench.environment.workloadIds(),
                bench.environment.owner(),
                bench.environment.clusterIdIfNew(),
                SchedulerSettings.of(ConfigFactory.parseString(settings).withFallback(ConfigFactory.load())));
    }

    private void takeOver() {
        bench.kit.stop(log);
        log = start(bench.takeOver());
    }

    private void append(String message) {
        log.tell(new EventLog.Append(event(message), true));
    }

    /** Has what was appended written, by this many commits in all. */
    private void written(int commits) {
        await().until(() -> {
            bench.pass(Duration.ofMillis(200));
            return bench.store.committed().size() == commits;
        });
    }

    private EventFeed feed(Optional<String> after) {
        TestProbe<Reply<EventFeed>> client = bench.kit.createTestProbe();
        log.tell(new EventLog.Follow(after, client.getRef()));
        return ((Reply.Ok<EventFeed>) client.receiveMessage()).value();
    }

    private Follower follow(Optional<String> after) {
        return follow((EventFeed.Open) feed(after));
    }

    private Follower follow(EventFeed.Open open) {
        Follower follower = new Follower();
        open.events()
                .runForeach(event -> follower.heard.add(event.id() + " " + event.message()), bench.kit.system())
                .whenComplete((done, failure) -> follower.ended.set(true));
        return follower;
    }

    private ClusterEvent event(String message) {
        return new ClusterEvent(
                "",
                bench.now(),
                Kind.WORKLOAD,
                Optional.of(Workbench.ID),
                Optional.of("web"),
                Optional.empty(),
                Optional.empty(),
                "Running",
                "ContainerRunning",
                message,
                Optional.empty(),
                Optional.empty());
    }
}
