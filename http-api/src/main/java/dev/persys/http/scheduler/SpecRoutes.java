package dev.persys.http.scheduler;

import akka.actor.typed.ActorRef;
import akka.http.javadsl.model.HttpResponse;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.persys.api.DurationText;
import dev.persys.api.FieldError;
import dev.persys.api.Json;
import dev.persys.api.KeptSpecs;
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
import dev.persys.model.ProofTerms;
import dev.persys.model.WorkloadSpec;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** To change what a workload is made from, to go back, and to see what it was. */
final class SpecRoutes {
    private static final Set<String> TERMS = Set.of("undo", "stableFor");
    private static final Set<String> CHANGE = Set.of("undo", "stableFor", "move");

    private final Asking<SchedulerProtocol.Command> scheduler;
    private final Optional<SchedulerSecrets> secrets;

    SpecRoutes(Asking<SchedulerProtocol.Command> scheduler, Optional<SchedulerSecrets> secrets) {
        this.scheduler = scheduler;
        this.secrets = secrets;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.put(Paths.WORKLOAD, Role.OPERATOR, CHANGE, this::change),
                Endpoint.act(Paths.WORKLOAD_UNDO, Role.OPERATOR, TERMS, this::undo),
                Endpoint.get(Paths.WORKLOAD_SPECS, Role.VIEWER, Set.of(), this::specs));
    }

    private CompletionStage<HttpResponse> change(Call call) {
        List<FieldError> errors = new ArrayList<>();
        Optional<Long> revision = call.ifRevision().orElse(Optional.empty(), errors);
        ProofTerms terms = terms(call).orElse(ProofTerms.USUAL, errors);
        boolean mayMove = call.flag("move").orElse(false, errors);
        Parsed<WorkloadSpec> parsed = WorkloadRequest.parse(call.body());
        parsed.fold(
                spec -> secrets.map(known -> errors.addAll(known.unknown(spec))).orElse(true), errors::addAll);
        if (parsed instanceof Parsed.Valid<WorkloadSpec> valid && errors.isEmpty()) {
            List<String> warnings = WorkloadRequest.warnings(call.body());
            return ask(
                    call,
                    replyTo -> new SchedulerProtocol.ChangeSpec(
                            call.variable(), valid.value(), terms, mayMove, revision, call.origin(), replyTo),
                    warnings);
        }
        return Answers.now(Answers.invalid(call, errors));
    }

    private CompletionStage<HttpResponse> undo(Call call) {
        List<FieldError> errors = new ArrayList<>();
        Optional<Long> revision = call.ifRevision().orElse(Optional.empty(), errors);
        ProofTerms terms = terms(call).orElse(ProofTerms.USUAL, errors);
        return errors.isEmpty()
                ? ask(
                        call,
                        replyTo -> new SchedulerProtocol.UndoSpec(
                                call.variable(), terms, revision, call.origin(), replyTo),
                        List.of())
                : Answers.now(Answers.invalid(call, errors));
    }

    private CompletionStage<HttpResponse> ask(
            Call call,
            Function<ActorRef<Reply<WorkloadView>>, SchedulerProtocol.Command> request,
            List<String> warnings) {
        return scheduler.<Reply<WorkloadView>, HttpResponse>ask(
                request,
                reply -> Replies.answer(call, reply, view -> {
                    ObjectNode json = RecordJson.toSummary(view);
                    if (!warnings.isEmpty()) {
                        warnings.forEach(json.putArray("warnings")::add);
                    }
                    return Answers.json(json);
                }));
    }

    private CompletionStage<HttpResponse> specs(Call call) {
        return scheduler.<Reply<KeptSpecs>, HttpResponse>ask(
                replyTo -> new SchedulerProtocol.GetSpecs(call.variable(), replyTo),
                reply -> Replies.answer(
                        call,
                        reply,
                        kept -> Answers.read(call, Json.MAPPER.<ObjectNode>valueToTree(kept), OptionalLong.empty())));
    }

    private static Parsed<ProofTerms> terms(Call call) {
        List<FieldError> errors = new ArrayList<>();
        String undo = call.parameter("undo").orElse("auto");
        if (!undo.equals("auto") && !undo.equals("never")) {
            Call.<ProofTerms>invalid("?undo", undo, "auto, to go back where it does not become stable, or never")
                    .fold(terms -> true, errors::addAll);
        }
        Duration stableFor =
                call.span("stableFor").orElse(Optional.empty(), errors).orElse(ProofTerms.USUAL.stableFor());
        if (stableFor.compareTo(ProofTerms.LONGEST) > 0) {
            Call.<ProofTerms>invalid(
                            "?stableFor",
                            call.parameter("stableFor").orElse(""),
                            "a span of at most " + DurationText.format(ProofTerms.LONGEST))
                    .fold(terms -> true, errors::addAll);
        }
        return errors.isEmpty()
                ? new Parsed.Valid<>(new ProofTerms(undo.equals("auto"), stableFor))
                : new Parsed.Invalid<>(errors);
    }
}
