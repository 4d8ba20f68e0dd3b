package dev.persys.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import dev.persys.lifecycle.NodeTimings;
import dev.persys.lifecycle.Retention;
import dev.persys.lifecycle.Retention.Limits;
import dev.persys.placement.ScorePolicy;
import dev.persys.reconcile.OrphanRule;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SchedulerSettingsTest {
    @Test
    void defaultsAreThoseOfTheReference() {
        assertThat(with(""))
                .isEqualTo(new SchedulerSettings(
                        Duration.ofSeconds(30),
                        new NodeTimings(Duration.ofSeconds(90), Duration.ofMinutes(10), Duration.ofSeconds(10)),
                        Duration.ofMinutes(5),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(60),
                        32,
                        Duration.ofSeconds(30),
                        ScorePolicy.BEST_FIT,
                        5,
                        new OrphanRule(50, 3),
                        8 * 1024,
                        10_000,
                        1_000,
                        1_024,
                        Duration.ofMillis(500),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(15),
                        Duration.ofMillis(100),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(60),
                        1_000,
                        1_000,
                        new Retention(
                                new Limits(Optional.of(Duration.ofDays(3)), 10_000),
                                new Limits(Optional.empty(), 10_000)),
                        Duration.ofSeconds(60),
                        32,
                        64,
                        100_000,
                        1_024,
                        10_000));
    }

    @Test
    void everySettingCanBeOverridden() {
        expect("heartbeat-interval = 1s", SchedulerSettings::heartbeatInterval, Duration.ofSeconds(1));
        expect("suspect-after = 1s", settings -> settings.nodeTimings().suspectAfter(), Duration.ofSeconds(1));
        expect("inactive-after = 2m", settings -> settings.nodeTimings().inactiveAfter(), Duration.ofMinutes(2));
        expect("unreachable-after = 1s", settings -> settings.nodeTimings().unreachableAfter(), Duration.ofSeconds(1));
        expect("heartbeat-write-interval = 1s", SchedulerSettings::heartbeatWriteInterval, Duration.ofSeconds(1));
        expect("node-monitor-interval = 1s", SchedulerSettings::nodeMonitorInterval, Duration.ofSeconds(1));
        expect("workload-monitor-interval = 1s", SchedulerSettings::workloadMonitorInterval, Duration.ofSeconds(1));
        expect("inventories-at-once = 3", SchedulerSettings::inventoriesAtOnce, 3);
        expect("start-grace = 1s", SchedulerSettings::startGrace, Duration.ofSeconds(1));
        expect("placement-policy = spread", SchedulerSettings::placementPolicy, ScorePolicy.SPREAD);
        expect("min-free-memory = 12%", SchedulerSettings::minFreeMemoryPercent, 12);
        expect("orphan-share = 12%", settings -> settings.orphanRule().sharePercent(), 12);
        expect("orphan-minimum = 7", settings -> settings.orphanRule().minimum(), 7);
        expect("log-tail = 1KiB", SchedulerSettings::logTailBytes, 1_024);
        expect("events.kept = 3", SchedulerSettings::eventsKept, 3);
        expect("events.stored = 3", SchedulerSettings::eventsStored, 3);
        expect("events.follower-buffer = 3", SchedulerSettings::followerBuffer, 3);
        expect("store-retry-delay = 1s", SchedulerSettings::storeRetryDelay, Duration.ofSeconds(1));
        expect("store-retry-longest = 1s", SchedulerSettings::storeRetryLongest, Duration.ofSeconds(1));
        expect("reclaim-delay = 1s", SchedulerSettings::reclaimDelay, Duration.ofSeconds(1));
        expect("agent-retry.first = 1s", SchedulerSettings::agentRetryFirst, Duration.ofSeconds(1));
        expect("agent-retry.longest = 1s", SchedulerSettings::agentRetryLongest, Duration.ofSeconds(1));
        expect("overloaded-after = 1s", SchedulerSettings::overloadedAfter, Duration.ofSeconds(1));
        expect("agent-events-per-second = 3", SchedulerSettings::agentEventsPerSecond, 3);
        expect("waiting-per-record = 3", SchedulerSettings::waitingPerRecord, 3);
        expect("retention.finished-after = 1s", finished(Limits::after), Optional.of(Duration.ofSeconds(1)));
        expect("retention.finished-after = never", finished(Limits::after), Optional.empty());
        expect("retention.finished-kept = 3", finished(Limits::kept), 3);
        expect("retention.stopped-after = 1s", stopped(Limits::after), Optional.of(Duration.ofSeconds(1)));
        expect("retention.stopped-kept = 3", stopped(Limits::kept), 3);
        expect("retention.interval = 1s", SchedulerSettings::retentionInterval, Duration.ofSeconds(1));
        expect("retention.removals-at-once = 3", SchedulerSettings::removalsAtOnce, 3);
        expect("orders-at-once = 3", SchedulerSettings::ordersAtOnce, 3);
        expect("max-workloads = 3", SchedulerSettings::maxWorkloads, 3);
        expect("max-unwritten = 3", SchedulerSettings::maxUnwritten, 3);
        expect("max-nodes = 3", SchedulerSettings::maxNodes, 3);
    }

    @ParameterizedTest
    @CsvSource({"1, 500", "2, 1000", "4, 4000", "5, 5000", "17, 5000", "2147483647, 5000"})
    void storeIsAskedAgainAfterADoubledWaitUpToTheLongest(int failures, long millis) {
        assertThat(SchedulerSettings.of(ConfigFactory.load()).storeRetry(failures))
                .isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @CsvSource({
        "heartbeat-interval, 0s",
        "suspect-after, 0s",
        "inactive-after, 90s",
        "unreachable-after, 0s",
        "heartbeat-write-interval, -1s",
        "node-monitor-interval, 0s",
        "workload-monitor-interval, 0s",
        "inventories-at-once, 0",
        "placement-policy, random",
        "min-free-memory, 100%",
        "min-free-memory, 512MiB",
        "orphan-share, 101%",
        "orphan-minimum, 0",
        "log-tail, 1MiB",
        "events.kept, 0",
        "events.stored, 0",
        "events.follower-buffer, 0",
        "store-retry-delay, 0s",
        "reclaim-delay, 0s",
        "agent-retry.first, 0s",
        "agent-retry.longest, soon",
        "waiting-per-record, 0",
        "retention.finished-after, 0s",
        "retention.finished-kept, 0",
        "retention.stopped-after, ever",
        "retention.stopped-kept, 0",
        "retention.interval, 0s",
        "retention.removals-at-once, 0",
        "orders-at-once, 0",
        "max-workloads, 0",
        "max-unwritten, 0",
        "max-nodes, 0"
    })
    void valueThatCannotBeIsNamed(String name, String value) {
        assertThatThrownBy(() -> with(name + " = \"" + value + "\""))
                .isInstanceOf(ConfigException.BadValue.class)
                .hasMessageContaining(name.substring(name.lastIndexOf('.') + 1));
    }

    private static <T> Function<SchedulerSettings, T> finished(Function<Limits, T> read) {
        return settings -> read.apply(settings.retention().finished());
    }

    private static <T> Function<SchedulerSettings, T> stopped(Function<Limits, T> read) {
        return settings -> read.apply(settings.retention().stopped());
    }

    private static <T> void expect(String override, Function<SchedulerSettings, T> read, T expected) {
        assertThat(read.apply(with(override))).as(override).isEqualTo(expected);
    }

    private static SchedulerSettings with(String overrides) {
        return SchedulerSettings.of(ConfigFactory.parseString("persys.scheduler { " + overrides + " }")
                .withFallback(ConfigFactory.load()));
    }
}
