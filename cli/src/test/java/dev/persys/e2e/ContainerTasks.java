package dev.persys.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.testing.DockerFixture;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The tasks of a first day that are about containers, in the order in which they come up. The images are {@code site:1} and
 * {@code site:2}, web servers whose page says which; {@code database:1}, which declares a volume and writes a row into it at each
 * start; {@code sick:1}, whose health check fails; and {@code persys/busybox:1}.
 */
final class ContainerTasks {
    private final DockerFixture docker;
    private final ImageRegistry open;
    private final ImageRegistry locked;

    /**
     * @param open has no {@code shop:9}
     * @param locked has {@code shop:1}, for who logs in
     */
    ContainerTasks(DockerFixture docker, ImageRegistry open, ImageRegistry locked) {
        this.docker = docker;
        this.open = open;
        this.locked = locked;
    }

    List<Task> all() {
        return List.of(
                new Task("a web server with a port and a volume", 1, 1, "docker", this::webServer),
                new Task("why does it not run?", 1, 2, "docker", this::whyItDoesNotRun),
                new Task("a program that crashes half a second after its start", 1, 1, "Nomad", this::crash),
                new Task("the exit code of a job", 2, 2, "docker", this::exitCodeOfAJob),
                new Task("a new image", 1, 1, "all", this::newImage),
                new Task("back to the old one", 1, 1, "all", this::undo),
                new Task("three copies", 1, 1, "all", this::threeCopies),
                new Task("a database, restarted", 2, 2, "all, with a named volume", this::database),
                new Task("no resources asked for: no cap", 1, 1, "docker, kubectl", this::noResources),
                new Task("a health check that fails", 1, 1, "all", this::healthCheck),
                new Task("a command in a container", 1, 1, "Nomad, kubectl", this::exec),
                new Task("a file into a container", 1, 1, "kubectl", this::copy),
                new Task("what it uses", 1, 1, "kubectl", this::stats),
                new Task("what it printed before it crashed", 1, 1, "kubectl", this::previousLogs),
                new Task("its output, over a restart", 1, 1, "docker", this::followedLogs),
                new Task("an image that does not exist", 1, 2, "all", this::absentImage),
                new Task("an image of a private registry", 2, 2, "docker", this::privateRegistry),
                new Task("the same name twice", 1, 1, "docker", this::nameTwice),
                new Task("mistakes in a file", 1, 1, "docker compose", this::mistakes),
                new Task("a job every night (the line of a crontab)", 1, 1, "Nomad, kubectl", this::nightly));
    }

    private void webServer(Typist user) {
        int port = user.port(8080);
        Launcher.Result run = user.type("persys run site:1 --name site -p 8080:80 -v pages:/www");

        assertThat(run.status()).isZero();
        user.awaitPage(port, "page one");
        assertThat(user.given("persys port site 80").line()).endsWith(":" + port);
        assertThat(docker.docker("volume", "ls", "--quiet")).contains("pages");
    }

    private void whyItDoesNotRun(Typist user) {
        Launcher.Result run = user.type("persys run site:1 --name huge --cpu 512 --timeout 10s");

        assertThat(run.status()).isEqualTo(7);
        assertThat(run.err()).contains("is still Pending: none of", "cores free");
        assertThat(user.given("persys explain huge").out()).containsPattern("wants 512 cores, \\S+ free");
    }

    private void crash(Typist user) {
        Launcher.Result run = user.type(
                "persys run persys/busybox:1 --name crash --stable-for 5s -- sh -c 'echo no shop; sleep 0.5; exit 3'");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("exited with code 3", "  | no shop");
    }

    private void exitCodeOfAJob(Typist user) {
        user.type("persys run -d persys/busybox:1 --name sums -- sh -c 'sleep 1; exit 9'");
        Launcher.Result waited = user.type("persys wait --exit-code sums");

        assertThat(waited.status()).isEqualTo(9);
        assertThat(waited.line()).isEqualTo("9");
    }

    private void newImage(Typist user) {
        int port = user.port(8081);
        user.file("shop.yaml", site("shop", "site:1", "'8081:80'"));
        user.makes("shop");
        user.given("persys apply -f shop.yaml");
        Launcher.Result applied = user.type("sed -i s/site:1/site:2/ shop.yaml && persys apply -f shop.yaml");

        assertThat(applied.status()).isZero();
        assertThat(applied.out()).startsWith("shop changed ");
        assertThat(applied.err()).containsPattern("image +site:1 → site:2");
        user.awaitPage(port, "page two");
    }

    private void undo(Typist user) {
        int port = user.port(8082);
        user.given("persys run site:1 --name blog -p 8082:80");
        user.given("persys run site:2 --name blog -p 8082:80 --replace");
        user.awaitPage(port, "page two");
        Launcher.Result undone = user.type("persys undo blog");

        assertThat(undone.status()).isZero();
        user.awaitPage(port, "page one");
    }

    private void threeCopies(Typist user) {
        user.file(
                "three.yaml",
                site("copy-1", "site:1", "'80'"),
                "---",
                site("copy-2", "site:1", "'80'"),
                "---",
                site("copy-3", "site:1", "'80'"));
        Launcher.Result applied = user.type("persys apply -f three.yaml");

        assertThat(applied.status()).isZero();
        assertThat(user.given("persys ps -l app=site --status Running --format '{.name}'")
                        .out()
                        .lines())
                .contains("copy-1", "copy-2", "copy-3");
        user.given("persys rm -d -f three.yaml");
    }

