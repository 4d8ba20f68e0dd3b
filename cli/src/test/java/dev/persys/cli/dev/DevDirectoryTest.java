package dev.persys.cli.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.cli.output.Terminal;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DevDirectoryTest {
    @TempDir
    private Path home;

    private DevDirectory directory;

    @BeforeEach
    void open() {
        directory = DevDirectory.of(new Context(
                Map.of("PERSYS_HOME", home.resolve("new").toString()),
                InputStream.nullInputStream(),
                System.out,
                System.err,
                Terminal.NONE));
    }

    @Test
    void homeIsWhatItIsToAShell() {
        Context context = new Context(
                Map.of("HOME", home.toString(), "PERSYS_HOME", ""),
                InputStream.nullInputStream(),
                System.out,
                System.err,
                Terminal.NONE);
        assertThat(DevDirectory.of(context).path()).isEqualTo(home.resolve(".persys/dev"));
    }

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    @Test
    void onlyItsOwnerCanEnterAndReadTheSecrets() throws IOException {
        directory.prepare();
        assertThat(permissions(directory.path())).isEqualTo("rwx------");
        assertThat(permissions(directory.path().resolve("agent-secret"))).isEqualTo("rw-------");
        assertThat(directory.agentSecret()).hasSize(43);
    }

    @Test
    void secretsAndNamesStayAsTheyWere() throws IOException {
        directory.prepare();
        String secret = directory.agentSecret();
        assertThat(directory.nodeName(Optional.empty())).isEqualTo("node-1");
        assertThat(directory.nodeName(Optional.of("mine"))).isEqualTo("mine");
        directory.prepare();
        assertThat(directory.agentSecret()).isEqualTo(secret);
        assertThat(directory.nodeName(Optional.empty())).isEqualTo("mine");
    }

    @Test
    void portsAreThoseOfTheLastStart() {
        directory.prepare();
        assertThat(directory.ports()).isEmpty();
        directory.announce(new DevPorts(1, 2, 3, 4), 99);
        assertThat(directory.ports()).contains(new DevPorts(1, 2, 3, 4));
        assertThat(directory.endpoints().orElseThrow().path("pid").asLong()).isEqualTo(99);
    }

    @Test
    void nobodyRunsItWhoIsDead() throws IOException {
        assertThat(directory.runningPid()).isEmpty();
        directory.prepare();
        Files.writeString(directory.path().resolve("lock"), "1\n");
        assertThat(directory.runningPid()).isEmpty();
    }

    /** As where its owner alone may enter it, which does not keep root out. */
    @Test
    void whatCannotBeLookedIntoIsNotTakenForAClusterThatDoesNotRun() throws IOException {
        Files.createDirectories(directory.path().getParent());
        Files.writeString(directory.path(), "no directory");

        assertThatThrownBy(directory::runningPid)
                .isInstanceOfSatisfying(
                        Failure.class, failure -> assertThat(failure.code()).isEqualTo(ExitCode.FAILED))
                .hasMessageContaining("cannot be used")
                .hasMessageContaining("Not a directory");
    }

    @Test
    void freePortsAreFourAndFree() {
        DevPorts ports = DevPorts.free();
        ports.requireFree();
        assertThat(ports.bySetting().values()).doesNotHaveDuplicates().hasSize(4);
    }

    @Test
    void aTakenPortIsNamedWithItsSetting() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            DevPorts free = DevPorts.free();
            DevPorts ports = new DevPorts(free.api(), taken.getLocalPort(), free.agent(), free.agentMetrics());
            assertThatThrownBy(ports::requireFree)
                    .isInstanceOfSatisfying(
                            Failure.class, failure -> assertThat(failure.code()).isEqualTo(ExitCode.PORT_TAKEN))
                    .hasMessageContaining("port " + taken.getLocalPort())
                    .hasMessageContaining("persys.http.scheduler.node.port");
        }
    }
}
