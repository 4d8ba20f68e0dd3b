package dev.persys.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.testing.DockerFixture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

/**
 * Processes of a cluster get SIGKILL at moments that a seed chooses, while users bring workloads from request to
 * removal; then everybody rests, and what was acknowledged has to be there.
 *
 * <p>The seed leads users and kills. What they meet depends on the machine as well, so a seed is where to look again,
 * not a replay; that is what the simulation is for.
 */
final class KillStorm {
    private static final int USERS = 4;
    private static final Duration SETTLE = Duration.ofMinutes(2);
    private static final StormWorkload.Kind[] KINDS = StormWorkload.Kind.values();

    /** A process that may be killed; starting it does not wait until it serves. */
    interface Target {
        Process start();
    }

    /** What came of it. */
    record Result(long seed, int kills, int acknowledged, int repeated, String followed) {
        @Override
        public String toString() {
            return "seed %d: %d kills, %d workloads acknowledged, 0 lost, 0 doubled, %d requests repeated; %s"
                    .formatted(seed, kills, acknowledged, repeated, followed);
        }
    }

    private final long seed;
    private final Random random;
    private final StormApi api;
    private final DockerFixture docker;
    private final Path runs;
    private final List<Target> targets;
    private final StormFollower follower;
    private final List<Process> processes = new ArrayList<>();
    private final Queue<StormWorkload> workloads = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean over = new AtomicBoolean();

    /**
     * @param runs an empty directory
     * @param targets in the order in which they are started
     */
    KillStorm(long seed, StormApi api, DockerFixture docker, Path runs, List<Target> targets) {
        this.seed = seed;
        this.random = new Random(seed);
        this.api = api;
        this.docker = docker;
        this.runs = runs;
        this.targets = List.copyOf(targets);
        this.follower = new StormFollower(api);
    }

