package dev.persys.http.scheduler;

import akka.Done;
import akka.actor.CoordinatedShutdown;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.access.AccessTable;
import dev.persys.api.Json;
import dev.persys.api.Paths;
import dev.persys.http.HttpSettings;
import dev.persys.http.Secret;
import dev.persys.http.audit.AuditLog;
import dev.persys.http.audit.AuditOpenException;
import dev.persys.http.auth.Access.Role;
import dev.persys.http.auth.CredentialCheck;
import dev.persys.http.auth.Gate;
import dev.persys.http.auth.PrincipalGate;
import dev.persys.http.client.AgentPassage;
import dev.persys.http.net.BindRefusedException;
import dev.persys.http.net.HttpListener;
import dev.persys.http.scheduler.auth.AuthRoutes;
import dev.persys.http.scheduler.auth.AuthService;
import dev.persys.http.server.Answers;
import dev.persys.http.server.Asking;
import dev.persys.http.server.Auditor;
import dev.persys.http.server.Endpoint;
import dev.persys.http.server.OpenStreams;
import dev.persys.http.server.Sessions;
import dev.persys.join.NodeStanding;
import dev.persys.protocol.AgentClient;
import dev.persys.protocol.Documents;
import dev.persys.protocol.SchedulerProtocol;
import dev.persys.trust.tls.MutualTls;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/** The scheduler's two ports. Stops by itself when the actor system shuts down. */
public final class SchedulerHttpServer {
    private static final String OPENAPI = "/openapi/scheduler.json";

    /** Of those who have a certificate. */
    private static final Set<dev.persys.trust.Role> SERVED =
            Set.of(dev.persys.trust.Role.OPERATOR, dev.persys.trust.Role.GATEWAY, dev.persys.trust.Role.SCHEDULER);

    private final HttpListener api;
    private final HttpListener node;
    private final AuditLog audit;

    private SchedulerHttpServer(HttpListener api, HttpListener node, AuditLog audit) {
        this.api = api;
        this.node = node;
        this.audit = audit;
    }

    /**
     * Listens on both ports; fails with {@link BindRefusedException} or {@link AuditOpenException}, and then on neither.
     *
     * @param documents of the cluster, as this process knows them
     * @param auth tokens, users and sessions
     * @param tls how the API and agents are spoken with, where not in plain text; then who has a certificate of an
     *     operator, a gateway or a scheduler is let in, and no token is asked for
     * @param version of this program, for those who ask
     */
    public static CompletionStage<SchedulerHttpServer> start(
            ActorSystem<?> system,
            ActorRef<SchedulerProtocol.Command> scheduler,
            Documents documents,
            AuthService auth,
            AgentClient agents,
            HttpSettings settings,
            Optional<MutualTls> tls,
            String version) {
        return start(
                system, scheduler, documents, auth, agents, settings, tls, Optional.empty(), Optional.empty(), version);
    }

