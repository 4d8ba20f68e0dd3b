package dev.persys.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.cli.client.JsonText;
import dev.persys.cli.output.Table;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What makes two specifications differ, field by field. Values of environment variables are never in it: one may be a
 * secret.
 */
final class SpecDifference {
    private static final String ENVIRONMENT = "envVars";

    /** What is one word to whoever reads it. */
    private static final Pattern PLAIN = Pattern.compile("[!-~&&[^\"\\[{]][!-~]*");

    private SpecDifference() {}

    /** One field, such as {@code image} or {@code resources.memory}, and what becomes of it. */
    record Field(String name, String change) {
        /** As one line among {@code all}, beneath a heading. */
        String line(List<Field> all) {
            int width =
                    all.stream().mapToInt(field -> field.name().length()).max().orElse(0);
            return "  " + name + " ".repeat(width - name.length()) + "  " + change;
        }

        @Override
        public String toString() {
            return name + " " + change;
        }
    }

    /** In the order of {@code then}; both are requests, with every default written out. */
    static List<Field> between(JsonNode now, JsonNode then) {
        List<Field> fields = new ArrayList<>();
        for (String name : names(now, then)) {
            JsonNode before = now.path(name);
            JsonNode after = then.path(name);
            if (name.equals(ENVIRONMENT)) {
                variables(before, after, fields);
            } else if (before.isObject() && after.isObject()) {
                for (String part : names(before, after)) {
                    compare(name + "." + part, before.path(part), after.path(part), fields);
                }
            } else {
                compare(name, before, after, fields);
            }
        }
        return fields;
    }

    /** As lines beneath a heading. */
    static List<String> lines(List<Field> fields) {
        return fields.stream().map(field -> Table.printable(field.line(fields))).toList();
    }

    private static void compare(String name, JsonNode before, JsonNode after, List<Field> fields) {
        if (!before.equals(after) && !(isUnset(before) && isUnset(after))) {
            fields.add(new Field(name, text(before) + " → " + text(after)));
        }
    }

    private static void variables(JsonNode before, JsonNode after, List<Field> fields) {
        for (String variable : names(before, after)) {
            if (!before.has(variable)) {
                fields.add(new Field(ENVIRONMENT + "." + variable, "added"));
            } else if (!after.has(variable)) {
                fields.add(new Field(ENVIRONMENT + "." + variable, "removed"));
            } else if (!before.path(variable).equals(after.path(variable))) {
                fields.add(new Field(ENVIRONMENT + "." + variable, "changed"));
            }
        }
    }

    private static Set<String> names(JsonNode before, JsonNode after) {
        Set<String> names = new LinkedHashSet<>();
        after.fieldNames().forEachRemaining(names::add);
        before.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static boolean isUnset(JsonNode node) {
        return node.isMissingNode() || node.isNull();
    }

    private static String text(JsonNode node) {
        if (isUnset(node)) {
            return "not set";
        }
        return node.isTextual() && PLAIN.matcher(node.textValue()).matches() ? node.textValue() : JsonText.write(node);
    }
}