    Result rage(int kills) throws Exception {
        String foreign = foreignContainers();
        targets.forEach(target -> processes.add(target.start()));
        ExecutorService users = Executors.newFixedThreadPool(USERS);
        try (follower) {
            awaitServing();
            follower.start();
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < USERS; i++) {
                Random own = new Random(random.nextLong());
                running.add(users.submit(new StormUser(
                        api, own, () -> newWorkload(own), DockerFixture.BUSYBOX, runs.toString(), over::get)));
            }
            for (int done = 0;
                    done < kills && running.stream().noneMatch(Future::isDone) && follower.isWhole();
                    done++) {
                killOne();
            }
            String orphan = plantOrphan();
            over.set(true);
            for (Future<?> user : running) {
                user.get(3, TimeUnit.MINUTES);
            }
            await().atMost(SETTLE).pollInterval(Duration.ofSeconds(1)).untilAsserted(this::assertSettled);
            await().atMost(SETTLE).until(() -> !allContainers().contains(orphan));
            int repeated = repeatAll();
            assertSettled();
            assertThat(foreignStates()).as("containers that are none of ours").isEqualTo(foreign);
            long acknowledged =
                    workloads.stream().filter(w -> w.id().isPresent()).count();
            return new Result(seed, kills, (int) acknowledged, repeated, follower.toString());
        } finally {
            over.set(true);
            users.shutdownNow();
            processes.forEach(Process::destroyForcibly);
            for (Process process : processes) {
                process.waitFor();
            }
        }
    }

    private StormWorkload newWorkload(Random own) {
        StormWorkload.Kind kind = KINDS[own.nextInt(10) < 6 ? 0 : 1 + own.nextInt(KINDS.length - 1)];
        StormWorkload workload =
                new StormWorkload(kind, "storm-" + UUID.randomUUID().toString().substring(0, 13));
        workloads.add(workload);
        return workload;
    }

    /** Two in three wait until the cluster serves again; the third may meet it while it starts. */
    private void killOne() throws InterruptedException {
        if (random.nextInt(3) > 0) {
            awaitServing();
            TimeUnit.MILLISECONDS.sleep(random.nextInt(1_200));
        } else {
            TimeUnit.MILLISECONDS.sleep(random.nextInt(2_500));
        }
        int chosen = random.nextInt(targets.size() + 1);
        for (int i = 0; i < targets.size(); i++) {
            if (chosen == i || chosen == targets.size()) {
                processes.get(i).destroyForcibly().waitFor();
            }
        }
        for (int i = 0; i < targets.size(); i++) {
            if (!processes.get(i).isAlive()) {
                processes.set(i, targets.get(i).start());
            }
        }
    }

    private void awaitServing() {
        await().atMost(SETTLE).pollDelay(Duration.ZERO).until(api::isServing);
    }

    private void assertSettled() {
        Map<String, List<JsonNode>> records = api.workloads().stream()
                .collect(Collectors.groupingBy(record -> record.path("name").asText()));
        Map<String, List<String>> containers = docker.docker(
                        "ps",
                        "-a",
                        "--filter",
                        "label=workloadId",
                        "--format",
                        "{{.Label \"displayName\"}} {{.State}} {{.Names}}")
                .lines()
                .map(line -> line.split(" ", 3))
                // What is kept for its output is no second container of the workload.
                .filter(words -> !words[2].endsWith("-previous"))
                .collect(Collectors.groupingBy(
                        words -> words[0], Collectors.mapping(words -> words[1], Collectors.toList())));
        List<String> complaints = workloads.stream()
                .flatMap(workload -> workload
                        .complaint(
                                records.getOrDefault(workload.name(), List.of()),
                                containers.getOrDefault(workload.name(), List.of()),
                                startsOf(workload))
                        .stream())
                .toList();
        assertThat(complaints).as("seed %d", seed).isEmpty();
        assertThat(follower.complaints(
                        records.values().stream().flatMap(List::stream).toList()))
                .as("what a follower was told, seed %d", seed)
                .isEmpty();
    }

    /** Each request that stands is made once more with its key, and nothing comes of it. */
    private int repeatAll() {
        long before = api.workloads().size();
        int repeated = 0;
        for (StormWorkload workload : workloads) {
            if (workload.id().isPresent() && workload.surelyExists()) {
                StormApi.Answer answer = api.schedule(
                                workload.key(), workload.request(DockerFixture.BUSYBOX, runs.toString()))
                        .orElseThrow();
                assertThat(answer.body().path("workload_id").asText())
                        .as("the answer to a repeated request")
                        .isEqualTo(workload.id().get());
                repeated++;
            }
        }
        assertThat(api.workloads()).hasSize((int) before);
        return repeated;
    }

    private long startsOf(StormWorkload workload) {
        Path file = runs.resolve(workload.name());
        try {
            return Files.exists(file) ? Files.readAllLines(file).size() : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String foreignContainers() {
        docker.docker("run", "-d", "--name", "foreign-runs", DockerFixture.BUSYBOX, "sleep", "3600");
        docker.docker("run", "--name", "foreign-ended", DockerFixture.BUSYBOX, "true");
        docker.docker(
                "run",
                "-d",
                "--name",
                UUID.randomUUID().toString(),
                "--label",
                "workloadId=" + UUID.randomUUID(),
                "--label",
                "foreign=looks-like-ours",
                DockerFixture.BUSYBOX,
                "sleep",
                "3600");
        return foreignStates();
    }

    private String foreignStates() {
        List<String> line = new ArrayList<>(
                List.of("inspect", "--format", "{{.Id}} {{.State.Status}} {{.State.StartedAt}} {{.State.Pid}}"));
        line.addAll(List.of("foreign-runs", "foreign-ended"));
        line.addAll(
                docker.docker("ps", "-aq", "--filter", "label=foreign").lines().toList());
        return docker.docker(line.toArray(String[]::new));
    }

    /** A container with all our labels, of a workload that no record speaks of: one that a crash left behind. */
    private String plantOrphan() {
        List<String> labels = List.of("persys.node", "persys.cluster", "persys.generation", "persys.epoch");
        String format = labels.stream()
                .map(label -> label + "={{.Label \"" + label + "\"}}")
                .collect(Collectors.joining(" "));
        String ours = await().atMost(SETTLE)
                .until(
                        () -> docker.docker("ps", "--filter", "label=persys.cluster", "--format", format),
                        lines -> !lines.isEmpty());
        String orphan = UUID.randomUUID().toString();
        List<String> line = new ArrayList<>(List.of(
                "run", "-d", "--name", orphan, "--label", "workloadId=" + orphan, "--label", "displayName=orphan"));
        for (String label : ours.lines().findFirst().orElseThrow().split(" ", -1)) {
            line.addAll(List.of("--label", label));
        }
        line.addAll(List.of(DockerFixture.BUSYBOX, "sleep", "3600"));
        docker.docker(line.toArray(String[]::new));
        return orphan;
    }

    private String allContainers() {
        return docker.docker("ps", "-a", "--format", "{{.Names}}");
    }
}
