package dev.persys.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.model.Resources;
import dev.persys.runtime.FakeContainerRuntime;
import dev.persys.runtime.RuntimeFailure;
import dev.persys.runtime.RuntimeFailure.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node says of its machine. */
final class LinuxHostProbeTest {
    @TempDir
    private Path proc;

    private final FakeContainerRuntime docker = new FakeContainerRuntime(InstantSource.fixed(Instant.EPOCH));

    @Test
    void freeMemoryIsWhatTheKernelCouldGiveAndNotWhatNobodyAskedFor() throws IOException {
        memory(8192, 100, 5000);
        assertThat(available(Resources.NONE).memoryMib()).isEqualTo(5000);
        // Whatever uses it up, a workload or not: the node says so with its next beat.
        memory(8192, 90, 120);
        assertThat(available(Resources.NONE).memoryMib()).isEqualTo(120);
    }

    @Test
    void whatIsReservedIsNeverOfferedAndNothingIsLessThanNone() throws IOException {
        memory(8192, 100, 5000);
        assertThat(available(new Resources(0, 1000)).memoryMib()).isEqualTo(4000);
        memory(8192, 100, 900);
        assertThat(available(new Resources(0, 1000)).memoryMib()).isZero();
    }

    @Test
    void machineIsTheKernelsWhereTheEngineDoesNotAnswer() throws IOException {
        memory(8192, 100, 5000);
        docker.goDown(new RuntimeFailure(Kind.UNAVAILABLE, "gone"));
        HostProbe.Host host =
                probe(new Resources(0, 192)).host().toCompletableFuture().join();
        assertThat(host.total().memoryMib()).isEqualTo(8000);
        assertThat(host.hostname()).isEqualTo("box");
        assertThat(host.engineVersion()).isEmpty();
    }

    private Resources available(Resources reserved) {
        return probe(reserved).available().toCompletableFuture().join();
    }

    private LinuxHostProbe probe(Resources reserved) {
        return new LinuxHostProbe(proc, Optional.of("10.0.0.1"), reserved, docker, Runnable::run);
    }

    private void memory(long total, long free, long available) throws IOException {
        Files.writeString(proc.resolve("stat"), "cpu  10 0 10 80 0 0 0 0 0 0\n");
        Files.createDirectories(proc.resolve("sys/kernel"));
        Files.writeString(proc.resolve("sys/kernel/hostname"), "box\n");
        Files.writeString(proc.resolve("sys/kernel/osrelease"), "6.1\n");
        Files.writeString(
                proc.resolve("meminfo"),
                "MemTotal: %d kB\nMemFree: %d kB\nMemAvailable: %d kB\n"
                        .formatted(total * 1024, free * 1024, available * 1024));
    }
}
