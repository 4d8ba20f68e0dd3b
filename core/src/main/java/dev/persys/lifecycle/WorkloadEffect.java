package dev.persys.lifecycle;

import dev.persys.model.Generation;
import dev.persys.model.HostPort;
import dev.persys.model.NodeId;
import dev.persys.model.RunId;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadId;
import java.time.Duration;
import java.util.Optional;

/** Work to do once a transition is committed. Dispatch is by {@link Runner}, so that a new kind breaks the build. */
public sealed interface WorkloadEffect {
    void runWith(Runner runner);

    /** To order the start that {@code workload} wants from its node. */
    record RunContainer(Workload workload) implements WorkloadEffect {
        @Override
        public void runWith(Runner runner) {
            runner.run(this);
        }
    }

    /** To have the container of this or an older run stopped, and kept. */
    record StopContainer(NodeId node, WorkloadId id, RunId run, Duration grace) implements WorkloadEffect {
        @Override
        public void runWith(Runner runner) {
            runner.stop(this);
        }
    }

    /**
     * To have the container of this or an older generation stopped and removed.
     *
     * @param volumes whether the volumes that were made for the workload go, too
     */
    record RemoveContainer(NodeId node, WorkloadId id, Generation generation, Duration grace, boolean volumes)
            implements WorkloadEffect {
        @Override
        public void runWith(Runner runner) {
            runner.remove(this);
        }
    }

    /** To look for a node, {@code preferred} first where it fits there. */
    record FindPlacement(Workload workload, Optional<NodeId> preferred) implements WorkloadEffect {
        @Override
        public void runWith(Runner runner) {
            runner.findPlacement(this);
        }
    }

    /** To give back what was reserved for the workload, wherever that is. */
    record ReleaseReservation(WorkloadId id) implements WorkloadEffect {
        @Override
        public void runWith(Runner runner) {
            runner.release(this);
        }
    }

    /** To place nothing that wants it on this node for a while, because something else has that port there. */
    record AvoidPort(NodeId node, HostPort port) implements WorkloadEffect {
        @Override
        public void runWith(Runner runner) {
            runner.avoid(this);
        }
    }

    /** To have reserved what {@code workload} holds on its node, and no more. */
    record HoldReservation(Workload workload) implements WorkloadEffect {
        @Override
        public void runWith(Runner runner) {
            runner.hold(this);
        }
    }

    /** To signal {@link WorkloadSignal.Proved} of {@code run} after {@code delay}; a later one replaces it. */
    record ProveLater(RunId run, Duration delay) implements WorkloadEffect {
        @Override
        public void runWith(Runner runner) {
            runner.proveLater(this);
        }
    }

    /** To signal {@link WorkloadSignal.RetryDue} after {@code delay}; a later one replaces it. */
    record RetryLater(Duration delay) implements WorkloadEffect {
        @Override
        public void runWith(Runner runner) {
            runner.retryLater(this);
        }
    }

    /** To fetch the tail of the output of this start and signal {@link WorkloadSignal.LogsTaken}. */
    record TakeLogs(NodeId node, WorkloadId id, RunId run) implements WorkloadEffect {
        @Override
        public void runWith(Runner runner) {
            runner.takeLogs(this);
        }
    }

    /** Whoever carries effects out. */
    interface Runner {
        void run(RunContainer effect);

        void stop(StopContainer effect);

        void remove(RemoveContainer effect);

        void findPlacement(FindPlacement effect);

        void release(ReleaseReservation effect);

        void avoid(AvoidPort effect);

        void hold(HoldReservation effect);

        void proveLater(ProveLater effect);

        void retryLater(RetryLater effect);

        void takeLogs(TakeLogs effect);
    }
}
