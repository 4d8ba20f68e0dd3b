package dev.persys.http.gateway;

import akka.Done;
import akka.actor.Cancellable;
import akka.actor.CoordinatedShutdown;
import akka.actor.typed.ActorSystem;
import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpMethods;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.api.Paths;
import dev.persys.http.GatewaySettings;
import dev.persys.http.HttpSettings;
import dev.persys.http.Stages;
import dev.persys.http.client.SchedulerPassage;
import dev.persys.http.gateway.auth.AuthScheduler;
import dev.persys.http.gateway.auth.AuthScheduler.Answer;
import dev.persys.http.net.BindRefusedException;
import dev.persys.http.net.HttpListener;
import dev.persys.http.net.PortTls;
import dev.persys.http.server.Answers;
import dev.persys.http.server.Auditor;
import dev.persys.http.server.Endpoint;
import dev.persys.http.server.Exchange;
import dev.persys.http.server.HealthEndpoint;
import dev.persys.http.server.MetricsEndpoint;
import dev.persys.http.server.OpenStreams;
import dev.persys.http.server.RequestPipeline;
import dev.persys.http.server.Serving;
import dev.persys.trust.tls.MutualTls;
import dev.persys.trust.tls.ServerTls;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** A gateway's two ports. Stops by itself when the actor system shuts down. */
public final class GatewayServer {
    /** What the plain port answers itself. */
    private static final Set<String> OWN = Set.of(Paths.HEALTH, Paths.READY, Paths.METRICS);

    private static final int MOST_OF_AN_ANSWER = 1 << 20;

    private final Optional<HttpListener> api;
    private final HttpListener plain;
    private final Cancellable watch;

    private GatewayServer(Optional<HttpListener> api, HttpListener plain, Cancellable watch) {
        this.api = api;
        this.plain = plain;
        this.watch = watch;
    }

    /**
     * Who a gateway is.
     *
     * @param identity its certificate of the cluster, for schedulers
     * @param tls what its API shows; where there is none, that does not listen
     */
    public record Credentials(MutualTls identity, Optional<ServerTls> tls) {}

    /**
     * Listens; fails with {@link BindRefusedException}, and then on no port.
     *
     * @param authenticator says who calls, and may ask schedulers for that
     */
    public static CompletionStage<GatewayServer> start(
            ActorSystem<?> system,
            HttpSettings http,
            GatewaySettings settings,
            Credentials credentials,
            Function<AuthScheduler, Authenticator> authenticator) {
        SchedulerPassage passage = new SchedulerPassage(
                system,
                http.client(),
                credentials.identity(),
                new SchedulerPassage.Bounds(settings.connections(), settings.streams(), settings.waiting()));
        SchedulerGroup schedulers = new SchedulerGroup(passage, settings, system);
        OpenStreams streams = new OpenStreams(http.server().maxStreams());
        OpenStreams sessions = new OpenStreams(http.server().sessions().max());
        Relay relay = new Relay(schedulers, streams, sessions, system);
        Authenticator who = authenticator.apply((method, path, body) -> ask(schedulers, system, method, path, body));
        GatewayPipeline.Limits limits = new GatewayPipeline.Limits(
                new RateLimit(settings.address(), System::nanoTime),
                new RateLimit(settings.principal(), System::nanoTime));
        Function<HttpListener.Port, Serving> serving = port -> new GatewayPipeline(
                who,
                relay,
                limits,
                http.server(),
                settings,
                new GatewayPipeline.Port(port.site(), port.metrics(), port.placesRunOut()),
                system);
        List<OpenStreams> open = List.of(streams, sessions);
        return HttpListener.bindProtected(
                        system,
                        settings.plain(),
                        http.server(),
                        new HttpListener.Ground("gateway-plain", Optional.empty(), open, true),
                        port -> withOwn(serving.apply(port), port, schedulers, http.server(), system))
                .thenCompose(plain -> secure(system, settings, http, credentials, open, serving)
                        .handle((api, failure) -> failure == null
                                ? CompletableFuture.completedFuture(new GatewayServer(api, plain, schedulers.watch()))
                                : plain.stop(Duration.ZERO)
                                        .<GatewayServer>thenCompose(done -> CompletableFuture.failedFuture(failure)))
                        .thenCompose(started -> started))
                .thenApply(started -> started.stoppingWith(system, http.server().stopDeadline()));
    }

