package dev.persys.cli.process;

import static dev.persys.cli.process.JoiningCluster.sent;
import static dev.persys.cli.process.JoiningTest.ready;
import static dev.persys.cli.process.JoiningTest.serial;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.typesafe.config.Config;
import dev.persys.cli.process.JoiningCluster.Machine;
import dev.persys.model.NodeId;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Agents whose certificate counts no more while they run, at a real scheduler. */
final class ComingBackTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path home;

    private static void approvedWhenItWaits(JoiningCluster cluster) {
        JsonNode waiting = await().atMost(PATIENCE)
                .until(
                        () -> cluster.api("GET", "/nodes/node-1/key", "").json().path("pending"),
                        pending -> !pending.isMissingNode());
        assertThat(cluster.api(
                                "POST",
                                "/nodes/node-1/approve?key="
                                        + waiting.path("key").asText(),
                                "")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void certificateThatExpiresWhileTheAgentRunsIsReplacedOnceItsKeyIsApproved() throws IOException {
        try (JoiningCluster cluster =
                new JoiningCluster(home, Map.of("persys.http.scheduler.join.certificate-life", "4s"))) {
            ready(cluster);
            Config own = AgentTrust.prepared(cluster.agent(
                    "node-1",
                    Map.of(
                            "persys.trust.join-token",
                            cluster.token("{}").path("token").asText())));
            BigInteger first = serial(own);
            await().pollDelay(Duration.ofMillis(4200)).atMost(PATIENCE).until(() -> true);
            try (CertificateRenewal renewal = AgentTrust.renewal(own).orElseThrow()) {
                renewal.start();
                approvedWhenItWaits(cluster);
                await().atMost(PATIENCE).until(() -> !serial(own).equals(first));
            }
        }
    }

    @Test
    void agentThatIsRevokedWhileItRunsComesBackByApproval() throws IOException {
        try (JoiningCluster cluster =
                new JoiningCluster(home, Map.of("persys.scheduler.heartbeat-interval", "200ms"))) {
            ready(cluster);
            Config joining = cluster.agent(
                    "node-1",
                    Map.of(
                            "persys.trust.join-token",
                            cluster.token("{}").path("token").asText()));
            ServerParts agent = ServerParts.agent(joining);
            try {
                await().atMost(PATIENCE)
                        .until(() -> cluster.api("GET", "/nodes/node-1", "").status() == 200);
                BigInteger first = serial(joining);
                assertThat(cluster.api("POST", "/nodes/node-1/revoke", "").status())
                        .isEqualTo(200);
                approvedWhenItWaits(cluster);
                await("long before two thirds of its life are over")
                        .atMost(PATIENCE)
                        .until(() -> !serial(joining).equals(first));
                assertThat(cluster.api("GET", "/nodes/node-1/key", "")
                                .json()
                                .path("revoked")
                                .asBoolean())
                        .isFalse();
            } finally {
                agent.stop().toCompletableFuture().join();
                agent.release();
            }
        }
    }

    @Test
    void whatOthersDidWrongKeepsNobodyOutWhomAnOperatorHasLetIn() throws IOException {
        try (JoiningCluster cluster = new JoiningCluster(home, Map.of())) {
            ready(cluster);
            Machine revoked = new Machine();
            cluster.join(revoked, "node-1");
            assertThat(cluster.api("POST", "/nodes/node-1/revoke", "").status()).isEqualTo(200);
            CertificateCall call = new CertificateCall(cluster.node(), cluster.nobody());
            for (int i = 0; i < 25; i++) {
                assertThatThrownBy(() -> call.ask(NodeId.of("node-1"), revoked.request, Optional.empty()))
                        .as("to come again while the key waits is not wrong")
                        .isInstanceOf(CertificateCall.RefusedException.class)
                        .hasMessageContaining("persys node approve node-1 --key " + revoked.pin);
            }
            Machine machine = new Machine();
            JsonNode token = cluster.token("{}");
            await("nobody there may be wrong any more")
                    .pollInterval(Duration.ofMillis(10))
                    .atMost(PATIENCE)
                    .untilAsserted(() -> assertThatThrownBy(
                                    () -> call.ask(NodeId.of("node-2"), machine.request, Optional.empty()))
                            .isNotInstanceOf(CertificateCall.RefusedException.class)
                            .hasMessageContaining("Too much"));
            approvedWhenItWaits(cluster);
            assertThat(revoked.with(call.ask(NodeId.of("node-1"), revoked.request, Optional.empty()))
                            .identity()
                            .name())
                    .isEqualTo("node-1");
            assertThat(machine.with(call.ask(NodeId.of("node-2"), machine.request, Optional.of(sent(token))))
                            .identity()
                            .name())
                    .isEqualTo("node-2");
        }
    }
}
