package dev.persys.scheduler.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.testkit.typed.javadsl.LoggingTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.Behaviors;
import dev.persys.model.Epoch;
import dev.persys.protocol.Reply;
import dev.persys.scheduler.testing.InMemoryStateStore.Fate;
import dev.persys.scheduler.testing.Workbench;
import dev.persys.store.Change;
import dev.persys.store.Entry;
import dev.persys.store.Keys;
import dev.persys.store.StoreTrouble;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The machine by itself, in an actor that has a number written each time it is told one. */
final class RecordWriterTest {
    private static final String KEY = Keys.workload(Workbench.ID);
    private static final String BESIDE = Keys.event(Epoch.of(1), 1);
    private static final int PLACES = 2;
    private static final StoreTrouble FULL = new StoreTrouble(StoreTrouble.Kind.FULL, "The disk is full.");

    private final Workbench bench = new Workbench("persys.scheduler.waiting-per-record = " + PLACES);
    private final TestProbe<Reply<Long>> asking = bench.kit.createTestProbe();
    private final ActorRef<Counter.Command> counter = bench.kit.spawn(
            RecordWriter.Means.given(bench.environment.settings(), means -> new Counter(means).ready(0)));

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void whatGoesWithTheRecordIsWrittenInTheSameCommit() {
        put(7);

        assertThat(asking.receiveMessage()).isEqualTo(new Reply.Ok<>(1L));
        assertThat(bench.store.committed())
                .singleElement()
                .satisfies(
                        changes -> assertThat(changes).extracting(Change::key).containsExactly(KEY, BESIDE));
    }

    @Test
    void whatDoesNotTouchTheRecordIsHandledWhileItIsWritten() {
        bench.store.nextCommits(key -> true, Fate.HELD);
        put(7);
        await().until(() -> bench.store.heldCommits() == 1);
        TestProbe<String> alive = bench.kit.createTestProbe();

        counter.tell(new Counter.Greet(alive.getRef()));

        alive.expectMessage("here");
        asking.expectNoMessage(Duration.ZERO);
        bench.store.releaseHeld();
        assertThat(asking.receiveMessage()).isEqualTo(new Reply.Ok<>(1L));
    }

    @Test
    void whatComesMeanwhileIsWrittenNextInItsOrderAndTooMuchIsTurnedAway() {
        bench.store.nextCommits(key -> true, Fate.HELD);
        put(1);
        await().until(() -> bench.store.heldCommits() == 1);
        for (int i = 0; i <= PLACES; i++) {
            put(2 + i);
        }
        assertThat(asking.receiveMessage()).isEqualTo(new Reply.Unavailable<>(TurnedAway.BUSY.detail()));

        bench.store.releaseHeld();

        for (long revision = 1; revision <= 1 + PLACES; revision++) {
            assertThat(asking.receiveMessage()).isEqualTo(new Reply.Ok<>(revision));
        }
        assertThat(bench.store.entries(KEY).get(0).value()).isEqualTo("3");
    }

    @Test
    void epochOfAnotherLeaderEndsTheTermAndWhoeverWaitsAsksAgain() {
        bench.takeOver();

        put(1);

        assertThat(asking.receiveMessage()).isEqualTo(TurnedAway.DEPOSED.reply());
        assertThat(bench.term.expectMessageClass(LeadershipLost.class).why()).isEqualTo("epoch 2 is in force");
        asking.expectTerminated(counter);
    }

    @Test
    void recordThatSomebodyElseChangedIsNoOtherLeadersAndEndsItsWriterAlone() {
        bench.store.plant(KEY, "another's");

        LoggingTestKit.error(
                        "is not what this scheduler, its only writer, has written to it: it was expected at revision 0"
                                + " and is at 1")
                .expect(bench.kit.system(), () -> {
                    put(1);
                    return null;
                });

        assertThat(asking.receiveMessage()).isEqualTo(TurnedAway.READ_AGAIN.reply());
        asking.expectTerminated(counter);
        bench.term.expectNoMessage(Duration.ZERO);
    }

    @Test
    void whoeverWaitsIsToldAtOnceThatTheStoreIsFullAndNothingIsWrittenLater() {
        bench.store.takesNoWrites(Optional.of(FULL));

        put(1);
        put(2);

        for (int i = 0; i < 2; i++) {
            Reply.Unavailable<Long> told = (Reply.Unavailable<Long>) asking.receiveMessage();
            assertThat(told.trouble()).contains(FULL);
            assertThat(told.detail()).isEqualTo("The disk is full. Nothing was changed");
        }
        bench.store.takesNoWrites(Optional.empty());
        bench.pass(Duration.ofMinutes(1));
        put(3);
        assertThat(asking.receiveMessage()).isEqualTo(new Reply.Ok<>(1L));
        assertThat(bench.store.entries(KEY).get(0).value()).isEqualTo("3");
    }

    @Test
    void whatNobodyAsksForAgainIsWrittenOnceThereIsRoomAndKeepsNobodyWaiting() {
        bench.store.takesNoWrites(Optional.of(FULL));
        counter.tell(new Counter.Put(1, Optional.empty()));
        await().until(() -> bench.store.attempts() == 1);

        put(2);

        assertThat(((Reply.Unavailable<Long>) asking.receiveMessage()).trouble())
                .contains(FULL);
        bench.store.takesNoWrites(Optional.empty());
        await().until(() -> {
            bench.pass(Duration.ofMillis(500));
            return !bench.store.entries(KEY).isEmpty();
        });
        assertThat(bench.store.entries(KEY).get(0).value()).isEqualTo("1");
    }

