package dev.persys.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.cli.client.SchedulerApi;
import dev.persys.cli.client.SeenWorkload;
import dev.persys.cli.syntax.Flag;
import dev.persys.cli.syntax.Syntax;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What {@code persys rm} takes beside names: how things are removed, and files that say which. A letter has two meanings,
 * as fingers know it from elsewhere: {@code -f} before names is force, and before what can only be a file it is that file,
 * which is removed with its grace period. Which of both is told by how an operand is written, never by what there is.
 */
final class Removal {
    private final Flag volumes;
    private final Flag force;
    private final Flag letter;
    private final WorkloadFiles files;

    Removal(Syntax syntax) {
        volumes = syntax.flag("--volumes", "The volumes that its image declares, too, and what is in them.");
        force = syntax.flag("--force", "Kill what runs, without its grace period; what is not there is no failure.");
        letter = syntax.flag(
                "-f",
                "Before names: --force. Before files (*.yaml, *.yml, *.json, anything with a slash, -): --file, and nothing"
                        + " is killed.");
        files = new WorkloadFiles(syntax, "--file", "nothing was removed");
    }

    /**
     * What is to be removed, and how.
     *
     * @param references as they were typed
     * @param names of files; what has none of them is no failure
     * @param kills without a grace period
     */
    record Wish(List<String> references, List<String> names, boolean kills) {
        Wish {
            references = List.copyOf(references);
            names = List.copyOf(names);
        }

        boolean isEmpty() {
            return references.isEmpty() && names.isEmpty();
        }
    }

    /**
     * What {@code operands} and the options say together; all files are read for it.
     *
     * @throws Failure with {@link ExitCode#USAGE} where it is not clear which are names and which are files
     */
    Wish wish(List<String> operands, Context context) {
        List<String> named = operands.stream().filter(WorkloadFiles::isFileName).toList();
        if (!named.isEmpty() && !letter.isSet()) {
            throw new Failure(
                    ExitCode.USAGE,
                    named.get(0) + " names a file and no workload; nothing was removed",
                    "persys rm -f " + named.get(0) + " removes the workloads that it describes.");
        } else if (!named.isEmpty() && named.size() < operands.size()) {
            throw new Failure(
                    ExitCode.USAGE,
                    "-f is force to names and a file to files, and both are here; nothing was removed",
                    "persys rm --force NAME kills and removes; persys rm --file FILE removes what a file describes.");
        }
        Set<String> all = new LinkedHashSet<>(files.named());
        all.addAll(named);
        List<String> names = new ArrayList<>();
        if (!all.isEmpty()) {
            files.read(context, List.copyOf(all))
                    .forEach(wanted -> names.add(wanted.spec().name()));
        }
        boolean kills = force.isSet() || (letter.isSet() && named.isEmpty());
        return new Wish(named.isEmpty() ? operands : List.of(), names, kills);
    }

    /** What the request says of how, with its question mark. */
    String query(Wish wish) {
        List<String> parameters = new ArrayList<>();
        if (volumes.isSet()) {
            parameters.add("volumes=true");
        }
        if (wish.kills()) {
            parameters.add("force=true");
        }
        return parameters.isEmpty() ? "" : "?" + String.join("&", parameters);
    }

    /** What to type where no workload is called {@code reference} and {@code -f} may have meant a directory; or nothing. */
    String directoryCalled(String reference) {
        return letter.isSet() && Files.isDirectory(Path.of(reference))
                ? " ./" + reference + " is a directory here: persys rm -f ./" + reference
                        + " removes the workloads that its files describe."
                : "";
    }

    /**
     * The id of the workload called {@code name}; empty where there is none.
     *
     * @throws Failure with {@link ExitCode#REFUSED} where there are several: which of them a file means is not known
     */
    static Optional<String> holder(SchedulerApi api, String name) {
        List<JsonNode> holders = api.list("/workloads", "workloads", Map.of("name", name));
        if (holders.size() > 1) {
            List<String> lines = new ArrayList<>();
            for (JsonNode holder : holders) {
                SeenWorkload workload = new SeenWorkload(holder);
                lines.add("  " + workload.id() + " " + workload.image() + " " + workload.statusText());
            }
            lines.add("persys rm with an id removes one.");
            throw new Failure(
                    ExitCode.REFUSED,
                    "there are " + holders.size() + " workloads of the name " + name + ", and none of them was removed",
                    lines);
        }
        return holders.stream().findFirst().map(holder -> holder.path("id").asText());
    }
}
