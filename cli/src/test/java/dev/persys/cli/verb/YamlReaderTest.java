package dev.persys.cli.verb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.cli.client.JsonText;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class YamlReaderTest {
    private static JsonNode one(String yaml) throws YamlReader.SyntaxException {
        List<JsonNode> documents = YamlReader.read(yaml);
        assertThat(documents).hasSize(1);
        return documents.get(0);
    }

    @Test
    void aliasesAreWhatTheyName() throws Exception {
        assertThat(one("a: &v hello\nb: *v\nc: &l [1, *v]\nd: *l\n"))
                .isEqualTo(JsonText.read("{\"a\":\"hello\",\"b\":\"hello\",\"c\":[1,\"hello\"],\"d\":[1,\"hello\"]}"));
    }

    @Test
    void whatIsWrittenStandsAboveWhatIsMergedAndTheFirstMergedAboveTheNext() throws Exception {
        String yaml = "x: &x {a: 1, b: 1}\ny: &y {b: 2, c: 2}\none: {<<: *x, a: 9}\ntwo: {<<: [*x, *y]}\n";
        assertThat(one(yaml).path("one")).isEqualTo(JsonText.read("{\"a\":9,\"b\":1}"));
        assertThat(one(yaml).path("two")).isEqualTo(JsonText.read("{\"a\":1,\"b\":1,\"c\":2}"));
    }

    @ParameterizedTest
    @CsvSource({
        "no, '\"no\"'",
        "on, '\"on\"'",
        "y, '\"y\"'",
        "true, true",
        "null, null",
        "~, null",
        "12, 12",
        "-3, -3",
        "1.50, 1.50",
        "1e3, 1e3",
        "0, 0",
        "12:30, '\"12:30\"'",
        "2026-01-02, '\"2026-01-02\"'",
        "0x1f, '\"0x1f\"'",
        "'\"7\"', '\"7\"'",
        "123456789012345678901234567890, 123456789012345678901234567890"
    })
    void plainWordsAreWhatTheyLookLike(String written, String json) throws Exception {
        JsonNode value = one("k: " + written + "\n").path("k");
        JsonNode meant = JsonText.read("[" + json + "]").path(0);
        assertThat(value.isNumber() ? value.decimalValue() : value)
                .isEqualTo(meant.isNumber() ? meant.decimalValue() : meant);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a: 0100               | line 1, column 4 | another number",
                "a: 1_000              | line 1           | another number",
                "a: !!int '5'          | line 1           | the tag !!int",
                "a: !secret x          | line 1           | the tag !secret",
                "a: *none              | line 1           | none",
                "a: 1;b: 2;a: 3        | line 3           | there already, in line 1",
                "a: &a [*a]            | line 1           | an alias within",
                "a: [1, 2;b: 3         | line             | while parsing a flow sequence",
                "a: 1;;	b: 2           | line 3           | found character",
                "? [a] : b             | line 1           | a key is a word",
                "<<: text              | line 1           | wants an alias of a mapping"
            })
    void whatIsWrongIsSaidWithItsPlace(String yaml, String place, String what) {
        assertThatThrownBy(() -> YamlReader.read(yaml.replace(';', '\n')))
                .isInstanceOf(YamlReader.SyntaxException.class)
                .hasMessageContainingAll(place, what)
                .hasMessageNotContaining("snakeyaml");
    }

    @Test
    void whatGrowsWithoutEndIsRefused() {
        StringBuilder laughs = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for (int i = 1; i < 10; i++) {
            laughs.append("a%d: &a%d [".formatted(i, i))
                    .append("*a%d,".formatted(i - 1).repeat(10))
                    .append("x]\n");
        }
        assertThatThrownBy(() -> YamlReader.read(laughs.toString()))
                .isInstanceOf(YamlReader.SyntaxException.class)
                .hasMessageContaining("values");
        assertThatThrownBy(() -> YamlReader.read("[".repeat(10_000)))
                .isInstanceOf(YamlReader.SyntaxException.class)
                .hasMessageContaining("deep");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":[1,2.5,true,null,\"x\\ny\"],\"b\":{\"c\":\"\"}}",
                "[]",
                "{\"a\":\"\\u00e9\\ud83d\\ude80\"}"
            })
    void jsonIsYaml(String json) throws IOException, YamlReader.SyntaxException {
        assertThat(one(json)).hasToString(JsonText.read(json).toString());
    }

    @Test
    void emptyDocumentsAreNull() throws Exception {
        assertThat(YamlReader.read("---\n---\na: 1\n---\n# nothing\n"))
                .extracting(JsonNode::isNull)
                .contains(true, false);
    }
}
