package dev.persys.protocol;

import dev.persys.api.Heartbeat;
import dev.persys.api.RegisterRequest;
import dev.persys.api.RegisterResponse;
import java.util.concurrent.CompletionStage;

/** How an agent reaches the scheduler. A failed stage: no usable answer came within the client's deadline. */
public interface SchedulerClient {
    CompletionStage<RegisterReply> register(RegisterRequest request);

    CompletionStage<HeartbeatReply> heartbeat(Heartbeat heartbeat);

    sealed interface RegisterReply {
        record Registered(RegisterResponse response) implements RegisterReply {}

        /** The scheduler understood and said no. */
        record Rejected(String detail) implements RegisterReply {}
    }

    sealed interface HeartbeatReply {
        record Accepted() implements HeartbeatReply {}

        /** The scheduler does not know this node: register again. */
        record UnknownNode() implements HeartbeatReply {}

        record Rejected(String detail) implements HeartbeatReply {}
    }
}
