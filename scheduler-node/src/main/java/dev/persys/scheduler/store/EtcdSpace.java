package dev.persys.scheduler.store;

import dev.persys.store.StoreTrouble;
import io.etcd.jetcd.Maintenance;
import io.etcd.jetcd.maintenance.AlarmType;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether etcd's database has reached its quota: it then refuses every put until an operator has made room and
 * disarmed the alarm.
 *
 * <p>A write that is answered so is not certain to be left out: etcd carries out the one that crosses the quota, and
 * says so all the same.
 */
final class EtcdSpace implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EtcdSpace.class);
    private static final long LOOK_SECONDS = 2;

    private final Maintenance maintenance;
    private final StoreTrouble full;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(task -> StoreThreads.daemon("persys-store-etcd-space", task));
    private volatile boolean isFull;

    EtcdSpace(List<URI> endpoints, Maintenance maintenance) {
        this.maintenance = maintenance;
        this.full = new StoreTrouble(
                StoreTrouble.Kind.FULL,
                "The database of etcd at " + endpoints + " has reached its quota. Make room in it (etcdctl compact and"
                        + " defrag, or a larger --quota-backend-bytes), then etcdctl alarm disarm.");
    }

    /** Whether a call failed because of the quota. */
    static boolean isMetBy(Throwable failure) {
        return String.valueOf(failure.getMessage()).contains("database space exceeded");
    }

    Optional<StoreTrouble> trouble() {
        return isFull ? Optional.of(full) : Optional.empty();
    }

    /** A call has been refused because of it. */
    synchronized StoreTrouble met() {
        if (!isFull) {
            isFull = true;
            LOG.warn("{}", full.detail());
            look();
        }
        return full;
    }

    /** A put has been taken. */
    synchronized void took() {
        if (isFull) {
            isFull = false;
            LOG.info("etcd takes writes again");
        }
    }

    private void look() {
        if (!timer.isShutdown()) {
            var unused = timer.schedule(this::ask, LOOK_SECONDS, TimeUnit.SECONDS);
        }
    }

    private void ask() {
        var unused = maintenance
                .listAlarms()
                .thenApply(answer ->
                        answer.getAlarms().stream().anyMatch(alarm -> alarm.getAlarmType() == AlarmType.NOSPACE))
                // Who may not ask for alarms finds out by the next write that is taken.
                .exceptionally(failure -> true)
                .thenAccept(this::heard);
    }

    private synchronized void heard(boolean still) {
        if (!still) {
            took();
        } else if (isFull) {
            look();
        }
    }

    @Override
    public synchronized void close() {
        timer.shutdownNow();
    }
}
