package dev.persys.cli.verb;

import dev.persys.api.DurationText;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * What of a followed output was printed, so that an answer that goes on where another one broke off loses and repeats
 * nothing. The place is told by the container and by the times that its engine puts before its lines: no other clock has
 * a part in it, however far it is from the node's.
 *
 * <p>Times of two lines may be the same, and an answer may break off within a line, or within its time.
 */
final class FollowedOutput {
    /** Docker's time with nanoseconds and an offset has 35 characters. */
    private static final int LONGEST_STAMP = 64;

    private final boolean stamps;
    private final Optional<Instant> until;
    private final StringBuilder reading = new StringBuilder();
    private Optional<String> container = Optional.empty();

    /** The time of the last line that was printed, at least in part, and how many lines of that time there were. */
    private String stamp = "";

    private int linesOfStamp;
    private Optional<Long> plainNanos = Optional.empty();
    private long printedOfLine;

    /** Of the answer at hand: whether it may still repeat, and how many lines of {@link #stamp} it has brought. */
    private boolean repeats;

    private int repeatedLines;
    private long toSkip;
    private boolean inStamp = true;

    /** Without the times. */
    FollowedOutput() {
        this(false, Optional.empty());
    }

    /**
     * An output.
     *
     * @param stamps whether the times are printed, too
     * @param until what has a later time is not printed
     */
    FollowedOutput(boolean stamps, Optional<Instant> until) {
        this.stamps = stamps;
        this.until = until;
    }

    /**
     * From where on the next answer has to begin: the last line is in it once more. A span, where lines come without
     * times. Empty where nothing was printed.
     */
    Optional<String> from() {
        return stamp.isEmpty()
                ? plainNanos.map(last -> DurationText.format(Duration.ofNanos(System.nanoTime() - last)))
                : Optional.of(stamp);
    }

    /** Something was printed that came without times, from an agent that knows none. */
    void printedPlain() {
        plainNanos = Optional.of(System.nanoTime());
    }

    /** Whether an answer from this container can go on from {@link #from()}: another one has another clock and lines. */
    boolean goesOnWith(String containerId) {
        return container.isEmpty() || container.get().equals(containerId) || stamp.isEmpty();
    }

    /** Nothing was printed of what comes from now on. */
    void startAnew() {
        container = Optional.empty();
        plainNanos = Optional.empty();
        stamp = "";
        linesOfStamp = 0;
        printedOfLine = 0;
    }

    /** An answer begins, with what there is from {@link #from()} on. */
    void begin(String containerId) {
        container = Optional.of(containerId);
        repeats = !stamp.isEmpty();
        repeatedLines = 0;
        inStamp = true;
        reading.setLength(0);
    }

    /** Prints of the answer's next bytes what was not printed before. */
    void print(byte[] bytes, int length, OutputStream out) throws IOException {
        int at = 0;
        while (at < length) {
            if (inStamp) {
                read(bytes[at++], out);
            } else {
                int end = endOfLine(bytes, at, length);
                int skipped = (int) Math.min(toSkip, end - at);
                toSkip -= skipped;
                out.write(bytes, at + skipped, end - at - skipped);
                printedOfLine += end - at - skipped;
                inStamp = bytes[end - 1] == '\n';
                at = end;
            }
        }
    }

    private void read(byte next, OutputStream out) throws IOException {
        if (next == ' ') {
            inStamp = false;
            begun(reading.toString(), out);
            reading.setLength(0);
        } else if (next == '\n' || reading.length() == LONGEST_STAMP) {
            throw new IOException("a line comes without its time: " + reading);
        } else {
            reading.append(new String(new byte[] {next}, StandardCharsets.US_ASCII));
        }
    }

    private void begun(String next, OutputStream out) throws IOException {
        if (repeats && next.equals(stamp) && repeatedLines < linesOfStamp) {
            repeatedLines++;
            toSkip = repeatedLines == linesOfStamp ? printedOfLine : Long.MAX_VALUE;
            return;
        }
        repeats = false;
        toSkip = 0;
        printedOfLine = 0;
        linesOfStamp = next.equals(stamp) ? linesOfStamp + 1 : 1;
        stamp = next;
        if (isTooLate(next)) {
            toSkip = Long.MAX_VALUE;
        } else if (stamps) {
            out.write((next + " ").getBytes(StandardCharsets.US_ASCII));
        }
    }

    private boolean isTooLate(String time) throws IOException {
        try {
            return until.isPresent() && OffsetDateTime.parse(time).toInstant().isAfter(until.get());
        } catch (DateTimeParseException e) {
            throw new IOException("a line comes with '" + time + "' for its time", e);
        }
    }

    private static int endOfLine(byte[] bytes, int from, int length) {
        int at = from;
        while (at < length && bytes[at] != '\n') {
            at++;
        }
        return Math.min(length, at + 1);
    }
}
