package dev.persys.cli.verb;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.persys.cli.client.JsonText;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written as YAML is what it was, to whoever reads it. */
class DocumentsTest {
    private static JsonNode readBack(String yaml) throws IOException {
        List<JsonNode> documents = JsonText.readAll(new YAMLFactory().createParser(yaml));
        assertThat(documents).hasSize(1);
        return documents.get(0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "true",
                "No",
                "null",
                "~",
                "1",
                "1.5",
                "0x1f",
                "1e3",
                "2026-01-02",
                "a: b",
                "a:",
                "a #b",
                "- a",
                "*a",
                "&a",
                "!a",
                "{a}",
                "[a]",
                "'a'",
                "\"a\"",
                " a",
                "a ",
                "a\nb",
                "a\nb\n",
                "a\n\n",
                "\na",
                " a\nb",
                "tab\tbed",
                "\u0000",
                "\u0085\u2028",
                "zwölf",
                "nginx:1.27",
                "/srv/data",
                "a\\b",
                "-",
                "?",
                "%",
                "@x",
                "=",
                "<<",
                "key: |",
                "a\n  b\nc\n",
                "\r\n",
                "a\n\nb",
                "8080->80/tcp",
                "on",
                "y",
                "🚀"
            })
    void textComesBackAsItWas(String text) throws IOException {
        ObjectNode node = JsonText.object().put("key", text);
        node.putArray("list").add(text).addObject().put(text.isEmpty() ? "empty" : text, text);
        assertThat(readBack(Documents.write(node))).isEqualTo(node);
    }

    @Test
    void nestedThingsComeBackAsTheyWere() throws IOException {
        JsonNode node = JsonText.read("""
                {"a":[[1,[2,3]],{"b":{"c":[]},"d":{}},[],[{"e":1},{"f":[null,true,-1.50]}]],"g":{"h":{"i":"j"}}}""");
        assertThat(readBack(Documents.write(node))).isEqualTo(node);
    }

    @Test
    void wholeScalarsAreDocumentsToo() throws IOException {
        assertThat(Documents.write(JsonText.read("[]"))).isEqualTo("[]\n");
        assertThat(Documents.write(JsonText.read("\"x\""))).isEqualTo("x\n");
    }
}
