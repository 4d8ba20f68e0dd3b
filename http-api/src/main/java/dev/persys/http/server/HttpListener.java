package dev.persys.http.server;

import akka.Done;
import akka.actor.typed.ActorSystem;
import akka.http.javadsl.settings.ServerSettings;
import akka.pattern.Patterns;
import dev.persys.http.HttpSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** One bound port. */
public final class HttpListener {
    /** For the last bytes of answers and streams to leave. */
    private static final Duration LINGER = Duration.ofMillis(100);

    private final Acceptor acceptor;
    private final SocketLoop loop;
    private final RequestPipeline pipeline;
    private final OpenStreams streams;
    private final OpenConnections connections;
    private final ActorSystem<?> system;

    private HttpListener(
            Acceptor acceptor,
            SocketLoop loop,
            RequestPipeline pipeline,
            OpenStreams streams,
            OpenConnections connections,
            ActorSystem<?> system) {
        this.acceptor = acceptor;
        this.loop = loop;
        this.pipeline = pipeline;
        this.streams = streams;
        this.connections = connections;
        this.system = system;
    }

    /** What a port serves. */
    public record Service(String name, List<Endpoint> endpoints, Gate gate, OpenStreams streams) {
        public Service {
            endpoints = List.copyOf(endpoints);
        }
    }

    /** As {@link #bind}, on the loopback interface only; elsewhere the stage fails with {@link BindRefusedException}. */
    public static CompletionStage<HttpListener> bindLocally(
            ActorSystem<?> system, HttpSettings.Listener listener, HttpSettings.Server settings, Service service) {
        try {
            if (!InetAddress.getByName(listener.bindAddress()).isLoopbackAddress()) {
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
        HttpMetrics metrics = new HttpMetrics(service.name());
        OpenConnections connections = new OpenConnections(settings.maxConnections());
        RequestPipeline pipeline =
                new RequestPipeline(service.endpoints(), service.gate(), settings, metrics, connections, system);
        InetSocketAddress address = new InetSocketAddress(listener.bindAddress(), listener.port());
        if (address.isUnresolved()) {
            return CompletableFuture.failedFuture(
                    BindRefusedException.unknownAddress(listener, new UnknownHostException(listener.bindAddress())));
        }
        try {
            SocketLoop loop = SocketLoop.start("persys-http-" + service.name());
            ConnectionHandler handler =
                    new ConnectionHandler(system, akkaSettings(system), settings, pipeline, connections, loop, metrics);
            Acceptor acceptor = accept(address, handler, loop);
            return CompletableFuture.completedFuture(
                    new HttpListener(acceptor, loop, pipeline, service.streams(), connections, system));
        } catch (IOException e) {
            return CompletableFuture.failedFuture(BindRefusedException.unavailable(listener, e));
        }
    }

    private static Acceptor accept(InetSocketAddress address, ConnectionHandler handler, SocketLoop loop)
            throws IOException {
        try {
            return Acceptor.start(address, handler::handle);
        } catch (IOException e) {
            loop.close();
            throw e;
        }
    }

    public InetSocketAddress address() {
        return acceptor.address();
    }

    /** Takes no new requests, ends the streams and lets the rest finish; what is not done by the deadline is cut. */
    public CompletionStage<Done> stop(Duration deadline) {
        try {
            acceptor.close();
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
        streams.end();
        return pipeline.drain(deadline)
                .thenCompose(done -> Stages.on(
                        Patterns.after(LINGER, system.classicSystem(), this::cutConnections),
                        system.executionContext()));
    }

    private CompletionStage<Done> cutConnections() {
        connections.cutAll();
        loop.close();
        return CompletableFuture.completedFuture(Done.getInstance());
    }

    private static ServerSettings akkaSettings(ActorSystem<?> system) {
        return ServerSettings.create(system.classicSystem())
                .withServerHeader(Optional.empty())
                .withTransparentHeadRequests(true);
    }
}
