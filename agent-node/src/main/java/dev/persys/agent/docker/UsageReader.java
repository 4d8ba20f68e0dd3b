package dev.persys.agent.docker;

import akka.stream.QueueOfferResult;
import akka.stream.javadsl.SourceQueueWithComplete;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import dev.persys.api.ContainerUsage;
import dev.persys.api.Json;
import dev.persys.runtime.RuntimeFailure;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/** Reads Docker's figures of a container into a source's queue, no faster than the source is read. */
final class UsageReader implements DockerStreams.Reader {
    /** Docker gives the zero time where a container does not run. */
    private static final String NEVER = "0001-";

    private final SourceQueueWithComplete<ContainerUsage> queue;

    UsageReader(SourceQueueWithComplete<ContainerUsage> queue) {
        this.queue = queue;
    }

    @Override
    public void read(InputStream body) throws IOException, InterruptedException {
        try (MappingIterator<JsonNode> all =
                Json.MAPPER.readerFor(JsonNode.class).readValues(body)) {
            boolean goesOn = true;
            while (goesOn && all.hasNextValue()) {
                JsonNode stats = all.nextValue();
                goesOn = !stats.path("read").asText(NEVER).startsWith(NEVER) && isTaken(UsageMapping.usage(stats));
            }
        }
    }

    @Override
    public void closed(Optional<RuntimeFailure> failure) {
        failure.ifPresentOrElse(queue::fail, queue::complete);
    }

    private boolean isTaken(ContainerUsage usage) throws IOException, InterruptedException {
        try {
            return queue.offer(usage).toCompletableFuture().get() instanceof QueueOfferResult.Enqueued$;
        } catch (ExecutionException e) {
            throw new IOException("the reader of the figures is gone", e);
        }
    }
}
