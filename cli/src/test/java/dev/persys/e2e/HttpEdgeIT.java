package dev.persys.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.persys.testing.HttpFlood;
import dev.persys.testing.HttpFlood.Outcome;
import dev.persys.testing.Processes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A scheduler as it is shipped, on the class path of the launcher, that nobody configured more than its ports. */
final class HttpEdgeIT {
    private static final Duration LONG = Duration.ofMinutes(3);

    @TempDir
    static Path directory;

    private static Launcher persys;
    private static Process scheduler;
    private static InetSocketAddress api;

    @BeforeAll
    static void start() throws IOException {
        api = new InetSocketAddress(InetAddress.getLoopbackAddress(), Processes.freePort());
        InetSocketAddress node = new InetSocketAddress(InetAddress.getLoopbackAddress(), Processes.freePort());
        Files.writeString(
                directory.resolve("scheduler.conf"),
                "persys.http.scheduler { api.port = %d, node.port = %d }\n".formatted(api.getPort(), node.getPort()));
        // The home is the shell's, and an empty variable says nothing: to the scheduler as to the commands.
        persys = new Launcher(directory)
                .with("HOME", directory.resolve("user").toString())
                .with("PERSYS_HOME", "");
        scheduler = persys.serveConfigured("scheduler", "scheduler");
        await().atMost(LONG).until(() -> get(node, "/readyz").status() == 200);
    }

    @AfterAll
    static void stop() {
        scheduler.destroy();
        scheduler.onExit().join();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /%zz HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET /workloads HTTP/1.1\r\nConnection: close\r\n\r\n",
                "QUERY /workloads HTTP/1.1\r\nHost: localhost\r\n\r\n"
            })
    void whatIsNoHttpIsAnsweredWithAProblemAndFillsNoLog(String request) throws IOException {
        String answer = raw(request);

        assertThat(answer).contains("application/problem+json", "malformed-http", "X-Request-Id: ");
        assertThat(Files.readString(directory.resolve("scheduler.log"))).doesNotContain("llegal request");
    }

    @Test
    void tokenIsMadeForItsUserAloneAndThatUsersCommandsFindIt() throws IOException {
        Path token = directory.resolve("user/.persys/scheduler/token");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(token)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(token.getParent())))
                .isEqualTo("rwx------");
        assertThat(Files.readString(directory.resolve("scheduler.log")))
                .contains(token.toString())
                .doesNotContain(Files.readString(token).strip());
        assertThat(get(api, "/workloads").status()).isEqualTo(401);
        assertThat(persys.ok("ps").out()).isNotEmpty();
        assertThat(persys.ok("ps", "--address", "http://localhost:" + api.getPort())
                        .out())
                .isNotEmpty();
    }

    @Test
    void webPagesOfOtherSitesAreNotServed() throws IOException {
        String shown = "Authorization: Bearer "
                + Files.readString(directory.resolve("user/.persys/scheduler/token"))
                        .strip();

        assertThat(raw("GET /workloads HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n" + shown + "\r\n\r\n"))
                .startsWith("HTTP/1.1 421");
        assertThat(raw("POST /cluster/gc HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.example\r\n"
                        + "Content-Length: 0\r\nConnection: close\r\n" + shown + "\r\n\r\n"))
                .startsWith("HTTP/1.1 403");
    }

    private static Outcome get(InetSocketAddress server, String path) {
        return HttpFlood.send(server, List.of(HttpFlood.request("GET", path, Optional.empty())), LONG)
                .get(0);
    }

    private static String raw(String request) throws IOException {
        try (Socket socket = new Socket(api.getAddress(), api.getPort())) {
            socket.setSoTimeout((int) LONG.toMillis());
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
