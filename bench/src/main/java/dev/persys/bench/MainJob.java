package dev.persys.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.persys.model.ClusterId;
import dev.persys.model.Epoch;
import dev.persys.model.Resources;
import dev.persys.scheduler.store.StateStores;
import dev.persys.store.Change;
import dev.persys.store.Claim;
import dev.persys.store.CommitResult;
import dev.persys.store.StateStore;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The main job on a cluster that runs: a request to its answer, against the durable write of the same record; and a
 * request to {@code Running} in the API, against the same container created and started through Docker's own API. The
 * two sides take turns, one at a time.
 */
@Command(name = "main-job", mixinStandardHelpOptions = true)
final class MainJob implements Callable<Integer> {
    private static final int WARM_UP = 3_000;
    private static final int BLOCK = 50;

    @Mixin
    private Target target = new Target();

    @Option(names = "--store", required = true, description = "settings of a second, empty store like the cluster's")
    private Path storeConfig = Path.of("");

    @Option(names = "--requests", defaultValue = "1000", description = "how many answers to time")
    private int requests;

    @Option(names = "--containers", defaultValue = "40", description = "how many containers to start on either side")
    private int containers;

    private final PrintStream out = System.out;

    @Override
    public Integer call() throws Exception {
        Api api = target.api();
        try (StateStore store = openStore()) {
            answers(api, store);
        }
        starts(api);
        return 0;
    }

    /**
     * Requests that no node fits, so that nothing but the answer is timed; each write is of such a record. The two
     * take turns in blocks, so that neither finds the caches and the disk as the other left them.
     */
    private void answers(Api api, StateStore store) throws Exception {
        Epoch epoch = store.claim(new Claim("bench", ClusterId.of("bench"), Epoch.NONE))
                .toCompletableFuture()
                .get()
                .epoch();
        Samples answers = new Samples();
        Samples reads = new Samples();
        Samples writes = new Samples();
        Samples warmUp = new Samples();
        for (int done = -WARM_UP; done < requests; done += BLOCK) {
            boolean counts = done >= 0;
            List<String> made = answerBlock(api, counts ? answers : warmUp);
            String record = readBlock(api, made, counts ? reads : warmUp);
            writeBlock(store, epoch, record, counts ? writes : warmUp);
            made.forEach(id -> api.delete("/workloads/" + id));
        }
        out.println(writes.row("durable write of the record, alone"));
        out.println(reads.row("GET /workloads/{id} to its answer"));
        out.println(answers.row("POST /workloads/schedule to its answer"));
        double allowed = 2 * writes.median() + 1;
        out.printf(
                Locale.ROOT,
                "answer p50 %.2f ms of %.2f ms allowed (twice the write plus 1 ms): ratio to the write %.2f%n%n",
                answers.median(),
                allowed,
                answers.median() / writes.median());
    }

    private List<String> answerBlock(Api api, Samples samples) {
        List<String> made = new ArrayList<>();
        for (int i = 0; i < BLOCK; i++) {
            String body = request("answer", ",\"constraints\":{\"bench\":\"never\"}");
            long start = System.nanoTime();
            JsonNode answer = api.post("/workloads/schedule", body);
            samples.add(System.nanoTime() - start);
            made.add(answer.path("workload_id").asText());
        }
        return made;
    }

    private static String readBlock(Api api, List<String> made, Samples samples) {
        String record = "";
        for (String id : made) {
            long start = System.nanoTime();
            JsonNode answer = api.get("/workloads/" + id);
            samples.add(System.nanoTime() - start);
            record = answer.toString();
        }
        return record;
    }

    private static void writeBlock(StateStore store, Epoch epoch, String record, Samples samples) throws Exception {
        for (int i = 0; i < BLOCK; i++) {
            long start = System.nanoTime();
            write(store, epoch, record);
            samples.add(System.nanoTime() - start);
        }
    }

    private void starts(Api api) throws Exception {
        api.follow();
        Samples raw = new Samples();
        Samples ours = new Samples();
        RawDocker docker =
                new RawDocker(target.image(), Resources.DEFAULT_REQUEST.cpu().doubleValue(), 0);
        for (int i = -3; i < containers; i++) {
            long start = System.nanoTime();
            String container = docker.start();
            long rawTime = System.nanoTime() - start;
            docker.remove(container);
            start = System.nanoTime();
            String id = api.schedule(request("start", ""));
            long ourTime = api.reached(id, "Running") - start;
            api.delete("/workloads/" + id);
            api.reached(id, "Deleted");
            if (i >= 0) {
                raw.add(rawTime);
                ours.add(ourTime);
            }
        }
        out.println(raw.row("Docker's API: create and start"));
        out.println(ours.row("POST to Running in the API"));
        double allowed = 1.15 * raw.median() + 30;
        out.printf(
                Locale.ROOT,
                "Running p50 %.1f ms of %.1f ms allowed (1.15 times Docker plus 30 ms): ratio to Docker %.2f%n",
                ours.median(),
                allowed,
                ours.median() / raw.median());
    }

    private String request(String name, String more) {
        return "{\"name\":\"" + name + "\",\"type\":\"docker-container\",\"image\":\"" + target.image()
                + "\",\"command\":[\"sleep\",\"600\"],\"stopGracePeriod\":\"0s\"" + more + "}";
    }

    private static void write(StateStore store, Epoch epoch, String record) throws Exception {
        Change put = new Change.Put("/workloads/" + UUID.randomUUID(), record, Change.ABSENT);
        CommitResult result =
                store.commit(epoch, List.of(put)).toCompletableFuture().get();
        if (!(result instanceof CommitResult.Committed)) {
            throw new IllegalStateException("the baseline's write was refused: " + result);
        }
    }

    private StateStore openStore() {
        Config config = ConfigFactory.parseFile(storeConfig.toFile()).withFallback(ConfigFactory.load());
        return StateStores.open(config.resolve());
    }
}
