package dev.persys.http.client;

import akka.NotUsed;
import akka.actor.typed.ActorSystem;
import akka.http.javadsl.HttpsConnectionContext;
import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpMethod;
import akka.http.javadsl.model.HttpMethods;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.headers.RawHeader;
import akka.stream.BufferOverflowException;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.api.AgentEvent;
import dev.persys.api.ContainerList;
import dev.persys.api.ContainerOrder;
import dev.persys.api.DurationText;
import dev.persys.api.Json;
import dev.persys.api.LogQuery;
import dev.persys.api.Paths;
import dev.persys.api.Problem;
import dev.persys.api.RunOrder;
import dev.persys.http.HttpSettings;
import dev.persys.http.Secret;
import dev.persys.http.Stages;
import dev.persys.join.NodeStanding;
import dev.persys.model.NodeFacts;
import dev.persys.model.NodeId;
import dev.persys.model.WorkloadId;
import dev.persys.protocol.AgentClient;
import dev.persys.protocol.CallException;
import dev.persys.trust.tls.MutualTls;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Reaches agents over HTTP. Connections are kept and shared; streams have their own. */
public final class HttpAgentClient implements AgentClient {
    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;
    private static final int NOT_FOUND = 404;
    private static final int GONE = 410;
    private static final int BUSY = 503;

    private static final Pattern CONTAINER_ID = Pattern.compile("[0-9A-Za-z_.-]{1,128}");

    private final ActorSystem<?> system;
    private final Connections connections;
    private final Requests requests;
    private final HttpSettings.Client settings;
    private final Optional<NodeId> node;

    /**
     * For all agents of a cluster, in plain text.
     *
     * @param secret shown to agents, where there is one
     */
    public HttpAgentClient(ActorSystem<?> system, Optional<Secret> secret, HttpSettings.Client settings) {
        this(system, secret, settings, Optional.empty());
    }

    /**
     * For all agents of a cluster.
     *
     * @param secret shown to agents, where there is one
     * @param tls how they are spoken with, where not in plain text
     */
    public HttpAgentClient(
            ActorSystem<?> system, Optional<Secret> secret, HttpSettings.Client settings, Optional<MutualTls> tls) {
        this(system, secret, settings, tls, NodeStanding.UNKNOWN);
    }

    /**
     * For all agents of a cluster.
     *
     * @param secret shown to agents, where there is one
     * @param tls how they are spoken with, where not in plain text
     * @param standing by which an agent is called, and listened to
     */
    public HttpAgentClient(
            ActorSystem<?> system,
            Optional<Secret> secret,
            HttpSettings.Client settings,
            Optional<MutualTls> tls,
            NodeStanding standing) {
        this.system = system;
        this.connections = new Connections(system, settings, tls, standing);
        this.requests = new Requests(secret);
        this.settings = settings;
        this.node = Optional.empty();
    }

    private HttpAgentClient(HttpAgentClient other, NodeId node) {
        this.system = other.system;
        this.connections = other.connections;
        this.requests = other.requests;
        this.settings = other.settings;
        this.node = Optional.of(node);
    }

    private Optional<CallException> refusal() {
        return node.flatMap(connections::refusal).map(why -> new CallException(CallException.Kind.REFUSED, why));
    }

    /** Whether the agent may be called is asked anew each time. */
    private <T> CompletionStage<T> calling(Function<HttpsConnectionContext, CompletionStage<T>> call) {
        return refusal()
                .<CompletionStage<T>>map(CompletableFuture::failedFuture)
                .orElseGet(() -> call.apply(connections.toAgent(node)));
    }

    @Override
    public AgentClient to(NodeId only) {
        return new HttpAgentClient(this, only);
    }

    @Override
    public CompletionStage<OrderResult> run(NodeFacts facts, RunOrder order) {
        return order(facts, requests.json(uri(facts, Paths.DOCKER_RUN), order), order.requestId());
    }

    @Override
    public CompletionStage<OrderResult> stop(NodeFacts facts, ContainerOrder order) {
        String path = Paths.of(Paths.DOCKER_STOP, order.workloadId().value());
        return order(facts, requests.json(uri(facts, path), order), order.requestId());
    }