    private static CompletionStage<Optional<HttpListener>> secure(
            ActorSystem<?> system,
            GatewaySettings settings,
            HttpSettings http,
            Credentials credentials,
            List<OpenStreams> open,
            Function<HttpListener.Port, Serving> serving) {
        if (credentials.tls().isEmpty()) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        PortTls tls = PortTls.oneSided(credentials.tls().get());
        return HttpListener.bindProtected(
                        system,
                        settings.api(),
                        http.server(),
                        new HttpListener.Ground("gateway-api", Optional.of(tls), open, true),
                        serving)
                .thenApply(Optional::of);
    }

    /** On the port of this machine, probes and Prometheus are answered beside what goes on to schedulers. */
    private static Serving withOwn(
            Serving gateway,
            HttpListener.Port port,
            SchedulerGroup schedulers,
            HttpSettings.Server settings,
            ActorSystem<?> system) {
        List<Endpoint> endpoints = List.of(
                HealthEndpoint.create(),
                MetricsEndpoint.create(),
                Endpoint.open(Paths.READY, call -> Answers.now(ready(schedulers))));
        RequestPipeline own = new RequestPipeline(
                endpoints, port.site(), List.of(), settings, port.metrics(), port.placesRunOut(), Auditor.NONE, system);
        return new Serving() {
            @Override
            public CompletionStage<HttpResponse> handle(HttpRequest request, Exchange exchange) {
                return OWN.contains(GatewayPipeline.target(request))
                        ? own.handle(request, exchange)
                        : gateway.handle(request, exchange);
            }

            @Override
            public CompletionStage<Done> drain(Duration deadline) {
                return own.drain(deadline).thenCompose(done -> gateway.drain(deadline));
            }

            @Override
            public boolean isPressed() {
                return gateway.isPressed() || own.isPressed();
            }
        };
    }

    private static HttpResponse ready(SchedulerGroup schedulers) {
        boolean ready = schedulers.isAnyReady();
        return Answers.json(Map.of("ready", ready, "schedulers", new TreeMap<>(schedulers.known())))
                .withStatus(ready ? 200 : 503);
    }

    private static CompletionStage<Answer> ask(
            SchedulerGroup schedulers, ActorSystem<?> system, String method, String path, Optional<JsonNode> body) {
        SchedulerGroup.Question question = new SchedulerGroup.Question(
                HttpMethods.lookup(method).orElseThrow(),
                path,
                List.of(),
                body.map(json -> HttpEntities.create(ContentTypes.APPLICATION_JSON, Answers.bytes(json)))
                        .orElse(HttpEntities.EMPTY),
                false);
        return schedulers
                .ask(question)
                .thenCompose(response -> Stages.on(
                                response.entity()
                                        .withSizeLimit(MOST_OF_AN_ANSWER)
                                        .toStrict(Duration.ofSeconds(5).toMillis(), system),
                                system.executionContext())
                        .thenApply(strict -> new Answer(
                                response.status().intValue(), strict.getData().utf8String())));
    }

    /** Where people and programs call by TLS; empty where that does not listen. */
    public Optional<InetSocketAddress> apiAddress() {
        return api.map(HttpListener::address);
    }

    /** Where programs of this machine call. */
    public InetSocketAddress plainAddress() {
        return plain.address();
    }

    /** Takes no new requests and lets those under way finish until the deadline. */
    public CompletionStage<Done> stop(Duration deadline) {
        watch.cancel();
        CompletionStage<Done> first =
                api.map(port -> port.stop(deadline)).orElse(CompletableFuture.completedFuture(Done.getInstance()));
        return first.thenCombine(plain.stop(deadline), (one, other) -> Done.getInstance());
    }

    private GatewayServer stoppingWith(ActorSystem<?> system, Duration deadline) {
        CoordinatedShutdown.get(system)
                .addTask(CoordinatedShutdown.PhaseServiceUnbind(), "http-gateway", () -> stop(deadline));
        return this;
    }
}
