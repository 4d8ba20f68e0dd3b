package dev.persys.http.server;

import akka.Done;
import akka.actor.typed.ActorSystem;
import akka.http.javadsl.settings.ServerSettings;
import akka.io.Inet;
import akka.io.TcpSO;
import akka.pattern.Patterns;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Tcp;
import dev.persys.http.HttpSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** One bound port. */
public final class HttpListener {
    /** For the last bytes of answers and streams to leave. */
    private static final Duration LINGER = Duration.ofMillis(100);

    /** Connections that the kernel keeps for us while we are busy; it has a bound of its own, and the lower one holds. */
    private static final int BACKLOG = 4096;

    private static final List<Inet.SocketOption> SOCKET_OPTIONS =
            List.of(TcpSO.tcpNoDelay(true), LivenessProbes.INSTANCE);

    private final Tcp.ServerBinding binding;
    private final RequestPipeline pipeline;
    private final OpenStreams streams;
    private final OpenConnections connections;
    private final ActorSystem<?> system;

    private HttpListener(
            Tcp.ServerBinding binding,
            RequestPipeline pipeline,
            OpenStreams streams,
            OpenConnections connections,
            ActorSystem<?> system) {
        this.binding = binding;
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
        ConnectionHandler handler =
                new ConnectionHandler(system, akkaSettings(system), settings, pipeline, connections, metrics);
        CompletionStage<Tcp.ServerBinding> bound = Tcp.get(system)
                .bind(listener.bindAddress(), listener.port(), BACKLOG, SOCKET_OPTIONS, true, Optional.empty())
                // As many again are told at once that they are too many; who comes then waits until these are gone.
                .mapAsyncUnordered(2 * settings.maxConnections(), handler::handle)
                .to(Sink.ignore())
                .run(system);
        return Stages.on(bound, system.executionContext()).handle((binding, failure) -> {
            if (failure != null) {
                throw BindRefusedException.unavailable(listener, root(failure));
            }
            return new HttpListener(binding, pipeline, service.streams(), connections, system);
        });
    }

    public InetSocketAddress address() {
        return binding.localAddress();
    }

    /** Takes no new requests, ends the streams and lets the rest finish; what is not done by the deadline is cut. */
    public CompletionStage<Done> stop(Duration deadline) {
        CompletionStage<?> unbound = Stages.on(binding.unbind(), system.executionContext());
        streams.end();
        return unbound.thenCompose(done -> pipeline.drain(deadline))
                .thenCompose(done -> Stages.on(
                        Patterns.after(LINGER, system.classicSystem(), this::cutConnections),
                        system.executionContext()));
    }

    private CompletionStage<Done> cutConnections() {
        connections.cutAll();
        return CompletableFuture.completedFuture(Done.getInstance());
    }

    private static ServerSettings akkaSettings(ActorSystem<?> system) {
        return ServerSettings.create(system.classicSystem())
                .withServerHeader(Optional.empty())
                .withTransparentHeadRequests(true);
    }

    private static Throwable root(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause.getMessage() == null) && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getCause() == null ? cause : cause.getCause();
    }
}
