package dev.persys.http.gateway;

import akka.Done;
import akka.NotUsed;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.http.javadsl.model.AttributeKeys;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.headers.Authorization;
import akka.http.javadsl.model.headers.RawHeader;
import akka.stream.javadsl.Flow;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.persys.access.Principal;
import dev.persys.access.Role;
import dev.persys.api.Json;
import dev.persys.api.Problem;
import dev.persys.http.GatewaySettings;
import dev.persys.http.HttpSettings;
import dev.persys.http.SessionMessages;
import dev.persys.http.auth.Peer;
import dev.persys.http.gateway.Authenticator.Admission;
import dev.persys.http.net.HttpListener;
import dev.persys.http.net.PortTls;
import dev.persys.http.server.Answers;
import dev.persys.http.server.Exchange;
import dev.persys.http.server.OpenStreams;
import dev.persys.http.server.Serving;
import dev.persys.http.testing.Wire;
import dev.persys.trust.TestAuthority;
import dev.persys.trust.tls.CredentialsPaths;
import dev.persys.trust.tls.MutualTls;
import dev.persys.trust.tls.Peers;
import dev.persys.trust.tls.ServerTls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** A gateway on real ports, and schedulers behind it over mutual TLS that say what came to them. */
final class GatewayFixture implements AutoCloseable {
    static final TestAuthority AUTHORITY = new TestAuthority();
    private static final Duration LIMIT = Duration.ofSeconds(10);

    final ActorTestKit kit;
    final List<EchoScheduler> schedulers;
    final GatewayServer gateway;
    final Wire wire;

    GatewayFixture(int count, String overrides) {
        Path directory = directory();
        this.kit = ActorTestKit.create(ConfigFactory.parseString(overrides + "\nakka.loglevel = WARNING")
                .withFallback(ConfigFactory.parseString("""
                        persys.http.gateway { api.port = 0, plain.port = 0, probe = 200ms, answer-timeout = 2s
                          rate { address { per-second = 100000, burst = 100000 }
                                 principal { per-second = 100000, burst = 100000 } } }
                        persys.http.server { stop-deadline = 1s, head-timeout = 2s, body-timeout = 1s }
                        """))
                .withFallback(ConfigFactory.load())
                .resolve());
        MutualTls own = tls(directory, "scheduler/s-1", dev.persys.trust.Role.SCHEDULER);
        this.schedulers = java.util.stream.IntStream.range(0, count)
                .mapToObj(i -> new EchoScheduler(own))
                .toList();
        Config config = ConfigFactory.parseMap(Map.of(
                        "persys.http.gateway.schedulers",
                        schedulers.stream().map(EchoScheduler::address).toList()))
                .withFallback(kit.system().settings().config());
        CredentialsPaths shown = files(directory, "gateway/gw-1");
        this.gateway = await(GatewayServer.start(
                kit.system(),
                HttpSettings.of(config),
                GatewaySettings.of(config),
                new GatewayServer.Credentials(
                        tls(directory, "gateway/gw-1", dev.persys.trust.Role.GATEWAY),
                        Optional.of(ServerTls.of(shown.certificate(), shown.key()))),
                questions -> GatewayFixture::whoAsks));
        this.wire = new Wire(gateway::plainAddress);
    }

    /** The bearer token is the role's word; of "slow" it never becomes known. */
    private static CompletionStage<Admission> whoAsks(HttpRequest request) {
        String token = request.getHeader(Authorization.class)
                .map(header -> header.credentials().token())
                .orElse("");
        return token.equals("slow")
                ? new CompletableFuture<>()
                : CompletableFuture.completedFuture(Role.of(token)
                        .<Admission>map(role -> new Admission.Admitted(
                                new Principal(Principal.Kind.TOKEN, "is-" + role.word(), role, role.word())))
                        .orElseGet(() -> new Admission.Denied("Bearer realm=\"persys\"", "Send a role")));
    }

