package dev.persys.http.net;

import akka.Done;
import akka.actor.typed.ActorSystem;
import akka.http.javadsl.model.headers.Host;
import akka.http.javadsl.settings.ServerSettings;
import akka.pattern.Patterns;
import dev.persys.http.HttpSettings;
import dev.persys.http.Stages;
import dev.persys.http.auth.Gate;
import dev.persys.http.auth.SameSite;
import dev.persys.http.server.Auditor;
import dev.persys.http.server.Endpoint;
import dev.persys.http.server.HttpMetrics;
import dev.persys.http.server.OpenStreams;
import dev.persys.http.server.RequestPipeline;
import dev.persys.http.server.Serving;
import dev.persys.trust.tls.MutualTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import scala.jdk.javaapi.DurationConverters;

/** One bound port. */
public final class HttpListener {
    /** For the last bytes of answers and streams to leave. */
    private static final Duration LINGER = Duration.ofMillis(100);

    private final NettyPort port;
    private final Serving pipeline;
    private final List<OpenStreams> streams;
    private final OpenConnections connections;
    private final Optional<TlsLayer> tls;
    private final ActorSystem<?> system;

    private HttpListener(
            NettyPort port,
            Serving pipeline,
            List<OpenStreams> streams,
            OpenConnections connections,
            Optional<TlsLayer> tls,
            ActorSystem<?> system) {
        this.tls = tls;
        this.port = port;
        this.pipeline = pipeline;
        this.streams = streams;
        this.connections = connections;
        this.system = system;
    }

    /**
     * What a port serves.
     *
     * @param gates tried in order, until one lets the caller in
     * @param tls how it is spoken with, where not in plain text
     * @param auditor keeps who did what
     */
    public record Service(
            String name,
            List<Endpoint> endpoints,
            List<Gate> gates,
            OpenStreams streams,
            OpenStreams sessions,
            Optional<MutualTls> tls,
            Auditor auditor) {
        /** Without an audit log: that of whoever calls has what was asked for. */
        public Service(
                String name,
                List<Endpoint> endpoints,
                List<Gate> gates,
                OpenStreams streams,
                OpenStreams sessions,
                Optional<MutualTls> tls) {
            this(name, endpoints, gates, streams, sessions, tls, Auditor.NONE);
        }

        /** Without sessions, in plain text. */
        public Service(String name, List<Endpoint> endpoints, List<Gate> gates, OpenStreams streams) {
            this(name, endpoints, gates, streams, new OpenStreams(0), Optional.empty());
        }

        public Service {
            endpoints = List.copyOf(endpoints);
            gates = List.copyOf(gates);
        }
    }

    /**
     * As {@link #bind}, on the loopback interface only where there is no TLS; elsewhere the stage fails with {@link
     * BindRefusedException}.
     */
    public static CompletionStage<HttpListener> bindProtected(
            ActorSystem<?> system, HttpSettings.Listener listener, HttpSettings.Server settings, Service service) {
        return service.tls().isPresent()
                ? bind(system, listener, settings, service)
                : exposed(listener)
                        .<CompletionStage<HttpListener>>map(CompletableFuture::failedFuture)
                        .orElseGet(() -> bind(system, listener, settings, service));
    }

    /** Why an address is not listened on in plain text; empty where that is this machine's alone. */
    private static Optional<BindRefusedException> exposed(HttpSettings.Listener listener) {
        try {
            return InetAddress.getByName(listener.bindAddress()).isLoopbackAddress()
                    ? Optional.empty()
                    : Optional.of(BindRefusedException.unprotected(listener));
        } catch (UnknownHostException e) {
            return Optional.of(BindRefusedException.unknownAddress(listener, e));
        }
    }

    /** Listens; fails with {@link BindRefusedException}. */
    public static CompletionStage<HttpListener> bind(
            ActorSystem<?> system, HttpSettings.Listener listener, HttpSettings.Server settings, Service service) {
        Ground ground = new Ground(
                service.name(),
                service.tls().map(PortTls::mutual),
                List.of(service.streams(), service.sessions()),
                false);
        return bindServing(
                system,
                listener,
                settings,
                ground,
                port -> new RequestPipeline(
                        service.endpoints(),
                        port.site(),
                        service.gates(),
                        settings,
                        port.metrics(),
                        port.placesRunOut(),
                        service.auditor(),
                        system));
    }

    /**
     * What a port stands on.
     *
     * @param tls how it is spoken with; where there is none, in plain text
     * @param streams that are ended with the port
     * @param strict whether a request with more than one reading ends its connection: where others' requests come in
     */
    public record Ground(String name, Optional<PortTls> tls, List<OpenStreams> streams, boolean strict) {
        public Ground {
            streams = List.copyOf(streams);
        }
    }

