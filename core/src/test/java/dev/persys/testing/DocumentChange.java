package dev.persys.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/**
 * What is done to one part of a document that comes from outside.
 *
 * @param place which part, of as many as there are
 * @param wrong what stands there instead, as JSON; absent, and it is left out
 */
public record DocumentChange(int place, Optional<String> wrong) {
    private static final String RAW = "@raw@";

    /** What a part is replaced with, as JSON. */
    private static final List<String> WRONG = List.of(
            "null",
            "true",
            "0",
            "-1",
            "7.5",
            "99999999999999999999999",
            "1e999999999",
            "-1e-999999999",
            "\"\"",
            "\"Dozing\"",
            "\"\\u0000\\ud800\"",
            "\"2026-13-45\"",
            "\"+999999999-12-31T23:59:59Z\"",
            "\"" + "x".repeat(140_000) + "\"",
            "[]",
            "[null]",
            "[[1]]",
            "{}",
            "{\"a\":null}",
            "[".repeat(1_500) + "]".repeat(1_500),
            "{\"a\":".repeat(1_500) + "1" + "}".repeat(1_500));

    /** One to three of them: parts absent, null, of another type, huge, unknown or nested without end. */
    public static Arbitrary<List<DocumentChange>> some() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 10_000),
                        Arbitraries.of(WRONG).optional(0.8))
                .as(DocumentChange::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(3);
    }

    /** The text of {@code whole} after these changes; it may be no JSON that can be read any more. */
    public static String applied(JsonNode whole, List<DocumentChange> changes) {
        JsonNode root = whole.deepCopy();
        List<String> raw = new ArrayList<>();
        for (DocumentChange change : changes) {
            List<Runnable> places = new ArrayList<>();
            places(root, change.wrong().map(wrong -> RAW + raw.size()), places);
            change.wrong().ifPresent(raw::add);
            if (!places.isEmpty()) {
                places.get(change.place() % places.size()).run();
            }
        }
        String text = root.toString();
        for (int i = 0; i < raw.size(); i++) {
            text = text.replace('"' + RAW + i + '"', raw.get(i));
        }
        return text;
    }

    private static void places(JsonNode node, Optional<String> wrong, List<Runnable> places) {
        if (node instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> field : object.properties()) {
                places.add(() -> wrong.ifPresentOrElse(
                        text -> object.put(field.getKey(), text), () -> object.remove(field.getKey())));
                places(field.getValue(), wrong, places);
            }
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                int at = i;
                places.add(() -> wrong.ifPresentOrElse(text -> array.set(at, text), () -> array.remove(at)));
                places(array.get(i), wrong, places);
            }
        }
    }
}
