package dev.persys.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Gathers what is wrong with a request; stops keeping count at {@link #MAX}, because nobody reads more. */
final class FieldErrors {
    static final int MAX = 100;

    private static final int SHOWN_LENGTH = 80;

    private final List<FieldError> errors = new ArrayList<>();

    void add(String pointer, String found, String allowed) {
        if (errors.size() < MAX) {
            errors.add(new FieldError(pointer, found, allowed));
        }
    }

    boolean isEmpty() {
        return errors.isEmpty();
    }

    List<FieldError> list() {
        return List.copyOf(errors);
    }

    <T> Parsed<T> invalid() {
        return new Parsed.Invalid<>(errors);
    }

    /** The value itself, shortened. */
    static String shown(JsonNode node) {
        return switch (node.getNodeType()) {
            case STRING -> quoted(node.textValue());
            case NUMBER -> shortened(node.asText());
            default -> kind(node);
        };
    }

    /** Only what sort of value it is: for what may be a secret. */
    static String kind(JsonNode node) {
        return switch (node.getNodeType()) {
            case STRING -> "text";
            case NUMBER -> "a number";
            case BOOLEAN -> node.booleanValue() ? "true" : "false";
            case ARRAY -> "a list";
            case OBJECT -> "an object";
            default -> "null";
        };
    }

    static String quoted(String text) {
        return '"' + shortened(text) + '"';
    }

    /** Printable and short, so that it can be shown in a terminal. */
    static String shortened(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints()
                .limit(SHOWN_LENGTH)
                .forEach(c -> shown.appendCodePoint(
                        Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE ? '\uFFFD' : c));
        return text.length() > shown.length() ? shown + "…" : shown.toString();
    }

    /** One segment of a JSON pointer, escaped and shortened. */
    static String segment(String name) {
        return "/" + shortened(name).replace("~", "~0").replace("/", "~1");
    }
}
