package dev.persys.cli.process;

import static dev.persys.cli.process.JoiningCluster.connect;
import static dev.persys.cli.process.JoiningCluster.exchange;
import static dev.persys.cli.process.JoiningCluster.heartbeat;
import static dev.persys.cli.process.JoiningCluster.registration;
import static dev.persys.cli.process.JoiningCluster.sent;
import static dev.persys.cli.process.JoiningCluster.shown;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.typesafe.config.Config;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.cli.process.JoiningCluster.Answer;
import dev.persys.cli.process.JoiningCluster.Machine;
import dev.persys.model.NodeId;
import dev.persys.trust.Certificates;
import dev.persys.trust.Credentials;
import dev.persys.trust.Pin;
import dev.persys.trust.tls.ServerCheck;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Machines that join a real scheduler over real connections, and those that ought not to. */
final class JoiningTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final int GUESSES = 10_000;
    private static final int RENEWALS = 1_000;

    @TempDir
    Path home;

    private static String basic(String user, String password) {
        return "Authorization: Basic "
                + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8))
                + "\r\n";
    }

    static void ready(JoiningCluster cluster) {
        await().atMost(PATIENCE)
                .until(() -> cluster.onNodePort(cluster.nobody(), "GET", "/readyz", "", "")
                                .status()
                        == 200);
    }

    @Test
    void tokenLetsOneMachineInOnceAndNobodyElse() throws IOException {
        try (JoiningCluster cluster = new JoiningCluster(home, Map.of())) {
            ready(cluster);
            Machine machine = new Machine();
            JsonNode token = cluster.token("{}");
            CertificateCall stranger =
                    new CertificateCall(cluster.node(), ServerCheck.of(Pin.of(new Machine().keys.getPublic())));
            assertThatThrownBy(() -> stranger.ask(NodeId.of("node-1"), machine.request, Optional.of(sent(token))))
                    .as("a server without the pin is told nothing")
                    .isInstanceOf(SSLException.class);
            CertificateCall call = new CertificateCall(
                    cluster.node(), ServerCheck.of(Pin.of(cluster.roots().get(0))));
            CertificateCall.Given given = call.ask(NodeId.of("node-1"), machine.request, Optional.of(sent(token)));
            assertThat(machine.with(given).identity()).hasToString("spiffe://persys/agent/node-1");
            for (String node : new String[] {"node-1", "node-2"}) {
                assertThatThrownBy(() -> call.ask(NodeId.of(node), machine.request, Optional.of(sent(token))))
                        .as("sent again as it was, and for another node")
                        .isInstanceOf(CertificateCall.RefusedException.class)
                        .hasMessageContaining("There is no such token");
            }
            JsonNode other = cluster.token("{\"node\":\"node-3\",\"ttl\":\"1s\"}");
            assertThatThrownBy(() -> call.ask(NodeId.of("node-4"), machine.request, Optional.of(sent(other))))
                    .hasMessageContaining("for another node");
            await().pollDelay(Duration.ofMillis(1100)).until(() -> true);
            assertThatThrownBy(() -> call.ask(NodeId.of("node-3"), machine.request, Optional.of(sent(other))))
                    .hasMessageContaining("was over");
            assertThatThrownBy(() -> call.ask(NodeId.of("node-5"), machine.request, Optional.empty()))
                    .hasMessageContaining("joins by a token");
            assertThat(Files.readString(auditFile()))
                    .contains("join-token:", "denied")
                    .doesNotContain(sent(token).substring(25), sent(other).substring(25));
        }
    }

    private Path auditFile() throws IOException {
        try (var files = Files.list(home.resolve("scheduler/audit"))) {
            return files.filter(Files::isRegularFile).sorted().findFirst().orElseThrow();
        }
    }

    @Test
    void certificateSpeaksForItsOwnNodeAloneUntilItIsRevoked() throws IOException {
        try (JoiningCluster cluster = new JoiningCluster(home, Map.of())) {
            ready(cluster);
            Machine one = new Machine();
            Machine two = new Machine();
            Credentials first = one.with(cluster.join(one, "node-1"));
            cluster.join(two, "node-2");
            assertThat(cluster.onNodePort(shown(first), "POST", "/nodes/register", registration("node-1"), "")
                            .status())
                    .isEqualTo(200);
            Answer forOther = cluster.onNodePort(shown(first), "POST", "/nodes/register", registration("node-2"), "");
            assertThat(forOther.status()).isEqualTo(403);
            assertThat(forOther.body()).contains("node-refused", "does not speak for node-2");
            assertThat(cluster.onNodePort(shown(first), "POST", "/nodes/heartbeat", heartbeat("node-2"), "")
                            .status())
                    .isEqualTo(403);
            assertThat(cluster.onNodePort(cluster.nobody(), "POST", "/nodes/heartbeat", heartbeat("node-1"), "")
                            .status())
                    .as("without the certificate, as a captured one is")
                    .isEqualTo(403);
            assertThat(cluster.onNodePort(
                                    shown(cluster.operator()), "POST", "/nodes/heartbeat", heartbeat("node-1"), "")
                            .status())
                    .isEqualTo(403);
            try (SSLSocket kept = connect(shown(first), cluster.nodePort())) {
                assertThat(exchange(kept, "POST", "/nodes/heartbeat", heartbeat("node-1"), "")
                                .status())
                        .isEqualTo(200);
                assertThat(cluster.api("POST", "/nodes/node-1/revoke", "").status())
                        .isEqualTo(200);
                Answer after = exchange(kept, "POST", "/nodes/heartbeat", heartbeat("node-1"), "");
                assertThat(after.status())
                        .as("the next request of an open connection")
                        .isEqualTo(403);
                assertThat(after.body()).contains("revoked");
            }
            assertThatThrownBy(() -> new CertificateCall(cluster.node(), shown(first))
                            .ask(NodeId.of("node-1"), one.request, Optional.empty()))
                    .hasMessageContaining("revoked");
            Credentials anew = one.with(cluster.join(one, "node-1"));
            assertThat(cluster.onNodePort(shown(first), "POST", "/nodes/heartbeat", heartbeat("node-1"), "")
                            .status())
                    .as("the certificate of before the revocation")
                    .isEqualTo(403);
            assertThat(cluster.onNodePort(shown(anew), "POST", "/nodes/heartbeat", heartbeat("node-1"), "")
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void firstKeyIsPinnedAndASecondWaitsForTheOperator() {
        try (JoiningCluster cluster =
                new JoiningCluster(home, Map.of("persys.http.scheduler.join.mode", "first-use"))) {
            ready(cluster);
            Machine first = new Machine();
            Machine second = new Machine();
            Answer joined =
                    cluster.onNodePort(cluster.nobody(), "POST", "/nodes/register", registration("node-1", first), "");
            assertThat(joined.status()).as(joined.body()).isEqualTo(200);
            assertThat(Certificates.read(joined.json().path("certificate").asText(), "answer"))
                    .hasSize(1);
            assertThat(joined.json().path("warnings").isMissingNode()).isTrue();
            Answer refused =
                    cluster.onNodePort(cluster.nobody(), "POST", "/nodes/register", registration("node-1", second), "");
            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.body()).contains("persys node approve node-1 --key " + second.pin);
            assertThat(cluster.api("POST", "/nodes/node-1/approve", "").body())
                    .contains("key-not-named", second.pin.toString());
            assertThat(cluster.api("POST", "/nodes/node-1/approve?key=" + first.pin, "")
                            .status())
                    .isEqualTo(409);
            Answer approved = cluster.api("POST", "/nodes/node-1/approve?key=" + second.pin, "");
            assertThat(approved.status()).as(approved.body()).isEqualTo(200);
            assertThat(cluster.onNodePort(
                                    cluster.nobody(), "POST", "/nodes/register", registration("node-1", second), "")
                            .status())
                    .isEqualTo(200);
            JsonNode key = cluster.api("GET", "/nodes/node-1/key", "").json();
            assertThat(key.path("key").asText()).isEqualTo(second.pin.toString());
            assertThat(key.path("revocation").asInt()).isEqualTo(1);
            // A seed client, of a node that has no key.
            Answer seed = cluster.onNodePort(cluster.nobody(), "POST", "/nodes/register", registration("node-2"), "");
            assertThat(seed.status()).isEqualTo(200);
            assertThat(Certificates.read(seed.json().path("roots").asText(), "answer"))
                    .isEqualTo(cluster.roots());
        }
    }

    @Test
    void tenThousandGuessesAreNotLookedAtAndHoldUpNobody() throws IOException {
        Map<String, String> settings = Map.of(
                "persys.http.scheduler.join.mode",
                "secret",
                "persys.http.agent-secret",
                SECRET,
                "persys.http.scheduler.join.previous-secret",
                "fedcba9876543210fedcba9876543210");
        try (JoiningCluster cluster = new JoiningCluster(home, settings)) {
            ready(cluster);
            Machine machine = new Machine();
            Credentials own = machine.with(cluster.join(machine, "node-9"));
            for (String secret : new String[] {SECRET, "fedcba9876543210fedcba9876543210"}) {
                Answer seed = cluster.onNodePort(
                        cluster.nobody(), "POST", "/nodes/register", registration("node-1"), basic("node-1", secret));
                assertThat(seed.status()).as(seed.body()).isEqualTo(200);
                assertThat(seed.json().path("roots").asText()).contains("BEGIN CERTIFICATE");
            }
            assertThat(cluster.onNodePort(
                                    cluster.nobody(),
                                    "POST",
                                    "/nodes/register",
                                    registration("node-1"),
                                    basic("node-2", SECRET))
                            .status())
                    .isEqualTo(403);
            int looked = 0;
            try (SSLSocket guessing = connect(cluster.nobody(), cluster.nodePort())) {
                for (int i = 0; i < GUESSES; i++) {
                    String guess = i == 0 ? "" : i == 1 ? "x".repeat(6000) : "guess-" + i;
                    int status = exchange(
                                    guessing, "POST", "/nodes/heartbeat", heartbeat("node-1"), basic("node-1", guess))
                            .status();
                    assertThat(status).isIn(401, 429);
                    looked += status == 401 ? 1 : 0;
                    if (i == GUESSES / 2) {
                        assertThat(cluster.onNodePort(
                                                cluster.nobody(),
                                                "POST",
                                                "/nodes/heartbeat",
                                                heartbeat("node-1"),
                                                basic("node-1", SECRET))
                                        .status())
                                .as("whether it is right is not looked at either")
                                .isEqualTo(429);
                        assertThat(cluster.onNodePort(shown(own), "POST", "/nodes/register", registration("node-9"), "")
                                        .status())
                                .as("who has a certificate is not kept waiting")
                                .isEqualTo(200);
                    }
                }
            }
            assertThat(looked).isBetween(1, 60); // Ten at once, and ten a minute.
            assertThat(cluster.onNodePort(cluster.nobody(), "GET", "/healthz", "", "")
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void secretThatEverybodyKnowsDoesNotStart() {
        for (String secret : new String[] {"", "changeme", "short"}) {
            assertThatThrownBy(() -> new JoiningCluster(
                            home,
                            Map.of("persys.http.scheduler.join.mode", "secret", "persys.http.agent-secret", secret)))
                    .as(secret)
                    .hasMessageContaining("persys.http.scheduler.join.mode")
                    .hasMessageContaining("openssl rand -hex 32");
        }
    }

    @Test
    void nodeWhoseCertificateHasExpiredComesBackByApproval() throws IOException {
        try (JoiningCluster cluster =
                new JoiningCluster(home, Map.of("persys.http.scheduler.join.certificate-life", "2s"))) {
            ready(cluster);
            Machine machine = new Machine();
            Credentials first = machine.with(cluster.join(machine, "node-1"));
            CertificateCall call = new CertificateCall(cluster.node(), cluster.nobody());
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThatThrownBy(() -> new CertificateCall(cluster.node(), shown(first))
                                    .ask(NodeId.of("node-1"), machine.request, Optional.empty()))
                            .isInstanceOf(IOException.class)
                            .isNotInstanceOf(CertificateCall.RefusedException.class));
            assertThatThrownBy(() -> call.ask(NodeId.of("node-1"), machine.request, Optional.empty()))
                    .hasMessageContaining("persys node approve node-1 --key " + machine.pin);
            assertThat(cluster.api("POST", "/nodes/node-1/approve?key=" + machine.pin, "")
                            .status())
                    .isEqualTo(200);
            assertThat(machine.with(call.ask(NodeId.of("node-1"), machine.request, Optional.empty()))
                            .identity()
                            .name())
                    .isEqualTo("node-1");
        }
    }

    @Test
    void agentJoinsRenewsAndGoesOnWithoutTheToken() throws IOException {
        // It begins a quarter of its life back, and is due at two thirds: after half a minute or less.
        try (JoiningCluster cluster =
                new JoiningCluster(home, Map.of("persys.http.scheduler.join.certificate-life", "30s"))) {
            ready(cluster);
            String token = cluster.token("{}").path("token").asText();
            String pin = token.substring(token.lastIndexOf('.') + 1);
            String other =
                    token.replace(pin, Pin.of(new Machine().keys.getPublic()).hex());
            assertThatThrownBy(() -> AgentTrust.prepared(
                            cluster.agent("node-1", Map.of("persys.trust.join-token", token.substring(3)))))
                    .isInstanceOf(Failure.class)
                    .hasMessageContaining("no token");
            assertThatThrownBy(() ->
                            AgentTrust.prepared(cluster.agent("node-1", Map.of("persys.trust.join-token", other))))
                    .isInstanceOfSatisfying(
                            Failure.class, failure -> assertThat(failure.code()).isEqualTo(ExitCode.REFUSED))
                    .hasMessageContaining("not of the cluster that the token is of");
            Config joining = cluster.agent("node-1", Map.of("persys.trust.join-token", token));
            ServerParts agent = ServerParts.agent(joining);
            try {
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(
                                        cluster.api("GET", "/nodes/node-1", "").body())
                                .contains("\"nodeId\":\"node-1\"", "\"status\":"));
                BigInteger first = serial(joining);
                await("renewed while it runs")
                        .atMost(PATIENCE)
                        .until(() -> !serial(joining).equals(first));
                assertThat(cluster.api("POST", "/nodes/node-1/revoke", "").status())
                        .isEqualTo(200);
            } finally {
                agent.stop().toCompletableFuture().join();
                agent.release();
            }
            Config again = AgentTrust.prepared(joining);
            assertThat(again.getString("persys.agent.scheduler-url"))
                    .as("the same command again, whose token is used")
                    .isEqualTo("https://127.0.0.1:" + cluster.nodePort());
            assertThat(AgentTrust.renewal(again)).isPresent();
            assertThat(AgentTrust.prepared(cluster.agent("other", Map.of())).getString("persys.http.agent.tls.key"))
                    .as("who has not joined has no certificate")
                    .isEmpty();
        }
    }

    static BigInteger serial(Config agent) throws IOException {
        Path file = Path.of(agent.getString("persys.trust.directory"), "certificate.pem");
        return Certificates.readOne(Files.readString(file), "file").getSerialNumber();
    }

    @Test
    void aThousandRenewalsFailNobody() throws Exception {
        try (JoiningCluster cluster = new JoiningCluster(home, Map.of())) {
            ready(cluster);
            Machine machine = new Machine();
            AtomicReference<Credentials> own = new AtomicReference<>(machine.with(cluster.join(machine, "node-1")));
            assertThat(cluster.onNodePort(shown(own.get()), "POST", "/nodes/register", registration("node-1"), "")
                            .status())
                    .isEqualTo(200);
            AtomicBoolean done = new AtomicBoolean();
            AtomicInteger beats = new AtomicInteger();
            CompletableFuture<Void> load = CompletableFuture.runAsync(() -> {
                try (SSLSocket kept = connect(shown(own.get()), cluster.nodePort())) {
                    while (!done.get()) {
                        assertThat(exchange(kept, "POST", "/nodes/heartbeat", heartbeat("node-1"), "")
                                        .status())
                                .isEqualTo(200);
                        Answer onAnother = cluster.onNodePort(
                                shown(own.get()), "POST", "/nodes/heartbeat", heartbeat("node-1"), "");
                        assertThat(onAnother.status()).as(onAnother.body()).isEqualTo(200);
                        beats.addAndGet(2);
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            Set<BigInteger> serials = new HashSet<>();
            for (int i = 0; i < RENEWALS; i++) {
                own.set(machine.with(new CertificateCall(cluster.node(), shown(own.get()))
                        .ask(NodeId.of("node-1"), machine.request, Optional.empty())));
                serials.add(own.get().chain().get(0).getSerialNumber());
            }
            done.set(true);
            load.get(1, TimeUnit.MINUTES);
            assertThat(serials).hasSize(RENEWALS);
            assertThat(beats.get()).isGreaterThan(0);
        }
    }
}
