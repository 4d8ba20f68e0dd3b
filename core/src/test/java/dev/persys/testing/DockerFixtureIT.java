package dev.persys.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class DockerFixtureIT {
    @Test
    void sharedEngineRunsAShell() {
        DockerFixture docker = DockerFixture.shared();
        assertThat(docker.docker("run", "--rm", DockerFixture.BUSYBOX, "sh", "-c", "echo hi; expr 1 + 1"))
                .isEqualTo("hi\n2");
    }

    @Test
    void publishedPortIsReachable() {
        DockerFixture docker = DockerFixture.shared();
        int port = Processes.freePort();
        String id = docker.docker(
                "run",
                "--detach",
                "--publish",
                "127.0.0.1:" + port + ":80",
                DockerFixture.BUSYBOX,
                "sh",
                "-c",
                "echo hello > /tmp/index.html; httpd -f -p 80 -h /tmp");
        assertThat(Processes.await(Duration.ofSeconds(10), () -> answers(port, "hello")))
                .isTrue();
        docker.docker("rm", "--force", id);
    }

    @Test
    void privateEngineIsStoppedKilledAndPausedWithoutTouchingTheSharedOne() {
        DockerFixture shared = DockerFixture.shared();
        Path directory;
        try (DockerFixture docker = DockerFixture.start("--live-restore")) {
            directory = Path.of(docker.host().replace("unix://", "")).getParent();
            String id = docker.docker(
                    "run", "--detach", DockerFixture.BUSYBOX, "sh", "-c", "trap 'exit 0' TERM; sleep 1000 & wait");

            docker.kill();
            assertThat(docker.isHealthy()).isFalse();
            docker.restart();
            assertThat(docker.docker("inspect", "--format", "{{.State.Running}}", id))
                    .isEqualTo("true");

            docker.stop();
            docker.restart();
            assertThat(docker.docker("inspect", "--format", "{{.State.Running}}", id))
                    .isEqualTo("true");

            docker.pause();
            assertThat(docker.isHealthy()).isFalse();
            assertThat(shared.isHealthy()).isTrue();
            docker.resume();
            assertThat(Processes.await(Duration.ofSeconds(10), docker::isHealthy))
                    .isTrue();

            docker.removeContainers();
            assertThat(docker.docker("ps", "--all", "--quiet")).isEmpty();
        }
        assertThat(Files.exists(directory)).isFalse();
        assertThat(shared.isHealthy()).isTrue();
    }

    private static boolean answers(int port, String expected) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(2000);
            socket.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8).contains(expected);
        } catch (IOException e) {
            return false;
        }
    }
}
