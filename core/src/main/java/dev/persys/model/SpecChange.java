package dev.persys.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Optional;

/**
 * The last change of a workload's specification, and what has come of it.
 *
 * @param to the version that it made
 * @param from the version before; where that had not proved itself, the last one that had
 * @param message a sentence for people
 * @param terms on which it stays
 * @param before the specification of version {@code from}, which is gone back to where this one does not prove itself;
 *     only while that is open, and where nothing had spoken against it
 * @param alsoHeld what is reserved on the node beside what the specification asks for: as long as the container that is
 *     replaced may be there, or may come back
 * @param movedFrom the node where the workload was before, where it has gone to another one with this change: there it goes
 *     back to
 */
public record SpecChange(
        long to,
        long from,
        State state,
        String message,
        ProofTerms terms,
        Optional<WorkloadSpec> before,
        Held alsoHeld,
        Optional<NodeId> movedFrom) {

    public enum State {
        /** Its container has not run for long enough yet. */
        @JsonProperty("proving")
        PROVING,
        /** Its container has run for long enough, or has completed. */
        @JsonProperty("stable")
        STABLE,
        /** It did not prove itself, and the one before is back: this change is that. */
        @JsonProperty("undone")
        UNDONE,
        /** It has not proved itself, and stays. */
        @JsonProperty("kept")
        KEPT
    }

    public SpecChange {
        Present.value(state, "state");
        Present.value(message, "message");
        Present.value(terms, "terms");
        Present.value(before, "before");
        Present.value(alsoHeld, "alsoHeld");
        Present.value(movedFrom, "movedFrom");
    }

    /** On the node where the workload is. */
    public SpecChange(
            long to,
            long from,
            State state,
            String message,
            ProofTerms terms,
            Optional<WorkloadSpec> before,
            Held alsoHeld) {
        this(to, from, state, message, terms, before, alsoHeld, Optional.empty());
    }

    public boolean isProving() {
        return state == State.PROVING;
    }

    /** It is decided: nothing is gone back to any more. */
    public SpecChange ended(State how, String sentence) {
        return new SpecChange(to, from, how, sentence, terms, Optional.empty(), alsoHeld, Optional.empty());
    }

    /** Nothing is left of the container that was replaced. */
    public SpecChange withoutHeld() {
        return new SpecChange(to, from, state, message, terms, before, Held.NOTHING, movedFrom);
    }

    /** Nothing is held of the container that was replaced: that was on {@code node}, and the new one is elsewhere. */
    public SpecChange awayFrom(NodeId node) {
        return new SpecChange(to, from, state, message, terms, before, Held.NOTHING, Optional.of(node));
    }
}
