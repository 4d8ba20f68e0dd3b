package dev.persys.http.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.api.Json;
import dev.persys.audit.AuditEntry;
import dev.persys.audit.AuditFiles;
import dev.persys.audit.AuditVerification;
import dev.persys.http.HttpSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AuditLogTest {
    private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");
    private static final long MEBIBYTE = 1024 * 1024;

    @TempDir
    Path parent;

    private HttpSettings.Audit settings(boolean refuses, long fileBytes, int files, int queue) {
        return new HttpSettings.Audit(Optional.of(parent.resolve("audit")), refuses, fileBytes, files, queue, 60);
    }

    private AuditLog open() {
        return open(settings(false, MEBIBYTE, 3, 100_000));
    }

    private static AuditLog open(HttpSettings.Audit settings) {
        return AuditLog.open(settings, InstantSource.fixed(AT), "begun");
    }

    private static AuditEntry entry(String who) {
        return new AuditEntry(
                AT,
                AuditEntry.Event.CHANGE,
                new AuditEntry.Who(who, "127.0.0.1"),
                new AuditEntry.What("POST", "/x", Map.of(), ""),
                AuditEntry.Target.NONE,
                200,
                "r");
    }

    private static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
    }

    private Path directory() {
        return parent.resolve("audit");
    }

    private AuditVerification.Report verify() throws IOException {
        return AuditVerification.ofDirectory(directory());
    }

    private List<JsonNode> lines() throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (Path file : AuditFiles.list(directory())) {
            for (String line : Files.readAllLines(file)) {
                lines.add(Json.read(line, JsonNode.class));
            }
        }
        return lines;
    }

    private List<String> details() throws IOException {
        return lines().stream().map(line -> line.path("detail").asText()).toList();
    }

    @Test
    void linesOfManyThreadsAreOneChainAndGoOnAfterARestart() throws IOException {
        try (AuditLog log = open()) {
            IntStream.range(0, 4000).parallel().forEach(i -> {
                var unused = log.write(entry("caller-" + i));
            });
            join(log.settled());
        }
        long before = verify().head().seq();
        try (AuditLog log = open()) {
            join(log.write(entry("later")));
        }

        AuditVerification.Report report = verify();
        assertThat(report.fault()).isEmpty();
        assertThat(before).isEqualTo(4002); // With those that say that the log begins and ends.
        assertThat(report.lines()).isEqualTo(before + 3);
        assertThat(lines().stream()
                        .map(line -> line.path("who").path("identity").asText())
                        .filter(who -> who.startsWith("caller-"))
                        .distinct())
                .hasSize(4000);
        assertThat(details()).filteredOn("begun"::equals).hasSize(2);
    }

    @Test
    void onlyItsOwnerReadsIt() throws IOException {
        open().close();

        try (Stream<Path> files = Files.walk(directory())) {
            assertThat(files.toList())
                    .hasSizeGreaterThan(2)
                    .allSatisfy(file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                            .isEqualTo(Files.isDirectory(file) ? "rwx------" : "rw-------"));
        }
    }

    @Test
    void oldFilesGoAndTheChainGoesOnInTheNextOne() throws IOException {
        try (AuditLog log = open(settings(false, 4096, 3, 1000))) {
            for (int i = 0; i < 200; i++) {
                var unused = log.write(entry("caller-" + i));
                join(log.settled());
            }
        }

        AuditVerification.Report report = verify();
        assertThat(AuditFiles.list(directory())).hasSize(3);
        assertThat(report.fault()).isEmpty();
        assertThat(report.first().orElseThrow()).isGreaterThan(1);
        assertThat(report.head().seq()).isEqualTo(202);
    }

    @Test
    void aLineThatWasNotWrittenToItsEndIsSetAsideAndTold() throws IOException {
        open().close();
        Path file = AuditFiles.list(directory()).get(0);
        Files.writeString(file, "{\"seq\":3,\"prev\":\"", StandardOpenOption.APPEND);
        assertThat(verify().unfinished()).isEqualTo(17);

        open().close();

        assertThat(verify().fault()).isEmpty();
        assertThat(verify().unfinished()).isZero();
        assertThat(details())
                .contains("17 bytes of a line that was not written to its end were set aside in torn-000000000003");
        assertThat(directory().resolve("torn-000000000003")).hasContent("{\"seq\":3,\"prev\":\"");
    }

    @Test
    void linesThatAreMissingAtTheEndLeaveAGapForEver() throws IOException {
        try (AuditLog log = open()) {
            join(log.write(entry("jane")));
        }
        Path file = AuditFiles.list(directory()).get(0);
        List<String> lines = Files.readAllLines(file);
        Files.writeString(file, lines.get(0) + "\n");

        open().close();

        assertThat(verify().fault()).hasValueSatisfying(fault -> {
            assertThat(fault.line()).isEqualTo(2);
            assertThat(fault.why()).contains("lines between them are missing");
        });
        assertThat(details()).contains("lines behind number 1 are missing, up to number 3");
    }

    @Test
    void aDamagedFileIsLeftAsItIsAndTheLogGoesOnInAnother() throws IOException {
        open().close();
        Path file = AuditFiles.list(directory()).get(0);
        String damaged = Files.readString(file).replace("begun", "Begun");
        Files.writeString(file, damaged);

        open().close();

        assertThat(Files.readString(file)).isEqualTo(damaged);
        assertThat(AuditFiles.list(directory())).hasSize(2);
        assertThat(verify().fault())
                .hasValueSatisfying(fault -> assertThat(fault.line()).isEqualTo(1));
        assertThat(details()).anyMatch(detail -> detail.contains("is not as it was written"));
    }

    @Test
    void twoDoNotWriteOneLog() {
        try (AuditLog log = open()) {
            assertThatThrownBy(this::open)
                    .isInstanceOf(AuditOpenException.class)
                    .hasMessageContaining(directory().toString())
                    .hasMessageContaining("persys.http.scheduler.audit.directory");
            assertThat(log.trouble()).isEmpty();
        }
    }

    @Test
    void directoryThatCannotBeMadeIsToldWithItsSetting() throws IOException {
        Files.writeString(directory(), "a file");

        assertThatThrownBy(this::open)
                .isInstanceOf(AuditOpenException.class)
                .hasMessageContaining("persys.http.scheduler.audit.directory");
    }

    /** A directory in the place of a file is trouble that can be made, and mended, by anybody's rights. */
    private Path trouble() throws IOException {
        Files.createDirectories(directory());
        return Files.createDirectory(AuditFiles.markFile(directory()));
    }

    @Test
    void whatCannotBeWrittenWaitsAndIsWrittenLater() throws IOException {
        Path trouble = trouble();
        try (AuditLog log = open()) {
            join(log.write(entry("jane")));
            join(log.settled());
            assertThat(log.trouble()).hasValueSatisfying(why -> assertThat(why).contains("cannot be written"));
            assertThat(log.refusal()).isEmpty();
            assertThat(AuditFiles.list(directory())).isEmpty();

            Files.delete(trouble);
            await().atMost(Duration.ofSeconds(60)).until(() -> log.trouble().isEmpty());
        }

        assertThat(verify().fault()).isEmpty();
        assertThat(lines().stream()
                        .map(line -> line.path("who").path("identity").asText()))
                .containsExactly("persys", "jane", "persys");
    }

    @Test
    void whereChangesAreRefusedWithoutItThatIsSaidUntilItIsWrittenAgain() throws IOException {
        Path trouble = trouble();
        try (AuditLog log = open(settings(true, MEBIBYTE, 3, 100))) {
            join(log.settled());
            assertThat(log.refusal()).isPresent();
            join(log.write(entry("jane"))); // What is done already is answered all the same.

            Files.delete(trouble);
            await().atMost(Duration.ofSeconds(60)).until(() -> log.refusal().isEmpty());
            join(log.write(entry("joe")));
            assertThat(details()).hasSize(3);
        }
    }

    @Test
    void whatCannotEvenWaitIsCountedInTheLog() throws IOException {
        Path trouble = trouble();
        try (AuditLog log = open(settings(false, MEBIBYTE, 3, 2))) {
            join(log.settled());
            for (int i = 0; i < 10_000; i++) {
                var unused = log.write(entry("caller-" + i));
            }
            Files.delete(trouble);
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> details().stream().anyMatch(detail -> detail.contains("lines are lost")));
        }

        assertThat(verify().fault()).isEmpty();
        assertThat(lines()).hasSizeLessThan(2000);
    }

    @Test
    void denialsThatHaveNoLineAreCountedInTheLog() throws IOException {
        try (AuditLog log = open()) {
            log.countDenial();
            log.countDenial();
        }

        assertThat(details()).contains("2 denials more were counted, and have no line of their own");
    }

    @Test
    void partsFollowEachOtherOverAllFiles() throws IOException {
        try (AuditLog log = open(settings(false, 4096, 100, 1000))) {
            for (int i = 0; i < 50; i++) {
                var unused = log.write(entry(i % 2 == 0 ? "even" : "odd"));
                join(log.settled());
            }
        }
        List<Long> seen = new ArrayList<>();
        OptionalLong next = OptionalLong.of(0);
        while (next.isPresent()) {
            AuditReader.Part part = AuditReader.read(
                    directory(), new AuditReader.Query(Optional.empty(), Optional.of("even"), next.getAsLong(), 7));
            assertThat(part.entries()).hasSizeLessThanOrEqualTo(7);
            part.entries().forEach(entry -> seen.add(entry.path("seq").asLong()));
            next = part.next();
        }

        assertThat(AuditFiles.list(directory()).size()).isGreaterThan(2);
        assertThat(seen).hasSize(25).isSorted().doesNotHaveDuplicates();
        assertThat(read(Optional.of(AT.plusSeconds(1)), Optional.empty())).isEmpty();
        assertThat(read(Optional.of(AT), Optional.of("127.0.0.1"))).hasSize(50);
        assertThat(read(Optional.empty(), Optional.of("nobody"))).isEmpty();
    }

    private List<JsonNode> read(Optional<Instant> since, Optional<String> who) throws IOException {
        return AuditReader.read(directory(), new AuditReader.Query(since, who, 0, 1000))
                .entries();
    }
}
