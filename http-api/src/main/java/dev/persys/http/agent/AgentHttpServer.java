package dev.persys.http.agent;

import akka.Done;
import akka.actor.CoordinatedShutdown;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.http.javadsl.model.HttpResponse;
import dev.persys.api.Paths;
import dev.persys.api.Problem;
import dev.persys.http.HttpSettings;
import dev.persys.http.auth.Access;
import dev.persys.http.auth.Gate;
import dev.persys.http.net.HttpListener;
import dev.persys.http.server.Answers;
import dev.persys.http.server.Asking;
import dev.persys.http.server.Endpoint;
import dev.persys.http.server.MetricsEndpoint;
import dev.persys.http.server.OpenStreams;
import dev.persys.http.server.Sessions;
import dev.persys.protocol.AgentProtocol;
import dev.persys.protocol.AgentProtocol.Health;
import dev.persys.trust.Role;
import dev.persys.trust.tls.MutualTls;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/** The agent's two ports. Stops by itself when the actor system shuts down. */
public final class AgentHttpServer {
    private final HttpListener api;
    private final HttpListener metrics;

    private AgentHttpServer(HttpListener api, HttpListener metrics) {
        this.api = api;
        this.metrics = metrics;
    }

    /**
     * Listens on both ports; fails with {@link BindRefusedException}, and then on neither.
     *
     * @param tls how the port for orders is spoken with, where not in plain text; then who has a scheduler's certificate is
     *     let in, and no secret is asked for
     */
    public static CompletionStage<AgentHttpServer> start(
            ActorSystem<?> system,
            ActorRef<AgentProtocol.Command> agent,
            HttpSettings settings,
            Optional<MutualTls> tls) {
        HttpSettings.Server server = settings.server();
        Asking<AgentProtocol.Command> asking = new Asking<>(agent, server.answerTimeout(), system);
        OpenStreams streams = new OpenStreams(server.maxStreams());
        List<Gate> secret = List.of(Gate.agentSecret(settings.agentSecret()));
        List<Gate> certificate = List.of(
                Gate.certificate(Set.of(Role.SCHEDULER), role -> Set.of(Access.Role.NODE), InstantSource.system()));
        Sessions sessions = new Sessions(server.sessions().max(), system);
        List<Endpoint> orders = Stream.of(
                        new OrderRoutes(asking).endpoints(),
                        new ContainerRoutes(asking, streams, settings.agent().keepAlive(), Clock.systemUTC())
                                .endpoints(),
                        new SessionRoutes(asking, sessions).endpoints())
                .flatMap(List::stream)
                .toList();
        HttpListener.Service api = new HttpListener.Service(
                "agent-api", orders, tls.isPresent() ? certificate : secret, streams, sessions.all(), tls);
        HttpListener.Service metrics = new HttpListener.Service(
                "agent-metrics",
                List.of(MetricsEndpoint.create(), Endpoint.open(Paths.HEALTH, call -> health(asking))),
                secret,
                new OpenStreams(server.maxStreams()));
        return HttpListener.bindProtected(system, settings.agent().api(), server, api)
                .thenCompose(first -> HttpListener.bind(system, settings.agent().metrics(), server, metrics)
                        .handle((second, failure) -> failure == null
                                ? CompletableFuture.completedFuture(new AgentHttpServer(first, second))
                                : first.stop(Duration.ZERO)
                                        .<AgentHttpServer>thenCompose(done -> CompletableFuture.failedFuture(failure)))
                        .thenCompose(started -> started))
                .thenApply(started -> started.stoppingWith(system, server.stopDeadline()));
    }

    /** Where the scheduler sends its orders. */
    public InetSocketAddress apiAddress() {
        return api.address();
    }

    public InetSocketAddress metricsAddress() {
        return metrics.address();
    }

    /** Takes no new requests and lets those under way finish until the deadline. */
    public CompletionStage<Done> stop(Duration deadline) {
        return api.stop(deadline).thenCombine(metrics.stop(deadline), (first, second) -> Done.getInstance());
    }

    /** Alive is what answers; whether Docker and the scheduler do is in the body. */
    private static CompletionStage<HttpResponse> health(Asking<AgentProtocol.Command> agent) {
        return agent.<Health, HttpResponse>ask(AgentProtocol.GetHealth::new, Answers::json)
                .exceptionally(failure -> Answers.problem(
                        Problem.of(Problem.Type.UNAVAILABLE, "The agent does not answer in time: look at its log")));
    }

    private AgentHttpServer stoppingWith(ActorSystem<?> system, Duration deadline) {
        CoordinatedShutdown.get(system)
                .addTask(CoordinatedShutdown.PhaseServiceUnbind(), "http-agent", () -> stop(deadline));
        return this;
    }
}
