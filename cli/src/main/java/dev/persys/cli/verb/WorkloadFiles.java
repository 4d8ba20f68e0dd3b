package dev.persys.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.api.FileProblem;
import dev.persys.api.Parsed;
import dev.persys.api.WorkloadRequest;
import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.cli.client.Refusal;
import dev.persys.cli.syntax.Reader;
import dev.persys.cli.syntax.Several;
import dev.persys.cli.syntax.Syntax;
import dev.persys.model.WorkloadSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The option {@code -f}: the workloads that files describe. */
final class WorkloadFiles {
    private static final List<String> ENDINGS = List.of(".yaml", ".yml", ".json");

    private final String verb;
    private final Several<String> files;

    /** @param verb as it is typed */
    WorkloadFiles(Syntax syntax, String verb) {
        this.verb = verb;
        files = syntax.options(
                "-f, --file",
                "FILE",
                "A file, a directory with *.yaml, *.yml and *.json, or - for standard input; may be repeated.",
                Reader.TEXT);
    }

    /**
     * A document that was read.
     *
     * @param origin where it was read, for messages
     * @param warnings of what is taken and was surely meant otherwise
     */
    record Wanted(String origin, WorkloadSpec spec, List<String> warnings) {
        Wanted {
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * All of them, in the order of the files.
     *
     * @throws Failure with {@link ExitCode#USAGE} where one cannot be read, is none, or two have one name
     */
    List<Wanted> read(Context context) {
        if (files.values().isEmpty()) {
            throw new Failure(
                    ExitCode.USAGE,
                    "persys " + verb + " wants a file",
                    "persys " + verb + " -f workload.yaml, or -f - for a pipe.");
        }
        List<Wanted> wanted = new ArrayList<>();
        for (String named : files.values()) {
            for (String file : expanded(named)) {
                List<JsonNode> documents = Documents.read(file, context);
                for (int i = 0; i < documents.size(); i++) {
                    String origin = documents.size() == 1 ? file : file + ", document " + (i + 1);
                    JsonNode document = documents.get(i);
                    wanted.add(new Wanted(origin, parse(document, origin), WorkloadRequest.warnings(document)));
                }
            }
        }
        if (wanted.isEmpty()) {
            throw new Failure(ExitCode.USAGE, "there is no workload in " + String.join(", ", files.values()));
        }
        requireNamesOnce(wanted);
        return wanted;
    }

    /** A directory as the files of it that may hold workloads; those that are hidden are somebody's own. */
    private static List<String> expanded(String named) {
        if (named.equals("-") || !Files.isDirectory(Path.of(named))) {
            return List.of(named);
        }
        try (Stream<Path> entries = Files.list(Path.of(named))) {
            List<String> found = entries.filter(Files::isRegularFile)
                    .filter(path -> isOfWorkloads(String.valueOf(path.getFileName())))
                    .map(Path::toString)
                    .sorted()
                    .toList();
            if (found.isEmpty()) {
                throw new Failure(
                        ExitCode.USAGE,
                        "the directory " + named + " holds no file *.yaml, *.yml or *.json",
                        "Those in directories below it are not read: name each with -f.");
            }
            return found;
        } catch (IOException e) {
            throw new Failure(ExitCode.USAGE, named + " cannot be read: " + FileProblem.of(e));
        }
    }

    private static boolean isOfWorkloads(String name) {
        return !name.startsWith(".") && ENDINGS.stream().anyMatch(name::endsWith);
    }

    private static WorkloadSpec parse(JsonNode document, String origin) {
        Parsed<WorkloadSpec> parsed = WorkloadRequest.parse(document);
        if (parsed instanceof Parsed.Valid<WorkloadSpec> valid) {
            return valid.value();
        }
        throw new Failure(
                ExitCode.USAGE,
                origin + " is no workload; nothing was applied",
                Refusal.fieldLines(((Parsed.Invalid<WorkloadSpec>) parsed).errors()));
    }

    /** Of two with one name, the second would undo the first. */
    private static void requireNamesOnce(List<Wanted> wanted) {
        Map<String, String> origins = new HashMap<>();
        for (Wanted one : wanted) {
            String other = origins.putIfAbsent(one.spec().name(), one.origin());
            if (other != null) {
                throw new Failure(
                        ExitCode.USAGE,
                        "two documents describe a workload " + one.spec().name() + ": " + other + ", and "
                                + one.origin() + "; nothing was applied",
                        "Give one of them another name, or leave it out.");
            }
        }
    }
}
