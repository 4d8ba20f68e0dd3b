package dev.persys.scheduler.simulation;

import com.typesafe.config.ConfigFactory;
import dev.persys.scheduler.SchedulerSettings;

/**
 * How the schedulers of a run are set up: shorter than the defaults, so that more happens; the relations between the
 * intervals are the same. In a slow run they are longer, so that with as many steps there is time for things to grow old.
 */
final class SimSettings {
    /** How much slower a slow run is. */
    static final int SLOW = 20;

    private static final String INTERVALS = """
            persys.scheduler {
              heartbeat-interval = %1$ds
              suspect-after = %2$ds
              inactive-after = %3$ds
              heartbeat-write-interval = %4$ds
              node-monitor-interval = %1$ds
              workload-monitor-interval = %5$ds
              start-grace = 10s
              reclaim-delay = 5s
              inventories-at-once = 2
              waiting-per-record = 12
              events { kept = 40, stored = 12 }
            }
            """;

    /** Longer than what two clocks may differ by, and still be believed. */
    private static final String RETENTION = """
            persys.scheduler.retention {
              finished-after = 25m
              finished-kept = 5
              stopped-after = 25m
              stopped-kept = 5
              interval = 100s
            }
            """;

    private static final SchedulerSettings USUAL = of(INTERVALS.formatted(10, 30, 90, 60, 15));
    private static final SchedulerSettings SLOWLY =
            of(INTERVALS.formatted(10 * SLOW, 30 * SLOW, 90 * SLOW, 60 * SLOW, 15 * SLOW) + RETENTION);

    private SimSettings() {}

    private static SchedulerSettings of(String text) {
        return SchedulerSettings.of(ConfigFactory.parseString(text).withFallback(ConfigFactory.load()));
    }

    static SchedulerSettings of(SimProfile profile) {
        return profile.pace() == 1 ? USUAL : SLOWLY;
    }
}
