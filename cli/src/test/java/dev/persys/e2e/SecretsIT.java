package dev.persys.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.api.Json;
import dev.persys.testing.DockerFixture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Secrets from the command to a container of a real engine, and everything that is left of them anywhere else: nothing, as
 * the manual says. Each value has a needle in it, which is looked for as it is and as Base64, whatever stands before it.
 */
final class SecretsIT {
    private static final String IMAGE = DockerFixture.BUSYBOX;
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final List<String> NEEDLES =
            List.of("Needle7Quoted1Xq", "Needle7Umlaut2Xq", "Needle7LongOne3Xq", "Needle7Second4Xq", "Needle7Stray5Xq");
    private static final Map<String, String> VALUES = Map.of(
            "quoted", "\"q'\\u0000\\ $HOME `id` %s {{.}} \n line\ttwo " + NEEDLES.get(0) + "\r\n#=",
            "umlaut", "pässwörd🗝" + NEEDLES.get(1) + "\u2028ß",
            "long", "x".repeat(40_000) + NEEDLES.get(2) + "y".repeat(9_000));

    @TempDir
    static Path directory;

    private static Launcher persys;
    private static Path values;

    @BeforeAll
    static void start() throws IOException {
        values = Files.createTempDirectory("persys-test-values");
        persys = new Launcher(directory)
                .with("DOCKER_HOST", DockerFixture.shared().host())
                .with("PERSYS_LOG_LEVEL", "debug");
        persys.ok("dev", "start", "--ports", "auto");
    }