    @Override
    public CompletionStage<OrderResult> remove(NodeFacts facts, ContainerOrder order) {
        List<String> query = new ArrayList<>(List.of(
                "generation=" + order.generation(),
                "epoch=" + order.epoch(),
                "clusterId=" + encoded(order.clusterId().value()),
                "grace=" + DurationText.format(order.grace())));
        if (order.volumes()) {
            query.add("volumes=true");
        }
        order.requestId().ifPresent(id -> query.add("requestId=" + encoded(id)));
        String path = Paths.of(Paths.DOCKER_CONTAINER, order.workloadId().value()) + "?" + String.join("&", query);
        return order(facts, request(HttpMethods.DELETE, facts, path), order.requestId());
    }

    @Override
    public CompletionStage<ContainerList> list(NodeFacts facts) {
        return calling(peer -> connections.list(request(HttpMethods.GET, facts, Paths.DOCKER_LIST), peer))
                .thenCompose(response -> connections.read(peer(facts), response, settings.listTimeout()))
                .thenApply(answer -> {
                    if (answer.isOk()) {
                        return containers(facts, answer.body());
                    }
                    throw answer.unusable();
                });
    }

    private static ContainerList containers(NodeFacts facts, String body) {
        try {
            return Json.read(body, ContainerList.class);
        } catch (UncheckedIOException e) {
            throw new CallException(
                    CallException.Kind.MALFORMED,
                    peer(facts) + " is no Persys agent: its list is " + e.getMessage(),
                    e);
        }
    }

    @Override
    public CompletionStage<Output> logs(NodeFacts facts, WorkloadId id, LogQuery query) {
        List<String> parameters = new ArrayList<>(List.of("follow=" + query.follow()));
        query.tail().ifPresent(lines -> parameters.add("tail=" + lines));
        query.since().ifPresent(since -> parameters.add("since=" + since));
        query.ago().ifPresent(span -> parameters.add("since=" + DurationText.format(span)));
        if (query.previous()) {
            parameters.add("previous=true");
        }
        if (query.timestamps()) {
            parameters.add("timestamps=true");
        }
        String path = Paths.of(Paths.DOCKER_LOGS, id.value()) + "?" + String.join("&", parameters);
        return calling(peer -> connections.logs(request(HttpMethods.GET, facts, path), peer, query.follow()))
                .exceptionally(failure -> {
                    throw isForWantOfPlace(failure, query) ? noPlace(facts) : new CompletionException(failure);
                })
                .thenCompose(response -> {
                    int status = response.status().intValue();
                    if (status == BAD_REQUEST && query.timestamps()) {
                        // An agent of a version that knows no such parameter.
                        response.discardEntityBytes(system);
                        return logs(facts, id, query.stamped(false));
                    }
                    return status == OK
                            ? CompletableFuture.completedFuture(new Output(container(response), bytes(response)))
                            : fail(facts, id, response);
                });
    }

    private static Optional<String> container(HttpResponse response) {
        return response.getHeader(LogQuery.CONTAINER_HEADER)
                .map(HttpHeader::value)
                .filter(id -> CONTAINER_ID.matcher(id).matches());
    }

    /** Who follows waits for a place as others wait for an answer: which of them it was in vain cannot be told apart. */
    private static boolean isForWantOfPlace(Throwable failure, LogQuery query) {
        Throwable cause = Stages.cause(failure);
        return cause instanceof BufferOverflowException || (query.follow() && cause instanceof TimeoutException);
    }

    private LogsBusyException noPlace(NodeFacts facts) {
        return new LogsBusyException(peer(facts) + " gave no more output in time: " + settings.logStreams()
                + " streams of one node may be open at once (persys.http.client.log-streams)");
    }

