package dev.persys.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DurationTextTest {
    @ParameterizedTest
    @CsvSource({
        "90, PT90S",
        "90s, PT90S",
        "1m30s, PT90S",
        "2h, PT2H",
        "250ms, PT0.25S",
        "1m5ms, PT60.005S",
        "1d1h1m1s1ms, PT25H1M1.001S",
        "0, PT0S",
        "999999999d, PT23999999976H"
    })
    void whatPeopleWriteIsRead(String text, Duration duration) {
        assertThat(DurationText.parse(text)).hasValue(duration);
        assertThat(Json.read("\"" + text + "\"", Duration.class)).isEqualTo(duration);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "s", "-1s", "1.5s", "1s1m", "1 s", "1S", "1000000000s", "PT1S", "1w", "١s"})
    void otherTextIsNoDuration(String text) {
        assertThat(DurationText.parse(text)).isEmpty();
        assertThatThrownBy(() -> Json.read("\"" + text + "\"", Duration.class))
                .isInstanceOf(UncheckedIOException.class);
    }

    /** Up to what {@link DurationText#parse} reads, which is more than two million years. */
    @Property(tries = 500)
    void durationComesBackAsItWas(@ForAll @LongRange(min = 0, max = 999_999_999L * 86_400_000L) long millis) {
        Duration duration = Duration.ofMillis(millis);
        assertThat(DurationText.parse(DurationText.format(duration))).hasValue(duration);
        assertThat(Json.read(Json.write(duration), Duration.class)).isEqualTo(duration);
    }

    @ParameterizedTest
    @CsvSource({"PT0S, 0s", "PT90S, 1m30s", "PT24H, 1d", "PT0.0019S, 1ms"})
    void whatIsWrittenIsShortAndToTheMillisecond(Duration duration, String text) {
        assertThat(DurationText.format(duration)).isEqualTo(text);
    }
}
