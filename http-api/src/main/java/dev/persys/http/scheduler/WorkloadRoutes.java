package dev.persys.http.scheduler;

import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.headers.RawHeader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.persys.api.Explanation;
import dev.persys.api.FieldError;
import dev.persys.api.Page;
import dev.persys.api.Parsed;
import dev.persys.api.Paths;
import dev.persys.api.RecordJson;
import dev.persys.api.WorkloadRequest;
import dev.persys.api.WorkloadView;
import dev.persys.http.auth.Access.Role;
import dev.persys.http.server.Answers;
import dev.persys.http.server.Asking;
import dev.persys.http.server.Call;
import dev.persys.http.server.Endpoint;
import dev.persys.model.Names;
import dev.persys.model.NodeId;
import dev.persys.model.WorkloadSpec;
import dev.persys.model.WorkloadStatus;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol;
import dev.persys.protocol.SchedulerProtocol.WorkloadAction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/** What can be asked about workloads, but for their logs. */
final class WorkloadRoutes {
    private final Asking<SchedulerProtocol.Command> scheduler;
    private final Optional<SchedulerSecrets> secrets;
    private final int pageSize;

    WorkloadRoutes(Asking<SchedulerProtocol.Command> scheduler, Optional<SchedulerSecrets> secrets, int pageSize) {
        this.scheduler = scheduler;
        this.secrets = secrets;
        this.pageSize = pageSize;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.post(Paths.SCHEDULE, Role.OPERATOR, this::schedule),
                Endpoint.get(
                        Paths.WORKLOADS,
                        Role.VIEWER,
                        Set.of("limit", "continue", "node", "status", "name"),
                        this::list),
                Endpoint.get(Paths.WORKLOAD, Role.VIEWER, Set.of(), this::get),
                Endpoint.delete(Paths.WORKLOAD, Role.OPERATOR, Set.of("volumes", "force"), this::delete),
                Endpoint.act(Paths.WORKLOAD_STOP, Role.OPERATOR, call -> change(call, WorkloadAction.STOP)),
                Endpoint.act(Paths.WORKLOAD_START, Role.OPERATOR, call -> change(call, WorkloadAction.START)),
                Endpoint.act(Paths.WORKLOAD_RESTART, Role.OPERATOR, call -> change(call, WorkloadAction.RESTART)),
                Endpoint.get(Paths.WORKLOAD_EXPLAIN, Role.VIEWER, Set.of(), this::explain));
    }

    private CompletionStage<HttpResponse> schedule(Call call) {
        List<FieldError> errors = new ArrayList<>();
        Optional<String> key = call.idempotencyKey().orElse(Optional.empty(), errors);
        boolean ifNoneNamed = call.ifNone().orElse(false, errors);
        Parsed<WorkloadSpec> parsed = WorkloadRequest.parse(call.body());
        parsed.fold(
                spec -> secrets.map(known -> errors.addAll(known.unknown(spec))).orElse(true), errors::addAll);
        if (parsed instanceof Parsed.Valid<WorkloadSpec> valid && errors.isEmpty()) {
            return scheduler.<Reply<SchedulerProtocol.Accepted>, HttpResponse>ask(
                    replyTo -> new SchedulerProtocol.Schedule(valid.value(), key, ifNoneNamed, call.origin(), replyTo),
                    reply -> Replies.answer(
                            call, reply, accepted -> accepted(accepted, WorkloadRequest.warnings(call.body()))));
        }
        return Answers.now(Answers.invalid(call, errors));
    }

    private static HttpResponse accepted(SchedulerProtocol.Accepted accepted, List<String> warnings) {
        ObjectNode json = Views.accepted(accepted);
        if (!warnings.isEmpty()) {
            warnings.forEach(json.putArray("warnings")::add);
        }
        HttpResponse response = Answers.json(json);
        return accepted.repeated() ? response.addHeader(RawHeader.create("Idempotent-Replayed", "true")) : response;
    }

    private CompletionStage<HttpResponse> list(Call call) {
        List<FieldError> errors = new ArrayList<>();
        int limit = call.limit(pageSize).orElse(pageSize, errors);
        SchedulerProtocol.WorkloadFilter filter = new SchedulerProtocol.WorkloadFilter(
                node(call).orElse(Optional.empty(), errors),
                status(call).orElse(Optional.empty(), errors),
                name(call).orElse(Optional.empty(), errors));
        if (!errors.isEmpty()) {
            return Answers.now(Answers.invalid(call, errors));
        }
        return scheduler.<Reply<Page<WorkloadView>>, HttpResponse>ask(
                replyTo -> new SchedulerProtocol.ListWorkloads(filter, limit, call.parameter("continue"), replyTo),
                reply -> Replies.answer(
                        call,
                        reply,
                        page -> Answers.read(
                                call, Views.page("workloads", page, RecordJson::toSummary), OptionalLong.empty())));
    }

    private CompletionStage<HttpResponse> get(Call call) {
        return scheduler.<Reply<WorkloadView>, HttpResponse>ask(
                replyTo -> new SchedulerProtocol.GetWorkload(call.variable(), replyTo),
                reply -> Replies.answer(
                        call,
                        reply,
                        view -> Answers.read(
                                call,
                                secrets.map(known -> known.shown(view)).orElseGet(() -> RecordJson.toJson(view)),
                                OptionalLong.of(view.revision()))));
    }

    private CompletionStage<HttpResponse> delete(Call call) {
        List<FieldError> errors = new ArrayList<>();
        boolean volumes = isTrue(call, "volumes", errors);
        boolean force = isTrue(call, "force", errors);
        if (!errors.isEmpty()) {
            return Answers.now(Answers.invalid(call, errors));
        } else if (force) {
            return change(call, volumes ? WorkloadAction.KILL_AND_DELETE_WITH_VOLUMES : WorkloadAction.KILL_AND_DELETE);
        }
        return change(call, volumes ? WorkloadAction.DELETE_WITH_VOLUMES : WorkloadAction.DELETE);
    }

    /** Written out: what cannot be undone is not asked for by a parameter without a value. */
    private static boolean isTrue(Call call, String name, List<FieldError> errors) {
        String text = call.parameter(name).orElse("false");
        if (!text.equals("true") && !text.equals("false")) {
            errors.add(new FieldError("?" + name, "\"" + text + "\"", "true or false"));
        }
        return text.equals("true");
    }

    private CompletionStage<HttpResponse> change(Call call, WorkloadAction action) {
        Parsed<Optional<Long>> revision = call.ifRevision();
        return revision.fold(
                expected -> scheduler.<Reply<WorkloadView>, HttpResponse>ask(
                        replyTo -> new SchedulerProtocol.ChangeWorkload(
                                call.variable(), action, expected, call.origin(), replyTo),
                        reply -> Replies.answer(call, reply, view -> Answers.json(RecordJson.toSummary(view)))),
                errors -> Answers.now(Answers.invalid(call, errors)));
    }

    private CompletionStage<HttpResponse> explain(Call call) {
        return scheduler.<Reply<Explanation>, HttpResponse>ask(
                replyTo -> new SchedulerProtocol.ExplainWorkload(call.variable(), replyTo),
                reply -> Replies.answer(
                        call,
                        reply,
                        explanation -> Answers.read(call, Views.explanation(explanation), OptionalLong.empty())));
    }

    private static Parsed<Optional<NodeId>> node(Call call) {
        Optional<String> text = call.parameter("node");
        return text.filter(name -> !Names.isDnsName(name)).isPresent()
                ? Call.invalid("?node", text.get(), "the name of a node")
                : new Parsed.Valid<>(text.map(NodeId::of));
    }

    private static Parsed<Optional<WorkloadStatus>> status(Call call) {
        Optional<String> text = call.parameter("status");
        Optional<WorkloadStatus> status = text.flatMap(word -> Arrays.stream(WorkloadStatus.values())
                .filter(value -> value.text().equalsIgnoreCase(word))
                .findFirst());
        return text.isPresent() && status.isEmpty()
                ? Call.invalid(
                        "?status",
                        text.get(),
                        Arrays.stream(WorkloadStatus.values())
                                .map(WorkloadStatus::text)
                                .collect(Collectors.joining(", ")))
                : new Parsed.Valid<>(status);
    }

    private static Parsed<Optional<String>> name(Call call) {
        Optional<String> text = call.parameter("name");
        return text.filter(name -> !Names.isDnsLabel(name)).isPresent()
                ? Call.invalid("?name", text.get(), "the name of a workload, a DNS label")
                : new Parsed.Valid<>(text);
    }
}
