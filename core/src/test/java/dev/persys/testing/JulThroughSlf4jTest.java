package dev.persys.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.logging.LogManager;
import org.junit.jupiter.api.Test;
import org.slf4j.bridge.SLF4JBridgeHandler;

class JulThroughSlf4jTest {
    @Test
    void librariesLogToTheLogOfTheTestsAlone() {
        assertThat(LogManager.getLogManager().getLogger("").getHandlers())
                .hasSize(1)
                .hasOnlyElementsOfType(SLF4JBridgeHandler.class);
    }
}
