package dev.persys.cli.process;

import akka.Done;
import akka.actor.CoordinatedShutdown;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigValueFactory;
import dev.persys.agent.AgentNode;
import dev.persys.agent.AgentSettings;
import dev.persys.cli.Failure;
import dev.persys.cli.Version;
import dev.persys.cli.dev.SchedulerDirectory;
import dev.persys.http.AuthSettings;
import dev.persys.http.GatewaySettings;
import dev.persys.http.GitHubSettings;
import dev.persys.http.HttpSettings;
import dev.persys.http.agent.AgentHttpServer;
import dev.persys.http.client.HttpAgentClient;
import dev.persys.http.client.HttpSchedulerClient;
import dev.persys.http.gateway.GatewayServer;
import dev.persys.http.gateway.auth.CredentialAuthenticator;
import dev.persys.http.scheduler.SchedulerHttpServer;
import dev.persys.http.scheduler.SchedulerSecrets;
import dev.persys.http.scheduler.auth.AuthService;
import dev.persys.join.NodeStanding;
import dev.persys.model.NodeId;
import dev.persys.protocol.AgentClient;
import dev.persys.protocol.Documents;
import dev.persys.scheduler.SchedulerNode;
import dev.persys.scheduler.secrets.SecretValues;
import dev.persys.scheduler.store.StateStores;
import dev.persys.secrets.SealingKeys;
import dev.persys.store.StateStore;
import dev.persys.trust.Role;
import dev.persys.trust.tls.CredentialsPaths;
import dev.persys.trust.tls.MutualTls;
import dev.persys.trust.tls.Peers;
import dev.persys.trust.tls.ServerTls;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What runs in this process: one actor system, and on it a scheduler, an agent, or both. Starting throws what the
 * part that cannot start throws, and then nothing of this process is left running but threads.
 */
final class ServerParts {
    private static final Logger LOG = LoggerFactory.getLogger(ServerParts.class);
    private static final String AUDIT_DIRECTORY = "persys.http.scheduler.audit.directory";
    private static final String TOKEN_FILE = "persys.http.scheduler.api.token-file";

    private static final Duration OPERATOR_LOOK = Duration.ofMinutes(1);

    private final ActorSystem<?> system;
    private final List<Runnable> afterwards = new ArrayList<>();

    private ServerParts(ActorSystem<?> system) {
        this.system = system;
    }

    /**
     * A scheduler on the store that the configuration names. Where that names no token, the one of this home is asked
     * for, which is made where there is none; commands of the same home find it, and where the scheduler is.
     */
    static ServerParts scheduler(Config config) {
        SchedulerDirectory home = SchedulerDirectory.of(Path.of(config.getString("persys.store.embedded.home")));
        Config whole = SecretKeys.orOfHome(set(config, AUDIT_DIRECTORY, home::audit), home);
        Optional<SchedulerAuthority> authority =
                SchedulerAuthority.open(whole, Path.of(config.getString("persys.store.embedded.home")));
        if (authority.isPresent()) {
            return withScheduler(SchedulerAuthority.byItsName(whole), authority, api -> {
                LOG.info(
                        "Port {} asks its callers for a certificate of the cluster; that of this user is {}",
                        api.getPort(),
                        authority.get().operator().certificate());
                home.announceTls(api, Optional.of(authority.get().operator()));
            });
        }
        if (HttpSettings.of(whole).scheduler().tls().isPresent()) {
            return withScheduler(whole, Optional.empty(), api -> {
                LOG.info("Port {} asks its callers for a certificate of the cluster", api.getPort());
                home.announceTls(api, Optional.empty());
            });
        }
        Config guarded = set(whole, TOKEN_FILE, home::token);
        Path token = Path.of(guarded.getString(TOKEN_FILE));
        return withScheduler(guarded, Optional.empty(), api -> {
            LOG.info("Port {} asks its callers for the token in {}", api.getPort(), token);
            home.announce(api, token);
        });
    }

    /** With this home's path where the setting names none. */
    private static Config set(Config config, String setting, Supplier<Path> ofHome) {
        return config.getString(setting).isEmpty()
                ? config.withValue(
                        setting, ConfigValueFactory.fromAnyRef(ofHome.get().toString(), "of this home"))
                : config;
    }

    private static ServerParts withScheduler(
            Config config, Optional<SchedulerAuthority> authority, Consumer<InetSocketAddress> onListening) {
        HttpSettings http = HttpSettings.of(config);
        Optional<MutualTls> tls = authority
                .map(SchedulerAuthority::tls)
                .or(() -> http.scheduler().tls().map(files -> MutualTls.of(files, Peers.all(Role.SCHEDULER))));
        CompletableFuture<Documents> documents = new CompletableFuture<>();
        NodeStanding standing = authority.isEmpty()
                ? NodeStanding.UNKNOWN
                : NodeStanding.of(() -> Optional.ofNullable(documents.getNow(null)));
        Optional<SealingKeys> keys = SecretKeys.of(config);
        StateStore store = StateStores.open(config);
        CompletableFuture<AgentClient> agents = new CompletableFuture<>();
        SchedulerNode node = SchedulerNode.start(
                config,
                store,
                system -> {
                    AgentClient client = new HttpAgentClient(system, http.agentSecret(), http.client(), tls, standing);
                    agents.complete(client);
                    return client;
                },
                known -> new SecretValues(known, keys, tls.isPresent()));
        documents.complete(node.documents());
        ServerParts parts = new ServerParts(node.system());
        parts.afterwards.add(store::close);
        authority.ifPresent(parts::keepOperator);
        Optional<SchedulerSecrets> secrets = keys.map(sealing -> new SchedulerSecrets(node.documents(), sealing));
        SchedulerHttpServer server = parts.started(SchedulerHttpServer.start(
                node.system(),
                node.system(),
                node.documents(),
                new AuthService(AuthSettings.of(config), GitHubSettings.of(config), InstantSource.system()),
                agents.join(),
                http,
                tls,
                secrets,
                authority.map(some -> some.trust(node.documents())),
                Version.text()));
        try {
            onListening.accept(server.apiAddress());
        } catch (Failure e) {
            parts.stop().toCompletableFuture().join();
            parts.release();
            throw e;
        }
        return parts;
    }

