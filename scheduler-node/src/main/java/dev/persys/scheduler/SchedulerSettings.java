package dev.persys.scheduler;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import dev.persys.lifecycle.NodeTimings;
import dev.persys.lifecycle.Retention;
import dev.persys.placement.ScorePolicy;
import dev.persys.reconcile.OrphanRule;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The settings of the control plane; {@code persys.scheduler} in {@code reference.conf} says what each is for.
 *
 * @param nodeTimings how long a node may be silent, or not be reached
 * @param minFreeMemoryPercent of a node's memory, without which nothing more is placed on it
 * @param orphanRule when containers without a record are kept, and somebody is asked
 * @param logTailBytes how much of a container's output is kept beside its record
 * @param eventsKept how many events the leader keeps in memory
 * @param eventsStored how many events the store keeps
 * @param followerBuffer how many events may wait for one follower before it is cut off
 * @param overloadedAfter how long an agent may have no time for any order
 * @param agentEventsPerSecond how many events of one agent are handled in a second
 * @param waitingPerRecord how many messages may wait while one record is being written
 * @param retention how long workloads that have ended are kept
 * @param retentionInterval how often those that are not are removed
 * @param removalsAtOnce how many of them at once
 * @param ordersAtOnce how many orders to one agent may be under way
 * @param maxWorkloads how many workloads there may be
 * @param maxUnwritten how many new workloads may be on their way to the store
 * @param maxNodes how many nodes there may be
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
        int minFreeMemoryPercent,
        OrphanRule orphanRule,
        int logTailBytes,
        int eventsKept,
        int eventsStored,
        int followerBuffer,
        Duration storeRetryDelay,
        Duration storeRetryLongest,
        Duration reclaimDelay,
        Duration agentRetryFirst,
        Duration agentRetryLongest,
        Duration overloadedAfter,
        int agentEventsPerSecond,
        int waitingPerRecord,
        Retention retention,
        Duration retentionInterval,
        int removalsAtOnce,
        int ordersAtOnce,
        int maxWorkloads,
        int maxUnwritten,
        int maxNodes) {

    private static final String BLOCK = "persys.scheduler.";
    private static final String NEVER = "never";
    private static final Pattern PERCENT = Pattern.compile("(\\d{1,3})%");
    private static final long LONGEST_LOG_TAIL = 256 * 1024;
    private static final int ALL = 100;
    private static final int MOST_OF_ALL = 99;
    private static final int MOST_DOUBLINGS = 16;

    /**
     * From the block {@code persys.scheduler} of {@code config}; fails with {@link ConfigException} naming the path and
     * what is allowed.
     */
    public static SchedulerSettings of(Config config) {
        return new SchedulerSettings(
                positive(config, "heartbeat-interval"),
                timings(config),
                positive(config, "heartbeat-write-interval"),
                positive(config, "node-monitor-interval"),
                positive(config, "workload-monitor-interval"),
                atLeastOne(config, "inventories-at-once"),
                config.getDuration(BLOCK + "start-grace"),
                policy(config),
                percent(config, "min-free-memory", MOST_OF_ALL),
                new OrphanRule(percent(config, "orphan-share", ALL), atLeastOne(config, "orphan-minimum")),
                logTail(config),
                atLeastOne(config, "events.kept"),
                atLeastOne(config, "events.stored"),
                atLeastOne(config, "events.follower-buffer"),
                positive(config, "store-retry-delay"),
                positive(config, "store-retry-longest"),
                positive(config, "reclaim-delay"),
                positive(config, "agent-retry.first"),
                positive(config, "agent-retry.longest"),
                positive(config, "overloaded-after"),
                atLeastOne(config, "agent-events-per-second"),
                atLeastOne(config, "waiting-per-record"),
                new Retention(limits(config, "finished"), limits(config, "stopped")),
                positive(config, "retention.interval"),
                atLeastOne(config, "retention.removals-at-once"),
                atLeastOne(config, "orders-at-once"),
                atLeastOne(config, "max-workloads"),
                atLeastOne(config, "max-unwritten"),
                atLeastOne(config, "max-nodes"));
    }

    /** The wait before the state store is asked again after so many attempts in a row that it did not answer, from 1. */
    public Duration storeRetry(int failures) {
        return doubled(storeRetryDelay, failures, storeRetryLongest);
    }

    /** The wait before an agent is asked again after so many attempts in a row that failed, from 1. */
    public Duration agentRetry(int failures) {
        return doubled(agentRetryFirst, failures, agentRetryLongest);
    }

    private static Duration doubled(Duration first, int failures, Duration longest) {
        Duration delay = first.multipliedBy(1L << Math.min(failures - 1, MOST_DOUBLINGS));
        return delay.compareTo(longest) > 0 ? longest : delay;
    }

    private static NodeTimings timings(Config config) {
        Duration suspectAfter = positive(config, "suspect-after");
        Duration inactiveAfter = positive(config, "inactive-after");
        require(
                inactiveAfter.compareTo(suspectAfter) > 0,
                config,
                "inactive-after",
                "longer than suspect-after, which is " + suspectAfter.toSeconds() + " s");
        return new NodeTimings(suspectAfter, inactiveAfter, positive(config, "unreachable-after"));
    }

    private static ScorePolicy policy(Config config) {
        Optional<ScorePolicy> policy = ScorePolicy.parse(config.getString(BLOCK + "placement-policy"));
        require(policy.isPresent(), config, "placement-policy", "'best-fit' or 'spread'");
        return policy.get();
    }

    private static int percent(Config config, String name, int most) {
        Matcher matcher = PERCENT.matcher(config.getString(BLOCK + name));
        boolean holds = matcher.matches() && Integer.parseInt(matcher.group(1)) <= most;
        require(holds, config, name, "a share such as 5%, " + (most == ALL ? "at most" : "less than") + " 100%");
        return Integer.parseInt(matcher.group(1));
    }

    private static int logTail(Config config) {
        long bytes = config.getBytes(BLOCK + "log-tail");
        require(
                bytes <= LONGEST_LOG_TAIL,
                config,
                "log-tail",
                "at most 256KiB, because it goes into one commit with the record");
        return (int) bytes;
    }

    private static Retention.Limits limits(Config config, String kind) {
        String after = "retention." + kind + "-after";
        Optional<Duration> limit =
                config.getString(BLOCK + after).equals(NEVER) ? Optional.empty() : Optional.of(positive(config, after));
        return new Retention.Limits(limit, atLeastOne(config, "retention." + kind + "-kept"));
    }

    private static Duration positive(Config config, String name) {
        Duration value = config.getDuration(BLOCK + name);
        require(!value.isNegative() && !value.isZero(), config, name, "longer than zero");
        return value;
    }

    private static int atLeastOne(Config config, String name) {
        int value = config.getInt(BLOCK + name);
        require(value >= 1, config, name, "at least 1");
        return value;
    }

    private static void require(boolean holds, Config config, String name, String allowed) {
        if (!holds) {
            throw new ConfigException.BadValue(
                    config.getValue(BLOCK + name).origin(),
                    BLOCK + name,
                    "it is " + config.getValue(BLOCK + name).unwrapped() + " and has to be " + allowed);
        }
    }
}
