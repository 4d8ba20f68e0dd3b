package dev.persys.scheduler.node;

import dev.persys.model.NodeFacts;
import dev.persys.model.NodeReason;
import dev.persys.protocol.CallException;
import dev.persys.scheduler.store.Failures;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/**
 * Why a call to a node's agent came to nothing.
 *
 * @param sentence what the agent answered, or that it did not
 * @param notTaken whether the agent cannot have acted on the call, now or later
 */
record Trouble(NodeReason reason, String sentence, boolean notTaken) {
    static Trouble of(Throwable thrown, NodeFacts agent) {
        Throwable failure = Failures.unwrapped(thrown);
        if (failure instanceof CallException call) {
            return new Trouble(
                    reason(call.kind()), call.getMessage(), call.kind().isNotTaken());
        }
        String address = agent.ipAddress() + ":" + agent.agentPort();
        if (failure instanceof ConnectException) {
            return new Trouble(
                    NodeReason.UNREACHABLE, "no connection to " + address + ": " + failure.getMessage(), true);
        }
        if (failure instanceof UncheckedIOException) {
            return new Trouble(
                    NodeReason.MALFORMED_ANSWERS,
                    "what " + address + " sends cannot be read: " + failure.getMessage(),
                    false);
        }
        String what = failure instanceof TimeoutException ? "nothing in time" : String.valueOf(failure.getMessage());
        return new Trouble(NodeReason.UNREACHABLE, address + " gives no answer: " + what, false);
    }

    /** Of an open stream on which nothing has come for so long, and that was not answered otherwise. */
    static Trouble ofSilence(Duration lasting, NodeFacts agent) {
        return new Trouble(
                NodeReason.UNREACHABLE,
                agent.ipAddress() + ":" + agent.agentPort() + " is connected, and has said nothing for more than "
                        + lasting.toSeconds() + " s",
                false);
    }

    private static NodeReason reason(CallException.Kind kind) {
        return switch (kind) {
            case NO_CONNECTION -> NodeReason.UNREACHABLE;
            case REFUSED, BROKEN -> NodeReason.ORDERS_REFUSED;
            case MALFORMED -> NodeReason.MALFORMED_ANSWERS;
        };
    }

    /** Whether nobody is there, so that one probe is enough for all that waits. */
    boolean isOfConnection() {
        return reason == NodeReason.UNREACHABLE;
    }
}
