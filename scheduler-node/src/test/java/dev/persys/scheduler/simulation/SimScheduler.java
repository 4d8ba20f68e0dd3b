package dev.persys.scheduler.simulation;

import akka.actor.AbstractScheduler;
import akka.actor.Cancellable;
import akka.event.LoggingAdapter;
import com.typesafe.config.Config;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import scala.concurrent.ExecutionContext;
import scala.concurrent.duration.FiniteDuration;

/** Akka's timers, on the simulation's agenda. Named in the configuration, which is why it has this constructor. */
final class SimScheduler extends AbstractScheduler {
    private static final double MAX_FREQUENCY = 1_000_000;

    private SimAgenda agenda = new SimAgenda();

    /** Called by Akka. */
    SimScheduler(Config config, LoggingAdapter log, ThreadFactory threads) {}

    /** From now on timers go there; those of before never fire. */
    void attach(SimAgenda next) {
        agenda = next;
    }

    /** What the methods that are not deprecated come down to. */
    @Override
    @Deprecated
    public Cancellable schedule(
            FiniteDuration initialDelay, FiniteDuration interval, Runnable task, ExecutionContext executor) {
        Repeated repeated = new Repeated(Duration.ofNanos(interval.toNanos()), task, executor);
        repeated.next(Duration.ofNanos(initialDelay.toNanos()));
        return repeated;
    }

    @Override
    public Cancellable scheduleOnce(FiniteDuration delay, Runnable task, ExecutionContext executor) {
        return new Once(agenda.after(Duration.ofNanos(delay.toNanos()), "", () -> executor.execute(task)));
    }

    @Override
    public double maxFrequency() {
        return MAX_FREQUENCY;
    }

    private record Once(SimAgenda.Entry entry) implements Cancellable {
        @Override
        public boolean cancel() {
            return entry.cancel();
        }

        @Override
        public boolean isCancelled() {
            return entry.isCancelled();
        }
    }

    private final class Repeated implements Cancellable {
        private final Duration interval;
        private final Runnable task;
        private final ExecutionContext executor;
        private SimAgenda.Entry entry;

        Repeated(Duration interval, Runnable task, ExecutionContext executor) {
            this.interval = interval;
            this.task = task;
            this.executor = executor;
        }

        void next(Duration delay) {
            entry = agenda.after(delay, "", () -> {
                executor.execute(task);
                next(interval);
            });
        }

        @Override
        public boolean cancel() {
            return entry.cancel();
        }

        @Override
        public boolean isCancelled() {
            return entry.isCancelled();
        }
    }
}
