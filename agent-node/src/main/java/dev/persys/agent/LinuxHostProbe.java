package dev.persys.agent;

import dev.persys.agent.ProcReadings.CpuTimes;
import dev.persys.model.Resources;
import dev.persys.runtime.ContainerRuntime;
import dev.persys.runtime.HostFacts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;

/** A Linux machine: the container engine's own figures where it answers, the kernel's otherwise. */
final class LinuxHostProbe implements HostProbe {
    private static final long MILLIS_PER_CPU = 1_000;

    private final Path proc;
    private final Optional<String> ipAddress;
    private final Resources reserved;
    private final ContainerRuntime runtime;
    private final Executor executor;
    // The last reading: what is busy shows only between two.
    private final AtomicReference<Optional<CpuTimes>> last = new AtomicReference<>(Optional.empty());

    /**
     * @param proc {@code /proc}
     * @param ipAddress this node's, instead of the primary interface's
     * @param executor for reading files
     */
    LinuxHostProbe(
            Path proc, Optional<String> ipAddress, Resources reserved, ContainerRuntime runtime, Executor executor) {
        this.proc = proc;
        this.ipAddress = ipAddress;
        this.reserved = reserved;
        this.runtime = runtime;
        this.executor = executor;
    }

    @Override
    public CompletionStage<Host> host() {
        return runtime.facts()
                .thenApply(Optional::of)
                // Without an engine the node still registers, and says so by the version it leaves out.
                .exceptionally(failure -> Optional.empty())
                .thenApplyAsync(this::host, executor);
    }

    @Override
    public CompletionStage<Resources> available() {
        return CompletableFuture.supplyAsync(this::availableNow, executor);
    }

    private Host host(Optional<HostFacts> facts) {
        Resources machine = facts.map(known -> new Resources(known.cpus() * MILLIS_PER_CPU, known.memoryMib()))
                .orElseGet(() -> new Resources(cpuMillis(), ProcReadings.memoryMib(read("meminfo"), "MemTotal")));
        return new Host(
                ipAddress.orElseGet(LinuxHostProbe::primaryAddress),
                facts.map(HostFacts::hostname)
                        .orElseGet(() -> read("sys/kernel/hostname").strip()),
                machine.minus(reserved),
                facts.map(HostFacts::os).orElse("Linux"),
                facts.map(HostFacts::kernel)
                        .orElseGet(() -> read("sys/kernel/osrelease").strip()),
                facts.map(HostFacts::architecture).orElseGet(() -> System.getProperty("os.arch")),
                facts.map(HostFacts::engineVersion),
                facts.map(HostFacts::engineId).filter(id -> !id.isEmpty()));
    }

    private Resources availableNow() {
        CpuTimes now = ProcReadings.cpuTimes(read("stat"));
        double idle = last.getAndSet(Optional.of(now)).map(now::idleSince).orElse(1.0);
        long memory = ProcReadings.memoryMib(read("meminfo"), "MemAvailable");
        return new Resources(Math.round(cpuMillis() * idle), memory).minus(reserved);
    }

    private String read(String file) {
        try {
            return Files.readString(proc.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + proc.resolve(file), e);
        }
    }

    private static long cpuMillis() {
        return Runtime.getRuntime().availableProcessors() * MILLIS_PER_CPU;
    }

    /** The first IPv4 address of the first interface that leads somewhere; loopback where there is none. */
    private static String primaryAddress() {
        try {
            return Collections.list(NetworkInterface.getNetworkInterfaces()).stream()
                    .filter(LinuxHostProbe::leadsSomewhere)
                    .sorted(Comparator.comparingInt(NetworkInterface::getIndex))
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(Inet4Address.class::isInstance)
                    .map(InetAddress::getHostAddress)
                    .findFirst()
                    .orElse("127.0.0.1");
        } catch (SocketException e) {
            throw new UncheckedIOException("cannot read the machine's network interfaces; set ip-address", e);
        }
    }

    private static boolean leadsSomewhere(NetworkInterface candidate) {
        String name = candidate.getName().toLowerCase(Locale.ROOT);
        try {
            return candidate.isUp()
                    && !candidate.isLoopback()
                    && !name.startsWith("docker")
                    && !name.startsWith("br-")
                    && !name.startsWith("veth");
        } catch (SocketException e) {
            // It went away while we looked.
            return false;
        }
    }
}
