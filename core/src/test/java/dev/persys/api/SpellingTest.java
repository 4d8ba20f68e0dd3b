package dev.persys.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SpellingTest {
    @ParameterizedTest
    @CsvSource({"run,run,0", "rnu,run,1", "runn,run,1", "un,run,1", "ran,run,1", "nur,run,2", "'',run,3", "ca,abc,3"})
    void distanceCountsLettersAndSwaps(String written, String known, int distance) {
        assertThat(Spelling.distance(written, known)).isEqualTo(distance);
        assertThat(Spelling.distance(known, written)).isEqualTo(distance);
    }

    @Test
    void nearestIsFoundWhateverItsCaseAndNothingFarAway() {
        List<String> known = List.of("run", "restart", "restartPolicy");
        assertThat(Spelling.nearest("rnu", known)).contains("run");
        assertThat(Spelling.nearest("RestratPolicy", known)).contains("restartPolicy");
        assertThat(Spelling.nearest("banana", known)).isEmpty();
        assertThat(Spelling.nearest("x".repeat(1_000), known)).isEmpty();
    }
}
