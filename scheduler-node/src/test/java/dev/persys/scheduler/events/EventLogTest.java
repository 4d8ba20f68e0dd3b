package dev.persys.scheduler.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import com.typesafe.config.ConfigFactory;
import dev.persys.api.ClusterEvent;
import dev.persys.api.Json;
import dev.persys.model.Epoch;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol.EventFeed;
import dev.persys.scheduler.SchedulerEnvironment;
import dev.persys.scheduler.SchedulerSettings;
import dev.persys.scheduler.record.LeadershipLost;
import dev.persys.scheduler.testing.InMemoryStateStore.Fate;
import dev.persys.scheduler.testing.Workbench;
import dev.persys.store.Change;
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
    private static final String RECORD = Keys.workload(Workbench.ID);
    private static final String SMALL = "persys.scheduler.events { kept = 6, stored = 4, follower-buffer = 2 }";

    /** What one follower hears. */
    private static final class Follower {
        final ConcurrentLinkedQueue<String> heard = new ConcurrentLinkedQueue<>();
        final AtomicBoolean ended = new AtomicBoolean();
    }

    private final Workbench bench = new Workbench(SMALL);
    private SchedulerEnvironment environment = bench.environment;
    private EventNumbers numbers;
    private ActorRef<EventLog.Command> log = start(bench.leadership);

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void followersHearEveryEventInOrderUnderGrowingNumbers() {
        Follower follower = follow(Optional.empty());
        happen("a");
        happen("b");

        await().until(() -> List.copyOf(follower.heard).equals(List.of("1-1 a", "1-2 b")));
    }

    @Test
    void eventWaitsForThoseBeforeItOfWhichItIsNotKnownYetWhetherTheyHappened() {
        Follower follower = follow(Optional.empty());
        ClusterEvent first = take("a");
        ClusterEvent second = take("b");
        ClusterEvent third = take("c");
        durable(third);
        durable(second);
        feed(Optional.empty());
        assertThat(follower.heard).isEmpty();

        log.tell(new EventLog.Abandoned(first));

        await().until(() -> List.copyOf(follower.heard).equals(List.of("1-2 b", "1-3 c")));
    }

    @Test
    void numbersOfAWriterThatFailedAreLookedUpInTheStore() {
        Follower follower = follow(Optional.empty());
        ClusterEvent written = take("a");
        take("never sent");
        bench.store.plant(EventId.of(written).key(), Json.write(written));
        durable(numbers.take("/nodes/another", event("c")));

        log.tell(new EventLog.WriterFailed(RECORD, numbers.unsettledOf(RECORD)));

        await().until(() -> List.copyOf(follower.heard).equals(List.of("1-1 a", "1-3 c")));
    }

    @Test
    void numbersOfTheWriterThatTakesItsPlaceAreForItToTell() {
        Follower follower = follow(Optional.empty());
        take("never sent");
        List<Long> open = numbers.unsettledOf(RECORD);
        ClusterEvent next = take("b");

        log.tell(new EventLog.WriterFailed(RECORD, open));
        durable(next);

        await().until(() -> List.copyOf(follower.heard).equals(List.of("1-2 b")));
    }

    @Test
    void eventThatCountsAsNeverWrittenIsNotWrittenLateEither() {
        Follower follower = follow(Optional.empty());
        ClusterEvent late = take("late");
        bench.store.nextCommits(EventId.of(late).key()::equals, Fate.LATE);
        var unanswered = bench.environment
                .store()
                .commit(
                        bench.leadership.epoch(),
                        List.of(new Change.Put(EventId.of(late).key(), Json.write(late), Change.ABSENT)));
        await().until(() -> unanswered.toCompletableFuture().isCompletedExceptionally());
        log.tell(new EventLog.WriterFailed(RECORD, numbers.unsettledOf(RECORD)));
        happen("next");
        await().until(() -> List.copyOf(follower.heard).equals(List.of("1-2 next")));

        bench.store.deliverLate();

        assertThat(bench.store.entries(EventId.of(late).key()))
                .extracting(Entry::value)
                .doesNotContain(Json.write(late));
    }

    @Test
    void placeOfAnEventThatWasNotWrittenGoesWhenAnEventWould() {
        ClusterEvent never = take("never sent");
        log.tell(new EventLog.WriterFailed(RECORD, numbers.unsettledOf(RECORD)));
        await().until(() -> stored() == 1);
        for (int i = 1; i <= 4; i++) {
            happen("e" + i);
        }
        feed(Optional.empty());
        assertThat(bench.store.entries(EventId.of(never).key())).hasSize(1);

        for (int i = 5; i <= 8; i++) {
            happen("e" + i);
        }

        await().until(() -> stored() <= 5);
        assertThat(bench.store.entries(EventId.of(never).key())).isEmpty();
    }

    @Test
    void writersNumbersAreLookedUpAgainWhereTheStoreDidNotAnswer() {
        Follower follower = follow(Optional.empty());
        ClusterEvent written = take("a");
        bench.store.plant(EventId.of(written).key(), Json.write(written));
        bench.store.goAway();
        log.tell(new EventLog.WriterFailed(RECORD, numbers.unsettledOf(RECORD)));
        await().until(() -> bench.store.attempts() == 1);
        feed(Optional.empty());
        bench.store.comeBack();

        await().until(() -> {
            bench.pass(Duration.ofMillis(500));
            return List.copyOf(follower.heard).equals(List.of("1-1 a"));
        });
    }

    @Test
    void followerResumesBehindTheLastEventItSaw() {
        happen("a");
        happen("b");
        happen("c");

        Follower follower = follow(Optional.of("1-1"));

        await().until(() -> List.copyOf(follower.heard).equals(List.of("1-2 b", "1-3 c")));
    }

    @Test
    void eventThatIsNoLongerKeptIsGone() {
        for (int i = 0; i < 8; i++) {
            happen("e" + i);
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
            happen("e" + i);
            int heard = i;
            await().until(() -> other.heard.size() == heard);
        }
        Follower late = follow(unread);

        await().until(late.ended::get);

        assertThat(late.heard).hasSizeLessThan(told);
        happen("last");
        await().until(() -> other.heard.size() == told + 1);
    }

    @Test
    void passingEventsAreSentAndNeitherNumberedNorKept() {
        Follower follower = follow(Optional.empty());
        log.tell(new EventLog.Passing(event("passing")));
        happen("a");

        await().until(() -> List.copyOf(follower.heard).equals(List.of(" passing", "1-1 a")));
    }

    /** Whoever saw the newest event that anybody was told of goes on with the next leader, at whatever rate they came. */
    @Test
    void everyFollowerSurvivesATakeOverAtAnyInstantUnlessItIsFarBehind() {
        Follower follower = follow(Optional.empty());
        for (int i = 1; i <= 40; i++) {
            happen("e" + i);
            int heard = i;
            await().until(() -> follower.heard.size() == heard);
        }
        // Durable at the instant of the kill, and never told.
        ClusterEvent untold = take("untold");
        bench.store.plant(EventId.of(untold).key(), Json.write(untold));

        takeOver();
        happen("f1");

        Follower back = follow(Optional.of("1-40"));
        await().until(() -> List.copyOf(back.heard).equals(List.of("1-41 untold", "2-1 f1")));
    }

    @Test
    void storeKeepsTheNewestAndANewLeaderGoesOnBehindThem() {
        for (int i = 1; i <= 12; i++) {
            happen("e" + i);
        }
        await().until(() -> stored() <= 5);

        takeOver();
        happen("f1");

        assertThat(feed(Optional.of("1-7"))).isInstanceOf(EventFeed.Gone.class);
        Follower follower = follow(Optional.of("1-10"));
        await().until(() -> List.copyOf(follower.heard).equals(List.of("1-11 e11", "1-12 e12", "2-1 f1")));
    }

    @Test
    void lessIsKeptFromTheTakeOverOnWhereTheSettingSaysSo() {
        for (int i = 1; i <= 4; i++) {
            happen("e" + i);
        }
        feed(Optional.empty());
        environment = with("persys.scheduler.events { kept = 6, stored = 2, follower-buffer = 2 }");

        takeOver();

        await().until(() -> stored() == 2);
    }

    @Test
    void oldEventsAreRemovedOverAnOutageToo() {
        for (int i = 1; i <= 4; i++) {
            happen("e" + i);
        }
        feed(Optional.empty());
        environment = with("persys.scheduler.events { kept = 6, stored = 1, follower-buffer = 2 }");
        bench.store.nextCommits(key -> true, Fate.WRITTEN_UNANSWERED, Fate.LOST);

        takeOver();

        await().until(() -> {
            bench.pass(Duration.ofMillis(500));
            return stored() == 1;
        });
        bench.term.expectNoMessage(Duration.ZERO);
    }

    @Test
    void foreignKeysAndBrokenValuesEndNoTerm() {
        happen("a");
        bench.store.plant(Keys.EVENTS + "not-a-place", "{}");
        bench.store.plant(Keys.event(Epoch.of(1), 7), "null");
        bench.store.plant(Keys.EVENTS + "000070", "no json");

        takeOver();
        happen("b");

        await().until(() -> stored() == 3);
        assertThat(bench.store.entries(Keys.EVENTS))
                .extracting(Entry::key)
                .containsExactly(Keys.event(Epoch.of(1), 1), Keys.event(Epoch.of(2), 1), Keys.EVENTS + "not-a-place");
        Follower follower = follow(Optional.of("1-1"));
        await().until(() -> List.copyOf(follower.heard).equals(List.of("2-1 b")));
    }

    @Test
    void neitherMemoryNorStoreGrowsWithTheNumberOfEvents() {
        int many = 500;
        for (int i = 1; i <= many; i++) {
            happen("e" + i);
        }

        await().until(() -> stored() <= 5);
        assertThat(feed(Optional.of("1-" + (many - 6)))).isInstanceOf(EventFeed.Gone.class);
        assertThat(feed(Optional.of("1-" + (many - 5)))).isInstanceOf(EventFeed.Open.class);
    }

    @Test
    void fencedRemovalEndsTheTerm() {
        bench.takeOver();
        for (int i = 1; i <= 8; i++) {
            happen("e" + i);
        }

        bench.term.expectMessageClass(LeadershipLost.class);
    }

    @Test
    void followersEndWithTheTerm() {
        Follower follower = follow(Optional.empty());

        bench.kit.stop(log);

        await().until(follower.ended::get);
    }

    private ActorRef<EventLog.Command> start(Leadership leadership) {
        numbers = new EventNumbers(leadership.epoch());
        ActorRef<EventLog.Command> begun =
                bench.kit.spawn(EventLog.create(environment, leadership, numbers, bench.term.getRef()));
        begun.tell(new EventLog.Begin(bench.store.entries(Keys.EVENTS)));
        return begun;
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

    private ClusterEvent take(String message) {
        return numbers.take(RECORD, event(message));
    }

    /** As a writer does: the event is in the store, with the change that it tells of, before anybody is told. */
    private void durable(ClusterEvent event) {
        bench.store.plant(EventId.of(event).key(), Json.write(event));
        log.tell(new EventLog.Durable(event));
    }

    private void happen(String message) {
        durable(take(message));
    }

    private int stored() {
        return bench.store.entries(Keys.EVENTS).size();
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

    private static ClusterEvent event(String message) {
        return StoredEventsTest.event("", message);
    }
}
