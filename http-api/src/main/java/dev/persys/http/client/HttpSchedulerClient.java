package dev.persys.http.client;

import akka.actor.typed.ActorSystem;
import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.api.Heartbeat;
import dev.persys.api.Json;
import dev.persys.api.Paths;
import dev.persys.api.Problem;
import dev.persys.api.RegisterRequest;
import dev.persys.api.RegisterResponse;
import dev.persys.http.HttpSettings;
import dev.persys.http.Secret;
import dev.persys.protocol.SchedulerClient;
import dev.persys.trust.Pin;
import dev.persys.trust.tls.MutualTls;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reaches the scheduler over HTTP. */
public final class HttpSchedulerClient implements SchedulerClient {
    private static final Logger LOG = LoggerFactory.getLogger(HttpSchedulerClient.class);

    private final Connections connections;
    private final Requests requests;
    private final HttpSettings.Client settings;
    private final String base;
    private final Consumer<Set<Pin>> roots;
    private final Runnable refused;

    /**
     * For one scheduler.
     *
     * @param address such as {@code http://127.0.0.1:8084}
     * @param secret shown to the scheduler, where there is one
     */
    public HttpSchedulerClient(
            ActorSystem<?> system, URI address, Optional<Secret> secret, HttpSettings.Client settings) {
        this(system, address, secret, settings, Optional.empty(), roots -> {}, () -> {});
    }

    /**
     * For one scheduler.
     *
     * @param address such as {@code http://127.0.0.1:8084}, or {@code https://…}
     * @param secret shown to the scheduler, where there is one
     * @param tls what is shown by {@code https}, where only a scheduler of the same cluster is spoken with
     * @param roots is told, from any thread and at each heartbeat, which roots the cluster has, where the scheduler says so
     * @param refused told, on any thread and each time, that the certificate does not speak for this node; must not block
     */
    public HttpSchedulerClient(
            ActorSystem<?> system,
            URI address,
            Optional<Secret> secret,
            HttpSettings.Client settings,
            Optional<MutualTls> tls,
            Consumer<Set<Pin>> roots,
            Runnable refused) {
        boolean secure = "https".equals(address.getScheme());
        if ((!secure && !"http".equals(address.getScheme())) || address.getHost() == null) {
            throw new IllegalArgumentException("not a scheduler's address, such as http://127.0.0.1:8084: " + address);
        } else if (secure && tls.isEmpty()) {
            throw new IllegalArgumentException(
                    "by " + address + " an agent shows its certificate, and it has none: join"
                            + " (persys agent --join), or set persys.http.agent.tls to the files of one");
        }
        this.connections = new Connections(system, settings, tls.filter(any -> secure));
        this.requests = new Requests(secret);
        this.settings = settings;
        this.roots = roots;
        this.refused = refused;
        this.base = address.toString().replaceFirst("/+$", "");
    }

    @Override
    public CompletionStage<RegisterReply> register(RegisterRequest request) {
        return post(Paths.REGISTER, request).thenApply(answer -> {
            if (answer.isOk()) {
                return new RegisterReply.Registered(Json.read(answer.body(), RegisterResponse.class));
            }
            return new RegisterReply.Rejected(rejection(answer));
        });
    }

    @Override
    public CompletionStage<HeartbeatReply> heartbeat(Heartbeat heartbeat) {
        return post(Paths.HEARTBEAT, heartbeat).thenApply(answer -> {
            if (answer.isOk()) {
                tellRoots(answer.body());
                return new HeartbeatReply.Accepted();
            }
            return answer.problem().type().equals(Problem.Type.UNKNOWN_NODE.word())
                    ? new HeartbeatReply.UnknownNode()
                    : new HeartbeatReply.Rejected(rejection(answer));
        });
    }

    /** What is none of a pin says nothing; that the heartbeat was heard counts all the same. */
    private void tellRoots(String body) {
        try {
            Set<Pin> pins = new HashSet<>();
            Json.read(body, JsonNode.class).path("rootPins").forEach(pin -> pins.add(Pin.parse(pin.asText())));
            if (!pins.isEmpty()) {
                roots.accept(pins);
            }
        } catch (UncheckedIOException | IllegalArgumentException e) {
            LOG.debug("The answer to a heartbeat names no roots: {}", e.getMessage());
        }
    }

    private CompletionStage<Answer> post(String path, Object body) {
        return connections
                .order(requests.json(base + path, body), connections.toScheduler())
                .thenCompose(response -> connections.read(base, response, settings.orderTimeout()));
    }

    /** What a 4xx says; anything else is no word of the scheduler about the request. */
    private String rejection(Answer answer) {
        if (answer.status() >= 400 && answer.status() < 500) {
            if (answer.problem().type().equals(Problem.Type.NODE_REFUSED.word())) {
                refused.run();
            }
            return answer.problem().detail();
        }
        throw answer.unusable();
    }
}
