package dev.persys.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ShortenedTest {
    @Test
    void whatIsRepeatedStaysOnItsLineAndMovesNoCursor() {
        assertThat(Shortened.of("sh\n10:00 INFO Session 7 begins\r\u001b[2J\u0085\u2028x"))
                .isEqualTo("sh 10:00 INFO Session 7 begins  [2J  x");
        assertThat(Shortened.of("/söhne/\ud83d\ude00 a")).isEqualTo("/söhne/\ud83d\ude00 a");
    }

    @Test
    void whatIsLongIsCut() {
        assertThat(Shortened.of("x".repeat(80))).isEqualTo("x".repeat(80));
        assertThat(Shortened.of("x".repeat(79) + "\n" + "y")).isEqualTo("x".repeat(79) + " …");
    }
}
