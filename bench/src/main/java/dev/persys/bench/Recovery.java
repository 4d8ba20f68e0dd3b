package dev.persys.bench;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Event;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * How soon a cluster that runs follows what happens: a crowd of workloads at once, against as many containers made
 * through Docker's own API by as many callers as the agent has; a container's end in Docker to its status in the API,
 * against Docker's own event of it; and a container that is killed to its replacement.
 */
@Command(name = "recovery", mixinStandardHelpOptions = true)
final class Recovery implements Callable<Integer> {
    private static final String RUNNING = "Running";
    private static final int CLIENTS = 16;
    private static final int MEMORY_MIB = 16;

    /** A container's end: when it was, and when Docker's events told of it. */
    private record Death(long at, long heard) {}

    /** Docker's events of ends, by the container's name. */
    private static final class Deaths extends ResultCallback.Adapter<Event> {
        private final Map<String, CompletableFuture<Death>> all = new ConcurrentHashMap<>();

        @Override
        public void onNext(Event event) {
            long heard = Clock.nanos();
            String name = String.valueOf(event.getActor().getAttributes().get("name"));
            of(name).complete(new Death(event.getTimeNano(), heard));
        }

        CompletableFuture<Death> of(String name) {
            return all.computeIfAbsent(name, key -> new CompletableFuture<>());
        }
    }

    @Mixin
    private Target target = new Target();

    @Option(names = "--crowd", defaultValue = "100", description = "how many workloads at once")
    private int crowd;

    @Option(names = "--cpu", defaultValue = "0.02", description = "cores for each; a hundred have to fit on the node")
    private double cpu;

    @Option(names = "--rounds", defaultValue = "3", description = "how many crowds on either side")
    private int rounds;

    @Option(names = "--starts", defaultValue = "4", description = "the agent's max-starts, for the other side")
    private int starts;

    @Option(names = "--changes", defaultValue = "100", description = "how many containers to end")
    private int changes;

    private final PrintStream out = System.out;

    @Override
    public Integer call() throws Exception {
        Api api = target.api();
        api.follow();
        try (RawDocker docker = new RawDocker(target.image(), cpu, MEMORY_MIB)) {
            ends(api, docker);
            replacements(api, docker);
            crowds(api, docker);
        }
        return 0;
    }

    /** The two sides take turns; the first round warms both up and does not count. */
    private void crowds(Api api, RawDocker docker) throws Exception {
        Samples raw = new Samples();
        Samples ours = new Samples();
        for (int round = -1; round < rounds; round++) {
            long start = System.nanoTime();
            List<String> containers = atOnce(starts, i -> docker.start());
            long rawTime = System.nanoTime() - start;
            atOnce(starts, i -> docker.remove(containers.get(i)));

            start = System.nanoTime();
            List<String> ids = atOnce(CLIENTS, i -> api.schedule(request("crowd", "no")));
            long last = start;
            for (String id : ids) {
                last = Math.max(last, api.reached(id, RUNNING));
            }
            long ourTime = last - start;
            removeAll(api, ids);
            if (round >= 0) {
                raw.add(rawTime);
                ours.add(ourTime);
            }
        }
        out.println(raw.row(crowd + " containers, Docker's API, " + starts + " callers"));
        out.println(ours.row(crowd + " workloads at once, POST to all Running"));
        ratio("all Running", ours, raw, 1.15);
    }

    /** Both clocks are this machine's: Docker stamps its event, and each side says when it heard of it. */
    private void ends(Api api, RawDocker docker) throws Exception {
        Samples raw = new Samples();
        Samples ours = new Samples();
        try (Deaths deaths = new Deaths()) {
            docker.client().eventsCmd().withEventFilter("die").exec(deaths);
            for (int i = -5; i < changes; i++) {
                String id = api.schedule(request("ends", "no"));
                api.reached(id, RUNNING);
                docker.kill(id);
                long shown = Clock.ofMonotonic(api.reached(id, "Failed"));
                Death death = deaths.of(id).get();
                removeAll(api, List.of(id));
                if (i >= 0) {
                    raw.add(death.heard() - death.at());
                    ours.add(shown - death.at());
                }
            }
        }
        out.println(raw.row("a container's end to Docker's event of it"));
        out.println(ours.row("a container's end to its status in the API"));
        out.printf(
                Locale.ROOT,
                "status p99 %.1f ms of 200 ms allowed: %.1f ms behind Docker's own%n%n",
                ours.percentile(0.99),
                ours.percentile(0.99) - raw.percentile(0.99));
    }

    private void replacements(Api api, RawDocker docker) throws Exception {
        Samples raw = new Samples();
        Samples ours = new Samples();
        for (int i = -3; i < Math.max(1, changes / 5); i++) {
            String container = docker.start();
            long start = System.nanoTime();
            docker.kill(container);
            docker.remove(container);
            String next = docker.start();
            long rawTime = System.nanoTime() - start;
            docker.remove(next);

            String id = api.schedule(request("replaced", "always"));
            api.reached(id, RUNNING);
            api.forget(id);
            start = System.nanoTime();
            docker.kill(id);
            long ourTime = api.reached(id, RUNNING) - start;
            removeAll(api, List.of(id));
            if (i >= 0) {
                raw.add(rawTime);
                ours.add(ourTime);
            }
        }
        out.println(raw.row("kill, remove and start anew, Docker's API"));
        out.println(ours.row("killed to replacement Running, 1 s back-off"));
        out.printf(
                Locale.ROOT,
                "replacement p50 %.0f ms, of which 1000 ms are the back-off: ratio of the rest to Docker %.2f%n",
                ours.median(),
                (ours.median() - 1_000) / raw.median());
    }

    private void ratio(String what, Samples ours, Samples raw, double allowed) {
        out.printf(
                Locale.ROOT,
                "%s: ratio to Docker %.2f of %.2f allowed%n%n",
                what,
                ours.median() / raw.median(),
                allowed);
    }

    private <T> List<T> atOnce(int callers, IntFunction<T> call) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(callers);
        try {
            List<Future<T>> results = new ArrayList<>();
            for (int i = 0; i < crowd; i++) {
                int number = i;
                results.add(threads.submit(() -> call.apply(number)));
            }
            List<T> all = new ArrayList<>();
            for (Future<T> result : results) {
                all.add(result.get());
            }
            return all;
        } finally {
            threads.shutdown();
        }
    }

    private static void removeAll(Api api, List<String> ids) throws Exception {
        for (String id : ids) {
            api.delete("/workloads/" + id);
        }
        for (String id : ids) {
            api.reached(id, "Deleted");
        }
    }

    private String request(String name, String restart) {
        return "{\"name\":\"" + name + "\",\"type\":\"docker-container\",\"image\":\"" + target.image()
                + "\",\"command\":[\"sleep\",\"600\"],\"stopGracePeriod\":\"0s\",\"restartPolicy\":\"" + restart
                + "\",\"resources\":{\"cpu\":" + cpu + ",\"memory\":" + MEMORY_MIB + "}}";
    }
}
