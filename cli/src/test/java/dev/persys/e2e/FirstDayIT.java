package dev.persys.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.testing.DockerFixture;
import dev.persys.testing.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/**
 * What somebody does with Persys on the first day, typed at the built launcher against {@code persys dev} on a real engine: the
 * 24 tasks of docs/manual/first-day.md with their steps counted, the session of README.md, and the exit codes of what is started.
 * All of it goes on side by side, and each is waited for by a test of its own.
 */
final class FirstDayIT {
    private static final int AT_ONCE = 5;
    private static final int MINUTES = 10;
    private static final Path PAGE = Path.of("../docs/manual/first-day.md");
    private static final Path README = Path.of("../README.md");

    /** A web server whose page says which it is, and which ends when it is told to. */
    private static final String SITE =
            "CMD [\"sh\", \"-c\", \"trap exit TERM; mkdir -p /www; echo page %s > /www/index.html;"
                    + " httpd -f -p 80 -h /www & echo serving; wait\"]";

    @TempDir
    static Path directory;

    private static final List<AutoCloseable> CLOSED_LAST = new ArrayList<>();
    private static final List<DynamicTest> TESTS = new ArrayList<>();
    private static final List<Task> TASKS = new ArrayList<>();
    private static final Map<Task, List<String>> TYPED = new ConcurrentHashMap<>();

    private static Launcher persys;

    @BeforeAll
    static void begin() throws Exception {
        DockerFixture docker = DockerFixture.shared();
        makeImages(docker);
        ImageRegistry open = closed(new ImageRegistry("", "shop:1", "site:1", docker, directory.resolve("open")));
        ImageRegistry locked =
                closed(new ImageRegistry("me:secret", "shop:1", "site:2", docker, directory.resolve("locked")));
        persys = new Launcher(directory)
                .with("DOCKER_HOST", docker.host())
                .with("DOCKER_CONFIG", directory.resolve("docker").toString())
                .with("PERSYS_STABLE_FOR", "1500ms");
        Files.writeString(directory.resolve("dev.conf"), ClusterTasks.SETTINGS);
        ClusterTasks cluster = closed(new ClusterTasks(persys, directory));
        Path readers = Files.createDirectory(directory.resolve("readers"));
        Tour tour = new Tour(README, persys.with("PERSYS_STABLE_FOR", "5s").in(readers), readers, Processes.freePort());
        ExitCodes exits =
                new ExitCodes(persys.with("PERSYS_STABLE_FOR", "0"), Files.createDirectory(directory.resolve("exits")));
        ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
        ExecutorService own = Executors.newSingleThreadExecutor();
        CLOSED_LAST.add(threads::shutdownNow);
        CLOSED_LAST.add(own::shutdownNow);

        begin(cluster.start, Runnable::run);
        begin("README's session", () -> tour.follow(line -> !line.contains("dev stop")), threads);
        new ContainerTasks(docker, open, locked).all().forEach(task -> begin(task, threads));
        begin(cluster.drain, own);
        begin(cluster.death, own);
        exits.cases().forEach((what, shown) -> begin(what, shown, threads));
        // By now all of these have been waited for.
        TASKS.add(cluster.kill);
        TESTS.add(DynamicTest.dynamicTest(cluster.kill.title(), () -> carryOut(cluster.kill)));
        TESTS.add(DynamicTest.dynamicTest("who did all that is in an audit log that is whole", FirstDayIT::audit));
        TESTS.add(DynamicTest.dynamicTest(
                "README's end of the session", () -> tour.follow(line -> line.contains("dev stop"))));
        TESTS.add(DynamicTest.dynamicTest("the manual has what was typed", FirstDayIT::compareWithManual));
    }

    @AfterAll
    static void end() throws Exception {
        persys.run("dev", "stop");
        Collections.reverse(CLOSED_LAST);
        for (AutoCloseable closeable : CLOSED_LAST) {
            closeable.close();
        }
        DockerFixture.shared().removeContainers();
    }

    @TestFactory
    List<DynamicTest> firstDay() {
        assertThat(TASKS).hasSize(24);
        return TESTS;
    }

    private static <T extends AutoCloseable> T closed(T closeable) {
        CLOSED_LAST.add(closeable);
        return closeable;
    }

    private static void makeImages(DockerFixture docker) {
        docker.docker("tag", DockerFixture.BUSYBOX, "persys/busybox:1");
        docker.docker("create", "--name", "first-day", DockerFixture.BUSYBOX, "true");
        commit(docker, "site:1", SITE.formatted("one"));
        commit(docker, "site:2", SITE.formatted("two"));
        commit(
                docker,
                "database:1",
                "CMD [\"sh\", \"-c\", \"trap exit TERM; echo row >> /data/rows; echo rows: $(wc -l < /data/rows);"
                        + " sleep 86400 & wait\"]",
                "VOLUME /data");
        commit(
                docker,
                "sick:1",
                SITE.formatted("sick"),
                "HEALTHCHECK --interval=1s --retries=2 CMD echo nobody home; exit 1");
        docker.docker("rm", "first-day");
    }

    private static void commit(DockerFixture docker, String image, String... changes) {
        List<String> line = new ArrayList<>(List.of("commit"));
        for (String change : changes) {
            line.addAll(List.of("--change", change));
        }
        line.addAll(List.of("first-day", image));
        docker.docker(line.toArray(String[]::new));
    }

    private static void begin(Task task, Executor where) {
        TASKS.add(task);
        begin(task.title(), () -> carryOut(task), where);
    }

    /** Begins it, and adds the test that waits for its end. */
    private static void begin(String what, Executable shown, Executor where) {
        CompletableFuture<Optional<Throwable>> end = CompletableFuture.supplyAsync(() -> thrownBy(shown), where);
        TESTS.add(DynamicTest.dynamicTest(what, () -> {
            Optional<Throwable> thrown = end.get(MINUTES, TimeUnit.MINUTES);
            if (thrown.isPresent()) {
                throw thrown.get();
            }
        }));
    }

    private static Optional<Throwable> thrownBy(Executable shown) {
        try {
            shown.execute();
            return Optional.empty();
        } catch (Throwable e) { // Thrown again by the test that waits for it.
            return Optional.of(e);
        }
    }

    private static void carryOut(Task task) throws Exception {
        Typist user = new Typist(persys, directory)
                .where("persys dev start", "persys dev start --ports auto --config dev.conf");
        try {
            task.deed().by(user);
        } finally {
            user.leave();
        }
        assertThat(user.typed()).as("steps").hasSize(task.steps());
        TYPED.put(task, user.typed());
    }

    /** After the scheduler was killed, too. */
    private static void audit() {
        String shown = persys.ok("audit", "-o", "wide").out();
        Launcher.Result verified = persys.run("audit", "--verify");

        assertThat(shown)
                .contains(
                        "POST /workloads/schedule", "GET /workloads/{workload}/exec exec of ", "  began  ", "  ended  ")
                .contains("POST /nodes/register");
        assertThat(verified.status()).as(verified.toString()).isZero();
        assertThat(verified.out()).contains("lines are as written");
    }

    private static void compareWithManual() throws IOException {
        assertThat(TYPED.keySet()).as("carried out").containsAll(TASKS);
        List<String> rows =
                TASKS.stream().map(task -> task.row(TYPED.get(task))).toList();
        assertThat(Files.readAllLines(PAGE).stream()
                        .filter(line -> line.endsWith(") |"))
                        .toList())
                .as("rows of %s; they should be%n%s", PAGE, String.join("\n", rows))
                .isEqualTo(rows);
    }
}
