package dev.persys.lifecycle;

import dev.persys.model.Desired;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadId;
import dev.persys.model.WorkloadStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How long the records of workloads that have ended are kept, and with them their containers.
 *
 * @param finished for those that ended by themselves
 * @param stopped for those that somebody stopped, and may mean to start again
 */
public record Retention(Limits finished, Limits stopped) {
    /** What kind of end a workload has come to; each has limits of its own. */
    public enum Kind {
        /** Exited or Failed. */
        FINISHED("finished"),
        /** Stopped. */
        STOPPED("stopped");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        /** How {@code workload} has ended; empty where it has not, or is being removed already. */
        public static Optional<Kind> of(Workload workload) {
            if (!workload.status().isTerminal() || workload.desired() == Desired.DELETED) {
                return Optional.empty();
            }
            return Optional.of(workload.status() == WorkloadStatus.STOPPED ? STOPPED : FINISHED);
        }
    }

    /**
     * What is kept of one kind.
     *
     * @param after how long each; absent is for ever
     * @param kept how many at most
     */
    public record Limits(Optional<Duration> after, int kept) {}

    /**
     * A workload that has ended.
     *
     * @param since when its status was entered, as its record says: a label, by which that end is known
     * @param agedFrom when it ended on the clock that ages are measured by
     */
    public record Ended(WorkloadId id, Instant since, Instant agedFrom) {}

    /**
     * A workload that is kept no longer.
     *
     * @param since the end that was judged: one that has run again since then is another matter
     * @param why a sentence for people
     */
    public record Expired(WorkloadId id, Instant since, String why) {}

    /** The same but for how long finished workloads are kept. */
    public Retention withFinishedAfter(Duration after) {
        return new Retention(new Limits(Optional.of(after), finished.kept()), stopped);
    }

    /**
     * For how much time counts of which nothing is known: a third of the shortest time that anything is kept, so that one
     * clock that was set makes nothing old. Absent where all is kept for ever.
     */
    public Optional<Duration> longestGap() {
        return Stream.of(finished, stopped)
                .flatMap(limits -> limits.after().stream())
                .min(Comparator.naturalOrder())
                .map(shortest -> shortest.dividedBy(3));
    }

    public Limits limits(Kind kind) {
        return kind == Kind.FINISHED ? finished : stopped;
    }

    /**
     * Those that go, oldest first.
     *
     * @param oldestFirst all of this kind that there are; only those that go are looked at, and one more
     * @param now on the clock that ages are measured by
     */
    public List<Expired> expired(Kind kind, Collection<Ended> oldestFirst, Instant now) {
        Limits limits = limits(kind);
        int tooMany = oldestFirst.size() - limits.kept();
        List<Expired> expired = new ArrayList<>();
        for (Ended ended : oldestFirst) {
            Duration age = Duration.between(ended.agedFrom(), now);
            if (limits.after().filter(after -> age.compareTo(after) >= 0).isPresent()) {
                String why = kind.word + " " + Sentences.roughly(age) + " ago; kept for "
                        + Sentences.exactly(limits.after().get());
                expired.add(new Expired(ended.id(), ended.since(), why));
            } else if (expired.size() < tooMany) {
                String why = "more than " + limits.kept() + " are " + kind.word + "; the oldest go first";
                expired.add(new Expired(ended.id(), ended.since(), why));
            } else {
                break;
            }
        }
        return expired;
    }
}
