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
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

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

    /** Some editors begin every file with it; a reader may skip it (RFC 8259, section 8.1). */
    private static final String BYTE_ORDER_MARK = "\uFEFF";

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
        Optional<String> text = decoded(body);
        if (text.isEmpty()) {
            return new Reading.Malformed("the body is not text in UTF-8", 1, 1);
        }
        try (JsonParser parser = STRICT.createParser(text.get())) {
            return read(parser);
        } catch (JsonProcessingException e) {
            return malformed(e);
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory failed", e);
        }
    }

    /**
     * Strictly UTF-8, whatever the bytes look like: a reader of bytes would guess UTF-16 and UTF-32 from them, and take
     * overlong forms. NUL, which no JSON holds, is how those look.
     */
    private static Optional<String> decoded(byte[] body) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(body))
                    .toString();
            return Optional.of(text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text)
                    .filter(all -> all.indexOf('\0') < 0);
        } catch (CharacterCodingException e) {
            return Optional.empty();
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
        String detail = JsonFaults.syntax(e);
        return at == null
                ? new Reading.Malformed(detail, 1, 1)
                : new Reading.Malformed(detail, Math.max(1, at.getLineNr()), Math.max(1, at.getColumnNr()));
    }
}
