package dev.persys.agent;

import dev.persys.api.Heartbeat;
import dev.persys.api.RegisterRequest;
import dev.persys.api.RegisterResponse;
import dev.persys.model.ClusterId;
import dev.persys.model.Epoch;
import dev.persys.model.NodeStatus;
import dev.persys.protocol.SchedulerClient;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;

/** A scheduler that answers as told; what it was asked waits in {@code asked}. */
final class FakeScheduler implements SchedulerClient {
    final BlockingQueue<Object> asked = new LinkedBlockingQueue<>();
    volatile boolean isAway;
    volatile HeartbeatReply beatReply = new HeartbeatReply.Accepted();
    volatile Optional<String> rejection = Optional.empty();
    volatile ClusterId cluster = Samples.CLUSTER;

    /** What has to be done before a registration is answered. */
    volatile CompletionStage<Void> first = CompletableFuture.completedFuture(null);

    @Override
    public CompletionStage<RegisterReply> register(RegisterRequest request) {
        CompletionStage<RegisterReply> answer = isAway
                ? CompletableFuture.failedFuture(new IllegalStateException("connection refused"))
                : CompletableFuture.completedFuture(rejection
                        .<RegisterReply>map(RegisterReply.Rejected::new)
                        .orElseGet(() -> registered(request)));
        // Last: a test that sees the question may change what the next answer is.
        asked.add(request);
        return first.thenCompose(done -> answer);
    }

    @Override
    public CompletionStage<HeartbeatReply> heartbeat(Heartbeat heartbeat) {
        CompletionStage<HeartbeatReply> answer = isAway
                ? CompletableFuture.failedFuture(new IllegalStateException("connection refused"))
                : CompletableFuture.completedFuture(beatReply);
        asked.add(heartbeat);
        return answer;
    }

    private RegisterReply registered(RegisterRequest request) {
        return new RegisterReply.Registered(new RegisterResponse(
                request.nodeId(), NodeStatus.ACTIVE, cluster, Epoch.of(1), Duration.ofSeconds(10)));
    }
}
