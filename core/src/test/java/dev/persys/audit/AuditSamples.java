package dev.persys.audit;

import dev.persys.audit.AuditChain.Head;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Entries, and logs of them. */
final class AuditSamples {
    static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");

    private AuditSamples() {}

    static AuditEntry change(String asked) {
        return new AuditEntry(
                AT,
                AuditEntry.Event.CHANGE,
                new AuditEntry.Who("token", "127.0.0.1"),
                new AuditEntry.What("DELETE", "/workloads/{workload}", Map.of("volumes", "true", "force", "false"), ""),
                new AuditEntry.Target(asked, "6f2c1f0e-8a57-4a4b-9d30-0d5f6f9a1b2c", "web", "node-1"),
                200,
                "r-1");
    }

    /** So many lines behind {@code head}. */
    static List<String> lines(Head head, int count) {
        List<String> lines = new ArrayList<>();
        Head at = head;
        for (int i = 0; i < count; i++) {
            String line = AuditChain.line(at, AuditEntry.ofLog(AT, "l" + i));
            at = AuditChain.link(line).orElseThrow().head();
            lines.add(line);
        }
        return lines;
    }

    static Head head(List<String> lines) {
        return AuditChain.link(lines.get(lines.size() - 1)).orElseThrow().head();
    }

    static byte[] bytes(List<String> lines) {
        return (String.join("\n", lines) + "\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Writes them as the file that begins with their first. */
    static Path write(Path directory, List<String> lines) throws IOException {
        long first = AuditChain.link(lines.get(0)).orElseThrow().head().seq();
        return Files.write(AuditFiles.file(directory, first), bytes(lines));
    }

    static void mark(Path directory, Head head) throws IOException {
        Files.writeString(AuditFiles.markFile(directory), AuditFiles.mark(head));
    }
}
