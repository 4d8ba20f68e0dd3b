package dev.persys.scheduler.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
import dev.persys.store.Keys;
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
        assertThat(asking.receiveMessage()).isEqualTo(new Reply.Unavailable<>(RecordWriter.BUSY));

        bench.store.releaseHeld();

        for (long revision = 1; revision <= 1 + PLACES; revision++) {
            assertThat(asking.receiveMessage()).isEqualTo(new Reply.Ok<>(revision));
        }
        assertThat(bench.store.entries(KEY).get(0).value()).isEqualTo("3");
    }

    @Test
    void recordOfSomebodyElseEndsTheTermAndWhoeverWaitsAsksAgain() {
        bench.store.plant(KEY, "another's");

        put(1);

        assertThat(asking.receiveMessage()).isEqualTo(new Reply.Unavailable<>(RecordWriter.DEPOSED));
        bench.term.expectMessageClass(LeadershipLost.class);
        asking.expectTerminated(counter);
    }

    private void put(int number) {
        counter.tell(new Counter.Put(number, asking.getRef()));
    }

    private final class Counter implements RecordWriter.Owner<Counter.Command, Counter.Write> {
        sealed interface Command {}

        record Put(int number, ActorRef<Reply<Long>> replyTo) implements Command {}

        record Greet(ActorRef<String> replyTo) implements Command {}

        private record Writing(RecordWriter.Step step) implements Command {}

        record Write(Put put, long expected) implements RecordWriter.Write {
            @Override
            public List<Change> changes() {
                return List.of(
                        new Change.Put(KEY, String.valueOf(put.number()), expected),
                        new Change.Put(BESIDE, "beside", expected));
            }

            @Override
            public Optional<Asker<Long, Long>> asker() {
                return Optional.of(
                        new Asker<>(put.replyTo(), at -> put.replyTo().tell(new Reply.Ok<>(at))));
            }
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
                        writer.write(new Write(put, revision));
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
        public boolean comesOnce(Command command) {
            return false;
        }

        @Override
        public void turnAway(Command command, String detail) {
            if (command instanceof Put put) {
                put.replyTo().tell(new Reply.Unavailable<>(detail));
            }
        }
    }
}
