package dev.persys.http.agent;

import akka.actor.typed.ActorRef;
import akka.http.javadsl.model.HttpResponse;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.persys.api.ContainerOrder;
import dev.persys.api.FieldError;
import dev.persys.api.Json;
import dev.persys.api.OrderRequest;
import dev.persys.api.Parsed;
import dev.persys.api.Paths;
import dev.persys.api.Problem;
import dev.persys.http.auth.Access.Role;
import dev.persys.http.server.Answers;
import dev.persys.http.server.Asking;
import dev.persys.http.server.Call;
import dev.persys.http.server.Endpoint;
import dev.persys.model.WorkloadId;
import dev.persys.protocol.AgentProtocol;
import dev.persys.protocol.AgentProtocol.OrderReply;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;

/** What the scheduler orders: to run, to stop and to remove a container. */
final class OrderRoutes {
    /** The word of the contract. */
    private static final String QUEUED = "Command queued for execution";

    private static final Set<String> REMOVE_PARAMETERS =
            Set.of("generation", "epoch", "clusterId", "grace", "requestId", "volumes");

    private final Asking<AgentProtocol.Command> agent;

    OrderRoutes(Asking<AgentProtocol.Command> agent) {
        this.agent = agent;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.post(Paths.DOCKER_RUN, Role.NODE, this::run),
                Endpoint.post(Paths.DOCKER_STOP, Role.NODE, this::stop),
                Endpoint.delete(Paths.DOCKER_CONTAINER, Role.NODE, REMOVE_PARAMETERS, this::remove));
    }

    private CompletionStage<HttpResponse> run(Call call) {
        if (OrderRequest.isBareRun(call.body())) {
            return OrderRequest.bareRun(call.body())
                    .fold(
                            order -> ask(
                                    call, order.workloadId(), replyTo -> new AgentProtocol.RunNewest(order, replyTo)),
                            errors -> Answers.now(Answers.invalid(call, errors)));
        }
        return OrderRequest.run(call.body())
                .fold(
                        order -> ask(call, order.workloadId(), replyTo -> new AgentProtocol.Run(order, replyTo)),
                        errors -> Answers.now(Answers.invalid(call, errors)));
    }

    private CompletionStage<HttpResponse> stop(Call call) {
        return about(call, OrderRequest.container(call.body()), AgentProtocol.Stop::new);
    }

    /** A body of a DELETE gets lost on the way through some proxies: the order is in the query. */
    private CompletionStage<HttpResponse> remove(Call call) {
        ObjectNode order = Json.MAPPER.createObjectNode();
        order.put("workloadId", call.variable());
        call.parameters().forEach((name, value) -> {
            if ((name.equals("generation") || name.equals("epoch")) && value.matches("\\d{1,18}")) {
                order.put(name, Long.parseLong(value));
            } else if (name.equals("volumes") && value.matches("true|false")) {
                order.put(name, Boolean.parseBoolean(value));
            } else {
                order.put(name, value);
            }
        });
        return about(call, inQuery(OrderRequest.container(order)), AgentProtocol.Remove::new);
    }

    private static Parsed<ContainerOrder> inQuery(Parsed<ContainerOrder> parsed) {
        return parsed.fold(
                Parsed.Valid::new,
                errors -> new Parsed.Invalid<>(errors.stream()
                        .map(error ->
                                new FieldError(error.pointer().replaceFirst("^/", "?"), error.found(), error.allowed()))
                        .toList()));
    }

    private CompletionStage<HttpResponse> about(
            Call call,
            Parsed<ContainerOrder> parsed,
            BiFunction<ContainerOrder, ActorRef<OrderReply>, AgentProtocol.Command> command) {
        return parsed.fold(
                order -> order.workloadId().value().equals(call.variable())
                        ? ask(call, order.workloadId(), replyTo -> command.apply(order, replyTo))
                        : Answers.now(Answers.invalid(
                                call,
                                List.of(new FieldError(
                                        "/workloadId", order.workloadId().value(), "the id in the path")))),
                errors -> Answers.now(Answers.invalid(call, errors)));
    }

    private CompletionStage<HttpResponse> ask(
            Call call, WorkloadId id, Function<ActorRef<OrderReply>, AgentProtocol.Command> command) {
        return agent.<OrderReply, HttpResponse>ask(command, reply -> answer(call, id, reply));
    }

    private static HttpResponse answer(Call call, WorkloadId id, OrderReply reply) {
        return reply.readBy(new OrderReply.Reader<>() {
            @Override
            public HttpResponse queued() {
                return Answers.json(
                        Json.MAPPER.createObjectNode().put("message", QUEUED).put("workloadId", id.value()));
            }

            @Override
            public HttpResponse refused(OrderReply.Refused refused) {
                return Answers.problem(Problem.of(refused.type(), "The agent knows better", 409, refused.detail())
                        .withEpoch(refused.epoch())
                        .withRequestId(call.requestId()));
            }

            @Override
            public HttpResponse busy(OrderReply.Busy busy) {
                return Answers.problem(call, Problem.Type.BUSY, busy.detail());
            }
        });
    }
}
