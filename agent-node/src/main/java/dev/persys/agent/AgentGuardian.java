package dev.persys.agent;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import dev.persys.api.RegisterResponse;
import dev.persys.model.ClusterId;
import dev.persys.model.Epoch;
import dev.persys.model.NodeId;
import dev.persys.protocol.AgentProtocol;
import dev.persys.protocol.AgentProtocol.ListReply;
import dev.persys.protocol.AgentProtocol.OrderReply;
import dev.persys.protocol.SchedulerClient;
import dev.persys.runtime.ContainerAccess;
import dev.persys.runtime.ContainerLabels;
import dev.persys.runtime.ContainerRuntime;
import dev.persys.runtime.ContainerState;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * The agent of one node. Owns the {@link Fence}: every order passes it before anything else looks at it. Orders are
 * answered with "busy" while the container engine does not answer, so that none waits here for an engine that may not
 * come back.
 */
public final class AgentGuardian {
    sealed interface Command {}

    private record Asked(AgentProtocol.Command command) implements Command {}

    private record EngineNews(RuntimeWatch.News news) implements Command {}

    private record LinkNews(SchedulerLink.News news) implements Command {}

    /**
     * What an agent is made of.
     *
     * @param nanos a clock that only ever grows
     * @param boots a number that differs at each start: part of every event's id
     * @param version of this program
     */
    public record Parts(
            NodeId nodeId,
            AgentSettings settings,
            ContainerRuntime runtime,
            ContainerAccess access,
            HostProbe probe,
            SchedulerClient scheduler,
            InstantSource clock,
            LongSupplier nanos,
            RandomGenerator random,
            LongSupplier boots,
            String version) {}

    /**
     * How the agent stands.
     *
     * @param recovered whether the engine has been listed since the start
     * @param engine why the engine does not answer; empty while it does
     * @param registered whether the scheduler knows this node
     * @param link why the scheduler is not heard; empty while it is
     */
    private record State(
            Fence fence, boolean recovered, Optional<String> engine, boolean registered, Optional<String> link) {
        /** Whether the cluster is a guess that the answer to the first registration is going to confirm or correct. */
        boolean isAboutToKnow() {
            return fence.source() == Fence.Source.CONTAINERS && link.equals(NOT_REGISTERED);
        }

        State with(Fence next) {
            return new State(next, recovered, engine, registered, link);
        }

        State withEngine(boolean listed, Optional<String> why) {
            return new State(fence, recovered || listed, why, registered, link);
        }

        State withLink(boolean known, Optional<String> why) {
            return new State(fence, recovered, engine, known, why);
        }
    }

    private static final Optional<String> NOT_REGISTERED = Optional.of("not registered yet");
    private static final Duration MIN_RESTART_PAUSE = Duration.ofMillis(200);
    private static final Duration MAX_RESTART_PAUSE = Duration.ofSeconds(30);

    private final ActorContext<Command> context;
    private final AgentMetrics metrics;
    private final ActorRef<EventFeed.Command> feed;
    private final ActorRef<ContainerManager.Command> manager;
    private final ActorRef<RuntimeWatch.Command> watch;
    private final ActorRef<SchedulerLink.Command> link;

    private AgentGuardian(ActorContext<Command> context, Parts parts) {
        this.context = context;
        this.metrics = new AgentMetrics();
        AgentSettings settings = parts.settings();
        OwnContainers runtime =
                new OwnContainers(new MeteredContainerRuntime(parts.runtime(), metrics, parts.nanos()), parts.nodeId());
        this.feed = context.spawn(
                EventFeed.create(
                        Long.toHexString(parts.boots().getAsLong()),
                        settings.eventsKept(),
                        settings.followerBuffer(),
                        metrics),
                "events");
        ActorRef<ImagePuller.Command> puller =
                context.spawn(ImagePuller.create(runtime, settings, parts.random()), "images");
        HostPaths hostPaths = HostPaths.ofThisNode(settings.docker().callTimeout());
        Prober prober = new SocketProber(context.getSystem(), settings.maxHealthChecks());
        this.manager = context.spawn(
                ContainerManager.create(
                        settings,
                        self -> new Surroundings(
                                parts.nodeId(),
                                runtime,
                                parts.access(),
                                puller,
                                feed,
                                self,
                                settings.retryBackoff(),
                                settings.startAttempts(),
                                parts.random(),
                                parts.nanos(),
                                new AwaitedSessions(),
                                prober,
                                settings.allowed(),
                                hostPaths),
                        metrics),
                "containers");
        this.watch = context.spawn(
                RuntimeWatch.create(
                        runtime,
                        parts.nodeId(),
                        settings,
                        parts.random(),
                        context.messageAdapter(RuntimeWatch.News.class, EngineNews::new)),
                "engine");
        this.link = context.spawn(
                SchedulerLink.create(
                        parts.nodeId(),
                        settings,
                        parts.scheduler(),
                        parts.probe(),
                        parts.version(),
                        parts.random(),
                        context.messageAdapter(SchedulerLink.News.class, LinkNews::new)),
                "scheduler");
        // Without one of them the agent is not whole: it fails with it, and starts again from what the engine tells.
        List.of(feed, puller, manager, watch, link).forEach(context::watch);
    }

