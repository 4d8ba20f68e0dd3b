package dev.persys.http.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.api.Json;
import dev.persys.audit.AuditFiles;
import dev.persys.audit.AuditLines;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads what the audit log has, a part at a time, the oldest first. */
public final class AuditReader {
    /** Looked at for one part: where few lines fit, an answer still comes soon. */
    private static final int MOST_LINES = 20_000;

    private final Path directory;
    private final Query query;
    private final List<JsonNode> entries = new ArrayList<>();
    private long looked;
    private long damaged;
    private long last;
    private boolean goesOn;

    private AuditReader(Path directory, Query query) {
        this.directory = directory;
        this.query = query;
        this.last = query.after();
    }

    /**
     * What is wanted.
     *
     * @param since nothing older, by the clock of the machine that wrote it
     * @param who this identity or address alone
     * @param after only lines of a larger number
     * @param limit lines at most
     */
    public record Query(Optional<Instant> since, Optional<String> who, long after, int limit) {}

    /**
     * Lines that fit.
     *
     * @param next what to read on after; absent where there is no more
     * @param damaged lines between them that cannot be read
     */
    public record Part(List<JsonNode> entries, OptionalLong next, long damaged) {
        public Part {
            entries = List.copyOf(entries);
        }
    }

    /** The first part of what is wanted. */
    public static Part read(Path directory, Query query) throws IOException {
        AuditReader reader = new AuditReader(directory, query);
        reader.read();
        return new Part(
                reader.entries, reader.goesOn ? OptionalLong.of(reader.last) : OptionalLong.empty(), reader.damaged);
    }

    private void read() throws IOException {
        List<Path> files = AuditFiles.list(directory);
        for (Path file : files.subList(begin(files), files.size())) {
            try (AuditLines in = AuditLines.open(file)) {
                for (Optional<byte[]> line = in.next(); line.isPresent(); line = in.next()) {
                    if (entries.size() == query.limit() || looked == MOST_LINES) {
                        goesOn = true;
                        return;
                    }
                    look(new String(line.get(), StandardCharsets.ISO_8859_1));
                }
            } catch (NoSuchFileException e) {
                // The oldest went to make room for a new one meanwhile.
            }
        }
    }

    /** The last file that may begin before what is wanted. */
    private int begin(List<Path> files) throws IOException {
        int begin = 0;
        for (int i = 1; i < files.size(); i++) {
            boolean isBefore = AuditFiles.first(files.get(i)).orElse(0L) <= query.after()
                    || (query.since().isPresent()
                            && firstAt(files.get(i))
                                    .filter(at -> at.isBefore(query.since().get()))
                                    .isPresent());
            begin = isBefore ? i : begin;
        }
        return begin;
    }

    private static Optional<Instant> firstAt(Path file) throws IOException {
        try (AuditLines in = AuditLines.open(file)) {
            return in.next()
                    .flatMap(line -> json(new String(line, StandardCharsets.ISO_8859_1)))
                    .flatMap(AuditReader::at);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private void look(String line) {
        Optional<Long> seq = seq(line);
        if (seq.filter(number -> number <= query.after()).isPresent()) {
            return;
        }
        looked++;
        Optional<JsonNode> entry = seq.isPresent() ? json(line) : Optional.empty();
        if (entry.isEmpty()) {
            damaged++;
            return;
        }
        last = seq.get();
        if (fits(entry.get())) {
            entries.add(entry.get());
        }
    }

    private boolean fits(JsonNode entry) {
        boolean isLate = query.since().isEmpty()
                || at(entry).filter(at -> !at.isBefore(query.since().get())).isPresent();
        JsonNode who = entry.path("who");
        return isLate
                && query.who()
                        .map(wanted -> wanted.equals(who.path("identity").asText())
                                || wanted.equals(who.path("address").asText()))
                        .orElse(true);
    }

    /** Without the cost of reading all of it. */
    private static Optional<Long> seq(String line) {
        int end = line.indexOf(',');
        boolean isNumbered = line.startsWith("{\"seq\":") && end > 0 && end < 7 + 19;
        String digits = isNumbered ? line.substring(7, end) : "";
        return digits.matches("\\d{1,18}") ? Optional.of(Long.parseLong(digits)) : Optional.empty();
    }

    private static Optional<JsonNode> json(String line) {
        try {
            return Optional.of(Json.MAPPER.readTree(line)).filter(JsonNode::isObject);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    private static Optional<Instant> at(JsonNode entry) {
        try {
            return Optional.of(Instant.parse(entry.path("at").asText()));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
