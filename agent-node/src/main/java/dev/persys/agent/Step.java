package dev.persys.agent;

import java.time.Duration;
import java.util.Optional;

/** One thing to ask of the container engine. */
sealed interface Step {
    /** The lane that must be held meanwhile. */
    default Optional<Lanes.Lane> lane() {
        return Optional.empty();
    }

    /** To find this workload's container by its labels. */
    record Look() implements Step {}

    /** To find out who has the name, after the engine said that it is taken. */
    record LookByName() implements Step {}

    /** To find out whether it is the image that is absent, after the engine said that something is. */
    record CheckImage(String complaint) implements Step {}

    /** To find out whether the image is there, before a container is ended that runs. */
    record NeedImage() implements Step {}

    /** To have the image fetched. */
    record Fetch() implements Step {}

    record Create() implements Step {
        @Override
        public Optional<Lanes.Lane> lane() {
            return Optional.of(Lanes.Lane.START);
        }
    }

    /** To wait until somebody is attached, for a while. */
    record AwaitSession() implements Step {}

    record Start(String containerId) implements Step {
        @Override
        public Optional<Lanes.Lane> lane() {
            return Optional.of(Lanes.Lane.START);
        }
    }

    record Stop(String containerId, Duration grace) implements Step {
        @Override
        public Optional<Lanes.Lane> lane() {
            return Optional.of(Lanes.Lane.STOP);
        }
    }

    record Remove(String containerId) implements Step {
        @Override
        public Optional<Lanes.Lane> lane() {
            return Optional.of(Lanes.Lane.STOP);
        }
    }

    /** To keep a container that has ended for what it has printed, and make room for the one in its place. */
    record PutAside(String containerId) implements Step {
        @Override
        public Optional<Lanes.Lane> lane() {
            return Optional.of(Lanes.Lane.STOP);
        }
    }

    /** To remove the one that is kept so. */
    record RemovePrevious() implements Step {
        @Override
        public Optional<Lanes.Lane> lane() {
            return Optional.of(Lanes.Lane.STOP);
        }
    }

    /** To remove the volumes that were made for the workload. */
    record RemoveVolumes() implements Step {
        @Override
        public Optional<Lanes.Lane> lane() {
            return Optional.of(Lanes.Lane.STOP);
        }
    }

    /** Nothing is left to do. */
    record Settle() implements Step {}
}
