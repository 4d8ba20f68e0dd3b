package dev.persys.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;

/**
 * Reads the body of a request: strict JSON, no field twice in one object, nothing behind the document, numbers exactly
 * as written.
 */
public final class RequestJson {
    /** The longest body, in bytes. */
    public static final int MAX_BODY_BYTES = 1024 * 1024;

    /** Deeper than any request is; a bomb of brackets ends here. */
    private static final int MAX_DEPTH = 32;

    private static final int MAX_NUMBER_LENGTH = 400;
    private static final int MAX_NAME_LENGTH = 4096;

    private static final ObjectMapper STRICT = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxNumberLength(MAX_NUMBER_LENGTH)
                            .maxNameLength(MAX_NAME_LENGTH)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private RequestJson() {}

    /** A body, read. */
    public sealed interface Reading {
        record Document(JsonNode json) implements Reading {}

        /**
         * Not JSON.
         *
         * @param line from 1 on
         * @param column from 1 on
         */
        record Malformed(String detail, int line, int column) implements Reading {}
    }

    public static Reading read(byte[] body) {
        try (JsonParser parser = STRICT.createParser(body)) {
            return read(parser);
        } catch (JsonProcessingException e) {
            return malformed(e);
        } catch (IOException e) {
            return new Reading.Malformed("the body is not text in UTF-8", 1, 1);
        }
    }

    private static Reading read(JsonParser parser) throws IOException {
        try {
            JsonNode json = STRICT.readTree(parser);
            return json == null || json.isMissingNode()
                    ? new Reading.Malformed("the body is empty", 1, 1)
                    : new Reading.Document(json);
        } catch (NumberFormatException e) {
            // An exponent beyond what a BigDecimal holds: Jackson lets this one through as it is.
            JsonLocation at = parser.currentLocation();
            return new Reading.Malformed("a number is out of range", at.getLineNr(), at.getColumnNr());
        }
    }

    private static Reading malformed(JsonProcessingException e) {
        JsonLocation at = e.getLocation();
        // Without the location that the message otherwise repeats, and in one line.
        String detail = e.getOriginalMessage().replaceAll("\\s+", " ");
        return at == null
                ? new Reading.Malformed(detail, 1, 1)
                : new Reading.Malformed(detail, Math.max(1, at.getLineNr()), Math.max(1, at.getColumnNr()));
    }
}
