package dev.persys.http.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class SparseWarningsTest {
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE);

    @Test
    void oneLineSaysHowManyThereWere() {
        SparseWarnings warnings = new SparseWarnings("agent-api", nanos::get);
        assertThat(warnings.tell("10.0.0.1", "expired").orElseThrow())
                .contains("agent-api refused a connection", "10.0.0.1: expired");
        assertThat(warnings.tell("10.0.0.2", "expired")).isEmpty();
        assertThat(warnings.tell("10.0.0.3", "expired")).isEmpty();
        nanos.addAndGet(SparseWarnings.PAUSE.toNanos());
        assertThat(warnings.tell("10.0.0.4", "no TLS").orElseThrow()).contains("3 connections", "10.0.0.4: no TLS");
        assertThat(warnings.tell("10.0.0.5", "no TLS")).isEmpty();
    }
}
