package dev.persys.scheduler;

import akka.Done;
import akka.actor.CoordinatedShutdown;
import akka.actor.typed.ActorSystem;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Join;
import com.typesafe.config.Config;
import dev.persys.model.ClusterId;
import dev.persys.model.WorkloadId;
import dev.persys.protocol.AgentClient;
import dev.persys.protocol.Documents;
import dev.persys.protocol.SchedulerProtocol;
import dev.persys.scheduler.leadership.SchedulerGuardian;
import dev.persys.scheduler.remoting.RemotingSettings;
import dev.persys.scheduler.secrets.SecretValues;
import dev.persys.store.StateStore;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * A running scheduler: its actor system, a member of the schedulers' cluster, with the {@link SchedulerGuardian} at
 * its root. Whoever starts one stops it, and closes the store only then.
 */
public final class SchedulerNode {
    /** Of the actor systems that form one cluster. */
    public static final String SYSTEM_NAME = "persys";

    private final ActorSystem<SchedulerProtocol.Command> system;
    private final PublishedDocuments documents;

    private SchedulerNode(ActorSystem<SchedulerProtocol.Command> system, PublishedDocuments documents) {
        this.system = system;
        this.documents = documents;
    }

    /**
     * Starts a scheduler on {@code store}. It answers requests at once, and says of itself by {@link
     * SchedulerProtocol.GetReadiness} when it leads.
     *
     * @param config of the whole process, resolved, with the defaults of every {@code reference.conf}
     * @param agents makes the client with which agents are reached, on the actor system that was started
     * @throws com.typesafe.config.ConfigException naming the path of a setting that cannot be
     */
    public static SchedulerNode start(Config config, StateStore store, Function<ActorSystem<?>, AgentClient> agents) {
        return start(config, store, agents, documents -> new SecretValues(documents, Optional.empty(), false));
    }

    /** As {@link #start(Config, StateStore, Function)}, with {@code secrets} to open what workloads are given. */
    public static SchedulerNode start(
            Config config,
            StateStore store,
            Function<ActorSystem<?>, AgentClient> agents,
            Function<Documents, SecretValues> secrets) {
        SchedulerSettings settings = SchedulerSettings.of(config);
        RemotingSettings remoting = RemotingSettings.of(config);
        PublishedDocuments documents = new PublishedDocuments();
        SecretValues values = secrets.apply(documents);
        ActorSystem<SchedulerProtocol.Command> system = ActorSystem.create(
                SchedulerGuardian.create(started -> new SchedulerEnvironment(
                        store,
                        agents.apply(started),
                        InstantSource.system(),
                        Ticker.system(),
                        () -> WorkloadId.of(UUID.randomUUID()),
                        owner(),
                        ClusterId.of("persys-" + UUID.randomUUID()),
                        settings,
                        documents,
                        values)),
                SYSTEM_NAME,
                remoting.akka()
                        .withFallback(config.getConfig("persys.scheduler.system"))
                        .withFallback(config));
        Cluster cluster = Cluster.get(system);
        cluster.manager().tell(Join.create(cluster.selfMember().address()));
        return new SchedulerNode(system, documents);
    }

    /** The system whose guardian takes requests. */
    public ActorSystem<SchedulerProtocol.Command> system() {
        return system;
    }

    /** What this process knows of the cluster's documents: nothing where it does not lead. */
    public Documents documents() {
        return documents;
    }

    /**
     * Leaves the cluster and ends the system, within seconds. What was registered with the system's {@link
     * CoordinatedShutdown}, such as a server's binding, is ended first.
     */
    public CompletionStage<Done> stop() {
        return CoordinatedShutdown.get(system).runAll(CoordinatedShutdown.actorSystemTerminateReason());
    }

    private static String owner() {
        return hostname() + "/" + ProcessHandle.current().pid();
    }

    private static String hostname() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            // A name for people to read, and this machine has none.
            return "localhost";
        }
    }
}
