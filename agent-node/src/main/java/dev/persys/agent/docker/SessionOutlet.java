package dev.persys.agent.docker;

import akka.stream.QueueOfferResult;
import akka.stream.javadsl.SourceQueueWithComplete;
import akka.util.ByteString;
import dev.persys.api.Problem;
import dev.persys.runtime.RuntimeFailure;
import dev.persys.runtime.SessionFrames;
import java.io.IOException;
import java.util.concurrent.ExecutionException;

/** Where the frames of a session go that come from Docker. */
final class SessionOutlet {
    private final SourceQueueWithComplete<ByteString> queue;

    SessionOutlet(SourceQueueWithComplete<ByteString> queue) {
        this.queue = queue;
    }

    /** Waits until it is taken; fails where nobody takes any more. */
    void put(ByteString frame) throws IOException, InterruptedException {
        boolean isTaken;
        try {
            isTaken = queue.offer(frame).toCompletableFuture().get() instanceof QueueOfferResult.Enqueued$;
        } catch (ExecutionException e) {
            throw new IOException("nobody takes the output any more", e);
        }
        if (!isTaken) {
            throw new IOException("nobody takes the output any more");
        }
    }

    /** The last one. */
    void end(ByteString status) {
        var unused = queue.offer(status);
        queue.complete();
    }

    static ByteString refusal(RuntimeFailure failure) {
        return failed(
                failure.isTransient() ? Problem.Type.UNAVAILABLE : Problem.Type.SESSION_REFUSED, failure.getMessage());
    }

    static ByteString failed(Problem.Type type, String detail) {
        return SessionFrames.failed(Problem.of(type, detail));
    }
}
