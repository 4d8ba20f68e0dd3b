package dev.persys.agent;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.Props;
import akka.actor.typed.Terminated;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.Config;
import dev.persys.agent.docker.DockerAccess;
import dev.persys.agent.docker.DockerContainerRuntime;
import dev.persys.model.NodeId;
import dev.persys.protocol.AgentProtocol;
import dev.persys.protocol.SchedulerClient;
import dev.persys.runtime.ContainerRuntime;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** One node's agent on Docker, put together and running. */
public final class AgentNode {
    private final ActorRef<AgentProtocol.Command> agent;
    private final ActorRef<Stop> supervisor;
    private final CompletableFuture<Done> stopped;

    private record Stop() {}

    private AgentNode(
            ActorRef<AgentProtocol.Command> agent, ActorRef<Stop> supervisor, CompletableFuture<Done> stopped) {
        this.agent = agent;
        this.supervisor = supervisor;
        this.stopped = stopped;
    }

    /**
     * Starts an agent in {@code system}, which outlives it. Docker and the scheduler need not be there yet.
     *
     * @param config the whole configuration; {@code persys.agent} is read
     * @param version of this program
     */
    public static AgentNode start(ActorSystem<?> system, Config config, SchedulerClient scheduler, String version) {
        AgentSettings settings = AgentSettings.of(config);
        ContainerRuntime runtime = new DockerContainerRuntime(settings.docker());
        SecureRandom random = new SecureRandom();
        HostProbe probe = new LinuxHostProbe(
                Path.of("/proc"),
                settings.ipAddress(),
                settings.reserved(),
                runtime,
                system.dispatchers().lookup(DispatcherSelector.blocking()));
        AgentGuardian.Parts parts = new AgentGuardian.Parts(
                nodeId(settings),
                settings,
                runtime,
                new DockerAccess(settings.docker()),
                probe,
                scheduler,
                InstantSource.system(),
                System::nanoTime,
                random,
                random::nextLong,
                version);
        CompletableFuture<Done> stopped = new CompletableFuture<>();
        CompletableFuture<ActorRef<AgentProtocol.Command>> agent = new CompletableFuture<>();
        // A name of its own: that of an agent which has just been stopped may still be taken.
        String name = "agent-" + Long.toHexString(random.nextLong());
        ActorRef<Stop> supervisor = system.systemActorOf(supervisor(parts, agent, stopped), name, Props.empty());
        return new AgentNode(agent.join(), supervisor, stopped);
    }

    /** This node's name: as set, or the host's. */
    public static NodeId nodeId(AgentSettings settings) {
        return settings.nodeId().orElseGet(() -> {
            try {
                return nodeIdOf(InetAddress.getLocalHost().getHostName());
            } catch (UnknownHostException e) {
                throw new IllegalStateException("this machine does not know its own name; set persys.agent.node-id", e);
            }
        });
    }

    /** What HTTP routes may talk to. */
    public ActorRef<AgentProtocol.Command> ref() {
        return agent;
    }

    /** Ends the agent and its connections; containers stay as they are. */
    public CompletionStage<Done> stop() {
        supervisor.tell(new Stop());
        return stopped;
    }

    /** A DNS name from a host's name, which may have capitals and underscores. */
    static NodeId nodeIdOf(String hostname) {
        String name =
                hostname.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.-]", "-").replaceAll("^[-.]+|[-.]+$", "");
        return Optional.of(name)
                .filter(candidate -> !candidate.isEmpty())
                .map(NodeId::of)
                .orElseThrow(() -> new IllegalStateException(
                        "the host name " + hostname + " makes no node id; set persys.agent.node-id"));
    }

    private static Behavior<Stop> supervisor(
            AgentGuardian.Parts parts,
            CompletableFuture<ActorRef<AgentProtocol.Command>> agent,
            CompletableFuture<Done> stopped) {
        return Behaviors.setup(context -> {
            ActorRef<AgentProtocol.Command> guardian = context.spawn(AgentGuardian.create(parts), "node");
            context.watch(guardian);
            agent.complete(guardian);
            return Behaviors.receive(Stop.class)
                    .onMessage(Stop.class, stop -> {
                        context.stop(guardian);
                        return Behaviors.same();
                    })
                    .onSignal(Terminated.class, terminated -> {
                        parts.access().close();
                        parts.runtime().close();
                        stopped.complete(Done.done());
                        return Behaviors.stopped();
                    })
                    .build();
        });
    }
}