    /**
     * As the shorter one.
     *
     * @param secrets absent where the scheduler keeps none
     * @param trust where it has the cluster's authority: then the port of the agents speaks TLS, and machines join there
     */
    public static CompletionStage<SchedulerHttpServer> start(
            ActorSystem<?> system,
            ActorRef<SchedulerProtocol.Command> scheduler,
            Documents documents,
            AuthService auth,
            AgentClient agents,
            HttpSettings settings,
            Optional<MutualTls> tls,
            Optional<SchedulerSecrets> secrets,
            Optional<SchedulerTrust> trust,
            String version) {
        HttpSettings.Server server = settings.server();
        Asking<SchedulerProtocol.Command> asking = new Asking<>(scheduler, server.answerTimeout(), system);
        OpenStreams streams = new OpenStreams(server.maxStreams());
        Gate gate;
        AuditLog audit;
        String process = process();
        try {
            Gate first = tls.isPresent()
                    ? Gate.certificate(SERVED, SchedulerHttpServer::may, InstantSource.system())
                    : Gate.token(token(settings.scheduler()));
            gate = new PrincipalGate(
                    first, new CredentialCheck(documents, InstantSource.system()), Set.of(Role.SIGN_IN, Role.GATEWAY));
            audit = AuditLog.open(
                    settings.scheduler().audit(),
                    InstantSource.system(),
                    "the log begins: persys " + version + " on " + process);
        } catch (BindRefusedException | AuditOpenException e) {
            return CompletableFuture.failedFuture(e);
        }
        Auditor auditor = Auditor.of(
                audit, InstantSource.system(), settings.scheduler().audit().denialsPerMinute());
        Sessions sessions = new Sessions(server.sessions().max(), system);
        SessionRoutes inside =
                new SessionRoutes(asking, new AgentPassage(system, settings, tls, standing(trust)), sessions, streams);
        AuditRoutes told = new AuditRoutes(audit, process, settings.scheduler().pageSize(), asking.executor());
        Optional<NodeGate> joining =
                trust.map(known -> new NodeGate(known.joining(), InstantSource.system(), System::nanoTime));
        Optional<NodeJoins> joins =
                trust.map(known -> new NodeJoins(asking, known, joining.orElseThrow(), InstantSource.system()));
        TrustRoutes trusting = new TrustRoutes(asking, trust, joinAddress(settings), InstantSource.system());
        AgentFacingRoutes facing = new AgentFacingRoutes(asking, joins, audit);
        List<Endpoint> endpoints = Stream.of(
                        apiEndpoints(
                                asking, agents, streams, inside, told, secrets, trusting, settings.scheduler(), version)
                                .stream(),
                        AuthRoutes.endpoints(
                                        auth,
                                        documents,
                                        asking,
                                        settings.scheduler().pageSize())
                                .stream()
                                .map(SchedulerHttpServer::byTable),
                        Stream.of(facing.readiness()))
                .flatMap(endpoint -> endpoint)
                .toList();
        HttpListener.Service api = new HttpListener.Service(
                "scheduler-api", endpoints, List.of(gate), streams, sessions.all(), tls, auditor);
        HttpListener.Service node = new HttpListener.Service(
                "scheduler-node",
                facing.endpoints(),
                List.of(joining.<Gate>map(gateway -> gateway)
                        .orElseGet(() -> Gate.agentSecret(settings.agentSecret()))),
                new OpenStreams(server.maxStreams()),
                new OpenStreams(0),
                trust.map(SchedulerTrust::node),
                auditor);
        return HttpListener.bindProtected(system, settings.scheduler().api(), server, api)
                .thenCompose(first -> HttpListener.bind(
                                system, settings.scheduler().node(), server, node)
                        .handle((second, failure) -> failure == null
                                ? CompletableFuture.completedFuture(new SchedulerHttpServer(first, second, audit))
                                : first.stop(Duration.ZERO)
                                        .<SchedulerHttpServer>thenCompose(
                                                done -> CompletableFuture.failedFuture(failure)))
                        .thenCompose(started -> started))
                .whenComplete((started, failure) -> {
                    if (failure != null) {
                        audit.close();
                    }
                })
                .thenApply(started -> started.stoppingWith(system, server.stopDeadline()));
    }

    private static NodeStanding standing(Optional<SchedulerTrust> trust) {
        return trust.map(SchedulerTrust::documents)
                .map(known -> NodeStanding.of(() -> Optional.of(known)))
                .orElse(NodeStanding.UNKNOWN);
    }

    /** Where machines join, as far as that is known here: of an address that stands for all, the name of this machine. */
    private static String joinAddress(HttpSettings settings) {
        HttpSettings.Listener node = settings.scheduler().node();
        String host = node.bindAddress();
        try {
            if (InetAddress.getByName(host).isAnyLocalAddress()) {
                host = settings.server().hostNames().stream()
                        .sorted()
                        .findFirst()
                        .orElse(InetAddress.getLocalHost().getHostName());
            }
        } catch (UnknownHostException e) {
            // Listening there will fail, and say so.
        }
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + node.port();
    }

    /** Whose certificate lets do what. A gateway's says who speaks for others, see {@link PrincipalGate}. */
    private static Set<Role> may(dev.persys.trust.Role role) {
        return switch (role) {
            case OPERATOR -> Role.upTo(dev.persys.access.Role.ADMIN);
            case SCHEDULER -> Role.upTo(dev.persys.access.Role.OPERATOR);
            case GATEWAY, AGENT -> Set.of();
        };
    }

