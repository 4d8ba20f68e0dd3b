package dev.persys.agent;

import akka.actor.typed.ActorRef;
import dev.persys.api.RunOrder;
import dev.persys.model.WorkloadId;

/**
 * What is under way for one workload: nothing, a step, a fetch of its image, a pause before another attempt or the wait for
 * somebody to attach, and the lane that is held for it. For one actor's use.
 */
final class UnderWay {
    private enum Activity {
        NOTHING,
        STEP,
        FETCH,
        PAUSE,
        WAIT
    }

    private final WorkloadId workloadId;
    private final ActorRef<ImagePuller.Command> puller;
    private final ActorRef<ImagePuller.Update> fetchNews;
    private final ContainerSight sight;
    private final LaneHold lanes;
    private final AwaitedSessions awaited;
    private Activity activity = Activity.NOTHING;
    private long fetches;

    /** @param fetchNews where the news of fetches go */
    UnderWay(WorkloadId workloadId, Surroundings around, ContainerSight sight, ActorRef<ImagePuller.Update> fetchNews) {
        this.workloadId = workloadId;
        this.puller = around.puller();
        this.fetchNews = fetchNews;
        this.sight = sight;
        this.lanes = new LaneHold(workloadId, around.manager());
        this.awaited = around.awaited();
    }

    boolean isNothing() {
        return activity == Activity.NOTHING;
    }

    boolean isStep() {
        return activity == Activity.STEP;
    }

    boolean isPause() {
        return activity == Activity.PAUSE;
    }

    boolean isWait() {
        return activity == Activity.WAIT;
    }

    /** Whether {@code news} is of the fetch that is under way. */
    boolean isFetchOf(ImagePuller.Update news) {
        return activity == Activity.FETCH && news.request() == fetches;
    }

    /** Whether the step may begin: the lane that it needs is held; otherwise that is asked for. */
    boolean mayBegin(Step step) {
        return step.lane().isEmpty() || lanes.isHeld(step.lane().get());
    }

    /** Whether the lane that was granted is still wanted. */
    boolean isGranted(Lanes.Lane lane) {
        return lanes.isGranted(lane);
    }

    void giveBackLane() {
        lanes.giveBack();
    }

    /** What is seen of the container waits until the step has ended. */
    void beginStep() {
        activity = Activity.STEP;
        sight.hold();
    }

    void endStep() {
        activity = Activity.NOTHING;
        sight.release();
    }

    void beginFetch(RunOrder order) {
        lanes.giveBack();
        activity = Activity.FETCH;
        fetches++;
        puller.tell(new ImagePuller.Fetch(workloadId, fetches, order.image(), order.registryCredentials(), fetchNews));
    }

    void endFetch() {
        activity = Activity.NOTHING;
    }

    void beginPause() {
        lanes.giveBack();
        activity = Activity.PAUSE;
    }

    /** From now on somebody may attach to what has not been started. */
    void beginWait() {
        lanes.giveBack();
        activity = Activity.WAIT;
        awaited.add(workloadId);
    }

    /** Ends what a new order need not wait for: everything but a step. */
    void interrupt() {
        if (activity == Activity.FETCH) {
            puller.tell(new ImagePuller.GiveUp(workloadId));
        }
        if (activity == Activity.WAIT) {
            awaited.remove(workloadId);
        }
        if (activity != Activity.STEP) {
            activity = Activity.NOTHING;
        }
    }
}
