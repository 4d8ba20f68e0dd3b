package dev.persys.scheduler.node;

import dev.persys.lifecycle.NodeCondition;
import dev.persys.lifecycle.NodeCondition.Calls;
import dev.persys.lifecycle.NodeSignal;
import dev.persys.model.NodeId;
import dev.persys.model.NodeReason;
import dev.persys.model.Resources;
import dev.persys.scheduler.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What a leader has heard of one node, and how calls to its agent go; all spans by the ticker. Confined to the {@link
 * NodeActor}.
 */
final class Liveness {
    private record Failing(NodeReason reason, String sentence, long since) {}

    /** So many beats in the time of one are too many. */
    private static final int TOO_OFTEN = 10;

    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    private final Ticker ticker;
    private boolean heard;
    private boolean engineAway;
    private boolean callsWork;
    private Optional<Failing> failing = Optional.empty();
    private Optional<NodeSignal.Beat> beat = Optional.empty();
    private long silentSince;
    private long lookedAt;
    private long writtenAt;
    private Optional<Long> triedAt = Optional.empty();

    Liveness(Ticker ticker) {
        this.ticker = ticker;
        this.silentSince = ticker.nanos();
        this.lookedAt = silentSince;
        this.writtenAt = silentSince;
    }

    /**
     * The record was read: silence counts from now. When the first beats are due to be written differs from node to node,
     * so that a leader that takes over does not write them all at once.
     */
    void loaded(NodeId id, Duration writeInterval) {
        writtenAt = ticker.nanos() - Math.floorMod(id.value().hashCode() * SPREAD, writeInterval.toNanos());
    }

    /** The record was written, with the newest beat. */
    void written() {
        writtenAt = ticker.nanos();
    }

    void registered() {
        heard = true;
        engineAway = false;
        silentSince = ticker.nanos();
        beat = Optional.empty();
    }

    /** Its agent registers; what that changes waits. */
    void registersMeanwhile() {
        heard = true;
        silentSince = ticker.nanos();
    }

    void beaten(Resources available, boolean degraded, Instant at) {
        heard = true;
        engineAway = degraded;
        silentSince = ticker.nanos();
        beat = Optional.of(new NodeSignal.Beat(available, at));
    }

    /** Somebody looked, at this reading: what was silent since then is not held against the node before the next look. */
    void looked(long at) {
        lookedAt = at;
    }

    void callsWork() {
        callsWork = true;
        failing = Optional.empty();
    }

    /** @param lasted how long they had failed when that was noticed */
    void callsFail(NodeReason reason, String sentence, Duration lasted) {
        callsWork = false;
        long noticed = ticker.nanos() - lasted.toNanos();
        long since = failing.map(Failing::since)
                .filter(known -> known - noticed <= 0)
                .orElse(noticed);
        failing = Optional.of(new Failing(reason, sentence, since));
    }

    /** Whether to call a node that beats and could not be reached: not for every beat of one that beats too often. */
    boolean isToBeTried(Duration heartbeatInterval) {
        Duration pause = heartbeatInterval.dividedBy(TOO_OFTEN);
        boolean isDue = !callsWork
                && triedAt.filter(at -> ticker.since(at).compareTo(pause) < 0).isEmpty();
        triedAt = isDue ? Optional.of(ticker.nanos()) : triedAt;
        return isDue;
    }

    boolean doCallsWork() {
        return callsWork;
    }

    boolean doCallsFail() {
        return failing.isPresent();
    }

    /** Since when calls have failed, without one that was answered; zero where they do not. */
    Duration failingFor() {
        return failing.map(trouble -> ticker.since(trouble.since())).orElse(Duration.ZERO);
    }

    /** Since it was heard last. */
    Duration silence() {
        return ticker.since(silentSince);
    }

    /** The newest heartbeat, where there was one since the record was written last. */
    Optional<NodeSignal.Beat> beat() {
        return beat;
    }

    /** Whether the heartbeat in the record is so old that a newer one is to be written. */
    boolean isWriteDue(Duration writeInterval) {
        return beat.isPresent() && ticker.since(writtenAt).compareTo(writeInterval) >= 0;
    }

    NodeCondition condition() {
        Duration silence = Duration.ofNanos(Math.max(0, lookedAt - silentSince));
        return new NodeCondition(heard, silence, engineAway, calls());
    }

    private Calls calls() {
        if (failing.isPresent()) {
            Failing trouble = failing.get();
            return new Calls.Fail(trouble.reason(), trouble.sentence(), failingFor());
        }
        return callsWork ? Calls.Work.INSTANCE : Calls.Untried.INSTANCE;
    }
}
