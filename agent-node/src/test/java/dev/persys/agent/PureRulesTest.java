package dev.persys.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.agent.Lanes.Lane;
import dev.persys.agent.ProcReadings.CpuTimes;
import dev.persys.model.ClusterId;
import dev.persys.model.Epoch;
import dev.persys.model.Generation;
import dev.persys.model.WorkloadId;
import dev.persys.runtime.ContainerLabels;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The small rules that actors follow: fence, lanes, pauses, readings. */
final class PureRulesTest {
    private static final ClusterId OTHER = ClusterId.of("other");

    @Test
    void fenceRefusesOlderEpochsAndOtherClusters() {
        Fence fence = Fence.of(Optional.empty()).heard(Samples.CLUSTER, Epoch.of(3));
        assertThat(fence.check(Samples.CLUSTER, Epoch.of(3))).isEmpty();
        assertThat(fence.check(Samples.CLUSTER, Epoch.of(4))).isEmpty();
        assertThat(fence.check(Samples.CLUSTER, Epoch.of(2)).orElseThrow().type())
                .isEqualTo("stale-epoch");
        assertThat(fence.check(OTHER, Epoch.of(9)).orElseThrow().type()).isEqualTo("wrong-cluster");
        assertThat(fence.heard(Samples.CLUSTER, Epoch.of(1)).epoch()).isEqualTo(Epoch.of(3));
    }

    @Test
    void fenceLearnsFromLabelsOnlyWhereTheyAgree() {
        ContainerLabels one = labels(Samples.CLUSTER, 5);
        ContainerLabels other = labels(OTHER, 9);
        Fence unknown = Fence.of(Optional.empty());
        assertThat(unknown.found(List.of(one)).epoch()).isEqualTo(Epoch.of(5));
        assertThat(unknown.found(List.of(one)).covers(one)).isTrue();
        assertThat(unknown.found(List.of(one, other)).cluster()).isEmpty();
        assertThat(unknown.found(List.of(one, other)).covers(one)).isFalse();
        assertThat(Fence.of(Optional.of(Samples.CLUSTER))
                        .found(List.of(one, other))
                        .epoch())
                .isEqualTo(Epoch.of(5));
    }

    @Test
    void registrationCorrectsWhatLabelsSaidButNotTheSettings() {
        Fence guessed = Fence.of(Optional.empty()).found(List.of(labels(OTHER, 9)));
        Fence corrected = guessed.registered(Samples.CLUSTER, Epoch.of(2));
        assertThat(corrected.cluster()).contains(Samples.CLUSTER);
        assertThat(corrected.epoch()).isEqualTo(Epoch.of(2));
        Fence fixed = Fence.of(Optional.of(OTHER)).registered(Samples.CLUSTER, Epoch.of(2));
        assertThat(fixed.cluster()).contains(OTHER);
    }

    @Test
    void lanesAreGrantedInOrderAndGivingUpTheWaitFreesIt() {
        Lanes lanes = new Lanes(1, 1);
        WorkloadId a = Samples.workload();
        WorkloadId b = Samples.workload();
        WorkloadId c = Samples.workload();
        assertThat(lanes.acquire(Lane.START, a)).isTrue();
        assertThat(lanes.acquire(Lane.STOP, b)).isTrue();
        assertThat(lanes.acquire(Lane.START, b)).isFalse();
        assertThat(lanes.acquire(Lane.START, c)).isFalse();
        assertThat(lanes.release(Lane.START, b)).isEmpty();
        assertThat(lanes.release(Lane.START, a)).contains(c);
        assertThat(lanes.release(Lane.START, c)).isEmpty();
        assertThat(lanes.acquire(Lane.START, a)).isTrue();
    }

    @Test
    void pausesDoubleUpToTheirMaximumAndAreShortenedAtMostByTheJitter() {
        Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofMillis(1000), 0.5);
        Random random = new Random(7);
        assertThat(backoff.after(1, random)).isBetween(Duration.ofMillis(50), Duration.ofMillis(100));
        assertThat(backoff.after(3, random)).isBetween(Duration.ofMillis(200), Duration.ofMillis(400));
        assertThat(backoff.after(1_000, random)).isBetween(Duration.ofMillis(500), Duration.ofMillis(1000));
    }

    @Test
    void kernelTextsAreRead() {
        CpuTimes before = ProcReadings.cpuTimes("cpu  100 0 50 800 50 0 0 0 7 7\ncpu0 1 2 3 4 5 6 7 8 9 10\n");
        assertThat(before).isEqualTo(new CpuTimes(850, 1000));
        CpuTimes after = ProcReadings.cpuTimes("cpu  175 0 50 825 50 0 0 0 9 9\n");
        assertThat(after.idleSince(before)).isEqualTo(0.25);
        assertThat(after.idleSince(after)).isEqualTo(1.0);
        assertThat(ProcReadings.memoryMib("MemTotal:  100 kB\nMemAvailable:   2097152 kB\n", "MemAvailable"))
                .isEqualTo(2048);
    }

    private static ContainerLabels labels(ClusterId cluster, long epoch) {
        return new ContainerLabels(Samples.workload(), "web", Samples.NODE, Generation.of(1), Epoch.of(epoch), cluster);
    }
}
