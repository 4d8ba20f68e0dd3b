package dev.persys.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Reads the fields of one JSON object and notes what is wrong with each. A field that is absent and one that is {@code
 * null} are the same. A reading method that noted an error answers as if the field were absent: a caller looks at the
 * errors once, at the end.
 */
final class Fields {
    /** The most entries of a list or an object. */
    static final int MAX_ENTRIES = 1_000;

    /** The longest text in bytes of UTF-8: what Linux allows one argument or variable of a process. */
    static final int MAX_TEXT_BYTES = 128 * 1024;

    /** The most names of fields that are told in one line: of more, nobody finds the one that is wanted. */
    private static final int MOST_NAMED = 10;

    private static final int NAMED_OF_MANY = 3;

    private final JsonNode json;
    private final String pointer;
    private final FieldErrors errors;

    private Fields(JsonNode json, String pointer, FieldErrors errors) {
        this.json = json;
        this.pointer = pointer;
        this.errors = errors;
    }

    /** What a text has to be. */
    record Rule(String allowed, Predicate<String> holds) {}

    /** Notes what is no object, and fields that are not {@code known}; {@code aliases} are what others call them. */
    static Optional<Fields> of(
            JsonNode json, String pointer, List<String> known, Map<String, String> aliases, FieldErrors errors) {
        if (!json.isObject()) {
            errors.add(pointer, FieldErrors.kind(json), "an object with the fields " + some(known));
            return Optional.empty();
        }
        boolean first = true;
        for (String name : unknown(json, known)) {
            Optional<String> meant = Optional.ofNullable(aliases.get(name)).or(() -> Spelling.nearest(name, known));
            // The list is told once: a client that sends ten fields too many would get it ten times.
            String others = (first ? "one of " + all(known) : "a known field") + ", or to leave it out";
            errors.add(pointer + FieldErrors.segment(name), FieldError.UNKNOWN_FIELD, meant.orElse(others));
            first = first && meant.isPresent();
        }
        return Optional.of(new Fields(json, pointer, errors));
    }

    private static String all(List<String> known) {
        return known.size() <= MOST_NAMED
                ? String.join(", ", known)
                : "the " + known.size() + " that /openapi.json describes";
    }

    private static String some(List<String> known) {
        return known.size() <= MOST_NAMED
                ? String.join(", ", known)
                : String.join(", ", known.subList(0, NAMED_OF_MANY)) + " and others; /openapi.json describes all";
    }

    /** As {@link #of}, but what is not known is let be. */
    static Optional<Fields> known(JsonNode json, String pointer, List<String> known, FieldErrors errors) {
        return json.isObject()
                ? Optional.of(new Fields(json, pointer, errors))
                : of(json, pointer, known, Map.of(), errors);
    }