    private static String site(String name, String image, String port) {
        return "name: " + name + "\ntype: docker-container\nimage: " + image + "\nlabels: {app: site}\nports: [" + port
                + "]\nrestartPolicy: always";
    }

    private void database(Typist user) {
        user.type("persys run database:1 --name db --restart always");
        Launcher.Result restarted = user.type("persys restart db");

        assertThat(restarted.status()).isZero();
        user.awaitPrinted("persys logs db", "rows: 2");
    }

    private void noResources(Typist user) {
        Launcher.Result run = user.type("persys run site:1 --name free");

        assertThat(run.status()).isZero();
        assertThat(docker.docker(
                        "inspect",
                        "--format",
                        "{{.HostConfig.NanoCpus}} {{.HostConfig.CpuQuota}} {{.HostConfig.Memory}}",
                        run.line()))
                .isEqualTo("0 0 0");
    }

    private void healthCheck(Typist user) {
        Launcher.Result sick = user.type("persys run sick:1 --name sick");

        assertThat(sick.status()).isEqualTo(1);
        assertThat(sick.err()).contains("nobody home");
        assertThat(user.given("persys ps --name sick").out()).contains("Running (unhealthy)");
        user.given("persys run site:1 --name well --health-http 80/ --health-interval 1s");
        assertThat(user.given("persys ps --name well").out()).contains("Running (healthy)");
    }

    private void exec(Typist user) {
        user.given("persys run site:1 --name inner");
        user.awaitPrinted("persys logs inner", "serving");

        assertThat(user.type("persys exec inner cat /www/index.html").out()).isEqualTo("page one\n");
    }

    private void copy(Typist user) {
        int port = user.port(8083);
        user.file("index.html", "page of mine");
        user.given("persys run site:1 --name cloned -p 8083:80");
        user.awaitPage(port, "page one");
        Launcher.Result copied = user.type("persys cp index.html cloned:/www");

        assertThat(copied.status()).isZero();
        user.awaitPage(port, "page of mine");
    }

    private void stats(Typist user) {
        user.given("persys run site:1 --name used --memory 64Mi");
        Launcher.Result stats = user.type("persys stats --no-stream used");

        assertThat(stats.out()).containsPattern("used +[0-9.]+% .* 64 MiB ");
    }

    private void previousLogs(Typist user) {
        user.given("persys run -d persys/busybox:1 --name fell --restart always -- sh -c "
                + "'if test -e /once; then echo second; exec sleep 600; fi; touch /once; echo first; exit 3'");
        user.awaitPrinted("persys logs fell", "second");
        Launcher.Result logs = user.type("persys logs --previous fell");

        assertThat(logs.out()).isEqualTo("first\n");
    }

    private void followedLogs(Typist user) {
        user.given("persys run -d persys/busybox:1 --name follow --restart on-failure -- sh -c "
                + "'echo begins; if test -e /once; then exit 0; fi; touch /once; sleep 1; exit 1'");
        Launcher.Result logs = user.type("persys logs -f follow");

        assertThat(logs.status()).isZero();
        assertThat(logs.out()).isEqualTo("begins\nbegins\n");
    }

    private void absentImage(Typist user) {
        user.where("registry.test", open.host());
        Launcher.Result run = user.type("persys run registry.test/shop:9 --name absent");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err())
                .contains("ImagePullFailed", open.host() + "/shop:9")
                .containsPattern(Pattern.compile("manifest unknown|not found"));
    }

    private void privateRegistry(Typist user) {
        user.where("registry.test", locked.host());
        Launcher.Result login = user.type("docker login -u me -p secret registry.test");
        Launcher.Result run = user.type("persys run registry.test/shop:1 --name bought");

        assertThat(login.status()).as(login.err()).isZero();
        assertThat(run.status()).as(run.err()).isZero();
    }

    private void nameTwice(Typist user) {
        user.given("persys run site:1 --name once");
        Launcher.Result again = user.type("persys run site:1 --name once");

        assertThat(again.status()).isEqualTo(4);
        assertThat(again.err()).contains("once", "--replace");
        assertThat(user.given("persys ps --name once -q").out().lines()).hasSize(1);
    }

    private void mistakes(Typist user) {
        user.file(
                "wrong.yaml",
                "name: Wrong",
                "type: docker-container",
                "image: site:1",
                "prots: ['8080:80']",
                "restartPolicy: sometimes");
        Launcher.Result applied = user.type("persys apply -f wrong.yaml");

        assertThat(applied.status()).isEqualTo(2);
        assertThat(applied.err()).contains("Wrong", "prots", "ports", "sometimes", "unless-stopped");
        assertThat(user.given("persys ps -a --name wrong -q").out()).isEmpty();
    }

    private void nightly(Typist user) {
        user.given("persys run persys/busybox:1 --name nightly --wait=done -- sh -c "
                + "'echo run; test ! -e /once || exit 3; touch /once'");
        Launcher.Result again = user.type("persys start --wait=done nightly");

        assertThat(again.status()).as("cron writes a mail").isEqualTo(1);
        assertThat(again.err()).contains("exited with code 3");
        assertThat(user.given("persys logs nightly").out()).isEqualTo("run\nrun\n");
    }
}
