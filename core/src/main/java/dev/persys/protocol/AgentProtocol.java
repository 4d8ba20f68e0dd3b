package dev.persys.protocol;

import akka.NotUsed;
import akka.actor.typed.ActorRef;
import akka.stream.javadsl.Flow;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import dev.persys.api.AgentEvent;
import dev.persys.api.ArchiveQuery;
import dev.persys.api.BareRun;
import dev.persys.api.ContainerList;
import dev.persys.api.ContainerOrder;
import dev.persys.api.ContainerUsage;
import dev.persys.api.LogQuery;
import dev.persys.api.RunOrder;
import dev.persys.api.SessionQuery;
import dev.persys.model.Epoch;
import java.util.Optional;

/** What may be asked of an agent process. Answered within its process: nothing here is serialized. */
public final class AgentProtocol {
    private AgentProtocol() {}

    public sealed interface Command {
        <T> T readBy(Command.Reader<T> reader);

        /** Whoever sees to each kind. */
        interface Reader<T> {
            T run(Run command);

            T runNewest(RunNewest command);

            T stop(Stop command);

            T remove(Remove command);

            T listContainers(ListContainers command);

            T readLogs(ReadLogs command);

            T openSession(OpenSession command);

            T openArchive(OpenArchive command);

            T readUsage(ReadUsage command);

            T followEvents(FollowEvents command);

            T getHealth(GetHealth command);
        }
    }

    /** To make and start a container; answered before Docker is touched. */
    public record Run(RunOrder order, ActorRef<OrderReply> replyTo) implements Command {
        @Override
        public <T> T readBy(Command.Reader<T> reader) {
            return reader.run(this);
        }
    }

    /** As {@link Run}, of a caller that counts nothing: it is the newest order about that workload. */
    public record RunNewest(BareRun order, ActorRef<OrderReply> replyTo) implements Command {
        @Override
        public <T> T readBy(Command.Reader<T> reader) {
            return reader.runNewest(this);
        }
    }

    /** To stop a container; answered before Docker is touched, done when the event stream says so. */
    public record Stop(ContainerOrder order, ActorRef<OrderReply> replyTo) implements Command {
        @Override
        public <T> T readBy(Command.Reader<T> reader) {
            return reader.stop(this);
        }
    }

    /** To stop and remove a container; answered before Docker is touched, done when the event stream says so. */
    public record Remove(ContainerOrder order, ActorRef<OrderReply> replyTo) implements Command {
        @Override
        public <T> T readBy(Command.Reader<T> reader) {
            return reader.remove(this);
        }
    }

    public record ListContainers(ActorRef<ListReply> replyTo) implements Command {
        @Override
        public <T> T readBy(Command.Reader<T> reader) {
            return reader.listContainers(this);
        }
    }

    /**
     * To read what a container of ours prints.
     *
     * @param container a workload's id, or Docker's id of its container, whole or its first 12 characters
     */
    public record ReadLogs(String container, LogQuery query, ActorRef<LogsReply> replyTo) implements Command {
        @Override
        public <T> T readBy(Command.Reader<T> reader) {
            return reader.readLogs(this);
        }
    }

    /**
     * To be inside a running container of ours.
     *
     * @param container as {@link ReadLogs} takes it
     * @param query with a command, or to attach to the container's own process
     */
    public record OpenSession(String container, SessionQuery query, ActorRef<SessionReply> replyTo) implements Command {
        @Override
        public <T> T readBy(Command.Reader<T> reader) {
            return reader.openSession(this);
        }
    }

    /**
     * To read or write the files of a container of ours, whether it runs or not.
     *
     * @param container as {@link ReadLogs} takes it
     */
    public record OpenArchive(String container, ArchiveQuery query, ActorRef<SessionReply> replyTo) implements Command {
        @Override
        public <T> T readBy(Command.Reader<T> reader) {
            return reader.openArchive(this);
        }
    }