    /** The fields of an object that are not {@code known}. */
    static List<String> unknown(JsonNode json, List<String> known) {
        List<String> unknown = new ArrayList<>();
        json.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                unknown.add(name);
            }
        });
        return unknown;
    }

    FieldErrors errors() {
        return errors;
    }

    String at(String name) {
        return pointer + FieldErrors.segment(name);
    }

    Optional<JsonNode> get(String name) {
        return Optional.ofNullable(json.get(name)).filter(node -> !node.isNull());
    }

    Optional<String> text(String name, Rule rule) {
        return get(name).flatMap(node -> text(node, at(name), rule));
    }

    /** The field, where it holds more than empty text, with which older clients say that they have nothing to say. */
    Optional<JsonNode> filled(String name) {
        return get(name).filter(node -> !node.isTextual() || !node.textValue().isEmpty());
    }

    /** Notes an absent field too. */
    Optional<String> required(String name, Rule rule) {
        if (get(name).isEmpty()) {
            errors.add(at(name), "missing", rule.allowed());
        }
        return text(name, rule);
    }

    /** As {@link #required}, of what must not be shown whatever is wrong with it. */
    Optional<String> secret(String name, Rule rule) {
        if (get(name).isEmpty()) {
            errors.add(at(name), "missing", rule.allowed());
        }
        return get(name).flatMap(node -> text(node, at(name), rule, true));
    }

    /** A whole number between the bounds, both allowed. */
    Optional<Long> whole(String name, long min, long max, String allowed) {
        return get(name).flatMap(node -> {
            if (node.isIntegralNumber() && node.canConvertToLong()) {
                long value = node.longValue();
                if (value >= min && value <= max) {
                    return Optional.of(value);
                }
            }
            errors.add(at(name), FieldErrors.shown(node), allowed);
            return Optional.empty();
        });
    }

    Optional<Boolean> truth(String name) {
        return get(name).flatMap(node -> {
            if (node.isBoolean()) {
                return Optional.of(node.booleanValue());
            }
            errors.add(at(name), FieldErrors.shown(node), "true or false");
            return Optional.empty();
        });
    }

    /** A list of texts; empty where absent. */
    List<String> texts(String name) {
        return list(name, (node, at) -> text(node, at, new Rule("text", word -> true), true));
    }

    /** A list; entries that the reader refuses are left out. */
    <T> List<T> list(String name, EntryReader<T> reader) {
        List<T> values = new ArrayList<>();
        get(name).ifPresent(node -> {
            if (!node.isArray()) {
                errors.add(at(name), FieldErrors.kind(node), "a list");
            } else if (node.size() > MAX_ENTRIES) {
                errors.add(at(name), node.size() + " entries", "at most " + MAX_ENTRIES);
            } else {
                for (int i = 0; i < node.size(); i++) {
                    reader.read(node.get(i), at(name) + "/" + i).ifPresent(values::add);
                }
            }
        });
        return values;
    }

    /** Reads one entry of a list, noting what is wrong with it under the pointer. */
    @FunctionalInterface
    interface EntryReader<T> {
        Optional<T> read(JsonNode node, String pointer);
    }

    /** An object of texts; empty where absent. Its values are never shown. */
    Map<String, String> map(String name, Rule keys) {
        Map<String, String> values = new TreeMap<>();
        get(name).ifPresent(node -> {
            if (!node.isObject()) {
                errors.add(at(name), FieldErrors.kind(node), "an object of names and texts");
            } else if (node.size() > MAX_ENTRIES) {
                errors.add(at(name), node.size() + " entries", "at most " + MAX_ENTRIES);
            } else {
                node.properties()
                        .forEach(entry -> entry(name, entry, keys).ifPresent(text -> values.put(entry.getKey(), text)));
            }
        });
        return values;
    }

    private Optional<String> entry(String name, Map.Entry<String, JsonNode> entry, Rule keys) {
        String at = at(name) + FieldErrors.segment(entry.getKey());
        boolean keyHolds = unusable(entry.getKey()).isEmpty() && keys.holds().test(entry.getKey());
        if (!keyHolds) {
            errors.add(at, "the name " + FieldErrors.quoted(entry.getKey()), keys.allowed());
        }
        Rule rule = new Rule("text", text -> true);
        return text(entry.getValue(), at, rule, true).filter(text -> keyHolds);
    }

    Optional<String> text(JsonNode node, String at, Rule rule) {
        return text(node, at, rule, false);
    }

    /** @param secret whether the value must not be shown */
    private Optional<String> text(JsonNode node, String at, Rule rule, boolean secret) {
        if (!node.isTextual()) {
            boolean isBare =
                    (node.isNumber() || node.isBoolean()) && rule.holds().test(node.asText());
            errors.add(
                    at,
                    secret ? FieldErrors.kind(node) : FieldErrors.shown(node),
                    rule.allowed() + (isBare ? "; put it in quotes" : ""));
            return Optional.empty();
        }
        String text = node.textValue();
        Optional<String> unusable = unusable(text);
        if (unusable.isPresent()) {
            errors.add(at, unusable.get(), "text without these, at most " + MAX_TEXT_BYTES + " bytes");
            return Optional.empty();
        }
        if (!rule.holds().test(text)) {
            errors.add(at, secret ? "text" : FieldErrors.quoted(text), rule.allowed());
            return Optional.empty();
        }
        return Optional.of(text);
    }

    /** Why no process could be given this text, or no store could keep it. */
    static Optional<String> unusable(String text) {
        if (text.indexOf('\0') >= 0) {
            return Optional.of("text with a NUL character");
        }
        if (text.length() > MAX_TEXT_BYTES || text.getBytes(StandardCharsets.UTF_8).length > MAX_TEXT_BYTES) {
            return Optional.of("text of " + text.length() + " characters");
        }
        // Half of a surrogate pair has no form in UTF-8.
        if (text.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
            return Optional.of("text with half of a surrogate pair");
        }
        return Optional.empty();
    }

    /** Whatever {@code reader} makes of the field; notes {@code allowed} where it makes nothing of it. */
    <T> Optional<T> value(String name, String allowed, Function<JsonNode, Optional<T>> reader) {
        return get(name).flatMap(node -> {
            Optional<T> value = reader.apply(node);
            if (value.isEmpty()) {
                errors.add(at(name), FieldErrors.shown(node), allowed);
            }
            return value;
        });
    }
}
