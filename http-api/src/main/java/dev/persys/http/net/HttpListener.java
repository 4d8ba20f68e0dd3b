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
import scala.jdk.javaapi.DurationConverters;

/** One bound port. */
public final class HttpListener {
    /** For the last bytes of answers and streams to leave. */
    private static final Duration LINGER = Duration.ofMillis(100);

    private final NettyPort port;
    private final RequestPipeline pipeline;
    private final List<OpenStreams> streams;
    private final OpenConnections connections;
    private final Optional<TlsLayer> tls;
    private final ActorSystem<?> system;

    private HttpListener(
            NettyPort port,
            RequestPipeline pipeline,
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
        try {
            if (service.tls().isEmpty()
                    && !InetAddress.getByName(listener.bindAddress()).isLoopbackAddress()) {
                return CompletableFuture.failedFuture(BindRefusedException.unprotected(listener));
            }
        } catch (UnknownHostException e) {
            return CompletableFuture.failedFuture(BindRefusedException.unknownAddress(listener, e));
        }
        return bind(system, listener, settings, service);
    }

    /** Listens; fails with {@link BindRefusedException}. */
    public static CompletionStage<HttpListener> bind(
            ActorSystem<?> system, HttpSettings.Listener listener, HttpSettings.Server settings, Service service) {
        InetSocketAddress address = new InetSocketAddress(listener.bindAddress(), listener.port());
        if (address.isUnresolved()) {
            return CompletableFuture.failedFuture(
                    BindRefusedException.unknownAddress(listener, new UnknownHostException(listener.bindAddress())));
        }
        SameSite site = SameSite.of(listener, address, settings.hostNames());
        HttpMetrics metrics = new HttpMetrics(service.name());
        OpenConnections connections = new OpenConnections(settings.maxConnections());
        RequestPipeline pipeline = new RequestPipeline(
                service.endpoints(),
                site,
                service.gates(),
                settings,
                metrics,
                connections::isPressed,
                service.auditor(),
                system);
        Optional<TlsLayer> tls =
                service.tls().map(mutual -> new TlsLayer(service.name(), mutual, settings.headTimeout(), metrics));
        ConnectionHandler handler = new ConnectionHandler(
                system, akkaSettings(system, settings.sessions()), settings, pipeline, connections, metrics, tls);
        try {
            NettyPort port = NettyPort.bind(service.name(), address, handler::handle);
            return CompletableFuture.completedFuture(new HttpListener(
                    port, pipeline, List.of(service.streams(), service.sessions()), connections, tls, system));
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
    private static ServerSettings akkaSettings(ActorSystem<?> system, HttpSettings.Sessions sessions) {
        ServerSettings base = ServerSettings.create(system.classicSystem());
        return base.withServerHeader(Optional.empty())
                .withTransparentHeadRequests(true)
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
