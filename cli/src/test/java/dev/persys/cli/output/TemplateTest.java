package dev.persys.cli.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.cli.client.JsonText;
import dev.persys.cli.syntax.Reader;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TemplateTest {
    private static JsonNode web() throws IOException {
        return JsonText.read("""
            {"id":"w-1","name":"web","status":"Running","nodeId":null,"restartCount":0,
             "labels":{"team":"a","traefik.enable":"true"},"publishedPorts":[{"container":80,"host":8080}]}""");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{.name} is {.status}        | web is Running",
                "{{.Name}}\\t{{ .Status }}    | ~web\tRunning~",
                "{/labels/traefik.enable}    | true",
                "{.labels.team}{.restartCount} | a0",
                "{.publishedPorts.0.host}    | 8080",
                "{.publishedPorts}           | [{\"container\":80,\"host\":8080}]",
                "{.nodeId}{.exitCode}.       | .",
                "\\{{.name}\\}                 | {web}",
                "C:\\path                     | C:\\path"
            })
    void placesAreFilledWithFields(String template, String line) throws Reader.NotAValueException, IOException {
        assertThat(Template.READER.read(template).line(web())).isEqualTo(line);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{.name", "{{.name}", "{name}", "{}", "{{json .}}", "{.a b}"})
    void whatIsNoTemplateIsRefused(String text) {
        assertThatThrownBy(() -> Template.READER.read(text)).isInstanceOf(Reader.NotAValueException.class);
    }

    @Test
    void placesThatNothingFillsAreKnown() throws Reader.NotAValueException, IOException {
        assertThat(Template.READER.read("{.name} {.nodeId} {.nmae} {{.Names}}").emptyIn(List.of(web(), web())))
                .containsExactly("{.nmae}", "{{.Names}}");
    }
}