    /** Renews what commands of this home show. Whatever hinders it is told once, and ends nothing. */
    private void keepOperator(SchedulerAuthority authority) {
        AtomicReference<String> told = new AtomicReference<>("");
        system.scheduler()
                .scheduleAtFixedRate(
                        OPERATOR_LOOK,
                        OPERATOR_LOOK,
                        () -> {
                            try {
                                authority.renewOperator();
                                told.set("");
                            } catch (RuntimeException e) {
                                String why = String.valueOf(e.getMessage());
                                if (!why.equals(told.getAndSet(why))) {
                                    LOG.warn("The operator's certificate could not be renewed: {}", why, e);
                                }
                            }
                        },
                        system.dispatchers().lookup(DispatcherSelector.blocking()));
    }

    /** An agent on an actor system of its own; one that has joined, or joins now, with the certificate that it was given. */
    static ServerParts agent(Config unprepared) {
        Config config = AgentTrust.prepared(unprepared);
        ActorSystem<Void> system = ActorSystem.create(
                Behaviors.empty(),
                "persys-agent",
                config.getConfig("persys.process.agent-system").withFallback(config));
        ServerParts parts = new ServerParts(system);
        Optional<CertificateRenewal> renewals = AgentTrust.renewal(config);
        parts.addAgent(config, renewals);
        renewals.ifPresent(renewal -> {
            parts.afterwards.add(renewal::close);
            renewal.start();
        });
        return parts;
    }

    /** A gateway on an actor system of its own. */
    static ServerParts gateway(Config config) {
        GatewaySettings settings = GatewaySettings.of(config);
        CredentialsPaths identity = settings.identity()
                .orElseThrow(() -> new IllegalArgumentException(
                        "persys.http.gateway.identity names no files, and schedulers know a gateway by its certificate:"
                                + " have one signed by persys ca sign --role gateway"));
        GatewayServer.Credentials credentials = new GatewayServer.Credentials(
                MutualTls.of(identity, Peers.all(Role.GATEWAY)),
                settings.tls().map(files -> ServerTls.of(files.certificate(), files.key())));
        ActorSystem<Void> system = ActorSystem.create(
                Behaviors.empty(),
                "persys-gateway",
                config.getConfig("persys.process.agent-system").withFallback(config));
        ServerParts parts = new ServerParts(system);
        GatewayServer server = parts.started(GatewayServer.start(
                system,
                HttpSettings.of(config),
                settings,
                credentials,
                scheduler -> new CredentialAuthenticator(scheduler, InstantSource.system(), System::nanoTime)));
        server.apiAddress()
                .ifPresentOrElse(
                        api -> LOG.info("Callers are served at {} by TLS", api),
                        () -> LOG.info(
                                "persys.http.gateway.tls names no certificate: programs of this machine alone are"
                                        + " served"));
        LOG.info("Programs of this machine are served at {}", server.plainAddress());
        return parts;
    }

    /** Both, in one; the configuration names a token. */
    static ServerParts schedulerAndAgent(Config config) {
        ServerParts parts = withScheduler(config, Optional.empty(), api -> {});
        // Its files are renewed beside it, with the roots of the same authority.
        parts.addAgent(config, Optional.empty());
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

    private void addAgent(Config config, Optional<CertificateRenewal> renewals) {
        HttpSettings http = HttpSettings.of(config);
        NodeId id = AgentNode.nodeId(AgentSettings.of(config));
        Optional<MutualTls> tls =
                http.agent().tls().map(files -> MutualTls.of(files, Peers.only(Role.AGENT, id.value())));
        HttpSchedulerClient scheduler = new HttpSchedulerClient(
                system,
                AgentSettings.of(config).schedulerUrl(),
                http.agentSecret(),
                http.client(),
                tls,
                pins -> renewals.ifPresent(renewal -> renewal.rootsAre(pins)),
                () -> renewals.ifPresent(CertificateRenewal::refused));
        AgentNode node = AgentNode.start(system, config, scheduler, Version.text());
        CoordinatedShutdown.get(system).addTask(CoordinatedShutdown.PhaseServiceStop(), "agent", () -> node.stop());
        AgentHttpServer server = started(AgentHttpServer.start(system, node.ref(), http, tls));
        LOG.debug("Orders are taken at {}", server.apiAddress());
    }

    /** Waits until a server listens; where it cannot, everything that runs already is stopped again. */
    private <S> S started(CompletionStage<S> server) {
        try {
            return server.toCompletableFuture().join();
        } catch (CompletionException e) {
            stop().toCompletableFuture().join();
            release();
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }
}
