package dev.persys.api;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What Jackson found wrong, in words for people: where, and what is wanted there. Names no class, neither ours nor
 * Jackson's, and never shows a value, which may be a secret.
 */
final class JsonFaults {
    /** Where Jackson goes on to its own settings, sources and classes. */
    private static final Pattern OWN_AFFAIRS = Pattern.compile(
            "(:? enable `|, from `| \\(from `| \\(start marker| \\(bound as|; (line|byte|column)| at \\[|`).*");

    /** What somebody may have sent in place of JSON that holds it. */
    private static final Pattern TOKEN = Pattern.compile("Unrecognized token '[^']*'");

    private static final int MAX_LENGTH = 200;

    private JsonFaults() {}

    static String of(JsonProcessingException fault) {
        if (fault instanceof JsonMappingException mapping) {
            String where = where(mapping);
            String what = what(mapping);
            return where.isEmpty() ? what : where + ": " + what;
        }
        JsonLocation at = fault.getLocation();
        return syntax(fault)
                + (at == null
                        ? ""
                        : ", at line " + Math.max(1, at.getLineNr()) + ", column " + Math.max(1, at.getColumnNr()));
    }

    /** What is wrong with a text that is no JSON, in one line, without where. */
    static String syntax(JsonProcessingException fault) {
        if (fault instanceof StreamConstraintsException) {
            return "it is nested too deeply, or holds a name, a number or a text that is too long";
        }
        if (fault instanceof MismatchedInputException) {
            return "there is more behind its end";
        }
        String quoting = TOKEN.matcher(fault.getOriginalMessage()).replaceFirst("Unrecognized token");
        String words = OWN_AFFAIRS.matcher(quoting.replaceAll("\\s+", " ")).replaceFirst("");
        return words.isBlank() ? "it is not JSON" : cut(words);
    }

    /** Short enough for a line of a log. */
    static String cut(String words) {
        return words.length() <= MAX_LENGTH ? words : words.substring(0, MAX_LENGTH) + "…";
    }

    private static String where(JsonMappingException fault) {
        StringBuilder path = new StringBuilder();
        for (JsonMappingException.Reference step : fault.getPath()) {
            if (step.getFieldName() == null) {
                path.append('[').append(step.getIndex()).append(']');
            } else {
                path.append(path.length() == 0 ? "" : ".").append(FieldErrors.shortened(step.getFieldName()));
            }
        }
        return path.toString();
    }

    private static String what(JsonMappingException fault) {
        Throwable cause = fault.getCause();
        if (cause instanceof IllegalArgumentException refusal && refusal.getMessage() != null) {
            return cut(refusal.getMessage());
        }
        return fault instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null
                ? wanted(mismatch.getTargetType()) + " is wanted"
                : "it has another form than is wanted";
    }

    private static String wanted(Class<?> type) {
        if (type == String.class) {
            return "text";
        } else if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        } else if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
            return "a whole number";
        } else if (Number.class.isAssignableFrom(type)) {
            return "a number";
        } else if (type == Instant.class) {
            return "a time such as 2026-01-02T03:04:05Z";
        } else if (type == Duration.class) {
            return "a span of time such as 1m30s";
        } else if (type.isEnum()) {
            return "a known word";
        } else if (Collection.class.isAssignableFrom(type)) {
            return "a list";
        }
        return Map.class.isAssignableFrom(type) ? "an object" : "another form";
    }
}
