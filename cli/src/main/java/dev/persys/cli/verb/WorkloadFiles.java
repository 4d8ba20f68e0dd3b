package dev.persys.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.api.FieldError;
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
import java.util.Optional;
import java.util.stream.Stream;

/** The option {@code -f}: the workloads that files describe. */
final class WorkloadFiles {
    private static final List<String> ENDINGS = List.of(".yaml", ".yml", ".json");
    private static final String FIELDS =
            "docs/manual/workload.md lists the fields of a workload, persys run --help most of them as options.";

    private final String undone;
    private final Several<String> files;

    /**
     * The option of a verb.
     *
     * @param names of the option
     * @param undone what was not done where a file is refused, such as {@code nothing was applied}
     */
    WorkloadFiles(Syntax syntax, String names, String undone) {
        this.undone = undone;
        files = syntax.options(
                names,
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
    List<Wanted> read(Context context, String verb) {
        if (files.values().isEmpty()) {
            throw new Failure(
                    ExitCode.USAGE,
                    "persys " + verb + " wants a file",
                    "persys " + verb + " -f workload.yaml, or -f - for a pipe.");
        }
        return read(context, files.values());
    }

    /** Those that were named by the option. */
    List<String> named() {
        return files.values();
    }

    /** As {@link #read(Context, String)}, of files that may have been named otherwise. */
    List<Wanted> read(Context context, List<String> named) {
        List<Wanted> wanted = new ArrayList<>();
        for (String one : named) {
            for (String file : expanded(one)) {
                List<JsonNode> documents = Documents.read(file, context);
                for (int i = 0; i < documents.size(); i++) {
                    String origin = documents.size() == 1 ? file : file + ", document " + (i + 1);
                    JsonNode document = documents.get(i);
                    wanted.add(new Wanted(origin, parse(document, origin), WorkloadRequest.warnings(document)));
                }
            }
        }
        if (wanted.isEmpty()) {
            throw new Failure(ExitCode.USAGE, "there is no workload in " + String.join(", ", named));
        }
        requireNamesOnce(wanted);
        return wanted;
    }

    /** Whether {@code text} names a file and can name no workload, whose names and ids have neither dots nor slashes. */
    static boolean isFileName(String text) {
        return text.equals("-") || text.indexOf('/') >= 0 || ENDINGS.stream().anyMatch(text::endsWith);
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

    private WorkloadSpec parse(JsonNode document, String origin) {
        Parsed<WorkloadSpec> parsed = WorkloadRequest.parse(document);
        if (parsed instanceof Parsed.Valid<WorkloadSpec> valid) {
            return valid.value();
        }
        Optional<ForeignFiles.Kind> foreign = ForeignFiles.kind(document);
        if (foreign.isPresent()) {
            throw foreign.get().refused(origin, undone);
        }
        List<FieldError> errors = ((Parsed.Invalid<WorkloadSpec>) parsed).errors();
        List<String> lines = Refusal.fieldLines(errors);
        if (errors.stream().anyMatch(error -> error.found().equals(FieldError.UNKNOWN_FIELD))) {
            lines.add(FIELDS);
        }
        throw new Failure(ExitCode.USAGE, origin + " is no workload; " + undone, lines);
    }

    /** Of two with one name, the second would undo the first. */
    private void requireNamesOnce(List<Wanted> wanted) {
        Map<String, String> origins = new HashMap<>();
        for (Wanted one : wanted) {
            String other = origins.putIfAbsent(one.spec().name(), one.origin());
            if (other != null) {
                throw new Failure(
                        ExitCode.USAGE,
                        "two documents describe a workload " + one.spec().name() + ": " + other + ", and "
                                + one.origin() + "; " + undone,
                        "Give one of them another name, or leave it out.");
            }
        }
    }
}
