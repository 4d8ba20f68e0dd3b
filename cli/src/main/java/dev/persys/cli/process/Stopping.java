package dev.persys.cli.process;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a process has to end before it ends itself, in the reverse order of its start and within a deadline. */
final class Stopping {
    private static final Logger LOG = LoggerFactory.getLogger(Stopping.class);

    private record Step(String what, Supplier<CompletionStage<?>> stop) {}

    private final Deque<Step> steps = new ArrayDeque<>();

    /** {@code what} is ended before all that were named until now. */
    synchronized void before(String what, Supplier<CompletionStage<?>> stop) {
        steps.addFirst(new Step(what, stop));
    }

    /** {@code what} is ended after all others. */
    synchronized void last(String what, Supplier<CompletionStage<?>> stop) {
        steps.addLast(new Step(what, stop));
    }

    /** Ends everything; false where something did not end in time, or failed to. */
    synchronized boolean run(Duration deadline) {
        long end = System.nanoTime() + deadline.toNanos();
        boolean clean = true;
        for (Step step : steps) {
            clean &= ended(step, end - System.nanoTime());
        }
        steps.clear();
        return clean;
    }

    private static boolean ended(Step step, long nanos) {
        try {
            step.stop().get().toCompletableFuture().get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            LOG.warn("{} did not end in time", step.what());
        } catch (ExecutionException | RuntimeException e) {
            LOG.warn("{} did not end well", step.what(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            LOG.warn("interrupted while {} was ending", step.what());
        }
        return false;
    }
}
