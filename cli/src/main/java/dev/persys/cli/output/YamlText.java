package dev.persys.cli.output;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * YAML 1.2 from a tree, in block style. Text that could be taken for something else is quoted as JSON does, which
 * YAML reads the same way.
 */
public final class YamlText {
    private static final Set<String> WORDS_WITH_A_MEANING =
            Set.of("null", "true", "false", "yes", "no", "on", "off", "y", "n", "nan", "inf");
    private static final String PLAIN_INSIDE = "-_./@+:, ";

    private YamlText() {}

    /** With a line break at its end. */
    public static String of(JsonNode node) {
        StringBuilder out = new StringBuilder();
        if (node.isContainerNode() && !node.isEmpty()) {
            block(node, "", out);
        } else {
            scalar(node, "", out);
        }
        return out.toString();
    }

    private static void block(JsonNode node, String indent, StringBuilder out) {
        if (node.isArray()) {
            for (JsonNode element : node) {
                out.append(indent).append("-");
                if (element.isContainerNode() && !element.isEmpty()) {
                    // Nested blocks begin behind the dash: their first line's indent is already there.
                    StringBuilder nested = new StringBuilder();
                    block(element, indent + "  ", nested);
                    out.append(' ').append(nested, indent.length() + 2, nested.length());
                } else {
                    out.append(' ');
                    scalar(element, indent + "  ", out);
                }
            }
            return;
        }
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            JsonNode value = field.getValue();
            out.append(indent).append(text(field.getKey())).append(':');
            if (value.isContainerNode() && !value.isEmpty()) {
                out.append('\n');
                block(value, indent + "  ", out);
            } else {
                out.append(' ');
                scalar(value, indent + "  ", out);
            }
        }
    }

    private static void scalar(JsonNode node, String indent, StringBuilder out) {
        if (node.isObject()) {
            out.append("{}\n");
        } else if (node.isArray()) {
            out.append("[]\n");
        } else if (!node.isTextual()) {
            out.append(node.isMissingNode() ? "null" : node.asText()).append('\n');
        } else if (isBlockText(node.textValue())) {
            literal(node.textValue(), indent, out);
        } else {
            out.append(text(node.textValue())).append('\n');
        }
    }

    /** Several lines that survive being written line by line. */
    private static boolean isBlockText(String text) {
        boolean lines = text.indexOf('\n') >= 0 && !text.startsWith(" ") && !text.startsWith("\n");
        return lines && !text.endsWith("\n\n") && text.chars().allMatch(c -> c == '\n' || (c >= ' ' && c != 0x7f));
    }

    private static void literal(String text, String indent, StringBuilder out) {
        out.append(text.endsWith("\n") ? "|\n" : "|-\n");
        text.lines()
                .forEach(line ->
                        out.append(line.isEmpty() ? "" : indent).append(line).append('\n'));
    }

    private static String text(String text) {
        return isPlain(text) ? text : quoted(text);
    }

    private static boolean isPlain(String text) {
        if (text.isEmpty() || WORDS_WITH_A_MEANING.contains(text.toLowerCase(Locale.ROOT))) {
            return false;
        }
        char first = text.charAt(0);
        if (!isLetter(first) && first != '/' && first != '_') {
            return false;
        }
        for (int i = 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!isLetter(c) && !Character.isDigit(c) && PLAIN_INSIDE.indexOf(c) < 0) {
                return false;
            }
        }
        return !text.endsWith(" ") && !text.endsWith(":") && !text.contains(": ");
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < ' ' || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029 || c == 0xfeff) {
                        String hex = Integer.toHexString(c);
                        out.append("\\u").append("0".repeat(4 - hex.length())).append(hex);
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        return out.append('"').toString();
    }
}
