package dev.persys.http.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.persys.api.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Holds answers against an OpenAPI 3.0.3 description: the part of the standard that ours uses, and no more. */
public final class OpenApi {
    private static final Set<String> METHODS = Set.of("get", "post", "delete", "put", "patch");

    private final JsonNode root;

    public OpenApi(String resource) {
        try (InputStream in = OpenApi.class.getResourceAsStream(resource)) {
            this.root = Json.MAPPER.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Every operation as {@code GET /path}. */
    public Set<String> operations() {
        Set<String> operations = new TreeSet<>();
        root.path("paths")
                .properties()
                .forEach(path -> path.getValue().fieldNames().forEachRemaining(method -> {
                    if (METHODS.contains(method)) {
                        operations.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey());
                    }
                }));
        return operations;
    }

    /** The names of an operation's query parameters. */
    public Set<String> queryParameters(String method, String template) {
        Set<String> names = new TreeSet<>();
        operation(method, template).path("parameters").forEach(parameter -> {
            if (parameter.path("in").asText().equals("query")) {
                names.add(parameter.path("name").asText());
            }
        });
        return names;
    }

    /** What {@code text} does, as a value of an operation's parameter or header, that the description does not allow. */
    public List<String> parameterFaults(String method, String template, String name, String text) {
        List<String> faults = new ArrayList<>();
        for (JsonNode parameter : operation(method, template).path("parameters")) {
            if (parameter.path("name").asText().equals(name)) {
                JsonNode schema = parameter.path("schema");
                JsonNode value = schema.path("type").asText().equals("integer") && text.matches("-?[0-9]{1,9}")
                        ? IntNode.valueOf(Integer.parseInt(text))
                        : TextNode.valueOf(text);
                check(schema, value, name, faults);
                return faults;
            }
        }
        return List.of(name + " is not described");
    }

    /** Whether an operation may answer with {@code status}. */
    public boolean describes(String method, String template, int status) {
        return operation(method, template).path("responses").has(Integer.toString(status));
    }

    /** The names of an operation's query parameters that may stand without a value, which is then true. */
    public Set<String> parametersThatMayBeEmpty(String method, String template) {
        Set<String> names = new TreeSet<>();
        operation(method, template).path("parameters").forEach(parameter -> {
            if (parameter.path("allowEmptyValue").asBoolean()) {
                names.add(parameter.path("name").asText());
            }
        });
        return names;
    }

    public boolean hasBody(String method, String template) {
        return operation(method, template).has("requestBody");
    }

    /** What the answer does that the description does not say; empty where it conforms. */
    public List<String> faults(String method, String template, HttpResponse<String> response) {
        List<String> faults = new ArrayList<>();
        JsonNode described =
                operation(method, template).path("responses").path(Integer.toString(response.statusCode()));
        if (described.isMissingNode()) {
            return List.of("status " + response.statusCode() + " is not described");
        }
        String type = response.headers().firstValue("Content-Type").orElse("").replaceFirst(";.*", "");
        JsonNode content = described.path("content");
        if (content.isMissingNode()) {
            return response.body().isEmpty() ? List.of() : List.of("a body is not described");
        }
        if (!content.has(type)) {
            return List.of("content type " + type + " is not described");
        }
        if (type.endsWith("json")) {
            check(content.path(type).path("schema"), Json.read(response.body(), JsonNode.class), "", faults);
        }
        return faults;
    }

    /** What {@code value} does that the named schema does not allow. */
    public List<String> faults(String schema, JsonNode value) {
        List<String> faults = new ArrayList<>();
        check(root.path("components").path("schemas").path(schema), value, "", faults);
        return faults;
    }

    private JsonNode operation(String method, String template) {
        return root.path("paths").path(template).path(method.toLowerCase(Locale.ROOT));
    }

    private void check(JsonNode schema, JsonNode value, String at, List<String> faults) {
        if (schema.has("$ref")) {
            String pointer = schema.get("$ref").asText().substring(1);
            JsonNode target = root.at(pointer);
            if (target.isMissingNode()) {
                faults.add(at + ": nothing at " + pointer);
            }
            check(target, value, at, faults);
            return;
        }
        if (schema.has("oneOf")) {
            long fitting = 0;
            for (JsonNode option : schema.get("oneOf")) {
                List<String> inner = new ArrayList<>();
                check(option, value, at, inner);
                fitting += inner.isEmpty() ? 1 : 0;
            }
            if (fitting != 1) {
                faults.add(at + ": fits " + fitting + " of oneOf");
            }
            return;
        }
        if (value.isNull() && schema.path("nullable").asBoolean()) {
            return;
        }
        checkType(schema, value, at, faults);
    }

    private void checkType(JsonNode schema, JsonNode value, String at, List<String> faults) {
        boolean fits = switch (schema.path("type").asText()) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isTextual();
            case "integer" -> value.isIntegralNumber();
            case "number" -> value.isNumber();
            case "boolean" -> value.isBoolean();
            default -> false;
        };
        if (!fits) {
            faults.add(at + ": " + value + " is no " + schema.path("type").asText());
            return;
        }
        if (schema.has("enum")) {
            List<String> words = new ArrayList<>();
            schema.get("enum").forEach(word -> words.add(word.asText()));
            if (!words.contains(value.asText())) {
                faults.add(at + ": " + value + " is none of " + words);
            }
        }
        checkBounds(schema, value, at, faults);
        if (value.isArray()) {
            for (int i = 0; i < value.size(); i++) {
                check(schema.path("items"), value.get(i), at + "/" + i, faults);
            }
        }
        if (value.isObject()) {
            checkFields(schema, value, at, faults);
        }
    }

    private static void checkBounds(JsonNode schema, JsonNode value, String at, List<String> faults) {
        boolean isOutside = value.isNumber()
                && ((schema.has("minimum")
                                && value.asDouble() < schema.get("minimum").asDouble())
                        || (schema.has("maximum")
                                && value.asDouble() > schema.get("maximum").asDouble()));
        String text = value.asText();
        boolean isOther = value.isTextual()
                && (text.length() < schema.path("minLength").asInt()
                        || text.length() > schema.path("maxLength").asInt(Integer.MAX_VALUE)
                        || !Pattern.compile(schema.path("pattern").asText(""))
                                .matcher(text)
                                .find());
        if (isOutside || isOther) {
            faults.add(at + ": " + value + " is not within what is described");
        }
    }

    private void checkFields(JsonNode schema, JsonNode value, String at, List<String> faults) {
        schema.path("required").forEach(name -> {
            if (!value.has(name.asText())) {
                faults.add(at + "/" + name.asText() + ": missing");
            }
        });
        for (Map.Entry<String, JsonNode> field : value.properties()) {
            JsonNode known = schema.path("properties").path(field.getKey());
            JsonNode others = schema.path("additionalProperties");
            String inner = at + "/" + field.getKey();
            if (!known.isMissingNode()) {
                check(known, field.getValue(), inner, faults);
            } else if (others.isObject()) {
                check(others, field.getValue(), inner, faults);
            } else if (others.isBoolean() && !others.booleanValue()) {
                faults.add(inner + ": not described");
            }
        }
    }
}