    /** Where workloads and nodes are asked for. */
    public InetSocketAddress apiAddress() {
        return api.address();
    }

    /** Where agents register. */
    public InetSocketAddress nodeAddress() {
        return node.address();
    }

    /** Takes no new requests and lets those under way finish until the deadline. */
    public CompletionStage<Done> stop(Duration deadline) {
        return api.stop(deadline).thenCombine(node.stop(deadline), (first, second) -> {
            audit.close(); // Whatever was answered is in it by now.
            return Done.getInstance();
        });
    }

    static List<Endpoint> apiEndpoints(
            Asking<SchedulerProtocol.Command> scheduler,
            AgentClient agents,
            OpenStreams streams,
            SessionRoutes inside,
            AuditRoutes audit,
            Optional<SchedulerSecrets> secrets,
            TrustRoutes trust,
            HttpSettings.Scheduler settings,
            String version) {
        return Stream.of(
                        new WorkloadRoutes(scheduler, secrets, settings.pageSize()).endpoints(),
                        new SpecRoutes(scheduler, secrets).endpoints(),
                        new LogRoutes(scheduler, agents, streams).endpoints(),
                        new NodeRoutes(scheduler, settings.pageSize(), version).endpoints(),
                        new EventRoutes(scheduler, streams, settings.keepAlive(), settings.pageSize()).endpoints(),
                        inside.endpoints(),
                        audit.endpoints(),
                        new SecretRoutes(scheduler, secrets, settings.pageSize(), InstantSource.system()).endpoints(),
                        trust.endpoints(),
                        List.of(openApi()))
                .flatMap(List::stream)
                .map(SchedulerHttpServer::byTable)
                .toList();
    }

    /** The table alone says who may call an endpoint; one that it has not is a fault of the program. */
    private static Endpoint byTable(Endpoint endpoint) {
        String method = endpoint.method().value();
        if (AccessTable.SIGN_IN.stream().anyMatch(route -> route.is(method, endpoint.template()))) {
            return endpoint.forWhom(Role.SIGN_IN);
        } else if (AccessTable.GATEWAY.stream().anyMatch(route -> route.is(method, endpoint.template()))) {
            return endpoint.forWhom(Role.GATEWAY);
        }
        return AccessTable.find(method, endpoint.template())
                .map(route -> endpoint.forWhom(Role.of(route.least())))
                .orElseThrow(() -> new IllegalStateException(
                        method + " " + endpoint.template() + " is not in the table of who may call what"));
    }

    private static Endpoint openApi() {
        JsonNode description = description();
        return Endpoint.get(
                Paths.OPENAPI,
                Role.VIEWER,
                Set.of(),
                call -> Answers.now(Answers.read(call, description, OptionalLong.empty())));
    }

    private static JsonNode description() {
        try (InputStream in = SchedulerHttpServer.class.getResourceAsStream(OPENAPI)) {
            if (in == null) {
                throw new IllegalStateException("the program lacks its own resource " + OPENAPI);
            }
            return Json.MAPPER.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the program's own resource " + OPENAPI, e);
        }
    }

    /** The machine's name and the number of the process, for people. */
    private static String process() {
        String pid = Long.toString(ProcessHandle.current().pid());
        try {
            return InetAddress.getLocalHost().getHostName() + "/" + pid;
        } catch (UnknownHostException e) {
            return "localhost/" + pid; // This machine has no name.
        }
    }

    private static Secret token(HttpSettings.Scheduler settings) {
        Path file = settings.tokenFile().orElseThrow(() -> BindRefusedException.noTokenFile(settings.api()));
        try {
            return new Secret(Files.readString(file).strip());
        } catch (IOException | IllegalArgumentException e) {
            throw BindRefusedException.noToken(settings.api(), file, e);
        }
    }

    private SchedulerHttpServer stoppingWith(ActorSystem<?> system, Duration deadline) {
        CoordinatedShutdown.get(system)
                .addTask(CoordinatedShutdown.PhaseServiceUnbind(), "http-scheduler", () -> stop(deadline));
        return this;
    }
}
