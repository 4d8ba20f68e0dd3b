package dev.persys.scheduler;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import dev.persys.lifecycle.NodeTimings;
import dev.persys.placement.ScorePolicy;
import java.time.Duration;

/**
 * The settings of the control plane; {@code persys.scheduler} in {@code reference.conf} says what each is for.
 *
 * @param nodeTimings how long a node may be silent
 * @param logTailBytes how much of a container's output a record keeps
 * @param eventsKept how many events the leader keeps in memory
 * @param eventsStored how many events the store keeps
 * @param followerBuffer how many events may wait for one follower before it is cut off
 * @param waitingPerRecord how many messages may wait while one record is being written
 */
public record SchedulerSettings(
        Duration heartbeatInterval,
        NodeTimings nodeTimings,
        Duration heartbeatWriteInterval,
        Duration nodeMonitorInterval,
        Duration workloadMonitorInterval,
        int inventoriesAtOnce,
        Duration startGrace,
        ScorePolicy placementPolicy,
        int logTailBytes,
        int eventsKept,
        int eventsStored,
        Duration eventWriteDelay,
        int followerBuffer,
        Duration storeRetryDelay,
        Duration reclaimDelay,
        Duration agentRetryFirst,
        Duration agentRetryLongest,
        int waitingPerRecord) {

    /** From the block {@code persys.scheduler} of {@code config}; fails with {@link ConfigException} naming the path. */
    public static SchedulerSettings of(Config config) {
        Config c = config.getConfig("persys.scheduler");
        return new SchedulerSettings(
                c.getDuration("heartbeat-interval"),
                new NodeTimings(c.getDuration("suspect-after"), c.getDuration("inactive-after")),
                c.getDuration("heartbeat-write-interval"),
                c.getDuration("node-monitor-interval"),
                c.getDuration("workload-monitor-interval"),
                c.getInt("inventories-at-once"),
                c.getDuration("start-grace"),
                policy(c),
                (int) (long) c.getBytes("log-tail"),
                c.getInt("events.kept"),
                c.getInt("events.stored"),
                c.getDuration("events.write-delay"),
                c.getInt("events.follower-buffer"),
                c.getDuration("store-retry-delay"),
                c.getDuration("reclaim-delay"),
                c.getDuration("agent-retry.first"),
                c.getDuration("agent-retry.longest"),
                c.getInt("waiting-per-record"));
    }

    private static ScorePolicy policy(Config c) {
        String text = c.getString("placement-policy");
        return ScorePolicy.parse(text)
                .orElseThrow(() -> new ConfigException.BadValue(
                        c.getValue("placement-policy").origin(),
                        "persys.scheduler.placement-policy",
                        "'" + text + "' is neither 'best-fit' nor 'spread'"));
    }
}
