package dev.persys.scheduler.node;

import dev.persys.model.WorkloadId;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Whose output's end is wanted of a node: one wish a workload, the newest. A few are under way at once, since an agent
 * has not many places for output, and one that comes to nothing is tried again for a while: nobody wishes it a second time.
 */
final class TailWishes {
    /**
     * One of them.
     *
     * @param taken told what was had; not told what could not be had
     * @param failures so far
     */
    record Wish(WorkloadId workload, Consumer<String> taken, int failures) {
        private Wish failed() {
            return new Wish(workload, taken, failures + 1);
        }
    }

    private final int atOnce;
    private final int attempts;
    private final Map<WorkloadId, Wish> waiting = new LinkedHashMap<>();
    private final Map<WorkloadId, Wish> underWay = new HashMap<>();

    TailWishes(int atOnce, int attempts) {
        this.atOnce = atOnce;
        this.attempts = attempts;
    }

    /** In place of an older one of that workload, if that still waits. */
    void add(WorkloadId workload, Consumer<String> taken) {
        waiting.put(workload, new Wish(workload, taken, 0));
    }

    /** The next to be asked for, which is under way from now on; none of a workload of which one is under way. */
    Optional<Wish> next() {
        if (underWay.size() >= atOnce) {
            return Optional.empty();
        }
        Iterator<Wish> wishes = waiting.values().iterator();
        while (wishes.hasNext()) {
            Wish wish = wishes.next();
            if (!underWay.containsKey(wish.workload())) {
                wishes.remove();
                underWay.put(wish.workload(), wish);
                return Optional.of(wish);
            }
        }
        return Optional.empty();
    }

    /** What was asked for has been had, or never can be. */
    void done(Wish wish) {
        underWay.remove(wish.workload());
    }

    /** The same wish, to come {@link #back} after a pause; none where it was tried often enough. */
    Optional<Wish> failed(Wish wish) {
        done(wish);
        return Optional.of(wish.failed()).filter(again -> again.failures() < attempts);
    }

    /** The same wish waits on, as if it had not been tried: there was nobody to ask. */
    void untried(Wish wish) {
        done(wish);
        back(wish);
    }

    /** After its pause; a newer wish of that workload has taken its place. */
    void back(Wish wish) {
        waiting.putIfAbsent(wish.workload(), wish);
    }
}
