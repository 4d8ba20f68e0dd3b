package dev.persys.scheduler.events;

import akka.NotUsed;
import akka.actor.typed.ActorSystem;
import akka.stream.BoundedSourceQueue;
import akka.stream.QueueOfferResult;
import akka.stream.javadsl.Source;
import dev.persys.api.ClusterEvent;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;

/**
 * Whoever follows the events now. One that does not read is cut off, and nobody waits for it. For one actor's use.
 */
final class Followers {
    private final ActorSystem<?> system;
    private final Logger log;
    private final int buffer;
    private final List<BoundedSourceQueue<ClusterEvent>> all = new ArrayList<>();

    /** @param buffer how many events may wait for one of them */
    Followers(ActorSystem<?> system, Logger log, int buffer) {
        this.system = system;
        this.log = log;
        this.buffer = buffer;
    }

    /**
     * One more: what it hears from now on. It is watched from here on, for a stream that nobody ever runs is cancelled
     * after a while.
     *
     * @param left told when the stream has ended, from any thread of the system
     */
    Source<ClusterEvent, NotUsed> join(Consumer<BoundedSourceQueue<ClusterEvent>> left) {
        var live = Source.<ClusterEvent>queue(buffer)
                .watchTermination((follower, done) -> {
                    // A stream's own future calls back on a thread of the common pool; the log is told on the system's.
                    done.whenCompleteAsync((ended, failure) -> left.accept(follower), system.executionContext());
                    return follower;
                })
                .preMaterialize(system);
        all.add(live.first());
        return live.second();
    }

    void left(BoundedSourceQueue<ClusterEvent> follower) {
        all.remove(follower);
    }

    void send(ClusterEvent event) {
        for (Iterator<BoundedSourceQueue<ClusterEvent>> each = all.iterator(); each.hasNext(); ) {
            BoundedSourceQueue<ClusterEvent> follower = each.next();
            QueueOfferResult offered = follower.offer(event);
            if (offered.equals(QueueOfferResult.dropped())) {
                end(follower);
            }
            if (!offered.isEnqueued()) {
                each.remove();
            }
        }
    }

    /** Ends all streams. */
    void end() {
        all.forEach(this::end);
    }

    /** Ends a stream, which its follower may have left at this moment. */
    private void end(BoundedSourceQueue<ClusterEvent> follower) {
        try {
            follower.complete();
        } catch (IllegalStateException left) {
            log.trace("a follower has left", left);
        }
    }
}
