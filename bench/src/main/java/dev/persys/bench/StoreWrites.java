package dev.persys.bench;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.persys.model.ClusterId;
import dev.persys.model.Epoch;
import dev.persys.scheduler.store.StateStores;
import dev.persys.store.Change;
import dev.persys.store.Claim;
import dev.persys.store.CommitResult;
import dev.persys.store.Keys;
import dev.persys.store.StateStore;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Durable commits of one 512-byte record a second on an empty store, by so many committers at once, beside the same bytes
 * forced to a disk one by one: the machine's share in a figure is in the baseline of the same run.
 */
@Command(name = "store", mixinStandardHelpOptions = true)
final class StoreWrites implements Callable<Integer> {
    private static final String RECORD = "x".repeat(512);
    private static final int[] COMMITTERS = {1, 64, 256};
    private static final double NANOS = 1e9;

    @Option(names = "--store", required = true, description = "settings of an empty store")
    private Path storeConfig = Path.of("");

    @Option(names = "--disk", required = true, description = "a directory on the disk to force bytes to")
    private Path disk = Path.of("");

    @Option(names = "--seconds", defaultValue = "5", description = "how long each figure is measured")
    private int seconds;

    private final PrintStream out = System.out;

    @Override
    public Integer call() throws Exception {
        double baseline = forced(OptionalDouble.empty());
        Config config = ConfigFactory.parseFile(storeConfig.toFile()).withFallback(ConfigFactory.load());
        try (StateStore store = StateStores.open(config.resolve())) {
            Epoch epoch = store.claim(new Claim("bench", ClusterId.of("bench"), Epoch.NONE))
                    .toCompletableFuture()
                    .get()
                    .epoch();
            for (int committers : COMMITTERS) {
                commits(store, epoch, committers, seconds / 2.0); // to warm up
                Samples samples = commits(store, epoch, committers, seconds);
                print(committers + " committers", samples, baseline);
            }
        }
        // Again, to show how much the machine itself varied.
        var unused = forced(OptionalDouble.of(baseline));
        return 0;
    }

    private double forced(OptionalDouble baseline) throws IOException {
        Samples samples = new Samples();
        ByteBuffer bytes = ByteBuffer.allocateDirect(RECORD.length());
        Path path = disk.resolve("forced-" + UUID.randomUUID());
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            long before = System.nanoTime();
            long end = before + (long) (seconds * NANOS);
            while (before < end) {
                file.write(bytes.clear());
                file.force(false);
                long now = System.nanoTime();
                samples.add(now - before);
                before = now;
            }
        } finally {
            Files.delete(path);
        }
        double rate = (double) samples.count() / seconds;
        print("forced one by one", samples, baseline.orElse(rate));
        return rate;
    }

    /** Each committer has one commit on its way at a time, and goes on from the answer to the one before. */
    private static Samples commits(StateStore store, Epoch epoch, int committers, double seconds) throws Exception {
        long end = System.nanoTime() + (long) (seconds * NANOS);
        ExecutorService threads = Executors.newFixedThreadPool(committers);
        Samples all = new Samples();
        try {
            List<Future<List<Long>>> running = new ArrayList<>();
            for (int i = 0; i < committers; i++) {
                running.add(threads.submit(() -> commitUntil(store, epoch, end)));
            }
            for (Future<List<Long>> each : running) {
                each.get().forEach(all::add);
            }
        } finally {
            threads.shutdownNow();
        }
        return all;
    }

    private static List<Long> commitUntil(StateStore store, Epoch epoch, long end)
            throws ExecutionException, InterruptedException {
        List<Long> latencies = new ArrayList<>();
        String key = Keys.WORKLOADS + UUID.randomUUID();
        long revision = Change.ABSENT;
        long before = System.nanoTime();
        while (before < end) {
            CommitResult result = store.commit(epoch, List.of(new Change.Put(key, RECORD, revision)))
                    .toCompletableFuture()
                    .get();
            revision = ((CommitResult.Committed) result).revision();
            long now = System.nanoTime();
            latencies.add(now - before);
            before = now;
        }
        return latencies;
    }

    private void print(String what, Samples samples, double baseline) {
        double rate = (double) samples.count() / seconds;
        out.println(samples.row(what));
        out.printf(Locale.ROOT, "%44s %.0f a second: %.1f times the forced writes%n", "", rate, rate / baseline);
    }
}
