package dev.persys.agent.docker;

import akka.stream.QueueOfferResult;
import akka.stream.javadsl.SourceQueueWithComplete;
import akka.util.ByteString;
import dev.persys.runtime.RuntimeFailure;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/**
 * Reads a log stream into a source's queue, no faster than the source is read; first of all something empty, which says
 * that Docker has begun to answer.
 */
final class LogReader implements DockerStreams.Reader {
    /** Since API 1.42; engines before that name all logs alike. */
    private static final String FRAMED = "application/vnd.docker.multiplexed-stream";

    private static final int CHUNK_BYTES = 32 * 1024;

    private final SourceQueueWithComplete<ByteString> queue;
    private final boolean stamped;
    private boolean mayBeRaw = true;

    /** @param stamped whether Docker puts the time before each piece */
    LogReader(SourceQueueWithComplete<ByteString> queue, boolean stamped) {
        this.queue = queue;
        this.stamped = stamped;
    }

    @Override
    public void opened(String contentType) {
        mayBeRaw = !contentType.startsWith(FRAMED);
    }

    @Override
    public void read(InputStream body) throws IOException, InterruptedException {
        if (!isTaken(ByteString.emptyByteString())) {
            return;
        }
        LogFrames frames = new LogFrames(stamped, mayBeRaw);
        byte[] chunk = new byte[CHUNK_BYTES];
        for (int length = body.read(chunk); length >= 0; length = body.read(chunk)) {
            ByteString output = frames.payload(chunk, length);
            if (!output.isEmpty() && !isTaken(output)) {
                return;
            }
        }
    }

    @Override
    public void closed(Optional<RuntimeFailure> failure) {
        failure.ifPresentOrElse(queue::fail, queue::complete);
    }

    private boolean isTaken(ByteString output) throws IOException, InterruptedException {
        try {
            return queue.offer(output).toCompletableFuture().get() instanceof QueueOfferResult.Enqueued$;
        } catch (ExecutionException e) {
            throw new IOException("the reader of the log is gone", e);
        }
    }
}