    @AfterAll
    static void stop() throws IOException {
        persys.run("dev", "stop");
        DockerFixture.shared().removeContainers();
        try (Stream<Path> files = Files.list(values)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(values);
    }

    private static Launcher.Result set(String name, String value, String... more) {
        try {
            Path file = Files.writeString(values.resolve(name), value);
            List<String> words = new ArrayList<>(List.of("secret", "set", name, "--from-file", file.toString()));
            words.addAll(List.of(more));
            return persys.run(words.toArray(String[]::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String given(String id, String variable) {
        // As the kernel shows it to the process: no shell and no JSON in between.
        String all = DockerFixture.shared().docker("exec", id, "cat", "/proc/1/environ");
        return Stream.of(all.split("\0"))
                .filter(line -> line.startsWith(variable + "="))
                .map(line -> line.substring(variable.length() + 1))
                .findFirst()
                .orElse("absent");
    }

    private static JsonNode inspected(String id) {
        return Json.read(persys.ok("inspect", id, "-o", "json").out(), JsonNode.class);
    }

    private static void awaitReason(String id, String reason) {
        await().atMost(LIMIT).until(() -> inspected(id).path("reason").asText().equals(reason));
    }

    @Test
    void valuesReachTheContainerAndNothingElse() throws Exception {
        VALUES.forEach((name, value) ->
                assertThat(set(name, value, "--exact").status()).as(name).isZero());
        Launcher.Result unknown = persys.run("run", "--secret-env", "A=nothing-of-that-name", IMAGE, "--", "true");
        assertThat(unknown.status()).isNotZero();
        assertThat(unknown.err()).contains("nothing-of-that-name", "persys secret set");
        assertThat(persys.run("run", "--secret-env", "A=" + NEEDLES.get(4), IMAGE, "--", "true")
                        .err())
                .doesNotContain(NEEDLES.get(4));

        String id = persys.ok(
                        "run",
                        "--secret-env",
                        "QUOTED=quoted",
                        "--secret-env",
                        "UMLAUT=umlaut",
                        "--secret-env",
                        "LONG=long",
                        IMAGE,
                        "--name",
                        "secretive",
                        "--",
                        "sleep",
                        "600")
                .line();
        awaitReason(id, "ContainerRunning");
        VALUES.forEach((name, value) ->
                assertThat(given(id, name.toUpperCase(java.util.Locale.ROOT))).isEqualTo(value));
        assertThat(inspected(id).path("secretVersions").path("umlaut").asLong()).isEqualTo(1);

        changedSecretIsToldAndRestartTakesIt(id);
        removedSecretMakesTheNextStartWait(id);

        // Where it has to be, which shows that what is looked for would be found.
        assertThat(DockerFixture.shared().docker("inspect", id)).contains(NEEDLES.get(0));
        Map<String, String> said = everythingThatIsSaid(id);
        said.putAll(everyCommandLine());
        persys.ok("rm", "-f", id);
        persys.ok("dev", "stop");
        persys.ok(
                "store",
                "export",
                "--directory",
                directory.resolve("home/dev/store").toString(),
                directory.resolve("exported").toString());
        said.putAll(everyFile());
        assertThat(said.keySet()).anyMatch(name -> name.contains("store/")).anyMatch(name -> name.contains("audit"));
        assertThat(said).allSatisfy(SecretsIT::hasNoNeedle);
    }

    private static void changedSecretIsToldAndRestartTakesIt(String id) {
        Launcher.Result changed = set("umlaut", "other " + NEEDLES.get(3) + "\n");
        assertThat(changed.err()).contains("version 2", "secretive", "still runs version 1", "persys restart");
        assertThat(persys.ok("secret", "ls").out()).contains("secretive (1)");
        assertThat(persys.ok("inspect", id).out()).contains("UMLAUT from umlaut, runs version 1, 2 is current");
        assertThat(given(id, "UMLAUT")).isEqualTo(VALUES.get("umlaut"));

        persys.ok("restart", id);
        await().atMost(LIMIT)
                .until(() -> inspected(id).path("secretVersions").path("umlaut").asLong() == 2
                        && inspected(id).path("status").asText().equals("Running"));

        assertThat(given(id, "UMLAUT")).isEqualTo("other " + NEEDLES.get(3));
        assertThat(persys.ok("secret", "ls").out()).doesNotContain("secretive (");
    }

    private static void removedSecretMakesTheNextStartWait(String id) {
        Launcher.Result used = persys.run("secret", "rm", "quoted");
        assertThat(used.status()).isNotZero();
        assertThat(used.err()).contains("is given to 1 workload");
        persys.ok("secret", "rm", "--force", "quoted");
        assertThat(set("umlaut", "third " + NEEDLES.get(3)).status()).isZero();

        persys.ok("restart", "-d", id);
        awaitReason(id, "SecretMissing");
        assertThat(inspected(id).path("message").asText()).contains("no secret quoted", "persys secret set quoted");

        assertThat(set("quoted", VALUES.get("quoted"), "--exact").status()).isZero();
        awaitReason(id, "ContainerRunning");
        assertThat(inspected(id).path("secretVersions").has("quoted")).isTrue();
        assertThat(given(id, "QUOTED")).isEqualTo(VALUES.get("quoted"));
    }

    private static Map<String, String> everythingThatIsSaid(String id) throws Exception {
        Map<String, String> said = new TreeMap<>();
        for (List<String> words : List.of(
                List.of("inspect", id),
                List.of("inspect", id, "-o", "yaml"),
                List.of("ps", "-a", "-o", "json"),
                List.of("events"),
                List.of("audit"),
                List.of("specs", id, "-o", "json"),
                List.of("explain", id),
                List.of("secret", "ls", "-o", "json"),
                List.of("logs", id))) {
            Launcher.Result result = persys.run(words.toArray(String[]::new));
            said.put("persys " + String.join(" ", words), result.out() + result.err());
        }
        Path dev = directory.resolve("home/dev");
        JsonNode endpoints = Json.read(Files.readString(dev.resolve("endpoints.json")), JsonNode.class);
        HttpClient http = DevClient.of(directory.resolve("home")).build();
        for (String path : List.of(
                "/workloads",
                "/workloads/" + id,
                "/workloads/" + id + "/specs",
                "/events?follow=false",
                "/audit",
                "/secrets",
                "/secrets/quoted",
                "/nodes",
                "/cluster/metrics")) {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(URI.create(endpoints.path("api").asText() + path))
                            .timeout(LIMIT)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            said.put("GET " + path, answer.headers() + answer.body());
        }
        HttpResponse<String> malformed = http.send(
                HttpRequest.newBuilder(URI.create(endpoints.path("api").asText() + "/secrets/stray"))
                        .header("Content-Type", "application/json")
                        .PUT(HttpRequest.BodyPublishers.ofString(NEEDLES.get(4)))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(malformed.statusCode()).isEqualTo(400);
        said.put("PUT of what is no JSON", malformed.body());
        return said;
    }

    private static Map<String, String> everyCommandLine() throws IOException {
        Map<String, String> said = new TreeMap<>();
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            for (Path process : processes
                    .filter(path -> path.getFileName().toString().matches("\\d+"))
                    .toList()) {
                said.put("command line of " + process, text(process.resolve("cmdline")));
            }
        }
        return said;
    }

    /** Of the home, the logs among them, and of what was exported. */
    private static Map<String, String> everyFile() throws IOException {
        Map<String, String> said = new TreeMap<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                said.put(file.toString(), text(file));
            }
        }
        return said;
    }

    private static String text(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return ""; // A process that has ended meanwhile.
        }
    }

    private static void hasNoNeedle(String where, String text) {
        for (String needle : NEEDLES) {
            assertThat(text.contains(needle)).as("%s has %s", where, needle).isFalse();
            for (String encoded : encoded(needle)) {
                assertThat(text.contains(encoded))
                        .as("%s has %s as %s", where, needle, encoded)
                        .isFalse();
            }
        }
    }

    /** What of the needle is the same in Base64 whatever stands around it, at each of the three places where it can begin. */
    private static List<String> encoded(String needle) {
        List<String> all = new ArrayList<>();
        for (int before = 0; before < 3; before++) {
            String text =
                    Base64.getEncoder().encodeToString((" ".repeat(before) + needle).getBytes(StandardCharsets.UTF_8));
            all.add(text.substring(4, text.length() - 4));
        }
        return all;
    }
}
