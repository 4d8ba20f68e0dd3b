package dev.persys.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RequestJsonTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "  ",
                "{",
                "{\"a\":1,}",
                "{'a':1}",
                "{\"a\":1} x",
                "{\"a\":1}{}",
                "{\"a\":NaN}",
                "{\"a\":01}",
                "{\"a\":1e99999999999}",
                "{\"a\":\"\n\"}",
                "{\"a\":1,\"a\":2}",
                "// no\n{}"
            })
    void whatIsNotOneStrictDocumentIsMalformed(String body) {
        assertThat(RequestJson.read(body.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(RequestJson.Reading.Malformed.class);
    }

    @Test
    void theFaultIsFoundByLineAndColumn() {
        RequestJson.Reading.Malformed malformed = (RequestJson.Reading.Malformed)
                RequestJson.read("{\n  \"a\": 1,\n  \"b\": x\n}".getBytes(StandardCharsets.UTF_8));

        assertThat(malformed.line()).isEqualTo(3);
        assertThat(malformed.column()).isBetween(8, 10);
        assertThat(malformed.detail()).contains("Unrecognized token").doesNotContain("\n");
    }

    @Test
    void bombsOfBracketsAndDigitsEndEarly() {
        assertThat(RequestJson.read("[".repeat(100_000).getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(RequestJson.Reading.Malformed.class);
        assertThat(RequestJson.read(("[" + "9".repeat(100_000) + "]").getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(RequestJson.Reading.Malformed.class);
    }

    @Test
    void onlyUtf8IsRead() {
        String body = "{\"a\":\"b\"}";

        assertThat(RequestJson.read(body.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(RequestJson.Reading.Document.class);
        assertThat(RequestJson.read(("\uFEFF" + body).getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(RequestJson.Reading.Document.class);
        for (String other : List.of("UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "UTF-32LE")) {
            assertThat(RequestJson.read(body.getBytes(Charset.forName(other))))
                    .as(other)
                    .isEqualTo(new RequestJson.Reading.Malformed("the body is not text in UTF-8", 1, 1));
        }
        // A slash in two bytes, and half of a surrogate pair in three.
        assertThat(RequestJson.read(new byte[] {'"', (byte) 0xc0, (byte) 0xaf, '"'}))
                .isInstanceOf(RequestJson.Reading.Malformed.class);
        assertThat(RequestJson.read(new byte[] {'"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"'}))
                .isInstanceOf(RequestJson.Reading.Malformed.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{\"a\":1}{}", "{\"a\":NaN}", "{", "{\"a\":1,\"a\":2}", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "x"
            })
    void noClassOfALibraryIsNamed(String body) {
        RequestJson.Reading.Malformed malformed =
                (RequestJson.Reading.Malformed) RequestJson.read(body.getBytes(StandardCharsets.UTF_8));

        assertThat(malformed.detail()).isNotBlank().doesNotContain("`", "fasterxml", "Stream", "Feature");
    }

    @Test
    void bytesThatAreNoUtf8AreMalformed() {
        assertThat(RequestJson.read(new byte[] {'"', (byte) 0xc3, (byte) 0x28, '"'}))
                .isInstanceOf(RequestJson.Reading.Malformed.class);
        assertThat(RequestJson.read(new byte[] {(byte) 0xff, (byte) 0xfe, 0}))
                .isInstanceOf(RequestJson.Reading.Malformed.class);
    }
}
