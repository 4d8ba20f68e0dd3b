package dev.persys.testing;

import akka.actor.testkit.typed.javadsl.ManualTime;
import akka.dispatch.DispatcherPrerequisites;
import akka.dispatch.ExecutionContexts;
import akka.dispatch.ExecutorServiceConfigurator;
import akka.dispatch.ExecutorServiceFactory;
import akka.event.LoggingAdapter;
import akka.testkit.ExplicitlyTriggeredScheduler;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import scala.concurrent.duration.FiniteDuration;

/**
 * Timers of an actor system that only a test moves on, by {@link ManualTime#timePasses}. Akka's own sleep a tenth of a
 * second before any time passes, so that actors have done by then what they were told; these wait for exactly that, before
 * and once more behind it: milliseconds on a machine with nothing else to do, and as long as Akka's on a busy one.
 */
public final class VirtualTime {
    private static final int THREADS = 8;

    /** In place of {@link ManualTime#config}. */
    public static final Config CONFIG = ConfigFactory.parseString(
                    """
                    akka.scheduler.implementation = "%s"
                    # What comes at all may take its time where other things run beside the test.
                    akka.actor.testkit.typed.single-expect-default = 10s
                    akka.actor.default-dispatcher.executor = "%s"
                    akka.actor.internal-dispatcher { type = Dispatcher, executor = "%2$s" }
                    """.formatted(Timers.class.getName(), Threads.class.getName()))
            .withFallback(ManualTime.config());

    private VirtualTime() {}

    /** Named in the configuration, which is why it has this constructor. */
    static final class Timers extends ExplicitlyTriggeredScheduler {
        private static final long LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

        /** Some work passes through other threads, and is in no dispatcher's hands for an instant. */
        private static final int QUIET_LOOKS = 4;

        private final Queue<ThreadPoolExecutor> dispatchers = new ConcurrentLinkedQueue<>();

        /** Called by Akka. */
        Timers(Config config, LoggingAdapter log, ThreadFactory threads) {
            super(config, log, threads);
        }

        @Override
        public void timePasses(FiniteDuration amount) {
            settle();
            long then = currentTimeMs() + amount.toMillis();
            // The clock stands where the last timer was due, so there has to be one at the end.
            scheduleOnce(amount, (Runnable) () -> {}, ExecutionContexts.fromExecutor(Runnable::run));
            executeTasks(then);
            settle();
        }

        private void settle() {
            long begin = System.nanoTime();
            int quiet = 0;
            while (quiet < QUIET_LOOKS && System.nanoTime() - begin < LONGEST_NANOS) {
                try {
                    TimeUnit.MILLISECONDS.sleep(1);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IllegalStateException("Interrupted while actors were at work", e);
                }
                quiet = dispatchers.stream().allMatch(Timers::isIdle) ? quiet + 1 : 0;
            }
        }

        private static boolean isIdle(ThreadPoolExecutor dispatcher) {
            return dispatcher.getActiveCount() == 0 && dispatcher.getQueue().isEmpty();
        }
    }

    /** A dispatcher of which {@link Timers} see whether it has work. Named in the configuration, too. */
    static final class Threads extends ExecutorServiceConfigurator {
        private final Timers timers;

        /** Called by Akka. */
        Threads(Config config, DispatcherPrerequisites prerequisites) {
            super(config, prerequisites);
            timers = (Timers) prerequisites.scheduler();
        }

        @Override
        public ExecutorServiceFactory createExecutorServiceFactory(String id, ThreadFactory threads) {
            return () -> {
                ThreadPoolExecutor dispatcher = new ThreadPoolExecutor(
                        THREADS, THREADS, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threads);
                dispatcher.allowCoreThreadTimeOut(true);
                timers.dispatchers.add(dispatcher);
                return dispatcher;
            };
        }
    }
}
