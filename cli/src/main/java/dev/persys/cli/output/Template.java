package dev.persys.cli.output;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.cli.syntax.Reader;
import dev.persys.cli.syntax.Reader.NotAValueException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * How one thing is printed as a line: text with places for its fields, each named as in the API's JSON. A place is a JSON
 * pointer (RFC 6901) in braces, {@code {/labels/team}}, or the same with dots, {@code {.labels.team}}, in one pair of braces
 * or in two. A field that is not there is nothing; an object or a list is its JSON.
 */
public final class Template {
    /** Reads what is typed behind {@code --format}. */
    public static final Reader<Template> READER = Template::parse;

    private final List<Part> parts;

    private Template(List<Part> parts) {
        this.parts = List.copyOf(parts);
    }

    /** Text, or the place of a field. */
    private record Part(String text, Optional<JsonPointer> field) {}

    private static Template parse(String text) throws NotAValueException {
        List<Part> parts = new ArrayList<>();
        StringBuilder plain = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '\\' && at + 1 < text.length()) {
                plain.append(escaped(text.charAt(at + 1)));
                at += 2;
            } else if (c == '{') {
                String braces = text.startsWith("{{", at) ? "}}" : "}";
                int end = text.indexOf(braces, at);
                if (end < 0) {
                    throw new NotAValueException("a " + braces + " is missing; a brace that is meant as such is \\{");
                }
                parts.add(new Part(plain.toString(), Optional.empty()));
                plain.setLength(0);
                String name = text.substring(at + braces.length(), end).strip();
                parts.add(new Part(text.substring(at, end + braces.length()), Optional.of(pointer(name))));
                at = end + braces.length();
            } else {
                plain.append(c);
                at++;
            }
        }
        parts.add(new Part(plain.toString(), Optional.empty()));
        return new Template(parts);
    }

    /** As shells leave it to programs, such as in {@code '{.name}\t{.status}'}. */
    private static String escaped(char c) {
        return switch (c) {
            case 't' -> "\t";
            case 'n' -> "\n";
            case '{', '}', '\\' -> String.valueOf(c);
            default -> "\\" + c;
        };
    }

    private static JsonPointer pointer(String name) throws NotAValueException {
        if (!name.matches("[/.][^\\s{}]+")) {
            throw new NotAValueException("'" + name + "' is no field; one such as {.name}, {.labels.team} or"
                    + " {/labels/traefik.enable} is wanted (persys inspect -o json shows all of one workload)");
        }
        return JsonPointer.compile(name.startsWith("/") ? name : name.replace('.', '/'));
    }

    /** The line for {@code data}. */
    public String line(JsonNode data) {
        StringBuilder line = new StringBuilder();
        for (Part part : parts) {
            line.append(part.field().map(pointer -> text(found(data, pointer))).orElse(part.text()));
        }
        return line.toString();
    }

    /** What stands above a column of such lines: the names of the fields in capitals, and the text between them. */
    public String heading() {
        StringBuilder heading = new StringBuilder();
        for (Part part : parts) {
            heading.append(part.field().map(Template::lastName).orElse(part.text()));
        }
        return heading.toString().strip();
    }

    private static String lastName(JsonPointer field) {
        JsonPointer last = field;
        while (!last.tail().matches()) {
            last = last.tail();
        }
        return last.getMatchingProperty().toUpperCase(Locale.ROOT);
    }

    /** The places that are nothing in all of these: misspelled, perhaps. */
    public List<String> emptyIn(List<JsonNode> all) {
        List<String> empty = new ArrayList<>();
        for (Part part : parts) {
            part.field()
                    .filter(pointer ->
                            all.stream().allMatch(data -> found(data, pointer).isMissingNode()))
                    .ifPresent(pointer -> empty.add(part.text()));
        }
        return empty;
    }

    /** The first step in any case, since other programs write their fields with capitals. */
    private static JsonNode found(JsonNode data, JsonPointer pointer) {
        JsonNode exact = data.at(pointer);
        if (!exact.isMissingNode() || !data.path(pointer.getMatchingProperty()).isMissingNode()) {
            return exact;
        }
        for (Map.Entry<String, JsonNode> field : data.properties()) {
            if (field.getKey().equalsIgnoreCase(pointer.getMatchingProperty())) {
                return field.getValue().at(pointer.tail());
            }
        }
        return exact;
    }

    private static String text(JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return "";
        }
        return value.isContainerNode() ? value.toString() : value.asText();
    }
}
