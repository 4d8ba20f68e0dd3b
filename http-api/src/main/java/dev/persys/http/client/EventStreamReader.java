package dev.persys.http.client;

import akka.NotUsed;
import akka.stream.javadsl.Flow;
import akka.stream.javadsl.Framing;
import akka.stream.javadsl.FramingTruncation;
import akka.util.ByteString;
import java.util.List;
import java.util.Optional;

/** Reads server-sent events (WHATWG HTML, section 9.2) and gives the data of each, and nothing for each comment. */
final class EventStreamReader {
    private static final String DATA = "data:";
    private static final String COMMENT = ":";

    private StringBuilder data = new StringBuilder();

    private EventStreamReader() {}

    /**
     * From bytes to the data of each event; absent where there was a comment.
     *
     * @param maxBytes of one line
     */
    static Flow<ByteString, Optional<String>, NotUsed> flow(int maxBytes) {
        return Flow.of(ByteString.class)
                .via(Framing.delimiter(ByteString.fromString("\n"), maxBytes, FramingTruncation.ALLOW))
                .statefulMapConcat(() -> new EventStreamReader()::line);
    }

    /** An event is complete with the empty line behind it; one that is cut off is none. */
    private Iterable<Optional<String>> line(ByteString bytes) {
        String line = bytes.utf8String();
        String text = line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
        if (text.isEmpty()) {
            String complete = data.toString();
            data = new StringBuilder();
            return complete.isEmpty() ? List.of() : List.of(Optional.of(complete));
        }
        if (text.startsWith(COMMENT)) {
            return List.of(Optional.empty());
        }
        if (text.startsWith(DATA)) {
            String value = text.substring(DATA.length());
            data.append(data.length() == 0 ? "" : "\n").append(value.startsWith(" ") ? value.substring(1) : value);
        }
        return List.of();
    }
}
