package dev.persys.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.persys.testing.DockerFixture;
import dev.persys.testing.EtcdFixture;
import dev.persys.testing.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code persys scheduler} and {@code persys agent} as processes of their own, on etcd, with certificates that {@code persys
 * ca} has signed as the manual says.
 */
final class EtcdTlsEndToEndIT extends EndToEnd {
    private static final String OPERATOR = "jane";

    @TempDir
    static Path directory;

    private static EtcdFixture etcd;
    private static Launcher persys;
    private static Process scheduler;
    private static Process agent;

    @BeforeAll
    static void start() throws IOException {
        etcd = EtcdFixture.start();
        int api = Processes.freePort();
        int node = Processes.freePort();
        int orders = Processes.freePort();
        persys = new Launcher(directory)
                .with("PERSYS_ADDRESS", "https://127.0.0.1:" + api)
                .with("AGENT_SECRET", "end-to-end")
                .with("DOCKER_HOST", DockerFixture.shared().host());
        persys.ok("ca", "init", "prod");
        sign("scheduler", "s-1");
        sign("agent", "node-1");
        sign("operator", OPERATOR);
        Files.writeString(directory.resolve("scheduler.conf"), """
                persys.store { kind = etcd, etcd.endpoints = ["%s"] }
                persys.http.scheduler { api.port = %d, node.port = %d, tls { %s } }
                %s""".formatted(
                        etcd.endpoints().get(0), api, node, files("scheduler"), NO_PASSES));
        Files.writeString(directory.resolve("agent.conf"), """
                persys.agent { node-id = node-1, ip-address = "127.0.0.1", port = %d, scheduler-url = "http://127.0.0.1:%d" }
                persys.agent.allow.host-paths = ["%s"]
                persys.http.agent { api.port = %d, metrics.port = %d, tls { %s } }
                """.formatted(
                        orders, node, directory, orders, Processes.freePort(), files("agent")));
        persys = persys.with(
                        "PERSYS_CERTIFICATE",
                        file("operator", "certificate.pem").toString())
                .with("PERSYS_KEY", file("operator", "key.pem").toString())
                .with("PERSYS_ROOTS", file("operator", "roots.pem").toString());
        scheduler = persys.serveConfigured("scheduler", "scheduler");
        agent = persys.serveConfigured("agent", "agent");
        await().atMost(Duration.ofSeconds(60))
                .until(() -> persys.run("nodes").out().contains("Active"));
    }

    /** A key of its own, and what the authority signs for it. */
    private static void sign(String role, String name) throws IOException {
        String target = directory.resolve(role).toString();
        persys.ok("ca", "request", "--out", target);
        String request = file(role, "request.pem").toString();
        persys.ok("ca", "sign", request, "--role", role, "--name", name, "--out", target + "-signed");
        for (String signed : new String[] {"certificate.pem", "roots.pem"}) {
            Files.move(directory.resolve(role + "-signed").resolve(signed), file(role, signed));
        }
    }

    private static Path file(String role, String name) {
        return directory.resolve(role).resolve(name);
    }

    private static String files(String role) {
        return "certificate = \"%s\", key = \"%s\", roots = \"%s\""
                .formatted(file(role, "certificate.pem"), file(role, "key.pem"), file(role, "roots.pem"));
    }

    @AfterAll
    static void stop() {
        agent.destroy();
        scheduler.destroy();
        agent.onExit().join();
        scheduler.onExit().join();
        etcd.close();
        DockerFixture.shared().removeContainers();
    }

    @Override
    Launcher persys() {
        return persys;
    }

    @Override
    Path files() {
        return directory;
    }

    @Test
    void whatRunsIsGoneIntoAndWhoDidSoIsKnown() {
        persys.ok("run", DockerFixture.BUSYBOX, "--name", "inside", "--stop-grace", "0s", "--", "sleep", "600");
        assertThat(persys.ok("exec", "inside", "--", "echo", "within").out()).isEqualTo("within\n");
        assertThat(persys.ok("audit", "--since", "1h").out()).contains("operator/" + OPERATOR);
        persys.ok("rm", "inside");
    }

    @Test
    void whoHasAnotherRoleOrNoCertificateIsTurnedAway() {
        Launcher.Result other = persys.run(
                "ps", "--certificate=" + file("agent", "certificate.pem"), "--key=" + file("agent", "key.pem"));
        Launcher.Result none = persys.with("PERSYS_CERTIFICATE", "")
                .with("PERSYS_KEY", "")
                .with("PERSYS_ROOTS", "")
                .run("ps");

        assertThat(other.status()).isEqualTo(6);
        assertThat(other.err()).contains("agent/node-1", "--certificate");
        assertThat(none.status()).isEqualTo(5);
        assertThat(none.err()).contains("no roots of a cluster were given");
    }
}
