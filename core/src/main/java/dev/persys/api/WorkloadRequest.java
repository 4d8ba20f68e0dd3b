package dev.persys.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.persys.model.WorkloadSpec;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The body of {@code POST /workloads/schedule}: {@code name}, {@code type}, {@code image}, {@code command} and {@code
 * envVars}, and the optional fields beside them.
 */
public final class WorkloadRequest {
    /** The longest specification, in bytes of its full JSON: a record has to hold it beside a log tail and its history. */
    public static final int MAX_SPEC_BYTES = 256 * 1024;

    private static final List<String> NAMES = Stream.of(
                    List.of("name", "type", "image"), ContainerFields.NAMES, List.of("constraints"))
            .flatMap(List::stream)
            .toList();

    private static final String TYPE = "docker-container";

    private static final Set<String> SHELL_WORDS = Set.of("&&", "||", "|", ";", "&", ">", ">>", "<", "2>&1");

    /** Fields of a workload that a client cannot say, by what older clients send in them: Go's zero values. */
    private static final Map<String, String> BLANKS =
            Map.of("id", "", "status", "", "createdAt", "0001-01-01T00:00:00Z");

    private WorkloadRequest() {}

    /** What {@code json} asks for, or everything that is wrong with it. Never fails. */
    public static Parsed<WorkloadSpec> parse(JsonNode json) {
        FieldErrors errors = new FieldErrors();
        Optional<WorkloadSpec> spec = Fields.of(withoutBlanks(json), "", NAMES, ContainerFields.ALIASES, errors)
                .flatMap(WorkloadRequest::read)
                .filter(read -> errors.isEmpty());
        spec.ifPresent(read -> checkSize(read, errors));
        return spec.isEmpty() || !errors.isEmpty() ? errors.invalid() : new Parsed.Valid<>(spec.get());
    }

    /**
     * What is taken as it stands and was surely meant otherwise, one sentence each: a line that a shell would read
     * otherwise than by its words.
     *
     * @param json that {@link #parse} takes
     */
    public static List<String> warnings(JsonNode json) {
        JsonNode command = json.path("command");
        if (!command.isTextual() || !(ShellWords.split(command.textValue()) instanceof ShellWords.Result.Words split)) {
            return List.of();
        }
        return split.words().stream()
                .filter(SHELL_WORDS::contains)
                .findFirst()
                .map(word ->
                        "/command holds " + word + " as a word, and no shell reads it: it is an argument; for a shell"
                                + " write [\"sh\", \"-c\", \"…\"]")
                .stream()
                .toList();
    }

    /** The request that {@link #parse} reads {@code spec} from, with every default of what is common written out. */
    public static ObjectNode toJson(WorkloadSpec spec) {
        return Json.MAPPER.valueToTree(spec);
    }

    /** Without what older clients always send and leave empty; nothing else of these names is taken. */
    private static JsonNode withoutBlanks(JsonNode json) {
        if (!json.isObject() || BLANKS.keySet().stream().noneMatch(json::has)) {
            return json;
        }
        ObjectNode rest = Json.MAPPER.createObjectNode();
        json.properties().forEach(field -> {
            boolean blank =
                    field.getValue().isTextual() && field.getValue().textValue().equals(BLANKS.get(field.getKey()));
            if (!blank) {
                rest.set(field.getKey(), field.getValue());
            }
        });
        return rest;
    }

    private static Optional<WorkloadSpec> read(Fields fields) {
        Optional<String> name = fields.required("name", Rules.NAME);
        fields.required("type", new Fields.Rule("a workload type; known is " + TYPE, TYPE::equals));
        Optional<String> image = fields.required("image", Rules.IMAGE);
        ContainerFields container = ContainerFields.read(fields);
        Map<String, String> constraints = fields.map("constraints", Rules.LABEL_NAME);
        return name.flatMap(n -> image.map(i -> container.spec(n, i, constraints)));
    }

    private static void checkSize(WorkloadSpec spec, FieldErrors errors) {
        ObjectNode json = toJson(spec);
        int bytes = length(json);
        if (bytes > MAX_SPEC_BYTES) {
            json.properties().stream()
                    .max(Comparator.comparingInt(entry -> length(entry.getValue())))
                    .ifPresent(largest -> errors.add(
                            FieldErrors.segment(largest.getKey()),
                            length(largest.getValue()) + " of the request's " + bytes + " bytes, the largest part",
                            "at most " + MAX_SPEC_BYTES + " bytes for the whole request"));
        }
    }

    private static int length(JsonNode json) {
        try {
            return Json.MAPPER.writeValueAsBytes(json).length;
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("a specification that was read cannot be written", e);
        }
    }
}
