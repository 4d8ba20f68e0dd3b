package dev.persys.cli.verb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persys.cli.client.JsonText;
import dev.persys.cli.client.SeenWorkload;
import dev.persys.cli.syntax.Reader;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SelectorTest {
    @ParameterizedTest
    @CsvSource({
        "team=a, true, false, false",
        "team==a, true, false, false",
        "team!=a, false, true, true",
        "team, true, true, false",
        "!team, false, false, true",
        "team=, false, false, false",
        "rule=Host(`x`)=y, false, false, false"
    })
    void fitsByTheLabel(String selector, boolean a, boolean b, boolean none)
            throws Reader.NotAValueException, IOException {
        Selector read = Selector.READER.read(selector);
        assertThat(read.fits(labelled("{\"team\":\"a\"}"))).isEqualTo(a);
        assertThat(read.fits(labelled("{\"team\":\"b\"}"))).isEqualTo(b);
        assertThat(read.fits(labelled("{}"))).isEqualTo(none);
        assertThat(read.toString()).isEqualTo(selector.replace("==", "="));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "=a", "!=a", "!", "!!a", "!a=b", " =a"})
    void whatNamesNoLabelIsRefused(String text) {
        assertThatThrownBy(() -> Selector.READER.read(text)).hasMessageContaining("KEY!=VALUE");
    }

    private static SeenWorkload labelled(String labels) throws IOException {
        return new SeenWorkload(JsonText.read("{\"labels\":" + labels + "}"));
    }
}
