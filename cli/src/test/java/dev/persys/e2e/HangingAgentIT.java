package dev.persys.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.persys.testing.DockerFixture;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How soon an agent that hangs is noticed, and one that is slow is not, with the times that hold where nothing is set. */
@Tag("alone")
final class HangingAgentIT {
    /** The contract's ten seconds from what it said last, and what is asked for meanwhile. */
    private static final Duration SUSPECT_WITHIN = Duration.ofSeconds(12);

    /** With the last keep-alive up to 2 s before it, mostly longer than event-pause, and less than unreachable-after. */
    private static final Duration HICCUP = Duration.ofMillis(5_500);

    @TempDir
    static Path directory;

    private static FaultyCluster cluster;

    @BeforeAll
    static void start() {
        cluster = FaultyCluster.startWithUsualTimes(directory);
        cluster.join("a", DockerFixture.shared());
    }

    @AfterAll
    static void stop() {
        cluster.close();
        DockerFixture.shared().removeContainers();
    }

    @Test
    void agentThatHangsIsSuspectTenSecondsLaterAndActiveOnceItGoesOn() {
        await().atMost(Duration.ofSeconds(60))
                .until(() -> cluster.node("a").path("reason").asText().equals("Heartbeat"));

        cluster.signalAgent("a", "STOP");
        try {
            await().atMost(SUSPECT_WITHIN)
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> cluster.node("a").path("status").asText().equals("Suspect"));
            assertThat(cluster.node("a").path("reason").asText()).isEqualTo("Unreachable");
            assertThat(cluster.node("a").path("message").asText())
                    .contains("is connected, and has said nothing for more than 6 s");
        } finally {
            cluster.signalAgent("a", "CONT");
        }

        cluster.awaitNode("a", "Active");
    }

    @Test
    void agentThatStandsStillForLessThanThatIsNeverSuspect() {
        cluster.awaitNode("a", "Active");
        for (int i = 0; i < 2; i++) {
            cluster.signalAgent("a", "STOP");
            try {
                await().during(HICCUP)
                        .atMost(HICCUP.plusSeconds(2))
                        .until(() -> cluster.node("a").path("status").asText().equals("Active"));
            } finally {
                cluster.signalAgent("a", "CONT");
            }
            await().during(Duration.ofSeconds(5))
                    .atMost(Duration.ofSeconds(7))
                    .until(() -> cluster.node("a").path("status").asText().equals("Active"));
        }
    }
}
