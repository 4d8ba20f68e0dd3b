package dev.persys.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.runtime.ContainerState;
import dev.persys.runtime.ContainerStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class RunTimesTest {
    private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");
    private static final Instant END_BEFORE = START.minusMillis(400);

    @Test
    void firstRunHasNothingBeforeIt() {
        assertThat(RunTimes.of(created(), Optional.empty()).border()).isEmpty();
        assertThat(RunTimes.of(running(Optional.empty()), Optional.empty()).border())
                .isEmpty();
        RunTimes quick = RunTimes.of(ended(), Optional.of(RunTimes.NONE));
        assertThat(quick.border()).as("it ran and ended between two looks").isEmpty();
        RunTimes seen = RunTimes.of(running(Optional.empty()), Optional.empty());
        assertThat(RunTimes.of(ended(), Optional.of(seen)).border()).isEmpty();
    }

    @Test
    void laterRunBeginsHalfwayBetweenTheEndBeforeItAndItsStart() {
        RunTimes running = RunTimes.of(running(Optional.of(END_BEFORE)), Optional.empty());
        assertThat(running.border()).contains(START.minusMillis(200));
        assertThat(RunTimes.of(ended(), Optional.of(running)).border())
                .as("also once it has ended, which the engine notes in that end's place")
                .contains(START.minusMillis(200));
        RunTimes before =
                RunTimes.of(state(ContainerStatus.EXITED, START.minusSeconds(9), END_BEFORE), Optional.empty());
        assertThat(RunTimes.of(ended(), Optional.of(before)).border())
                .as("also where it ran and ended between two looks")
                .contains(START.minusMillis(200));
        RunTimes last = RunTimes.of(ended(), Optional.of(before));
        assertThat(RunTimes.of(ended(), Optional.of(last)).border()).contains(START.minusMillis(200));
    }

    @Test
    void startThatIsNotedBehindTheEndIsOfTheRunThatEnded() {
        ContainerState quick = state(ContainerStatus.EXITED, START, START.minusNanos(2_000_000));
        assertThat(RunTimes.of(quick, Optional.empty()).border()).contains(START.minusMillis(250));
    }

    @Test
    void nothingOfARunIsHeardLongBeforeItsStart() {
        RunTimes late = RunTimes.of(running(Optional.of(START.minus(Duration.ofHours(1)))), Optional.empty());
        assertThat(late.border()).contains(START.minusSeconds(1));
        RunTimes clockSetBack = RunTimes.of(running(Optional.of(START.plusSeconds(60))), Optional.empty());
        assertThat(clockSetBack.border()).contains(START.minusMillis(250));
    }

    @Test
    void whereNobodySawTheRunBeforeItIsTakenToEndALittleBeforeTheStart() {
        assertThat(RunTimes.of(ended(), Optional.empty()).border()).contains(START.minusMillis(250));
        RunTimes runningBefore = RunTimes.of(
                state(ContainerStatus.RUNNING, START.minusSeconds(9), START.minusSeconds(10)), Optional.empty());
        assertThat(RunTimes.of(ended(), Optional.of(runningBefore)).border())
                .as("its end was not seen")
                .contains(START.minusMillis(250));
    }

    private static ContainerState created() {
        return state(ContainerStatus.CREATED, Optional.empty(), Optional.empty());
    }

    private static ContainerState running(Optional<Instant> finishedAt) {
        return state(ContainerStatus.RUNNING, Optional.of(START), finishedAt);
    }

    private static ContainerState ended() {
        return state(ContainerStatus.EXITED, START, START.plusSeconds(60));
    }

    private static ContainerState state(ContainerStatus status, Instant startedAt, Instant finishedAt) {
        return state(status, Optional.of(startedAt), Optional.of(finishedAt));
    }

    private static ContainerState state(
            ContainerStatus status, Optional<Instant> startedAt, Optional<Instant> finishedAt) {
        return ContainerStates.of(status, startedAt, finishedAt, Map.of(), Optional.empty());
    }
}
