package dev.persys.cli.process;

import static dev.persys.cli.process.JoiningCluster.heartbeat;
import static dev.persys.cli.process.JoiningCluster.registration;
import static dev.persys.cli.process.JoiningCluster.shown;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.Config;
import dev.persys.ca.AuthorityDirectory;
import dev.persys.ca.CertificateAuthority;
import dev.persys.cli.process.JoiningCluster.Answer;
import dev.persys.cli.process.JoiningCluster.Machine;
import dev.persys.join.JoinToken;
import dev.persys.model.NodeId;
import dev.persys.trust.Credentials;
import dev.persys.trust.Pin;
import dev.persys.trust.tls.CredentialsPaths;
import dev.persys.trust.tls.ServerCheck;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The root of a running cluster is changed, and nobody is cut off. */
final class RotationTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    Path home;

    private static List<X509Certificate> roots(Config agent) {
        return credentials(agent).roots();
    }

    private static Credentials credentials(Config agent) {
        Path files = Path.of(agent.getString("persys.trust.directory"));
        return new CredentialsPaths(
                        files.resolve("certificate.pem"), files.resolve("key.pem"), files.resolve("roots.pem"))
                .read(Instant.now());
    }

    private static Answer beat(JoiningCluster cluster, Credentials own) {
        String node = own.identity().name();
        Answer answer = cluster.onNodePort(shown(own), "POST", "/nodes/heartbeat", heartbeat(node), "");
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer;
    }

    @Test
    void agentsAreGivenBothRootsBeforeTheNextOneIsShown() throws Exception {
        try (JoiningCluster cluster = new JoiningCluster(home, Map.of())) {
            await().atMost(PATIENCE)
                    .until(() -> cluster.onNodePort(cluster.nobody(), "GET", "/readyz", "", "")
                                    .status()
                            == 200);
            AuthorityDirectory authority = new AuthorityDirectory(home.resolve("ca"));
            X509Certificate previous = authority.open().roots().signing();
            Machine machine = new Machine();
            Credentials late = machine.with(cluster.join(machine, "node-2"));
            assertThat(cluster.onNodePort(shown(late), "POST", "/nodes/register", registration("node-2"), "")
                            .status())
                    .isEqualTo(200);
            Config joining = cluster.agent(
                    "node-1",
                    Map.of(
                            "persys.trust.join-token",
                            cluster.token("{}").path("token").asText()));
            ServerParts agent = ServerParts.agent(joining);
            try {
                assertThat(roots(joining)).containsExactly(previous);
                X509Certificate next = authority
                        .change(old -> old.rotated(Instant.now(), new SecureRandom()))
                        .roots()
                        .signing();
                await("the scheduler sees it, and is believed by who has the previous root alone")
                        .atMost(PATIENCE)
                        .until(() -> beat(cluster, late).json().path("rootPins").size() == 2);
                joinsByThePreviousRoot(cluster, previous);
                await("both roots come to the agent")
                        .atMost(PATIENCE)
                        .until(() -> roots(joining).equals(List.of(next, previous)));
                credentials(joining).chain().get(0).verify(next.getPublicKey());
                beat(cluster, credentials(joining));
                beat(cluster, late);

                authority.change(CertificateAuthority::finished);
                await("and the next one alone")
                        .atMost(PATIENCE)
                        .until(() -> roots(joining).equals(List.of(next)));
                assertThat(beat(cluster, credentials(joining)).json().path("rootPins"))
                        .hasSize(1);
            } finally {
                agent.stop().toCompletableFuture().join();
                agent.release();
            }
        }
    }

    private static void joinsByThePreviousRoot(JoiningCluster cluster, X509Certificate previous) throws IOException {
        JoinToken token =
                JoinToken.parse(cluster.token("{}").path("token").asText()).orElseThrow();
        assertThat(token.pin()).isEqualTo(Pin.of(previous));
        Machine machine = new Machine();
        Credentials joined = machine.with(new CertificateCall(cluster.node(), ServerCheck.of(token.pin()))
                .ask(
                        NodeId.of("node-3"),
                        machine.request,
                        Optional.of(token.shown().text())));
        assertThat(joined.roots()).hasSize(2);
    }
}
