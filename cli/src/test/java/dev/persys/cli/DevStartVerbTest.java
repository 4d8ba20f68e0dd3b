package dev.persys.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.cli.CommandLineFixture.Result;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code persys dev start} says before it starts anything. */
class DevStartVerbTest {
    @TempDir
    Path home;

    private Result start(String... options) {
        String[] line = new String[options.length + 2];
        line[0] = "dev";
        line[1] = "start";
        System.arraycopy(options, 0, line, 2, options.length);
        return new CommandLineFixture().with("PERSYS_HOME", home.toString()).run(line);
    }

    @Test
    void quietIsQuiet() throws IOException {
        Files.createDirectories(home.resolve("dev"));
        CommandLineFixture cli = new CommandLineFixture().with("PERSYS_HOME", home.toString());

        assertThat(cli.run("dev", "stop").err()).isEqualTo("It is not running.\n");
        Result quiet = cli.run("dev", "stop", "-q");

        assertThat(quiet.code()).isEqualTo(ExitCode.OK);
        assertThat(quiet.err() + quiet.out()).isEmpty();
    }

    @Test
    void nodeKeepsItsName() throws IOException {
        Path dev = Files.createDirectories(home.resolve("dev"));
        Files.createDirectories(dev.resolve("store"));
        Files.writeString(dev.resolve("node"), "node-1\n");
        Result refused = start("--name", "other");
        assertThat(refused.code()).isEqualTo(ExitCode.REFUSED);
        assertThat(refused.err()).contains("the node of this cluster is node-1", "PERSYS_HOME");
    }

    @Test
    void whatIsAskedOfAClusterThatRunsAlreadyIsRefusedOrSaidNotToBeDone() throws IOException {
        Path dev = Files.createDirectories(home.resolve("dev"));
        Files.createDirectories(dev.resolve("store"));
        Files.writeString(dev.resolve("node"), "node-1\n");
        Files.writeString(dev.resolve("lock"), "4711\n");
        try (FileChannel lock = FileChannel.open(dev.resolve("lock"), StandardOpenOption.WRITE)) {
            assertThat(lock.lock().isValid()).isTrue();

            assertThat(start("--name", "other").code()).isEqualTo(ExitCode.REFUSED);
            Result again = start("--name", "node-1", "--ports", "auto");

            assertThat(again.code()).isEqualTo(ExitCode.OK);
            assertThat(again.err()).contains("running already", "--ports and --config count from its next start");
            assertThat(start("--name", "node-1").err()).doesNotContain("--ports");
        }
    }

    @Test
    void startWithoutTheSettingsOfBeforeSaysSo() throws IOException {
        try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String ports = "1,2,3," + busy.getLocalPort();
            Result first = start("--config", "/etc/mine.conf", "--ports", ports);
            Result second = start("--ports", ports);
            Result third = start("--ports", ports);
            assertThat(first.code()).isEqualTo(ExitCode.PORT_TAKEN);
            assertThat(first.err()).doesNotContain("last start");
            assertThat(second.err())
                    .contains("the last start was with --config /etc/mine.conf, and this one is without");
            assertThat(third.err()).doesNotContain("last start");
        }
    }
}
