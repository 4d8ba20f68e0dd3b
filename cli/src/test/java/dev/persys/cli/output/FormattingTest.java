package dev.persys.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FormattingTest {
    private static String print(Table table, int columns) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        table.print(new PrintStream(out, true, StandardCharsets.UTF_8), columns);
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void tablesAreAsWideAsTheirCells() {
        Table table = new Table("A", "LONG").row("wide cell", "x").row("y", "");
        assertThat(print(table, Terminal.UNLIMITED)).isEqualTo("A          LONG\nwide cell  x\ny\n");
    }

    @Test
    void theWidestCellsGiveWayFirst() {
        Table table = new Table("A", "B").row("a very long cell", "short");
        assertThat(print(table, 16)).isEqualTo("A          B\na very l~  short\n");
    }

    @Test
    void lettersThatTakeTwoColumnsAreCountedSo() {
        Table table = new Table("NAME", "X").row("日本", "1").row("e\u0301te", "2");
        assertThat(print(table, 80)).isEqualTo("NAME  X\n日本  1\ne\u0301te   2\n");
        assertThat(print(new Table("A").row("日本語日本語日本語"), 8)).isEqualTo("A\n日本語~\n");
    }

    @Test
    void columnsThatDoNotFitAreLeftOut() {
        Table table = new Table("FIRST1", "SECOND", "THIRD1", "FOURTH").row("1", "2", "3", "4");
        assertThat(print(table, 24)).isEqualTo("FIRST1  SECOND  THIRD1\n1       2       3\n");
        assertThat(print(table, 8)).isEqualTo("FIRST1  SECOND\n1       2\n");
    }

    @Test
    void cellsCannotMoveTheCursor() {
        assertThat(print(new Table("A").row("x\u001b[2J\ny"), 80)).isEqualTo("A\nx [2J y\n");
    }

    @ParameterizedTest
    @CsvSource({"0,0 B", "1023,1023 B", "1024,1 KiB", "35861299,34.2 MiB", "1099511627776,1 TiB"})
    void bytesHaveUnits(long bytes, String text) {
        assertThat(Amounts.bytes(bytes)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"128,128 MiB", "1536,1.5 GiB", "0,0 MiB"})
    void mebibytesHaveUnits(long mebibytes, String text) {
        assertThat(Amounts.mebibytes(mebibytes)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"-5,0s", "0,0s", "119999,119s", "120000,2m", "7199999,119m", "7200000,2h", "172800000,2d"})
    void spansHaveOneUnit(long millis, String text) {
        assertThat(Times.span(millis)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-01-02T03:04:05Z",
                "2026-01-02T03:04:05.6Z",
                "2026-01-02T03:04:05.678Z",
                "2024-02-29T23:59:59.678901234Z",
                "1969-12-31T23:59:59Z"
            })
    void momentsAreReadAsThePlatformReadsThem(String moment) {
        assertThat(Times.millis(moment)).contains(Instant.parse(moment).toEpochMilli());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Z",
                "2026-01-02",
                "2026-13-02T03:04:05Z",
                "2026-01-02T03:04:05+01:00",
                "soon enough, ZZZZZZZZ"
            })
    void otherTextsAreNoMoments(String text) {
        assertThat(Times.millis(text)).isEmpty();
    }

    @Test
    void progressIsALineAPhaseWhereThereIsNoTerminal() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Progress progress = Progress.on(new PrintStream(out, true, StandardCharsets.UTF_8), Terminal.NONE, false);
        progress.phase("one");
        progress.phase("one");
        progress.download("two", 1, 2, 0, 1);
        progress.download("two", 2, 2, 1, 1);
        progress.clear();
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("one\ntwo\n");
    }

    @Test
    void liveProgressNeverWrapsALine() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Progress progress =
                Progress.on(new PrintStream(out, true, StandardCharsets.UTF_8), new Terminal(true, true, 20), false);
        progress.phase("a phase that is longer than the terminal is wide");
        progress.clear();
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("\r\u001b[Ka phase that is lon\r\u001b[K");
    }
}
