package dev.persys.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.model.Held;
import dev.persys.model.HostPort;
import dev.persys.model.NodeId;
import dev.persys.model.Present;
import dev.persys.model.ProofTerms;
import dev.persys.model.Resources;
import dev.persys.model.SpecChange;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The JSON of the last change of a specification.
 *
 * @param undo only in a record, as is all that follows
 * @param before as a request for it
 */
record ChangeFields(
        long to,
        long from,
        SpecChange.State state,
        String message,
        Optional<Boolean> undo,
        Optional<Duration> stableFor,
        Optional<JsonNode> before,
        Optional<Resources> heldResources,
        Optional<List<HostPort>> heldPorts,
        Optional<NodeId> movedFrom) {

    ChangeFields {
        Present.value(state, "change.state");
        Present.value(message, "change.message");
    }

    static ChangeFields of(SpecChange change, WorkloadFields.Form form) {
        Held held = change.alsoHeld();
        return new ChangeFields(
                change.to(),
                change.from(),
                change.state(),
                change.message(),
                form.inner(Optional.of(change.terms().undoes())),
                form.inner(Optional.of(change.terms().stableFor())),
                form.inner(change.before().map(WorkloadRequest::toJson)),
                form.inner(form.unless(Held.NOTHING.resources(), held.resources())),
                form.inner(form.unless(Held.NOTHING.ports(), held.ports())),
                form.inner(change.movedFrom()));
    }

    SpecChange change() {
        return new SpecChange(
                to,
                from,
                state,
                message,
                new ProofTerms(undo.orElse(ProofTerms.USUAL.undoes()), stableFor.orElse(ProofTerms.USUAL.stableFor())),
                before.flatMap(json -> WorkloadRequest.parse(json).fold(Optional::of, errors -> Optional.empty())),
                new Held(heldResources.orElse(Held.NOTHING.resources()), heldPorts.orElse(Held.NOTHING.ports())),
                movedFrom);
    }
}
