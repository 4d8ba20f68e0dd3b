package dev.persys.http.server;

import akka.NotUsed;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.MediaTypes;
import akka.http.javadsl.model.headers.RawHeader;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import dev.persys.api.Problem;
import java.time.Duration;
import java.util.Optional;

/** Answers with a stream of server-sent events (WHATWG HTML, section 9.2). */
public final class ServerSentEvents {
    /** Tells a client at once that the stream is open, and to come again a second after it ended. */
    private static final ByteString OPENING = ByteString.fromString("retry: 1000\n\n");

    private static final ByteString COMMENT = ByteString.fromString(":\n\n");

    private ServerSentEvents() {}

    /**
     * One event.
     *
     * @param id to come back with; absent, and the one before stays in force
     * @param data one line
     */
    public static ByteString frame(Optional<String> id, String event, String data) {
        String head = id.map(text -> "id: " + text + "\n").orElse("");
        return ByteString.fromString(head + "event: " + event + "\ndata: " + data + "\n\n");
    }

    /**
     * A stream of frames, for a call that was admitted.
     *
     * @param keepAlive after so long a silence a comment is sent
     */
    public static HttpResponse answer(
            Call call, OpenStreams streams, Source<ByteString, NotUsed> frames, Duration keepAlive) {
        Source<ByteString, NotUsed> bytes =
                Source.single(OPENING).concat(frames).keepAlive(keepAlive, () -> COMMENT);
        return HttpResponse.create()
                .withEntity(
                        HttpEntities.create(MediaTypes.TEXT_EVENT_STREAM.toContentType(), streams.stream(call, bytes)))
                .addHeader(RawHeader.create("Cache-Control", "no-cache"))
                .addHeader(RawHeader.create("X-Accel-Buffering", "no"));
    }

    /** What a stream more than allowed is answered with. */
    public static HttpResponse tooMany(Call call) {
        return Answers.problem(
                        call,
                        Problem.Type.BUSY,
                        "Too many streams are open: close one, or raise persys.http.server.max-streams")
                .addHeader(RawHeader.create("Retry-After", "10"));
    }
}
