package dev.persys.audit;

import dev.persys.audit.AuditChain.Head;
import dev.persys.audit.AuditChain.Link;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Reads files of an audit log from the first line to the last, up to the first that is not as it was written. The
 * scheduler may be writing meanwhile.
 */
public final class AuditVerification {
    private long lines;
    private Optional<Long> first = Optional.empty();
    private Head head = Head.BEGINNING;
    private boolean markIsMet;
    private long unfinished;

    private AuditVerification() {}

    /**
     * A line that is not as it was written, or where one is missing.
     *
     * @param file that has it
     * @param line its place in that file, from 1
     * @param why in words
     */
    public record Fault(Path file, long line, String why) {}

    /**
     * What was found.
     *
     * @param lines that are as they were written, before the fault where there is one
     * @param first the number of the first of them; more than 1 where older files are gone. Absent where there is none
     * @param head where the chain stands behind the last of them
     * @param unfinished bytes at the end of the last file that are no whole line: one is being written, or its writer was
     *     killed
     */
    public record Report(long lines, Optional<Long> first, Head head, long unfinished, Optional<Fault> fault) {}

    /** All files of the log in {@code directory}, held against its mark. */
    public static Report ofDirectory(Path directory) throws IOException {
        // First, so that a log that is being written has come as far as this.
        Optional<Head> mark = AuditFiles.mark(directory);
        try {
            return new AuditVerification().verify(AuditFiles.list(directory), mark);
        } catch (NoSuchFileException e) {
            // The oldest went to make room for a new one meanwhile.
            return new AuditVerification().verify(AuditFiles.list(directory), mark);
        }
    }

    /** These files, each of which goes on where the one before ends; whether lines follow the last cannot be told. */
    public static Report ofFiles(List<Path> files) throws IOException {
        return new AuditVerification().verify(files, Optional.empty());
    }

    private Report verify(List<Path> files, Optional<Head> mark) throws IOException {
        for (int i = 0; i < files.size(); i++) {
            boolean mayBeUnfinished = mark.isPresent() && i == files.size() - 1;
            Optional<Fault> fault = read(files.get(i), mark, mayBeUnfinished);
            if (fault.isPresent()) {
                return report(fault);
            }
        }
        // A mark that could not be written for long may speak of a file that has gone since.
        if (mark.filter(known -> known.seq() > 0 && known.seq() >= first.orElse(0L))
                        .isPresent()
                && !markIsMet) {
            boolean isShort = mark.get().seq() > head.seq();
            Path last = files.isEmpty() ? Path.of("mark") : files.get(files.size() - 1);
            return report(Optional.of(new Fault(
                    last,
                    files.isEmpty() ? 0 : linesOf(last) + 1,
                    isShort
                            ? "the log had come to number " + mark.get().seq() + ", and ends behind number "
                                    + head.seq() + ": lines are missing"
                            : "line number " + mark.get().seq() + " is another than was written")));
        }
        return report(Optional.empty());
    }

    private static long linesOf(Path file) throws IOException {
        try (AuditLines in = AuditLines.open(file)) {
            long count = 0;
            while (in.next().isPresent()) {
                count++;
            }
            return count;
        }
    }

    private Report report(Optional<Fault> fault) {
        return new Report(lines, first, head, unfinished, fault);
    }

    private Optional<Fault> read(Path file, Optional<Head> mark, boolean mayBeUnfinished) throws IOException {
        long at = 0;
        try (AuditLines in = AuditLines.open(file)) {
            for (Optional<byte[]> line = in.next(); line.isPresent(); line = in.next()) {
                at++;
                Optional<String> why = take(AuditChain.link(line.get()), file, at);
                if (why.isPresent()) {
                    return Optional.of(new Fault(file, at, why.get()));
                }
                markIsMet |= mark.filter(head::equals).isPresent();
            }
            unfinished = in.rest();
        }
        // What the mark speaks of was whole.
        boolean isTorn = unfinished > 0
                && !(mayBeUnfinished
                        && mark.filter(known -> known.seq() <= head.seq()).isPresent());
        return isTorn
                ? Optional.of(new Fault(file, at + 1, "it has no end: " + unfinished + " bytes of it are there"))
                : Optional.empty();
    }

    private Optional<String> take(Optional<Link> found, Path file, long at) {
        if (found.isEmpty()) {
            return Optional.of("it is not as it was written");
        }
        Link link = found.get();
        Optional<Long> named = at == 1 ? AuditFiles.first(file) : Optional.empty();
        if (named.filter(number -> number != link.head().seq()).isPresent()) {
            return Optional.of("the file's name says that it begins with number " + named.get()
                    + ", and it begins with " + link.head().seq());
        }
        // Older files may be gone; the chain begins with what is there.
        boolean begins = first.isEmpty() && link.head().seq() > 1;
        Optional<String> why = begins ? Optional.empty() : AuditChain.fault(head, link);
        if (why.isEmpty()) {
            first = first.or(() -> Optional.of(link.head().seq()));
            head = link.head();
            lines++;
        }
        return why;
    }
}