    @Test
    void writeThatMayHaveArrivedBeforeTheStoreWasFullIsNotSaidToBeUndone() {
        bench.store.nextCommits(key -> true, Fate.WRITTEN_UNANSWERED);
        put(1);
        await().until(() -> bench.store.attempts() == 1);
        bench.store.takesNoWrites(Optional.of(FULL));
        await().until(() -> {
            bench.pass(Duration.ofMillis(500));
            return bench.store.attempts() >= 2;
        });

        Reply.Unavailable<Long> told = (Reply.Unavailable<Long>) asking.receiveMessage();

        assertThat(told.trouble()).contains(FULL);
        assertThat(told.detail()).contains("Whether this was changed is not known");
        bench.store.takesNoWrites(Optional.empty());
        put(2);
        await().until(() -> {
            bench.pass(Duration.ofSeconds(5));
            return bench.store.entries(KEY).get(0).revision() == 2;
        });
        assertThat(asking.receiveMessage()).isEqualTo(new Reply.Ok<>(2L));
    }

    @Test
    void changesWaitForWhatTheyDependOnAndMayTurnOutToBeNone() {
        bench.store.plant(BESIDE, "beside");
        counter.tell(new Counter.Compare("beside", asking.getRef()));
        assertThat(asking.receiveMessage()).isEqualTo(new Reply.Ok<>(0L));

        bench.store.goAway();
        counter.tell(new Counter.Compare("another", asking.getRef()));
        await().until(() -> bench.store.reads() == 2);
        bench.store.comeBack();
        await().until(() -> {
            bench.pass(Duration.ofMillis(500));
            return bench.store.entries(KEY).size() == 1;
        });

        assertThat(asking.receiveMessage()).isEqualTo(new Reply.Ok<>(2L));
        assertThat(bench.store.entries(BESIDE).get(0).value()).isEqualTo("another");
    }

    private void put(int number) {
        counter.tell(new Counter.Put(number, Optional.of(asking.getRef())));
    }

    private final class Counter implements RecordWriter.Owner<Counter.Command, Counter.Write> {
        sealed interface Command {}

        record Put(int number, Optional<ActorRef<Reply<Long>>> replyTo) implements Command {}

        record Compare(String text, ActorRef<Reply<Long>> replyTo) implements Command {}

        record Greet(ActorRef<String> replyTo) implements Command {}

        private record Writing(RecordWriter.Step step) implements Command {}

        record Write(String value, Optional<String> text, long expected, Optional<Asker<Long, Long>> asker)
                implements RecordWriter.Write {
            @Override
            public List<String> beside() {
                return text.isPresent() ? List.of(BESIDE) : List.of();
            }

            @Override
            public List<Change> changes(List<Entry> beside) {
                if (text.isPresent() && text.get().equals(beside.get(0).value())) {
                    return List.of();
                }
                return List.of(
                        new Change.Put(KEY, value, expected),
                        new Change.Put(
                                BESIDE,
                                text.orElse("beside"),
                                text.isPresent() ? beside.get(0).revision() : expected));
            }
        }

        private static Asker<Long, Long> asker(ActorRef<Reply<Long>> replyTo) {
            return new Asker<>(replyTo, at -> replyTo.tell(new Reply.Ok<>(at)));
        }

        private final RecordWriter<Command, Write> writer;

        Counter(RecordWriter.Means<Command> means) {
            writer = new RecordWriter<>(
                    means,
                    new RecordWriter.Mandate(bench.environment, bench.leadership.epoch(), bench.term.getRef()),
                    this,
                    Writing::new);
        }

        Behavior<Command> ready(long revision) {
            return Behaviors.receive(Command.class)
                    .onMessage(Put.class, put -> {
                        writer.write(new Write(
                                String.valueOf(put.number()),
                                Optional.empty(),
                                revision,
                                put.replyTo().map(Counter::asker)));
                        return writing();
                    })
                    .onMessage(Compare.class, compare -> {
                        writer.write(new Write(
                                "compared",
                                Optional.of(compare.text()),
                                revision,
                                Optional.of(asker(compare.replyTo()))));
                        return writing();
                    })
                    .build();
        }

        private Behavior<Command> writing() {
            return Behaviors.receive(Command.class)
                    .onMessage(Writing.class, writing -> writer.on(writing.step()))
                    .onMessage(Greet.class, greet -> {
                        greet.replyTo().tell("here");
                        return Behaviors.same();
                    })
                    .onAnyMessage(writer::keep)
                    .onSignal(PostStop.class, stopped -> writer.onStopped())
                    .build();
        }

        @Override
        public Behavior<Command> onWritten(Write write, long revision) {
            write.asker().ifPresent(asker -> asker.durable(revision));
            return ready(revision);
        }

        @Override
        public Behavior<Command> onRefused(Write write) {
            return ready(write.expected());
        }

        @Override
        public Behavior<Command> onUnneeded(Write write) {
            return onWritten(write, write.expected());
        }

        @Override
        public boolean isAsked(Command command) {
            return command instanceof Put put && put.replyTo().isPresent();
        }

        @Override
        public boolean comesOnce(Command command) {
            return false;
        }

        @Override
        public void turnAway(Command command, TurnedAway why) {
            if (command instanceof Put put) {
                put.replyTo().ifPresent(asking -> asking.tell(why.reply()));
            }
        }
    }
}