    /**
     * To read what a running container of ours uses.
     *
     * @param container as {@link ReadLogs} takes it
     */
    public record ReadUsage(String container, boolean follow, ActorRef<UsageReply> replyTo) implements Command {
        @Override
        public <T> T readBy(Command.Reader<T> reader) {
            return reader.readUsage(this);
        }
    }

    /** To follow what changes, from just behind {@code after}, or from now on. */
    public record FollowEvents(Optional<String> after, ActorRef<EventsReply> replyTo) implements Command {
        @Override
        public <T> T readBy(Command.Reader<T> reader) {
            return reader.followEvents(this);
        }
    }

    public record GetHealth(ActorRef<Health> replyTo) implements Command {
        @Override
        public <T> T readBy(Command.Reader<T> reader) {
            return reader.getHealth(this);
        }
    }

    public sealed interface OrderReply {
        <T> T readBy(OrderReply.Reader<T> reader);

        /** Whoever has an answer to each kind. */
        interface Reader<T> {
            T queued();

            T refused(Refused reply);

            T busy(Busy reply);
        }

        /** Taken, or already done. */
        record Queued() implements OrderReply {
            @Override
            public <T> T readBy(OrderReply.Reader<T> reader) {
                return reader.queued();
            }
        }

        /**
         * Older than what the agent knows, or of another cluster: never to be repeated.
         *
         * @param epoch the newest that the agent has heard of, where the order's is older
         */
        record Refused(String type, String detail, Optional<Epoch> epoch) implements OrderReply {
            /** Whatever the epoch. */
            public Refused(String type, String detail) {
                this(type, detail, Optional.empty());
            }

            @Override
            public <T> T readBy(OrderReply.Reader<T> reader) {
                return reader.refused(this);
            }
        }

        /** Too much is waiting: to be repeated later. */
        record Busy(String detail) implements OrderReply {
            @Override
            public <T> T readBy(OrderReply.Reader<T> reader) {
                return reader.busy(this);
            }
        }
    }

    public sealed interface ListReply {
        record Containers(ContainerList list) implements ListReply {}

        record Unavailable(String detail) implements ListReply {}
    }

    public sealed interface LogsReply {
        /**
         * The output, standard output and standard error in the order Docker keeps them, as bytes.
         *
         * @param containerId Docker's id of the container that printed it
         */
        record Logs(String containerId, Source<ByteString, NotUsed> bytes) implements LogsReply {}

        record NoContainer() implements LogsReply {}

        /** Nothing is kept of what was printed before the present run. */
        record NoPrevious() implements LogsReply {}

        /** Docker has the container and keeps no output of it that can be read; its own sentence. */
        record Unreadable(String detail) implements LogsReply {}

        record Unavailable(String detail) implements LogsReply {}
    }

    public sealed interface SessionReply {
        /** Begins when the flow is run, once; frames go in and out of it, the last one out says how it ended. */
        record Opened(Flow<ByteString, ByteString, NotUsed> frames) implements SessionReply {}

        record NoContainer() implements SessionReply {}

        /** It does not run, or has no process that could be attached to so; the engine's own sentence. */
        record NotRunning(String detail) implements SessionReply {}

        /** The engine will not have it so, and never will. */
        record Refused(String detail) implements SessionReply {}

        record Unavailable(String detail) implements SessionReply {}
    }

    public sealed interface UsageReply {
        record Usage(Source<ContainerUsage, NotUsed> usage) implements UsageReply {}

        record NoContainer() implements UsageReply {}

        record NotRunning(String detail) implements UsageReply {}

        record Unavailable(String detail) implements UsageReply {}
    }

    public sealed interface EventsReply {
        record Events(Source<AgentEvent, NotUsed> events) implements EventsReply {}

        /** The event asked for is no longer kept, or is another boot's: list first. */
        record Gone() implements EventsReply {}
    }

    /**
     * How the agent stands.
     *
     * @param dockerAvailable whether Docker answered last time
     * @param registered whether the scheduler knows this node
     * @param detail one sentence for people
     */
    public record Health(boolean dockerAvailable, boolean registered, String detail) {}
}