    /** The agent; its containers outlive it. */
    public static Behavior<AgentProtocol.Command> create(Parts parts) {
        Behavior<Command> guardian = Behaviors.setup(context -> {
            Fence fence = Fence.of(parts.settings().clusterId());
            Optional<String> notYet = Optional.of("Docker has not answered since the agent started");
            return new AgentGuardian(context, parts).guarding(new State(fence, false, notYet, false, NOT_REGISTERED));
        });
        SupervisorStrategy again = SupervisorStrategy.restartWithBackoff(MIN_RESTART_PAUSE, MAX_RESTART_PAUSE, 0.2);
        return Behaviors.transformMessages(
                AgentProtocol.Command.class,
                Behaviors.supervise(guardian).onFailure(again),
                builder -> builder.match(AgentProtocol.Command.class, Asked::new));
    }

    private Behavior<Command> guarding(State state) {
        return Behaviors.receive(Command.class)
                .onMessage(Asked.class, asked -> onAsked(state, asked))
                .onMessage(EngineNews.class, command -> onEngineNews(state, command))
                .onMessage(LinkNews.class, command -> onLinkNews(state, command))
                .build();
    }

    private Behavior<Command> onAsked(State state, Asked asked) {
        return asked.command().readBy(new Asking(state));
    }

    /** What was asked for is seen to as the agent stands. */
    private final class Asking implements AgentProtocol.Command.Reader<Behavior<Command>> {
        private final State state;

        Asking(State state) {
            this.state = state;
        }

        @Override
        public Behavior<Command> run(AgentProtocol.Run command) {
            return order(
                    state,
                    "run",
                    command.order().clusterId(),
                    command.order().epoch(),
                    command.replyTo(),
                    new ContainerManager.RunContainer(command.order(), command.replyTo()));
        }

        /** By nobody's word but its own the agent is of no cluster: then it waits until it knows. */
        @Override
        public Behavior<Command> runNewest(AgentProtocol.RunNewest command) {
            Fence fence = state.fence();
            if (fence.cluster().isEmpty()) {
                metrics.orderAnswered("run", "busy");
                command.replyTo()
                        .tell(new OrderReply.Busy(
                                "this agent does not know its cluster yet: it learns it from the scheduler"
                                        + " as it registers, or from persys.agent.cluster-id; ask again later, or send generation,"
                                        + " epoch and clusterId"));
                return Behaviors.same();
            }
            ClusterId cluster = fence.cluster().get();
            return order(
                    state,
                    "run",
                    cluster,
                    fence.epoch(),
                    command.replyTo(),
                    new ContainerManager.RunNewest(command.order(), fence.epoch(), cluster, command.replyTo()));
        }

        @Override
        public Behavior<Command> stop(AgentProtocol.Stop command) {
            return order(
                    state,
                    "stop",
                    command.order().clusterId(),
                    command.order().epoch(),
                    command.replyTo(),
                    new ContainerManager.StopContainer(command.order(), command.replyTo()));
        }

        @Override
        public Behavior<Command> remove(AgentProtocol.Remove command) {
            return order(
                    state,
                    "remove",
                    command.order().clusterId(),
                    command.order().epoch(),
                    command.replyTo(),
                    new ContainerManager.RemoveContainer(command.order(), command.replyTo()));
        }

        @Override
        public Behavior<Command> listContainers(AgentProtocol.ListContainers command) {
            if (state.engine().isPresent()) {
                command.replyTo().tell(new ListReply.Unavailable(state.engine().get()));
            } else if (state.isAboutToKnow()) {
                // To a scheduler of another cluster, those of the former would look as if its records were missing.
                command.replyTo()
                        .tell(new ListReply.Unavailable("this agent is registering: it knows in a moment which of the"
                                + " containers here are of its cluster"));
            } else {
                manager.tell(new ContainerManager.ListContainers(state.fence().cluster(), command.replyTo()));
            }
            return Behaviors.same();
        }

        @Override
        public Behavior<Command> readLogs(AgentProtocol.ReadLogs command) {
            manager.tell(new ContainerManager.ReadLogs(
                    command.container(), state.fence().cluster(), command.query(), command.replyTo()));
            return Behaviors.same();
        }

        @Override
        public Behavior<Command> openSession(AgentProtocol.OpenSession command) {
            manager.tell(new ContainerManager.OpenSession(
                    command.container(), state.fence().cluster(), command.query(), command.replyTo()));
            return Behaviors.same();
        }

