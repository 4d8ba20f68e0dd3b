package dev.persys.http.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.api.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AnswerTest {
    @ParameterizedTest
    @ValueSource(strings = {"\"many\"", "1e400", "{}", "[7]", "99999999999999999999999", "-1", "true"})
    void problemWithAnEpochThatIsNoneIsThatProblem(String epoch) {
        Problem problem = problem("{\"type\":\"stale-epoch\",\"detail\":\"newer is here\",\"epoch\":" + epoch + "}");

        assertThat(problem.type()).isEqualTo("stale-epoch");
        assertThat(problem.detail()).isEqualTo("newer is here");
        assertThat(problem.epoch()).isEmpty();
    }

    @Test
    void whatIsNoProblemIsShownAsItIs() {
        assertThat(problem("<html>").type()).isEqualTo("http-409");
        assertThat(problem("[1]").detail()).isEqualTo("[1]");
    }

    private static Problem problem(String body) {
        return Answer.of("peer", 409, body).problem();
    }
}
