package dev.persys.http.server;

import akka.Done;
import akka.actor.typed.ActorSystem;
import akka.http.javadsl.Http;
import akka.http.javadsl.ServerBinding;
import akka.http.javadsl.settings.ServerSettings;
import akka.io.Inet;
import akka.io.TcpSO;
import akka.pattern.Patterns;
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
import scala.jdk.javaapi.DurationConverters;

/** One bound port. */
public final class HttpListener {
    /** For the last bytes of answers and streams to leave. */
    private static final Duration LINGER = Duration.ofMillis(100);

    private final ServerBinding binding;
    private final RequestPipeline pipeline;
    private final OpenStreams streams;
    private final ActorSystem<?> system;

    private HttpListener(ServerBinding binding, RequestPipeline pipeline, OpenStreams streams, ActorSystem<?> system) {
        this.binding = binding;
        this.pipeline = pipeline;
        this.streams = streams;
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
        RequestPipeline pipeline =
                new RequestPipeline(service.name(), service.endpoints(), service.gate(), settings, system);
        CompletionStage<ServerBinding> bound = Http.get(system)
                .newServerAt(listener.bindAddress(), listener.port())
                .withSettings(akkaSettings(system, settings))
                .bind(pipeline::handle);
        return Stages.on(bound, system.executionContext()).handle((binding, failure) -> {
            if (failure != null) {
                throw BindRefusedException.unavailable(listener, root(failure));
            }
            return new HttpListener(binding, pipeline, service.streams(), system);
        });
    }

    public InetSocketAddress address() {
        return binding.localAddress();
    }

    /** Takes no new requests, ends the streams and lets the rest finish; what is not done by the deadline is cut. */
    public CompletionStage<Done> stop(Duration deadline) {
        CompletionStage<Done> unbound = Stages.on(binding.unbind(), system.executionContext());
        streams.end();
        return unbound.thenCompose(done -> pipeline.drain(deadline))
                .thenCompose(done -> Stages.on(
                        Patterns.after(LINGER, system.classicSystem(), () -> binding.terminate(LINGER)),
                        system.executionContext()))
                .thenApply(terminated -> Done.getInstance());
    }

    private static ServerSettings akkaSettings(ActorSystem<?> system, HttpSettings.Server settings) {
        List<Inet.SocketOption> options = List.of(TcpSO.tcpNoDelay(true));
        ServerSettings base = ServerSettings.create(system.classicSystem());
        return base.withSocketOptions(options)
                .withServerHeader(Optional.empty())
                .withRemoteAddressAttribute(true)
                .withTransparentHeadRequests(true)
                .withMaxConnections(settings.maxConnections())
                .withTimeouts(base.getTimeouts().withIdleTimeout(DurationConverters.toScala(settings.idleTimeout())));
    }

    private static Throwable root(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause.getMessage() == null) && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getCause() == null ? cause : cause.getCause();
    }
}
