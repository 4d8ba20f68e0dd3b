package dev.persys.scheduler.store;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The two kinds of file of the embedded store, each named after a revision. */
enum FileKind {
    /** The whole state at its revision. */
    SNAPSHOT("snapshot", "PERSYSSN"),
    /** What was written after its revision. */
    LOG("log", "PERSYSWL");

    private final String prefix;
    private final String magic;
    private final Pattern name;

    FileKind(String prefix, String magic) {
        this.prefix = prefix;
        this.magic = magic;
        this.name = Pattern.compile(prefix + "-(\\d{19})");
    }

    byte[] magic() {
        return magic.getBytes(StandardCharsets.US_ASCII);
    }

    Path file(Path directory, long revision) {
        return directory.resolve(String.format(Locale.ROOT, "%s-%019d", prefix, revision));
    }

    /** The revision in a file's name, where the file is of this kind. */
    OptionalLong revision(Path file) {
        Matcher matcher = name.matcher(file.getFileName().toString());
        return matcher.matches() ? OptionalLong.of(Long.parseLong(matcher.group(1))) : OptionalLong.empty();
    }
}
