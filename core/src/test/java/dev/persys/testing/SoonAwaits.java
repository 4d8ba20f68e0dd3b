package dev.persys.testing;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * What a test waits for is looked for every {@link #INTERVAL}, unless it says otherwise: at Awaitility's own tenth of a
 * second thousands of waits cost minutes. Found by JUnit in {@code META-INF/services}.
 */
public final class SoonAwaits implements BeforeAllCallback {
    private static final Duration INTERVAL = Duration.ofMillis(20);

    @Override
    public void beforeAll(ExtensionContext context) {
        Awaitility.setDefaultPollInterval(INTERVAL);
        Awaitility.setDefaultPollDelay(Duration.ZERO);
    }
}
