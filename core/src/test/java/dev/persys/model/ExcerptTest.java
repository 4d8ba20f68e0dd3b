package dev.persys.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

final class ExcerptTest {
    @Test
    void lastLineOrTwoAreKept() {
        assertThat(Excerpt.of("")).isEmpty();
        assertThat(Excerpt.of("boom")).isEqualTo("boom");
        assertThat(Excerpt.of("boom\n")).isEqualTo("boom\n");
        assertThat(Excerpt.of("one\ntwo\nthree\n")).isEqualTo("two\nthree\n");
        assertThat(Excerpt.of("one\ntwo\nthree")).isEqualTo("two\nthree");
        assertThat(Excerpt.of("\n")).isEqualTo("\n");
    }

    @Test
    void lineThatDoesNotFitWholeIsLeftOutForTheOneThatDoes() {
        assertThat(Excerpt.of("x".repeat(250) + "\nlast line\n")).isEqualTo("last line\n");
        assertThat(Excerpt.of("x".repeat(245) + "\nlast line\n")).isEqualTo("x".repeat(245) + "\nlast line\n");
    }

    @Test
    void ofALineThatIsTooLongTheEndIsKept() {
        assertThat(Excerpt.of("a".repeat(300) + "\n")).isEqualTo("a".repeat(255) + "\n");
        assertThat(Excerpt.of("é".repeat(300))).isEqualTo("é".repeat(128));
        assertThat(Excerpt.of("x" + "😀".repeat(64))).isEqualTo("😀".repeat(64));
        assertThat(Excerpt.of("😀".repeat(64) + "x")).isEqualTo("😀".repeat(63) + "x");
    }

    @Property
    void itIsAnEndOfTheOutputThatFitsAndIsAllOfItself(@ForAll @From("outputs") String output) {
        String excerpt = Excerpt.of(output);

        assertThat(output).endsWith(excerpt);
        assertThat(excerpt.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(Excerpt.MAX_BYTES);
        assertThat(excerpt.isEmpty()).isEqualTo(output.isEmpty());
        assertThat(excerpt.lines().count()).isLessThanOrEqualTo(2);
        assertThat(Excerpt.of(excerpt)).isEqualTo(excerpt);
    }

    @Provide
    Arbitrary<String> outputs() {
        return Arbitraries.of("a", "line", "é", "😀", "\n", "x".repeat(120))
                .list()
                .ofMaxSize(40)
                .map(parts -> String.join("", parts));
    }
}
