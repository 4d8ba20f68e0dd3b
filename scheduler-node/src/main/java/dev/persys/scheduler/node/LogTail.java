package dev.persys.scheduler.node;

import akka.actor.typed.ActorSystem;
import akka.stream.javadsl.Sink;
import akka.util.ByteString;
import dev.persys.api.LogQuery;
import dev.persys.model.NodeFacts;
import dev.persys.model.WorkloadId;
import dev.persys.protocol.AgentClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Takes the end of a container's output, to be kept beside its record.
 *
 * @param bytes the most that is kept
 */
public record LogTail(int bytes) {
    private static final int LINES_ASKED_FOR = 200;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** The last whole lines that fit; the part of one line where none does. Fails where the node has no answer. */
    CompletionStage<String> of(AgentClient agents, NodeFacts node, WorkloadId id, ActorSystem<?> system) {
        LogQuery query = new LogQuery(Optional.of(LINES_ASKED_FOR), Optional.empty(), false);
        return agents.logs(node, id, query)
                .thenCompose(output -> output.bytes()
                        .completionTimeout(PATIENCE)
                        .runWith(
                                Sink.fold(
                                        ByteString.emptyByteString(),
                                        (tail, more) -> tail.concat(more)
                                                .takeRight(bytes + 1)
                                                .compact()),
                                system))
                .thenApply(this::text);
    }

    /** What is kept of {@code tail}, which may have been taken when more was. */
    public String shortened(String tail) {
        ByteString text = ByteString.fromString(tail, StandardCharsets.UTF_8);
        return text.size() <= bytes ? tail : text(text.takeRight(bytes + 1));
    }

    private String text(ByteString tail) {
        String text = decoded(tail.takeRight(bytes));
        int firstBreak = text.indexOf('\n');
        return tail.size() > bytes && firstBreak >= 0 && firstBreak < text.length() - 1
                ? text.substring(firstBreak + 1)
                : text;
    }

    /** What is no UTF-8 takes more room as text: the beginning goes until the rest fits. */
    private String decoded(ByteString output) {
        byte[] text = output.decodeString(StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8);
        int from = Math.max(0, text.length - bytes);
        while (from < text.length && (text[from] & 0xC0) == 0x80) {
            from++;
        }
        return new String(text, from, text.length - from, StandardCharsets.UTF_8);
    }
}
