package dev.persys.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class ShellWordsTest {
    static Stream<Arguments> lines() {
        return Stream.of(
                Arguments.of("", List.of()),
                Arguments.of("  \t\n ", List.of()),
                Arguments.of("celery worker", List.of("celery", "worker")),
                Arguments.of(" a  b ", List.of("a", "b")),
                Arguments.of("sh -c 'echo \"x  y\"'", List.of("sh", "-c", "echo \"x  y\"")),
                Arguments.of("a\"b c\"d'e f'", List.of("ab cde f")),
                Arguments.of("'' \"\"", List.of("", "")),
                Arguments.of("a\\ b \\' \\\\", List.of("a b", "'", "\\")),
                Arguments.of("\"\\$HOME \\` \\\" \\\\ \\n\"", List.of("$HOME ` \" \\ \\n")),
                Arguments.of("'\\'", List.of("\\")),
                Arguments.of("a\\\nb \"c\\\nd\"", List.of("ab", "cd")),
                Arguments.of("a | b; $X *", List.of("a", "|", "b;", "$X", "*")));
    }

    @ParameterizedTest
    @MethodSource("lines")
    void aLineIsSplitAsAShellSplitsIt(String line, List<String> words) {
        assertThat(ShellWords.split(line)).isEqualTo(new ShellWords.Result.Words(words));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {"a 'b|single|3", "a \"b|double|3", "a\\|backslash|2", "\"a\\\"|double|1"})
    void whatIsNeverClosedIsNamedWithItsPlace(String line, String what, int at) {
        ShellWords.Result.Unbalanced result = (ShellWords.Result.Unbalanced) ShellWords.split(line);

        assertThat(result.what()).contains(what);
        assertThat(result.at()).isEqualTo(at);
    }
}
