package dev.persys.scheduler.store;

import static dev.persys.store.StateStoreContract.await;

import dev.persys.model.ClusterId;
import dev.persys.model.Epoch;
import dev.persys.store.Change;
import dev.persys.store.Claim;
import dev.persys.store.CommitResult;
import dev.persys.store.Entry;
import dev.persys.store.Keys;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A process that commits as fast as it can and says so: {@code committer round} for each commit that was
 * acknowledged. Eight committers, each with a key of its own whose value is its round.
 */
final class CommittingChild {
    static final int COMMITTERS = 8;
    private static final String FILLING = " " + "x".repeat(2_000);

    private CommittingChild() {}

    public static void main(String[] args) throws InterruptedException {
        EmbeddedTuning tuning = new EmbeddedTuning(200_000, 1024 * 1024);
        EmbeddedStateStore store = EmbeddedStateStore.open(Path.of(args[0]), tuning, LocalDisk.INSTANCE);
        Epoch epoch = await(store.claim(new Claim("child", ClusterId.of("c"), Epoch.NONE)))
                .epoch();
        List<Thread> committers = new ArrayList<>();
        for (int i = 0; i < COMMITTERS; i++) {
            int committer = i;
            committers.add(new Thread(() -> commitForEver(store, epoch, committer)));
        }
        committers.forEach(Thread::start);
        TimeUnit.SECONDS.sleep(60); // killed long before, or orphaned
        Runtime.getRuntime().halt(1);
    }

    private static void commitForEver(EmbeddedStateStore store, Epoch epoch, int committer) {
        String key = key(committer);
        List<Entry> before = await(store.read(List.of(key)));
        long revision = before.isEmpty() ? Change.ABSENT : before.get(0).revision();
        long round = before.isEmpty() ? 0 : round(before.get(0));
        while (true) {
            round++;
            Change change = new Change.Put(key, round + FILLING, revision);
            revision = ((CommitResult.Committed) await(store.commit(epoch, List.of(change)))).revision();
            // One write to a pipe, which is whole or not there, and is there even when this process is not.
            System.out.print(committer + " " + round + "\n");
            System.out.flush();
        }
    }

    static String key(int committer) {
        return Keys.WORKLOADS + committer;
    }

    static long round(Entry entry) {
        return Long.parseLong(entry.value().substring(0, entry.value().indexOf(' ')));
    }

    static Process start(Path directory, Path output) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return new ProcessBuilder(
                        java,
                        "-Xshare:auto",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CommittingChild.class.getName(),
                        directory.toString())
                .redirectOutput(output.toFile())
                .redirectError(ProcessBuilder.Redirect.appendTo(new File(output + ".err")))
                .start();
    }
}
