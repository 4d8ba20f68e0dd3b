package dev.persys.scheduler.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;

/** The virtual clock and what is due on it: moved on only by the simulation, from one entry to the next. */
final class SimAgenda {
    /** Something that will happen, unless it is cancelled before. */
    static final class Entry {
        final long at;
        final String what;
        private final long number;
        private final Runnable action;
        private boolean cancelled;
        private boolean done;

        private Entry(long at, long number, String what, Runnable action) {
            this.at = at;
            this.number = number;
            this.what = what;
            this.action = action;
        }

        /** Whether that was still possible. */
        boolean cancel() {
            boolean possible = !cancelled && !done;
            cancelled = true;
            return possible;
        }

        boolean isCancelled() {
            return cancelled;
        }

        void run() {
            done = true;
            action.run();
        }
    }

    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

    private final PriorityQueue<Entry> due = new PriorityQueue<>(
            Comparator.comparingLong((Entry entry) -> entry.at).thenComparing(entry -> entry.number));
    private long now;
    private long numbers;

    /** {@code what} is for the trace; empty where the entry itself is not worth a line. */
    Entry after(Duration delay, String what, Runnable action) {
        Entry entry = new Entry(now + Math.max(0, delay.toNanos()), numbers++, what, action);
        due.add(entry);
        return entry;
    }

    /** Nanoseconds since the begin. */
    long now() {
        return now;
    }

    Instant instant() {
        return BEGIN.plusNanos(now);
    }

    /** How long until the next entry; {@link Long#MAX_VALUE} where there is none. */
    long untilNext() {
        while (!due.isEmpty() && due.peek().isCancelled()) {
            due.remove();
        }
        return due.isEmpty() ? Long.MAX_VALUE : due.peek().at - now;
    }

    /** Takes the next entry and moves the clock to it; to be called only where there is one. */
    Entry next() {
        Entry entry = due.remove();
        now = Math.max(now, entry.at);
        return entry;
    }
}
