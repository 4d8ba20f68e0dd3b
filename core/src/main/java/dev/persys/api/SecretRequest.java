package dev.persys.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Body of {@code PUT /secrets/{name}}: {@code {"value": "…"}}. What is wrong with it is told without showing it. */
public final class SecretRequest {
    /** The longest value in bytes of UTF-8. */
    public static final int MAX_BYTES = 64 * 1024;

    /** What a secret may be called. */
    public static final String NAME_WORDS =
            "the name of a secret: 1 to 128 lower-case letters, digits, dots, hyphens and"
                    + " underscores, a letter or a digit first, such as db-password";

    private static final String VALUE = "value";
    private static final String VALUE_WORDS = "text of at most " + MAX_BYTES + " bytes, without NUL characters";

    private SecretRequest() {}

    /** The value in {@code json}, or what is wrong with it. Never fails. */
    public static Parsed<String> parse(JsonNode json) {
        FieldErrors errors = new FieldErrors();
        Optional<String> value = Fields.of(json, "", List.of(VALUE), Map.of(), errors)
                .flatMap(fields -> {
                    Optional<JsonNode> node = fields.get(VALUE);
                    Optional<String> fault = fault(node);
                    fault.ifPresent(words -> errors.add(fields.at(VALUE), words, VALUE_WORDS));
                    return node.filter(found -> fault.isEmpty()).map(JsonNode::textValue);
                });
        return value.isEmpty() || !errors.isEmpty() ? errors.invalid() : new Parsed.Valid<>(value.get());
    }

    private static Optional<String> fault(Optional<JsonNode> node) {
        if (node.isEmpty()) {
            return Optional.of("missing");
        } else if (!node.get().isTextual()) {
            return Optional.of(FieldErrors.kind(node.get()));
        }
        String text = node.get().textValue();
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        return bytes > MAX_BYTES ? Optional.of("text of " + bytes + " bytes") : Fields.unusable(text);
    }
}
