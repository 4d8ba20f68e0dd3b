package dev.persys.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdScalarSerializer;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import com.fasterxml.jackson.module.paramnames.ParameterNamesModule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;

/**
 * The one JSON mapper. Instants are ISO 8601 text, durations are text such as {@code 1m30s} (see {@link
 * DurationText}), absent optionals are left out.
 *
 * <p>When a stored value or a peer's answer is read, unknown fields are ignored, so that old and new versions work
 * together, and so is an unknown word of an enum that has a default for it (see docs/adr/0008). All else has to be what
 * it should be: nothing is missing that is not optional, and nothing is turned from one type into another. Requests are
 * checked field by field before they get here.
 */
public final class Json {
    public static final ObjectMapper MAPPER = JsonMapper.builder()
            .addModule(new Jdk8Module())
            .addModule(new JavaTimeModule())
            .addModule(new ParameterNamesModule())
            .addModule(durations())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.READ_UNKNOWN_ENUM_VALUES_USING_DEFAULT_VALUE)
            .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_ABSENT, JsonInclude.Include.ALWAYS))
            .build();

    private Json() {}

    /** {@code value} as one line of JSON. */
    public static String write(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("cannot write " + value.getClass().getSimpleName() + " as JSON", e);
        }
    }

    /** Fails with {@link UncheckedIOException} that says what is wrong with it, where {@code json} is no {@code type}. */
    public static <T> T read(String json, Class<T> type) {
        return read(json, MAPPER.readerFor(type), type.getSimpleName());
    }

    /** As {@link #read(String, Class)}, from what is parsed already. */
    public static <T> T read(JsonNode json, Class<T> type) {
        return read(json, MAPPER.readerFor(type), type.getSimpleName());
    }

    @SuppressWarnings("TypeParameterUnusedInFormals") // The reader knows the type, and cannot say so.
    static <T> T read(String json, ObjectReader reader, String what) {
        try {
            return there(reader.readValue(json), what);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("not a " + what + ": " + JsonFaults.of(e), e);
        }
    }

    @SuppressWarnings("TypeParameterUnusedInFormals") // As above.
    static <T> T read(JsonNode json, ObjectReader reader, String what) {
        try {
            return there(reader.readValue(json), what);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "not a " + what + ": " + (e instanceof JsonProcessingException fault ? JsonFaults.of(fault) : ""),
                    e);
        }
    }

    /** A document {@code null} is one, but of no type. */
    private static <T> T there(T value, String what) {
        if (value == null) {
            throw new UncheckedIOException("not a " + what + ": null", new IOException("null"));
        }
        return value;
    }

    private static SimpleModule durations() {
        SimpleModule module = new SimpleModule("durations");
        module.addSerializer(Duration.class, new StdScalarSerializer<>(Duration.class) {
            private static final long serialVersionUID = 1L;

            @Override
            public void serialize(Duration value, JsonGenerator out, SerializerProvider provider) throws IOException {
                out.writeString(DurationText.format(value));
            }
        });
        module.addDeserializer(Duration.class, new StdScalarDeserializer<>(Duration.class) {
            private static final long serialVersionUID = 1L;

            @Override
            public Duration deserialize(JsonParser in, DeserializationContext context) throws IOException {
                String text = in.getText();
                return DurationText.parse(text)
                        .orElseThrow(() -> context.weirdStringException(text, Duration.class, "not a duration"));
            }
        });
        return module;
    }
}
