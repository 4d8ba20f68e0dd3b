package dev.persys.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.persys.model.ClusterId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SpiffeIdTest {
    @Test
    void isReadAsItIsWritten() {
        SpiffeId id = new SpiffeId(new ClusterId("c-1"), Role.AGENT, "node-1.rack-2");
        assertThat(id).hasToString("spiffe://c-1/agent/node-1.rack-2");
        assertThat(SpiffeId.parse(id.toString())).isEqualTo(id);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "spiffe://c-1",
                "spiffe://c-1/agent",
                "spiffe://c-1/agent/",
                "spiffe://c-1/agent/node-1/",
                "spiffe://c-1//node-1",
                "spiffe://c-1/agent/node-1/x",
                "spiffe://c-1/Agent/node-1",
                "spiffe://c-1/root/node-1",
                "spiffe:///agent/node-1",
                "spiffe://C-1/agent/node-1",
                "spiffe://c-1:80/agent/node-1",
                "spiffe://x@c-1/agent/node-1",
                "spiffe://c-1/agent/node%2d1",
                "spiffe://c-1/agent/node-1?a",
                "spiffe://c-1/agent/node-1#a",
                "spiffe://c-1/agent/../operator",
                "SPIFFE://c-1/agent/node-1",
                " spiffe://c-1/agent/node-1",
                "https://c-1/agent/node-1",
            })
    void nothingElseIsOne(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> SpiffeId.parse(text));
    }
}
