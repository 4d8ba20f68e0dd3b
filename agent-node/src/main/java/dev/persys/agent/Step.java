package dev.persys.agent;

import java.time.Duration;
import java.util.Optional;

/** One thing to do for an order. */
sealed interface Step {
    /** One that is asked of the container engine. */
    sealed interface Call extends Step {
        <T> T readBy(Reader<T> reader);

        /** Whoever asks for each kind. */
        interface Reader<T> {
            T look(Look step);

            T checkAllowed(CheckAllowed step);

            T lookByName(LookByName step);

            T checkImage(CheckImage step);

            T needImage(NeedImage step);

            T create(Create step);

            T start(Start step);

            T stop(Stop step);

            T remove(Remove step);

            T putAside(PutAside step);

            T removePrevious(RemovePrevious step);

            T removeVolumes(RemoveVolumes step);
        }
    }

    /** One that makes or starts. */
    sealed interface Starting extends Call {
        @Override
        default Optional<Lanes.Lane> lane() {
            return Optional.of(Lanes.Lane.START);
        }
    }

    /** One that stops or removes. */
    sealed interface Stopping extends Call {
        @Override
        default Optional<Lanes.Lane> lane() {
            return Optional.of(Lanes.Lane.STOP);
        }
    }

    /** The lane that must be held meanwhile. */
    default Optional<Lanes.Lane> lane() {
        return Optional.empty();
    }

    /** To find this workload's container by its labels. */
    record Look() implements Call {
        @Override
        public <T> T readBy(Reader<T> reader) {
            return reader.look(this);
        }
    }

    /**
     * To find out whether the node's settings allow what the order asks for, before the step that needs {@code lane}: so
     * nothing is waited for between the two.
     */
    record CheckAllowed(Optional<Lanes.Lane> lane) implements Call {
        @Override
        public <T> T readBy(Reader<T> reader) {
            return reader.checkAllowed(this);
        }
    }

    /** To find out who has the name, after the engine said that it is taken. */
    record LookByName() implements Call {
        @Override
        public <T> T readBy(Reader<T> reader) {
            return reader.lookByName(this);
        }
    }

    /** To find out whether it is the image that is absent, after the engine said that something is. */
    record CheckImage(String complaint) implements Call {
        @Override
        public <T> T readBy(Reader<T> reader) {
            return reader.checkImage(this);
        }
    }

    /** To find out whether the image is there, before a container is ended that runs. */
    record NeedImage() implements Call {
        @Override
        public <T> T readBy(Reader<T> reader) {
            return reader.needImage(this);
        }
    }

    /** To have the image fetched. */
    record Fetch() implements Step {}

    record Create() implements Starting {
        @Override
        public <T> T readBy(Reader<T> reader) {
            return reader.create(this);
        }
    }

    /** To wait until somebody is attached, for a while. */
    record AwaitSession() implements Step {}

    record Start(String containerId) implements Starting {
        @Override
        public <T> T readBy(Reader<T> reader) {
            return reader.start(this);
        }
    }

    record Stop(String containerId, Duration grace) implements Stopping {
        @Override
        public <T> T readBy(Reader<T> reader) {
            return reader.stop(this);
        }
    }

    record Remove(String containerId) implements Stopping {
        @Override
        public <T> T readBy(Reader<T> reader) {
            return reader.remove(this);
        }
    }

    /** To keep a container that has ended for what it has printed, and make room for the one in its place. */
    record PutAside(String containerId) implements Stopping {
        @Override
        public <T> T readBy(Reader<T> reader) {
            return reader.putAside(this);
        }
    }

    /** To remove the one that is kept so. */
    record RemovePrevious() implements Stopping {
        @Override
        public <T> T readBy(Reader<T> reader) {
            return reader.removePrevious(this);
        }
    }

    /** To remove the volumes that were made for the workload. */
    record RemoveVolumes() implements Stopping {
        @Override
        public <T> T readBy(Reader<T> reader) {
            return reader.removeVolumes(this);
        }
    }

    /** Nothing is left to do. */
    record Settle() implements Step {}
}
