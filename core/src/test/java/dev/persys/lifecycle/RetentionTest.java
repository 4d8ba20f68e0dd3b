package dev.persys.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.lifecycle.Retention.Ended;
import dev.persys.lifecycle.Retention.Expired;
import dev.persys.lifecycle.Retention.Kind;
import dev.persys.lifecycle.Retention.Limits;
import dev.persys.model.Desired;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RetentionTest {
    private static final Instant NOW = Instant.parse("2026-01-10T00:00:00Z");
    private static final Retention THREE_DAYS =
            new Retention(new Limits(Optional.of(Duration.ofDays(3)), 100), new Limits(Optional.empty(), 2));

    @Test
    void finishedWorkloadGoesOnceItIsAsOldAsAllowedAndNotBefore() {
        List<Ended> ended =
                List.of(ended(1, Duration.ofDays(4)), ended(2, Duration.ofDays(3)), ended(3, Duration.ZERO));

        assertThat(THREE_DAYS.expired(Kind.FINISHED, ended, NOW))
                .containsExactly(
                        new Expired(id(1), NOW.minus(Duration.ofDays(4)), "finished 4 days ago; kept for 3 days"),
                        new Expired(id(2), NOW.minus(Duration.ofDays(3)), "finished 3 days ago; kept for 3 days"));
    }

    @Test
    void stoppedWorkloadsAreKeptForEverButNotWithoutNumber() {
        List<Ended> ended =
                List.of(ended(1, Duration.ofDays(900)), ended(2, Duration.ofDays(2)), ended(3, Duration.ZERO));

        assertThat(THREE_DAYS.expired(Kind.STOPPED, ended, NOW))
                .containsExactly(new Expired(
                        id(1), NOW.minus(Duration.ofDays(900)), "more than 2 are stopped; the oldest go first"));
    }

    @Test
    void anotherTimeForFinishedOnesLeavesStoppedOnesAlone() {
        Retention sooner = THREE_DAYS.withFinishedAfter(Duration.ofHours(1));
        List<Ended> ended = List.of(ended(1, Duration.ofMinutes(90)));

        assertThat(sooner.expired(Kind.FINISHED, ended, NOW))
                .extracting(Expired::why)
                .containsExactly("finished 90 minutes ago; kept for 1 hour");
        assertThat(sooner.expired(Kind.STOPPED, ended, NOW)).isEmpty();
    }

    @Test
    void endInTheFutureIsNotOld() {
        assertThat(THREE_DAYS.expired(Kind.FINISHED, List.of(ended(1, Duration.ofDays(-9))), NOW))
                .isEmpty();
    }

    @Test
    void labelOfAClockThatWasSetMakesNothingOlder() {
        Ended now = new Ended(id(1), NOW.minus(Duration.ofDays(900)), NOW);

        assertThat(THREE_DAYS.expired(Kind.FINISHED, List.of(now), NOW)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"PT1S, 1 second", "PT119S, 119 seconds", "PT2M, 2 minutes", "PT25H, 25 hours", "PT71H, 2 days"})
    void agesAreInUnitsThatPeopleCountIn(Duration age, String words) {
        Retention soon = THREE_DAYS.withFinishedAfter(Duration.ofMillis(500));

        assertThat(soon.expired(Kind.FINISHED, List.of(ended(1, age)), NOW))
                .extracting(Expired::why)
                .containsExactly("finished " + words + " ago; kept for 500 milliseconds");
    }

    @Test
    void onlyTerminalStatusesAreEndsAndWhatIsBeingDeletedIsNotCounted() {
        for (Desired desired : List.of(Desired.RUNNING, Desired.STOPPED)) {
            for (Map.Entry<String, Workload> state :
                    WorkloadScenes.reachable(desired).entrySet()) {
                assertThat(Kind.of(state.getValue()))
                        .as(state.getKey())
                        .isEqualTo(
                                switch (state.getKey()) {
                                    case "exited", "failed" -> Optional.of(Kind.FINISHED);
                                    case "stopped" -> Optional.of(Kind.STOPPED);
                                    default -> Optional.empty();
                                });
            }
        }
        assertThat(WorkloadScenes.reachable(Desired.DELETED).values())
                .allSatisfy(workload -> assertThat(Kind.of(workload)).isEmpty());
    }

    /** What goes is the oldest part of all, holds for a reason that a look at each one finds, and leaves few enough. */
    @Property(tries = 300)
    void whatGoesIsTheOldestPartAndWhatStaysIsWithinTheLimits(
            @ForAll @Size(max = 30) List<@IntRange(max = 50) Integer> hoursAgo,
            @ForAll @IntRange(max = 20) int kept,
            @ForAll @IntRange(max = 60) int after) {
        List<Integer> oldestFirst = new ArrayList<>(hoursAgo);
        oldestFirst.sort(Collections.reverseOrder());
        List<Ended> ended = IntStream.range(0, oldestFirst.size())
                .mapToObj(i -> ended(i, Duration.ofHours(oldestFirst.get(i))))
                .toList();
        Optional<Duration> limit = after > 50 ? Optional.empty() : Optional.of(Duration.ofHours(after));
        Retention retention = new Retention(new Limits(limit, kept), THREE_DAYS.stopped());

        List<Expired> expired = retention.expired(Kind.FINISHED, ended, NOW);

        List<Ended> gone = ended.subList(0, expired.size());
        List<Ended> stay = ended.subList(expired.size(), ended.size());
        assertThat(expired).extracting(Expired::id).containsExactlyElementsOf(ids(gone));
        assertThat(expired)
                .extracting(Expired::since)
                .containsExactlyElementsOf(gone.stream().map(Ended::since).toList());
        assertThat(stay).hasSizeLessThanOrEqualTo(kept);
        assertThat(stay).noneMatch(one -> isOld(one, limit));
        assertThat(gone.stream().skip(Math.max(0, ended.size() - kept))).allMatch(one -> isOld(one, limit));
    }

    private static List<WorkloadId> ids(List<Ended> ended) {
        return ended.stream().map(Ended::id).toList();
    }

    private static boolean isOld(Ended ended, Optional<Duration> limit) {
        return limit.filter(after -> !ended.since().plus(after).isAfter(NOW)).isPresent();
    }

    private static Ended ended(int number, Duration ago) {
        return new Ended(id(number), NOW.minus(ago), NOW.minus(ago));
    }

    private static WorkloadId id(int number) {
        return WorkloadId.of(String.format("00000000-0000-4000-8000-%012x", number));
    }
}
