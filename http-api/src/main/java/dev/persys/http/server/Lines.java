package dev.persys.http.server;

import akka.NotUsed;
import akka.http.javadsl.model.ContentType;
import akka.http.javadsl.model.HttpCharsets;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.MediaTypes;
import akka.http.javadsl.model.headers.RawHeader;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import java.util.Map;

/** Answers that are one JSON object a line, as they come. */
public final class Lines {
    private static final ContentType TYPE = MediaTypes.customWithFixedCharset(
                    "application", "x-ndjson", HttpCharsets.UTF_8, Map.of(), false)
            .toContentType();

    private Lines() {}

    /** For a call that was admitted to {@code streams}. */
    public static HttpResponse answer(Call call, OpenStreams streams, Source<ByteString, NotUsed> lines) {
        return HttpResponse.create()
                .withEntity(HttpEntities.createChunked(TYPE, streams.stream(call, lines)))
                .addHeader(RawHeader.create("Cache-Control", "no-cache"));
    }
}
