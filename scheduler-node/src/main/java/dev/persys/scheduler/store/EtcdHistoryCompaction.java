package dev.persys.scheduler.store;

import io.etcd.jetcd.options.GetOption;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drops etcd's history of earlier values, which otherwise grows without a bound until etcd refuses writes. Nothing
 * of ours reads history older than one {@code load}. What is kept reaches back one to two periods.
 */
final class EtcdHistoryCompaction implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EtcdHistoryCompaction.class);

    private final EtcdConnection etcd;
    private final BooleanSupplier leading;
    private final ScheduledExecutorService timer;
    private volatile long seenAtLastTick;

    private EtcdHistoryCompaction(EtcdConnection etcd, BooleanSupplier leading) {
        this.etcd = etcd;
        this.leading = leading;
        this.timer = Executors.newSingleThreadScheduledExecutor(
                task -> StoreThreads.daemon("persys-store-etcd-compaction", task));
    }

    /** @param leading whether this process is to do it: one is enough */
    static EtcdHistoryCompaction every(Duration period, EtcdConnection etcd, BooleanSupplier leading) {
        EtcdHistoryCompaction compaction = new EtcdHistoryCompaction(etcd, leading);
        if (!period.isZero()) {
            var unused = compaction.timer.scheduleWithFixedDelay(
                    compaction::tick, period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
        }
        return compaction;
    }

    private void tick() {
        if (!leading.getAsBoolean()) {
            seenAtLastTick = 0;
            return;
        }
        var unused = etcd.kv()
                .get(EtcdTerm.KEY, GetOption.builder().withKeysOnly(true).build())
                .thenAccept(
                        answer -> compactTo(seenAtLastTick, answer.getHeader().getRevision()))
                .exceptionally(EtcdHistoryCompaction::skipped);
    }

    private void compactTo(long revision, long now) {
        seenAtLastTick = now;
        if (revision > 0 && revision < now) {
            var unused = etcd.kv()
                    .compact(revision)
                    .thenAccept(done -> LOG.debug("Compacted etcd's history up to revision {}", revision))
                    .exceptionally(EtcdHistoryCompaction::skipped);
        }
    }

    private static Void skipped(Throwable failure) {
        // Usual where etcd compacts by itself, which is just as good; the next tick tries again.
        LOG.debug("Did not compact etcd's history", failure);
        return null;
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