    /**
     * What is known of a port to who serves it.
     *
     * @param placesRunOut whether connections are to be closed behind their answers
     */
    public record Port(SameSite site, HttpMetrics metrics, BooleanSupplier placesRunOut) {}

    /** As {@link #bind}, for who serves in another way; in plain text on the loopback interface only. */
    public static CompletionStage<HttpListener> bindProtected(
            ActorSystem<?> system,
            HttpSettings.Listener listener,
            HttpSettings.Server settings,
            Ground ground,
            Function<Port, Serving> serving) {
        return ground.tls().isPresent()
                ? bindServing(system, listener, settings, ground, serving)
                : exposed(listener)
                        .<CompletionStage<HttpListener>>map(CompletableFuture::failedFuture)
                        .orElseGet(() -> bindServing(system, listener, settings, ground, serving));
    }

    private static CompletionStage<HttpListener> bindServing(
            ActorSystem<?> system,
            HttpSettings.Listener listener,
            HttpSettings.Server settings,
            Ground ground,
            Function<Port, Serving> serving) {
        InetSocketAddress address = new InetSocketAddress(listener.bindAddress(), listener.port());
        if (address.isUnresolved()) {
            return CompletableFuture.failedFuture(
                    BindRefusedException.unknownAddress(listener, new UnknownHostException(listener.bindAddress())));
        }
        SameSite site = SameSite.of(listener, address, settings.hostNames());
        HttpMetrics metrics = new HttpMetrics(ground.name());
        OpenConnections connections = new OpenConnections(settings.maxConnections());
        Serving pipeline = serving.apply(new Port(site, metrics, connections::isPressed));
        Optional<TlsLayer> tls =
                ground.tls().map(kind -> new TlsLayer(ground.name(), kind, settings.headTimeout(), metrics));
        ConnectionHandler handler = new ConnectionHandler(
                system,
                akkaSettings(system, settings.sessions(), ground.strict()),
                settings,
                pipeline,
                connections,
                metrics,
                tls,
                ground.strict());
        try {
            NettyPort port = NettyPort.bind(ground.name(), address, handler::handle);
            return CompletableFuture.completedFuture(
                    new HttpListener(port, pipeline, ground.streams(), connections, tls, system));
        } catch (IOException e) {
            tls.ifPresent(TlsLayer::end);
            return CompletableFuture.failedFuture(BindRefusedException.unavailable(listener, e));
        }
    }

    public InetSocketAddress address() {
        return port.address();
    }

    /** Takes no new requests, ends the streams and lets the rest finish; what is not done by the deadline is cut. */
    public CompletionStage<Done> stop(Duration deadline) {
        port.close();
        streams.forEach(OpenStreams::end);
        return pipeline.drain(deadline)
                .thenCompose(done -> Stages.on(
                        Patterns.after(LINGER, system.classicSystem(), this::cutConnections),
                        system.executionContext()));
    }

    private CompletionStage<Done> cutConnections() {
        connections.cutAll();
        port.end();
        tls.ifPresent(TlsLayer::end);
        return CompletableFuture.completedFuture(Done.getInstance());
    }

    /**
     * What Akka would read from its own configuration. It is set here, where nothing depends on the order of the class
     * path: two {@code reference.conf} that set one key would win over each other by it.
     */
    private static ServerSettings akkaSettings(ActorSystem<?> system, HttpSettings.Sessions sessions, boolean strict) {
        ServerSettings base = ServerSettings.create(system.classicSystem());
        return base.withServerHeader(Optional.empty())
                .withTransparentHeadRequests(true)
                // As it was sent, for who has to pass it on.
                .withRawRequestUriHeader(strict)
                .withParsingErrorHandler(ProblemParsingErrorHandler.class.getName())
                .withWebsocketSettings(base.getWebsocketSettings()
                        .withPeriodicKeepAliveMode("ping")
                        .withPeriodicKeepAliveMaxIdle(DurationConverters.toScala(sessions.ping())))
                // For HTTP/1.0, which need not say where it wants to go.
                .withDefaultHostHeader(Host.create("localhost"))
                // Whatever an answer waits for has a deadline of its own, and its own words when that is over.
                .withTimeouts(base.getTimeouts().withRequestTimeout(scala.concurrent.duration.Duration.Inf()))
                // A line of the log is not for whoever sends a header that cannot be read.
                .withParserSettings(base.getParserSettings().withIllegalHeaderWarnings(false));
    }
}
