package dev.persys.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.audit.AuditChain.Head;
import dev.persys.audit.AuditVerification.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AuditVerificationTest {
    private static final List<String> FIRST = AuditSamples.lines(Head.BEGINNING, 4);
    private static final List<String> SECOND = AuditSamples.lines(AuditSamples.head(FIRST), 3);

    /** AuditChainTest tries every byte of a line; here some of each are enough, and the last ones. */
    private static final int STEP = 11;

    @TempDir
    Path directory;

    private Path first;
    private Path second;

    @BeforeEach
    void write() throws IOException {
        first = AuditSamples.write(directory, FIRST);
        second = AuditSamples.write(directory, SECOND);
        AuditSamples.mark(directory, AuditSamples.head(SECOND));
    }

    private Report verify() throws IOException {
        return AuditVerification.ofDirectory(directory);
    }

    private void assertFault(Path file, long line) throws IOException {
        assertThat(verify().fault()).hasValueSatisfying(fault -> {
            assertThat(fault.file()).isEqualTo(file);
            assertThat(fault.line()).as(fault.why()).isEqualTo(line);
        });
    }

    @Test
    void aLogAsItWasWrittenIsSound() throws IOException {
        Report report = verify();

        assertThat(report.fault()).isEmpty();
        assertThat(report.lines()).isEqualTo(7);
        assertThat(report.first()).contains(1L);
        assertThat(report.head()).isEqualTo(AuditSamples.head(SECOND));
        assertThat(AuditVerification.ofFiles(List.of(first, second)).fault()).isEmpty();
    }

    @Test
    void aByteThatIsChangedIsFoundInItsLine() throws IOException {
        byte[] whole = Files.readAllBytes(first);
        long line = 1;
        for (int i = 0; i < whole.length; i++) {
            line += i > 0 && whole[i - 1] == '\n' ? 1 : 0;
            if (i % STEP != 0 && whole[i] != '\n') {
                continue;
            }
            byte[] changed = whole.clone();
            changed[i] ^= 1;
            Files.write(first, changed);
            long broken = line;
            assertThat(verify().fault())
                    .as("byte %d", i)
                    .hasValueSatisfying(fault -> assertThat(fault.line()).isEqualTo(broken));
        }
    }

    @Test
    void whereverTheLogIsCutIsFound() throws IOException {
        byte[] whole = Files.readAllBytes(second);
        for (int length = 0; length < whole.length; length += length > whole.length - STEP - 2 ? 1 : STEP) {
            Files.write(second, Arrays.copyOf(whole, length));
            assertThat(verify().fault()).as("cut to %d bytes", length).isPresent();
        }
        Files.delete(second);
        assertThat(verify().fault()).isPresent();
    }

    @Test
    void everyLineThatIsLeftOutIsFound() throws IOException {
        for (int i = 0; i < FIRST.size() - 1; i++) {
            List<String> rest = new ArrayList<>(FIRST);
            rest.remove(i);
            Files.write(first, AuditSamples.bytes(rest));
            assertFault(first, i + 1);
        }
        Files.write(first, AuditSamples.bytes(FIRST.subList(0, 3)));
        assertFault(second, 1);
    }

    @Test
    void linesThatAreMovedOrRepeatedAreFound() throws IOException {
        for (int i = 0; i < FIRST.size() - 1; i++) {
            List<String> moved = new ArrayList<>(FIRST);
            Collections.swap(moved, i, i + 1);
            Files.write(first, AuditSamples.bytes(moved));
            assertFault(first, i + 1);
        }
        List<String> repeated = new ArrayList<>(FIRST);
        repeated.add(1, FIRST.get(0));
        Files.write(first, AuditSamples.bytes(repeated));
        assertFault(first, 2);
    }

    /** Every line of it is sound by itself, but it was not written behind those before it. */
    @Test
    void aTailThatSomebodyElseWroteIsFound() throws IOException {
        Files.write(
                second, AuditSamples.bytes(AuditSamples.lines(new Head(FIRST.size(), "1".repeat(64)), SECOND.size())));

        assertFault(second, 1);
    }

    @Test
    void anotherEndOfTheSameLengthIsFoundByTheMark() throws IOException {
        List<String> other = new ArrayList<>(SECOND.subList(0, 2));
        other.add(AuditChain.line(AuditSamples.head(other), AuditSamples.change("other")));
        Files.write(second, AuditSamples.bytes(other));

        assertThat(verify().fault())
                .hasValueSatisfying(
                        fault -> assertThat(fault.why()).contains("line number 7 is another than was written"));
    }

    @Test
    void olderFilesMayBeGoneAndThatIsSaid() throws IOException {
        Files.delete(first);

        Report report = verify();

        assertThat(report.fault()).isEmpty();
        assertThat(report.first()).contains(5L);
        assertThat(report.lines()).isEqualTo(3);
    }

    @Test
    void fileUnderTheNameOfAnotherIsFound() throws IOException {
        Files.delete(first);
        Files.move(second, AuditFiles.file(directory, 4));

        assertFault(AuditFiles.file(directory, 4), 1);
    }

    /** It may be being written; what the mark speaks of was whole. */
    @Test
    void theBeginOfALineBehindTheMarkIsNoFault() throws IOException {
        byte[] whole = AuditSamples.bytes(SECOND);
        Files.write(second, Arrays.copyOf(whole, whole.length - 10));
        AuditSamples.mark(directory, AuditSamples.head(SECOND.subList(0, 2)));

        Report report = verify();

        assertThat(report.fault()).isEmpty();
        assertThat(report.lines()).isEqualTo(6);
        assertThat(report.unfinished()).isPositive();
        assertThat(AuditVerification.ofFiles(List.of(first, second)).fault())
                .hasValueSatisfying(fault -> assertThat(fault.why()).contains("it has no end"));
    }

    @Test
    void somethingElseIsNoLog() throws IOException {
        Path other = Files.writeString(directory.resolve("other"), "hello\n");

        assertThat(AuditVerification.ofFiles(List.of(other)).fault()).isPresent();
        Files.write(other, new byte[3_000_000]);
        assertThat(AuditVerification.ofFiles(List.of(other)).fault()).isPresent();
    }
}