        @Override
        public Behavior<Command> openArchive(AgentProtocol.OpenArchive command) {
            manager.tell(new ContainerManager.OpenArchive(
                    command.container(), state.fence().cluster(), command.query(), command.replyTo()));
            return Behaviors.same();
        }

        @Override
        public Behavior<Command> readUsage(AgentProtocol.ReadUsage command) {
            manager.tell(new ContainerManager.ReadUsage(
                    command.container(), state.fence().cluster(), command.follow(), command.replyTo()));
            return Behaviors.same();
        }

        @Override
        public Behavior<Command> followEvents(AgentProtocol.FollowEvents command) {
            feed.tell(new EventFeed.Follow(command.after(), command.replyTo()));
            return Behaviors.same();
        }

        @Override
        public Behavior<Command> getHealth(AgentProtocol.GetHealth command) {
            String detail = state.engine()
                    .map(why -> "Docker: " + why)
                    .or(state::link)
                    .orElse("Docker answers and the scheduler knows this node");
            command.replyTo().tell(new AgentProtocol.Health(state.engine().isEmpty(), state.registered(), detail));
            return Behaviors.same();
        }
    }

    private Behavior<Command> order(
            State state,
            String kind,
            ClusterId cluster,
            Epoch epoch,
            ActorRef<OrderReply> replyTo,
            ContainerManager.Command order) {
        Optional<OrderReply.Refused> refused = state.fence().check(cluster, epoch);
        if (refused.isPresent()) {
            context.getLog()
                    .warn("An order to {} was refused: {}", kind, refused.get().detail());
            metrics.orderAnswered(kind, refused.get().type());
            replyTo.tell(refused.get());
            return Behaviors.same();
        }
        State heard = state.recovered() ? state.with(state.fence().heard(cluster, epoch)) : state;
        if (state.engine().isPresent()) {
            metrics.orderAnswered(kind, "busy");
            replyTo.tell(new OrderReply.Busy(state.engine().get()));
            return guarding(heard);
        }
        metrics.orderAnswered(kind, "taken");
        manager.tell(order);
        return guarding(heard);
    }

    private Behavior<Command> onEngineNews(State state, EngineNews command) {
        if (command.news() instanceof RuntimeWatch.Happened happened) {
            ContainerLabels.parse(happened.event().labels())
                    .filter(state.fence()::covers)
                    .ifPresent(labels ->
                            manager.tell(new ContainerManager.Happened(labels.workloadId(), happened.event())));
            return Behaviors.same();
        }
        if (command.news() instanceof RuntimeWatch.Lost lost) {
            metrics.dockerIs(false);
            link.tell(new SchedulerLink.EngineIs(false));
            return guarding(state.withEngine(false, Optional.of(lost.why())));
        }
        List<ContainerState> all = ((RuntimeWatch.Synced) command.news()).containers();
        Fence fence = state.fence()
                .found(all.stream()
                        .flatMap(container -> ContainerLabels.parse(container.labels()).stream())
                        .toList());
        List<ContainerState> ours = all.stream()
                .filter(container -> ContainerLabels.parse(container.labels())
                        .filter(fence::covers)
                        .isPresent())
                .toList();
        context.getLog()
                .info(
                        "Docker answers; {} containers of ours are on this node, and {} of other clusters, which are left"
                                + " alone",
                        ours.size(),
                        all.size() - ours.size());
        metrics.dockerIs(true);
        manager.tell(new ContainerManager.Synced(ours));
        link.tell(new SchedulerLink.EngineIs(true));
        return guarding(state.with(fence).withEngine(true, Optional.empty()));
    }

    private Behavior<Command> onLinkNews(State state, LinkNews command) {
        if (command.news() instanceof SchedulerLink.Unregistered unregistered) {
            return guarding(state.withLink(unregistered.isKnown(), Optional.of(unregistered.why())));
        }
        if (command.news() instanceof SchedulerLink.Answered) {
            return guarding(state.withLink(true, Optional.empty()));
        }
        RegisterResponse response = ((SchedulerLink.Registered) command.news()).response();
        Fence fence = state.fence().registered(response.clusterId(), response.epoch());
        if (!fence.cluster().equals(Optional.of(response.clusterId()))) {
            context.getLog()
                    .error(
                            "The scheduler is of cluster {}, and this agent's settings say {}: its orders are refused",
                            response.clusterId(),
                            fence.cluster().map(ClusterId::value).orElse("none"));
        } else if (!state.fence().cluster().equals(fence.cluster())) {
            state.fence()
                    .cluster()
                    .ifPresent(former -> context.getLog()
                            .warn(
                                    "This node was of cluster {} and is of {} now, as its scheduler says: what runs of the"
                                            + " former is left alone",
                                    former,
                                    response.clusterId()));
            manager.tell(new ContainerManager.Restart());
            watch.tell(new RuntimeWatch.Resync());
        }
        return guarding(state.with(fence).withLink(true, Optional.empty()));
    }
}