    private static Path directory() {
        try {
            return Files.createTempDirectory("gateway");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static CredentialsPaths files(Path directory, String identity) {
        Path own = directory.resolve(identity.replace('/', '-'));
        try {
            return TestAuthority.write(AUTHORITY.named("spiffe://c-1/" + identity), Files.createDirectories(own));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static MutualTls tls(Path directory, String identity, dev.persys.trust.Role role) {
        return MutualTls.of(files(directory, identity), Peers.all(role));
    }

    int reached() {
        return schedulers.stream().mapToInt(one -> one.reached.get()).sum();
    }

    static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture()
                .orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    @Override
    public void close() {
        await(gateway.stop(Duration.ofMillis(200)));
        schedulers.forEach(EchoScheduler::stop);
        kit.shutdownTestKit();
    }

    /** Answers with what it was asked, and counts that; /readyz is not counted. */
    final class EchoScheduler implements Serving {
        final AtomicInteger reached = new AtomicInteger();
        volatile Optional<HttpResponse> scripted = Optional.empty();
        volatile boolean answers = true;
        final CompletableFuture<Done> streamLeft = new CompletableFuture<>();
        private final OpenStreams streams = new OpenStreams(100);
        private final HttpListener listener;

        EchoScheduler(MutualTls tls) {
            HttpSettings settings = HttpSettings.of(kit.system().settings().config());
            listener = await(HttpListener.bindProtected(
                    kit.system(),
                    new HttpSettings.Listener("test", "127.0.0.1", 0),
                    settings.server(),
                    new HttpListener.Ground("echo", Optional.of(PortTls.mutual(tls)), List.of(streams), true),
                    port -> this));
        }

        String address() {
            return "127.0.0.1:" + listener.address().getPort();
        }

        void stop() {
            await(listener.stop(Duration.ZERO));
        }

        @Override
        public CompletionStage<HttpResponse> handle(HttpRequest request, Exchange exchange) {
            String target = GatewayPipeline.target(request);
            if (target.equals("/readyz")) {
                return Answers.now(HttpResponse.create());
            }
            reached.incrementAndGet();
            if (!answers) {
                return new CompletableFuture<>();
            } else if (scripted.isPresent()) {
                return Answers.now(scripted.get());
            }
            var upgrade = request.getAttribute(AttributeKeys.webSocketUpgrade);
            if (upgrade.isPresent()) {
                Flow<ByteString, ByteString, NotUsed> echo = Flow.of(ByteString.class);
                return Answers.now(upgrade.get()
                        .handleMessagesWith(streams.session(
                                exchange,
                                SessionMessages.frames(kit.system()).via(echo).via(SessionMessages.messages()))));
            } else if (target.startsWith("/events")) {
                Source<ByteString, NotUsed> events = Source.tick(Duration.ZERO, Duration.ofMillis(50), "event: x\n\n")
                        .map(ByteString::fromString)
                        .watchTermination((tick, done) -> {
                            var unused = done.whenComplete((end, failure) -> streamLeft.complete(Done.getInstance()));
                            return NotUsed.getInstance();
                        });
                return Answers.now(HttpResponse.create()
                        .withEntity(HttpEntities.createChunked(
                                akka.http.javadsl.model.MediaTypes.TEXT_EVENT_STREAM.toContentType(),
                                streams.stream(exchange, events))));
            }
            return request.entity()
                    .toStrict(LIMIT.toMillis(), kit.system())
                    .thenApply(body -> said(request, target, body.getData().utf8String()));
        }

        private HttpResponse said(HttpRequest request, String target, String body) {
            ObjectNode json = Json.MAPPER.createObjectNode();
            json.put("method", request.method().value());
            json.put("target", target);
            json.put("body", body);
            json.put("type", request.entity().getContentType().toString());
            json.put(
                    "peer",
                    request.getAttribute(Peer.KEY).orElseThrow().identity().toString());
            ObjectNode headers = json.putObject("headers");
            for (HttpHeader header : request.getHeaders()) {
                headers.put(header.lowercaseName(), header.value());
            }
            return Answers.json(json)
                    .addHeader(RawHeader.create("ETag", "\"7-abc\""))
                    .addHeader(RawHeader.create("Keep-Alive", "timeout=5"))
                    .addHeader(RawHeader.create("Persys-Role", "admin"));
        }

        @Override
        public CompletionStage<Done> drain(Duration deadline) {
            return CompletableFuture.completedFuture(Done.getInstance());
        }

        @Override
        public boolean isPressed() {
            return false;
        }
    }

    static HttpResponse problem(Problem.Type type) {
        return Answers.problem(Problem.of(type, "as the scheduler says it"));
    }

    static Map<String, String> headers(com.fasterxml.jackson.databind.JsonNode said) {
        return said.path("headers").properties().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().asText()));
    }
}
