package dev.persys.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RuntimeFailureTest {
    @Test
    void failureBehindAStageIsWhatItWas() {
        RuntimeFailure known = new RuntimeFailure(RuntimeFailure.Kind.CONFLICT, "the name is taken");

        assertThat(RuntimeFailure.from(new CompletionException(known))).isSameAs(known);
    }

    @Test
    void mistakeOfOursIsToldInASentence() {
        RuntimeFailure failure =
                RuntimeFailure.from(new CompletionException(new IllegalStateException("no such port")));

        assertThat(failure.kind()).isEqualTo(RuntimeFailure.Kind.REFUSED);
        assertThat(failure)
                .hasMessage("the agent made a mistake in what it asked of the container engine: no such port");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  "})
    void mistakeThatSaysNothingIsToldWithoutTheNameOfItsClass(String said) {
        assertThat(RuntimeFailure.from(new IllegalStateException(said)).getMessage())
                .contains("please report")
                .doesNotContain("Exception", "java.");
        assertThat(RuntimeFailure.from(new NullPointerException()).getMessage()).doesNotContain("Exception");
    }
}
