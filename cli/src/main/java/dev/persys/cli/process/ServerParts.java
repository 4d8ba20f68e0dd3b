package dev.persys.cli.process;

import akka.Done;
import akka.actor.CoordinatedShutdown;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.Config;
import dev.persys.agent.AgentNode;
import dev.persys.agent.AgentSettings;
import dev.persys.cli.Version;
import dev.persys.http.HttpSettings;
import dev.persys.http.agent.AgentHttpServer;
import dev.persys.http.client.HttpAgentClient;
import dev.persys.http.client.HttpSchedulerClient;
import dev.persys.http.scheduler.SchedulerHttpServer;
import dev.persys.protocol.AgentClient;
import dev.persys.scheduler.SchedulerNode;
import dev.persys.scheduler.store.StateStores;
import dev.persys.store.StateStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * What runs in this process: one actor system, and on it a scheduler, an agent, or both. Starting throws what the
 * part that cannot start throws, and then nothing of this process is left running but threads.
 */
final class ServerParts {
    private final ActorSystem<?> system;
    private final List<Runnable> afterwards = new ArrayList<>();

    private ServerParts(ActorSystem<?> system) {
        this.system = system;
    }

    /** A scheduler on the store that the configuration names. */
    static ServerParts scheduler(Config config) {
        HttpSettings http = HttpSettings.of(config);
        StateStore store = StateStores.open(config);
        CompletableFuture<AgentClient> agents = new CompletableFuture<>();
        SchedulerNode node = SchedulerNode.start(config, store, system -> {
            AgentClient client = new HttpAgentClient(system, http.agentSecret(), http.client());
            agents.complete(client);
            return client;
        });
        ServerParts parts = new ServerParts(node.system());
        parts.afterwards.add(store::close);
        parts.started(SchedulerHttpServer.start(node.system(), node.system(), agents.join(), http));
        return parts;
    }

    /** An agent on an actor system of its own. */
    static ServerParts agent(Config config) {
        ActorSystem<Void> system = ActorSystem.create(
                Behaviors.empty(),
                "persys-agent",
                config.getConfig("persys.process.agent-system").withFallback(config));
        ServerParts parts = new ServerParts(system);
        parts.addAgent(config);
        return parts;
    }

    /** Both, in one. */
    static ServerParts schedulerAndAgent(Config config) {
        ServerParts parts = scheduler(config);
        parts.addAgent(config);
        return parts;
    }

    /** Completed once the actor system has ended, asked or not. */
    CompletionStage<Done> terminated() {
        return system.getWhenTerminated();
    }

    /**
     * Finishes requests, leaves the cluster and ends the actor system. {@link #release} comes next.
     */
    CompletionStage<Done> stop() {
        return CoordinatedShutdown.get(system).runAll(CoordinatedShutdown.actorSystemTerminateReason());
    }

    /** Gives back what the actors used, such as the store: only when they have ended. */
    void release() {
        afterwards.forEach(Runnable::run);
    }

    private void addAgent(Config config) {
        HttpSettings http = HttpSettings.of(config);
        HttpSchedulerClient scheduler = new HttpSchedulerClient(
                system, AgentSettings.of(config).schedulerUrl(), http.agentSecret(), http.client());
        AgentNode node = AgentNode.start(system, config, scheduler, Version.text());
        CoordinatedShutdown.get(system).addTask(CoordinatedShutdown.PhaseServiceStop(), "agent", () -> node.stop());
        started(AgentHttpServer.start(system, node.ref(), http));
    }

    /** Waits until a server listens; where it cannot, everything that runs already is stopped again. */
    private void started(CompletionStage<?> server) {
        try {
            server.toCompletableFuture().join();
        } catch (CompletionException e) {
            stop().toCompletableFuture().join();
            release();
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }
}
