package dev.persys.scheduler.store;

import dev.persys.api.FileProblem;
import dev.persys.api.Json;
import dev.persys.model.ClusterId;
import dev.persys.model.Epoch;
import dev.persys.store.Change;
import dev.persys.store.CommitRules;
import dev.persys.store.Entry;
import dev.persys.store.Leadership;
import dev.persys.store.Snapshot;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * The state as lines of JSON, in UTF-8, each ended by a line feed.
 *
 * <pre>
 * {"format":"persys-state","version":1,"clusterId":"…","epoch":7,"revision":120,"entries":2}
 * {"key":"/nodes/n1","value":"…"}
 * {"key":"/workloads/w1","value":"…"}
 * {"end":2,"crc32c":"0a1b2c3d"}
 * </pre>
 *
 * Entries are in the order of their keys. The checksum is of all bytes before its line.
 */
final class StateFile {
    private static final String FORMAT = "persys-state";
    private static final int VERSION = 1;

    private StateFile() {}

    /**
     * The first line.
     *
     * @param epoch in force when the state was taken
     */
    record Header(String format, int version, ClusterId clusterId, Epoch epoch, long revision, int entries) {}

    /** One entry; a value is text and stays exactly as it is. */
    record Line(String key, String value) {}

    /** The last line. */
    record End(int end, String crc32c) {}

    static void write(OutputStream out, Leadership leadership, Snapshot snapshot) throws IOException {
        CRC32C checksum = new CRC32C();
        List<Entry> entries = snapshot.entries();
        writeLine(
                out,
                checksum,
                new Header(
                        FORMAT,
                        VERSION,
                        leadership.clusterId(),
                        leadership.epoch(),
                        snapshot.revision(),
                        entries.size()));
        for (Entry entry : entries) {
            writeLine(out, checksum, new Line(entry.key(), entry.value()));
        }
        writeLine(out, checksum, new End(entries.size(), text(checksum)));
        out.flush();
    }

    private static void writeLine(OutputStream out, CRC32C checksum, Object line) throws IOException {
        byte[] bytes = (Json.write(line) + "\n").getBytes(StandardCharsets.UTF_8);
        checksum.update(bytes);
        out.write(bytes);
    }

    private static String text(CRC32C checksum) {
        return String.format(Locale.ROOT, "%08x", checksum.getValue());
    }

    /**
     * Reads a file from its first line to its last and checks all of it.
     *
     * @param entries is given each entry, before it is known whether those that follow are right
     * @throws StateTransferException naming the line that is not as it should be
     */
    static Header read(Path file, Consumer<Line> entries) {
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            return new Reading(file, reader).read(entries);
        } catch (CharacterCodingException e) {
            throw new NoExportException(file, ", since it has bytes that are not UTF-8", e);
        } catch (IOException e) {
            throw new StateTransferException("Cannot read " + file + ": " + FileProblem.of(e), e);
        }
    }

    /** One passage through a file. */
    private static final class Reading {
        private final Path file;
        private final BufferedReader reader;
        private final CRC32C checksum = new CRC32C();
        private String checksumBefore = text(checksum);
        private int line;

        Reading(Path file, BufferedReader reader) {
            this.file = file;
            this.reader = reader;
        }

        Header read(Consumer<Line> entries) throws IOException {
            Header header = header();
            checkHeader(header);
            String before = "";
            for (int i = 0; i < header.entries(); i++) {
                Line entry = next(Line.class);
                checkEntry(entry, before);
                before = entry.key();
                entries.accept(entry);
            }
            End end = next(End.class);
            if (end.end() != header.entries() || !checksumBefore.equals(end.crc32c())) {
                throw wrong("the count or checksum does not fit what is before it; the file was changed or cut");
            }
            if (reader.readLine() != null) {
                line++;
                throw wrong("something follows the end");
            }
            return header;
        }

        /** A first line of something else says nothing of use to whoever named that file. */
        private Header header() throws IOException {
            try {
                return next(Header.class);
            } catch (StateTransferException e) {
                throw new NoExportException(file, e);
            }
        }

        private <T> T next(Class<T> type) throws IOException {
            line++;
            String text = Optional.ofNullable(reader.readLine())
                    .orElseThrow(() -> wrong("the file ends here, before its end was written"));
            checksumBefore = text(checksum);
            checksum.update((text + "\n").getBytes(StandardCharsets.UTF_8));
            try {
                return Json.read(text, type);
            } catch (UncheckedIOException e) {
                throw wrong("it is not what an export has here (" + e.getMessage() + ")");
            }
        }

        private void checkHeader(Header header) {
            if (!FORMAT.equals(header.format()) || header.clusterId() == null || header.epoch() == null) {
                throw new NoExportException(file, wrong("it is not the first line of an export"));
            }
            if (header.version() != VERSION) {
                throw wrong("the format is version " + header.version() + "; this program reads version " + VERSION
                        + ". Import it with the version of Persys that exported it");
            }
        }

        private void checkEntry(Line entry, String before) {
            if (entry.key() == null || entry.value() == null) {
                throw wrong("it has no key or no value");
            }
            if (entry.key().compareTo(before) <= 0) {
                throw wrong("its key " + entry.key() + " is not after " + before);
            }
            try {
                CommitRules.checkChanges(List.of(new Change.Put(entry.key(), entry.value(), Change.ABSENT)));
            } catch (IllegalArgumentException e) {
                throw wrong(e.getMessage());
            }
        }

        private StateTransferException wrong(String what) {
            return new StateTransferException(file + ", line " + line + ": " + what + ".");
        }
    }
}