    @Override
    public CompletionStage<EventStream> events(NodeFacts facts, Optional<String> after) {
        HttpRequest request = request(HttpMethods.GET, facts, Paths.DOCKER_EVENTS);
        HttpRequest resumed = after.map(id -> request.addHeader(RawHeader.create("Last-Event-ID", id)))
                .orElse(request);
        return calling(peer -> connections.events(resumed, peer)).thenCompose(response -> {
            int status = response.status().intValue();
            if (status == OK) {
                return CompletableFuture.completedFuture(new EventStream.Open(told(response)));
            }
            return connections
                    .read(peer(facts), response, settings.orderTimeout())
                    .thenApply(answer -> {
                        if (answer.status() == GONE) {
                            return new EventStream.Gone();
                        }
                        throw answer.unusable();
                    });
        });
    }

    private Source<Told, NotUsed> told(HttpResponse response) {
        return bytes(response)
                .idleTimeout(settings.eventSilence())
                .via(EventStreamReader.flow(settings.maxAnswerBytes()))
                .map(this::heard)
                .via(SilenceWatch.flow(settings.eventPause()));
    }

    private Told heard(Optional<String> data) {
        refusal().ifPresent(refused -> {
            throw refused;
        });
        return data.<Told>map(text -> new Told.Happened(Json.read(text, AgentEvent.class)))
                .orElse(Told.Sound.INSTANCE);
    }

    private static Source<ByteString, NotUsed> bytes(HttpResponse response) {
        return response.entity()
                .withoutSizeLimit()
                .getDataBytes()
                .mapMaterializedValue(ignored -> NotUsed.getInstance());
    }

    private CompletionStage<Output> fail(NodeFacts facts, WorkloadId id, HttpResponse response) {
        return connections.read(peer(facts), response, settings.listTimeout()).thenApply(answer -> {
            if (answer.status() == NOT_FOUND
                    && answer.problem().type().equals(Problem.Type.NO_PREVIOUS_OUTPUT.word())) {
                throw new NoPreviousOutputException(id);
            }
            if (answer.status() == NOT_FOUND) {
                throw new NoSuchContainerException(id);
            }
            if (answer.status() == BUSY && answer.problem().type().equals(Problem.Type.UNAVAILABLE.word())) {
                throw new EngineAwayException(answer.problem().detail());
            }
            if (answer.status() == BUSY) {
                throw new LogsBusyException(
                        peer(facts) + " has no time: " + answer.problem().detail());
            }
            if (answer.problem().type().equals(Problem.Type.LOGS_UNREADABLE.word())) {
                throw new LogsUnreadableException(answer.problem().detail());
            }
            throw answer.unusable();
        });
    }

    private CompletionStage<OrderResult> order(NodeFacts facts, HttpRequest request, Optional<String> requestId) {
        HttpRequest named = requestId
                .filter(Requests::isHeaderValue)
                .map(id -> request.addHeader(RawHeader.create("X-Request-Id", id)))
                .orElse(request);
        return calling(peer -> connections.order(named, peer))
                .thenCompose(response -> connections.read(peer(facts), response, settings.orderTimeout()))
                .thenApply(HttpAgentClient::result);
    }

    private static OrderResult result(Answer answer) {
        return switch (answer.status()) {
            case OK -> queued(answer);
            // What is refused as it stands is refused the next time too.
            case 400, 409, 413 ->
                new OrderResult.Refused(
                        answer.problem().type(),
                        answer.problem().detail(),
                        answer.problem().epoch());
            case BUSY -> new OrderResult.Busy(answer.problem().detail());
            default -> throw answer.unusable();
        };
    }

    /** Whoever says nothing of a workload has not queued anything for one. */
    private static OrderResult queued(Answer answer) {
        if (namesWorkload(answer.body())) {
            return new OrderResult.Queued();
        }
        throw new CallException(
                CallException.Kind.MALFORMED,
                answer.peer() + " is no Persys agent: its answer to an order names no workload");
    }

    private static boolean namesWorkload(String body) {
        try {
            return Json.read(body, JsonNode.class).path("workloadId").isTextual();
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    private HttpRequest request(HttpMethod method, NodeFacts facts, String path) {
        return requests.plain(method, uri(facts, path));
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    private String uri(NodeFacts facts, String path) {
        return connections.scheme("http") + "://" + peer(facts) + path;
    }

    private static String peer(NodeFacts facts) {
        return Requests.authority(facts.ipAddress(), facts.agentPort());
    }
}
