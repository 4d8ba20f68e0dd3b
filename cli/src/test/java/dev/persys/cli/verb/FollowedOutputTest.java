package dev.persys.cli.verb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class FollowedOutputTest {
    private static final String ALL =
            "T1 one\nT2 two\nT2 two\nT2 again of T2\nT3 drei äöü\nT3 no end yet, goes on\nT4 \nT5 last";
    private static final String PRINTED = "one\ntwo\ntwo\nagain of T2\ndrei äöü\nno end yet, goes on\n\nlast";

    private final FollowedOutput output = new FollowedOutput();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @Test
    void nothingIsLostOrRepeatedWhereverAnAnswerBreaksOff() throws IOException {
        byte[] all = ALL.getBytes(StandardCharsets.UTF_8);
        for (int first = 0; first <= all.length; first++) {
            for (int second = 0; second <= all.length; second += 3) {
                out.reset();
                FollowedOutput broken = new FollowedOutput();
                answer(broken, all, first);
                answer(broken, from(broken), second);
                byte[] rest = from(broken);
                answer(broken, rest, rest.length);
                assertThat(out.toString(StandardCharsets.UTF_8))
                        .as("broken off after %d bytes and then after %d", first, second)
                        .isEqualTo(PRINTED);
            }
        }
    }

    @Test
    void anotherContainerHasAnotherClockAndOtherLines() throws IOException {
        assertThat(output.goesOnWith("a")).isTrue();
        answer(output, "T9 one\n".getBytes(StandardCharsets.UTF_8), 7);
        assertThat(output.from()).contains("T9");
        assertThat(output.goesOnWith("a")).isTrue();
        assertThat(output.goesOnWith("b")).isFalse();
        output.startAnew();
        assertThat(output.from()).isEmpty();
        assertThat(output.goesOnWith("b")).isTrue();
    }

    @Test
    void whatComesWithoutTimesGoesOnASpanBackFromTheNodesNow() {
        output.printedPlain();
        assertThat(output.from().orElseThrow()).matches("[0-9]+(ms|s)");
    }

    @Test
    void lineWithoutATimeEndsTheReading() {
        output.begin("a");
        byte[] bare = "bare\n".getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> output.print(bare, bare.length, out)).isInstanceOf(IOException.class);
    }

    private void answer(FollowedOutput to, byte[] bytes, int length) throws IOException {
        to.begin("a");
        to.print(bytes, Math.min(length, bytes.length), out);
    }

    /** What an engine answers from the last time on. */
    private static byte[] from(FollowedOutput broken) {
        int at = broken.from().map(stamp -> ALL.indexOf(stamp + " ")).orElse(0);
        return ALL.substring(at).getBytes(StandardCharsets.UTF_8);
    }
}
