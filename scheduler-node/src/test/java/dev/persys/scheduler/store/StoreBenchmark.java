package dev.persys.scheduler.store;

import static dev.persys.store.StateStoreContract.await;

import dev.persys.model.ClusterId;
import dev.persys.model.Epoch;
import dev.persys.store.Change;
import dev.persys.store.Claim;
import dev.persys.store.CommitResult;
import dev.persys.store.Keys;
import dev.persys.store.StateStore;
import dev.persys.testing.EtcdFixture;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Durable commits of one 512-byte record a second on both stores, beside the same bytes forced to the same disk one
 * by one: the machine's share in a figure is in the baseline of the same run. Arguments: a directory on the disk to
 * measure, seconds a figure, and optionally {@code etcd}.
 */
final class StoreBenchmark {
    private static final String RECORD = "x".repeat(512);
    private static final int[] COMMITTERS = {1, 64, 256};
    private static final PrintStream OUT = System.out;

    private final Path directory;
    private final long nanos;

    private StoreBenchmark(Path directory, long seconds) {
        this.directory = directory;
        this.nanos = seconds * 1_000_000_000L;
    }

    public static void main(String[] args) throws Exception {
        Path directory = Files.createTempDirectory(Path.of(args[0]), "store-benchmark");
        StoreBenchmark benchmark = new StoreBenchmark(directory, Long.parseLong(args[1]));
        try {
            benchmark.run(Arrays.asList(args).contains("etcd"));
        } finally {
            delete(directory);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private void run(boolean withEtcd) throws Exception {
        OUT.printf("%-24s %10s %10s %10s %10s%n", "", "writes/s", "p50 µs", "p99 µs", "x forced");
        double baseline = forcedWrites(OptionalDouble.empty());
        try (EmbeddedStateStore store = EmbeddedStateStore.open(directory.resolve("embedded"))) {
            measure("embedded", store, baseline);
        }
        if (withEtcd) {
            List<URI> endpoints =
                    EtcdFixture.shared().endpoints().stream().map(URI::create).toList();
            try (EtcdStateStore store = EtcdStateStore.open(EtcdSettings.of(endpoints))) {
                measure("etcd", store, baseline);
            }
        }
        forcedWrites(OptionalDouble.of(baseline)); // again, to show how much the machine itself varied
    }

    private double forcedWrites(OptionalDouble baseline) throws IOException {
        List<Long> latencies = new ArrayList<>();
        ByteBuffer bytes = ByteBuffer.allocateDirect(RECORD.length());
        long end = System.nanoTime() + nanos;
        try (FileChannel file = FileChannel.open(
                directory.resolve("forced"),
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE)) {
            long before = System.nanoTime();
            while (before < end) {
                file.write(bytes.clear());
                file.force(false);
                long now = System.nanoTime();
                latencies.add(now - before);
                before = now;
            }
        }
        double rate = latencies.size() * 1e9 / nanos;
        print("forced one by one", rate, sorted(latencies), baseline.orElse(rate));
        return rate;
    }

    private void measure(String name, StateStore store, double baseline) throws InterruptedException {
        Epoch epoch = await(store.claim(new Claim("benchmark", ClusterId.of("c"), Epoch.NONE)))
                .epoch();
        for (int committers : COMMITTERS) {
            run(store, epoch, committers, nanos / 2); // to warm up
            List<Long> latencies = run(store, epoch, committers, nanos);
            double rate = latencies.size() * 1e9 / nanos;
            print(name + ", " + committers + " committers", rate, sorted(latencies), baseline);
        }
    }

    private static final AtomicLong RUNS = new AtomicLong();

    /** Each committer has one commit on its way at a time, and goes on from the answer to the one before. */
    private static List<Long> run(StateStore store, Epoch epoch, int committers, long nanos)
            throws InterruptedException {
        long run = RUNS.incrementAndGet();
        long end = System.nanoTime() + nanos;
        List<Thread> threads = new ArrayList<>();
        List<List<Long>> latencies = new ArrayList<>();
        for (int i = 0; i < committers; i++) {
            String key = Keys.WORKLOADS + run + "-" + i;
            List<Long> own = new ArrayList<>();
            latencies.add(own);
            threads.add(new Thread(() -> commitUntil(store, epoch, key, end, own)));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        return latencies.stream().flatMap(List::stream).toList();
    }

    private static void commitUntil(StateStore store, Epoch epoch, String key, long end, List<Long> latencies) {
        long revision = Change.ABSENT;
        long before = System.nanoTime();
        while (before < end) {
            CommitResult result = await(store.commit(epoch, List.of(new Change.Put(key, RECORD, revision))));
            revision = ((CommitResult.Committed) result).revision();
            long now = System.nanoTime();
            latencies.add(now - before);
            before = now;
        }
    }

    private static long[] sorted(List<Long> latencies) {
        return latencies.stream().mapToLong(Long::longValue).sorted().toArray();
    }

    private static void print(String name, double rate, long[] sorted, double baseline) {
        OUT.printf(
                "%-24s %10.0f %10d %10d %10.1f%n",
                name,
                rate,
                sorted[sorted.length / 2] / 1000,
                sorted[(int) (sorted.length * 0.99)] / 1000,
                rate / baseline);
    }
}
