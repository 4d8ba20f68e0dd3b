package dev.persys.audit;

import dev.persys.audit.AuditChain.Head;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The files of an audit log in its directory: {@code audit-(number).jsonl}, named by the number of the first line in
 * it, and {@code mark}, which says how far the log has come at least.
 */
public final class AuditFiles {
    private static final Pattern NAME = Pattern.compile("audit-([0-9]{12,18})\\.jsonl");
    private static final Pattern MARK = Pattern.compile("([0-9]{18}) ([0-9a-f]{64})\n");

    private static final int READINGS = 100;

    private AuditFiles() {}

    /** The file whose first line has the number {@code first}. */
    public static Path file(Path directory, long first) {
        return directory.resolve(String.format(Locale.ROOT, "audit-%012d.jsonl", first));
    }

    /** The number that is in a file's name; empty where it is no file of a log. */
    public static Optional<Long> first(Path file) {
        Matcher matcher = NAME.matcher(String.valueOf(file.getFileName()));
        return matcher.matches() ? Optional.of(Long.parseLong(matcher.group(1))) : Optional.empty();
    }

    /** The files of the log, the oldest first. */
    public static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> first(file).isPresent())
                    .sorted(Comparator.comparing((Path file) -> first(file).orElseThrow()))
                    .toList();
        }
    }

    public static Path markFile(Path directory) {
        return directory.resolve("mark");
    }

    /** Always of one length, so that it is written over where it stands: for that a full disk has room. */
    public static String mark(Head head) {
        return String.format(Locale.ROOT, "%018d %s\n", head.seq(), head.hash());
    }

    /** How far the log had come when the mark was written, behind the lines themselves; empty where there is none. */
    public static Optional<Head> mark(Path directory) throws IOException {
        if (!Files.exists(markFile(directory))) {
            return Optional.empty();
        }
        // It is written over where it stands, maybe while it is read: what is read twice alike was all there.
        String text = readMark(directory);
        for (int i = 0; i < READINGS; i++) {
            String again = readMark(directory);
            if (again.equals(text)) {
                break;
            }
            text = again;
        }
        Matcher matcher = MARK.matcher(text);
        return matcher.matches()
                ? Optional.of(new Head(Long.parseLong(matcher.group(1)), matcher.group(2)))
                : Optional.empty();
    }

    private static String readMark(Path directory) throws IOException {
        return Files.readString(markFile(directory), StandardCharsets.ISO_8859_1);
    }
}
