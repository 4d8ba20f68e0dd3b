package dev.persys.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * The terminal session of README.md, typed once more: what is shown there has to be printed, line by line in its order. Numbers,
 * ids and spans may be others, since they are in each run, and so may be the statuses on the way to the last one. Workloads and
 * nodes that README does not have may be there, too.
 */
final class Tour {
    private static final String PROMPT = "$ ";
    private static final String PROMPT_INSIDE = "/ # ";
    private static final String SHOW = "cat ";

    /** @param typed to a command at a terminal, line by line */
    private record Command(String line, List<String> typed, List<String> shown) {}

    private final List<Command> commands = new ArrayList<>();
    private final Launcher persys;
    private final Path directory;
    private final int port;

    /** @param port that is free, for the one of the session */
    Tour(Path readme, Launcher persys, Path directory, int port) throws IOException {
        this.persys = persys;
        this.directory = directory;
        this.port = port;
        read(Files.readAllLines(readme));
    }

    private void read(List<String> lines) {
        boolean inside = false;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.startsWith("```")) {
                inside = line.equals("```console");
            } else if (inside && line.startsWith(PROMPT)) {
                StringBuilder whole = new StringBuilder(line.substring(PROMPT.length()));
                while (whole.toString().endsWith("\\")) {
                    whole.append('\n').append(lines.get(++i));
                }
                commands.add(new Command(whole.toString(), new ArrayList<>(), new ArrayList<>()));
            } else if (inside) {
                add(line);
            }
        }
    }

    private void add(String line) {
        Command last = commands.get(commands.size() - 1);
        if (line.startsWith(PROMPT_INSIDE)) {
            last.typed.add(line.substring(PROMPT_INSIDE.length()));
        }
        last.shown.add(line);
    }

    /** Types those whose line is so. */
    void follow(Predicate<String> which) throws IOException {
        assertThat(commands.stream().map(Command::line).filter(which)).isNotEmpty();
        for (Command command : commands) {
            if (which.test(command.line)) {
                follow(command);
            }
        }
    }

    private void follow(Command command) throws IOException {
        if (command.line.startsWith(SHOW)) {
            Files.write(directory.resolve(command.line.substring(SHOW.length())), command.shown);
            return;
        }
        String line = command.line.replace("./persys", "persys").replace("8080", Integer.toString(port));
        String printed = command.typed.isEmpty() ? print(line) : typeInside(line, command.typed);
        assertThat(essence(printed.lines().toList()))
                .as(line + "\n" + printed)
                .containsSubsequence(essence(command.shown));
    }

    private String print(String line) {
        return persys.shell("exec 2>&1; " + line).out();
    }

    private String typeInside(String line, List<String> keys) {
        try (PseudoTerminal at = persys.typed(line + "; echo left")) {
            String seen = "";
            for (String key : keys) {
                seen += "[\\s\\S]*/ # ";
                at.awaitShown(seen);
                at.type(key + "\n");
            }
            at.awaitShown("left");
            return at.screen().replaceAll("\u001b\\[[0-9;?]*[a-zA-Z]", "").replace("\r", "");
        }
    }

    /** Lines without what is another one in each run. */
    private static List<String> essence(List<String> lines) {
        return lines.stream()
                .filter(line -> !line.matches("\\S+: (Scheduled|Pulling|Starting|Running|stopping)\\b.*"))
                .map(line -> line.replaceAll("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\\b[0-9a-f]{8}\\b", "ID"))
                .map(line -> line.replaceAll("(?<!code )\\d+(\\.\\d+)?", "#"))
                .map(line -> line.replaceAll("# ?(B|[KMG]iB)\\b", "#B").replaceAll("(#m)?#m?s\\b|#m\\b", "#s"))
                .map(line -> line.replaceAll("\\s+", " ").strip())
                .filter(line -> !line.isEmpty())
                .toList();
    }
}
