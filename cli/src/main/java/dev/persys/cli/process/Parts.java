package dev.persys.cli.process;

import akka.actor.typed.ActorSystem;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import dev.persys.agent.AgentNode;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.cli.Version;
import dev.persys.http.HttpSettings;
import dev.persys.http.agent.AgentHttpServer;
import dev.persys.http.client.HttpAgentClient;
import dev.persys.http.client.HttpSchedulerClient;
import dev.persys.http.scheduler.SchedulerHttpServer;
import dev.persys.http.server.BindRefusedException;
import dev.persys.protocol.AgentClient;
import dev.persys.scheduler.SchedulerNode;
import dev.persys.scheduler.store.StateStores;
import dev.persys.scheduler.store.StoreOpenException;
import dev.persys.store.StateStore;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** The parts of a process, each started with what it needs of the others, and of failures made {@link Failure}s. */
final class Parts {
    private Parts() {}

    /** A scheduler with its store and its ports. */
    record Scheduler(StateStore store, SchedulerNode node, SchedulerHttpServer http) {}

    /** An agent with its ports. */
    record Agent(AgentNode node, AgentHttpServer http) {}

    /** Opens the store, takes the lead and listens; what was started is stopped again where that fails. */
    static Scheduler startScheduler(Config config, Stopping stopping) {
        HttpSettings settings = settings(config);
        StateStore store = openStore(config);
        stopping.last("the state store", () -> {
            store.close();
            return CompletableFuture.completedFuture(null);
        });
        CompletableFuture<AgentClient> agents = new CompletableFuture<>();
        SchedulerNode node = SchedulerNode.start(config, store, system -> {
            AgentClient client = new HttpAgentClient(system, settings.agentSecret(), settings.client());
            agents.complete(client);
            return client;
        });
        stopping.before("the scheduler", node::stop);
        SchedulerHttpServer http =
                bound(SchedulerHttpServer.start(node.system(), node.system(), agents.join(), settings));
        return new Scheduler(store, node, http);
    }

    /** Starts an agent in {@code system} and listens; its scheduler and Docker need not be there yet. */
    static Agent startAgent(ActorSystem<?> system, Config config, Stopping stopping) {
        HttpSettings settings = settings(config);
        URI scheduler = URI.create(config.getString("persys.agent.scheduler-url"));
        HttpSchedulerClient client =
                new HttpSchedulerClient(system, scheduler, settings.agentSecret(), settings.client());
        AgentNode node = AgentNode.start(system, config, client, Version.text());
        stopping.before("the agent", node::stop);
        return new Agent(node, bound(AgentHttpServer.start(system, node.ref(), settings)));
    }

    /** Opens the state store that {@code config} names. */
    static StateStore openStore(Config config) {
        try {
            return StateStores.open(config);
        } catch (StoreOpenException e) {
            throw new Failure(ExitCode.STORE_UNUSABLE, e.getMessage());
        } catch (ConfigException e) {
            throw Configuration.unusable(e);
        } catch (IllegalArgumentException e) {
            throw new Failure(ExitCode.CONFIGURATION, e.getMessage());
        }
    }

    private static HttpSettings settings(Config config) {
        try {
            return HttpSettings.of(config);
        } catch (ConfigException e) {
            throw Configuration.unusable(e);
        }
    }

    private static <T> T bound(CompletionStage<T> starting) {
        try {
            return starting.toCompletableFuture().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof BindRefusedException refused) {
                throw new Failure(ExitCode.PORT_TAKEN, refused.getMessage());
            }
            throw e;
        }
    }
}
