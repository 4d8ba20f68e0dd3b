package dev.persys.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.persys.api.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What lies between a shell and Java: the built launcher, against a scheduler that takes whatever it is sent. */
class LauncherIT {
    private static final Path PROGRAM =
            Path.of("target", "persys", "bin", "persys").toAbsolutePath();
    private static final BlockingQueue<byte[]> BODIES = new LinkedBlockingQueue<>();

    private static HttpServer server;

    @BeforeAll
    static void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            BODIES.add(exchange.getRequestBody().readAllBytes());
            byte[] answer = "{\"workload_id\":\"w-1\",\"name\":\"Grüße\"}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
    }

    @AfterAll
    static void stop() {
        server.stop(0);
    }

    /** How a shell's line ended, with what it printed. */
    private record Ended(int status, String out, String err) {}

    /** Runs a line in which {@code $persys} is the program, in nothing but this environment. */
    private static Ended shell(String line, String... environment) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("env", "-i", "PATH=/usr/bin:/bin", "PERSYS_CACHE=off"));
        command.add("persys=" + PROGRAM);
        command.add("PERSYS_HOME=/nonexistent");
        command.add("PERSYS_ADDRESS=http://127.0.0.1:" + server.getAddress().getPort());
        command.addAll(List.of(environment));
        command.addAll(List.of("sh", "-c", line));
        Process process = new ProcessBuilder(command).start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        return new Ended(process.exitValue(), out, err);
    }

    @ParameterizedTest
    @ValueSource(strings = {"A=", "LC_ALL=C", "LANG=POSIX", "LC_ALL=xx_XX.ISO-8859-1", "LANG=xx_XX.UTF-8"})
    void textIsWhatWasTypedInAnyLocale(String locale) throws Exception {
        BODIES.clear();
        String line = "v=$(printf 'Gr\\303\\274\\303\\237e'); export v; "
                + "\"$persys\" run -d --name web -e v -e \"w=$v\" image -- echo \"$v\"";

        Ended ended = shell(line, locale);

        assertThat(ended.err()).isEmpty();
        assertThat(ended.status()).isZero();
        JsonNode body = Json.MAPPER.readTree(BODIES.take());
        assertThat(body.path("envVars").path("v").asText()).isEqualTo("Grüße");
        assertThat(body.path("envVars").path("w").asText()).isEqualTo("Grüße");
        assertThat(body.path("command").path(1).asText()).isEqualTo("Grüße");
        assertThat(shell("\"$persys\" inspect web -o json", locale).out()).contains("\"Grüße\"");
    }

    @Test
    void localeOfTheLauncherIsNotTheContainers() throws Exception {
        BODIES.clear();

        Ended ended = shell("\"$persys\" run -d --name web -e LC_ALL image", "LC_ALL=C");

        assertThat(ended.status()).isZero();
        assertThat(Json.MAPPER
                        .readTree(BODIES.take())
                        .path("envVars")
                        .path("LC_ALL")
                        .asText())
                .isEqualTo("C");
        assertThat(shell("\"$persys\" run -d --name web -e LC_ALL image").err()).contains("no such variable");
    }

    @Test
    void outputThatCannotBeWrittenIsAFailureAndThatNobodyReadsIsNone() throws Exception {
        Ended full = shell("\"$persys\" inspect web -o json > /dev/full");
        assertThat(full.status()).isEqualTo(1);
        assertThat(full.err()).contains("the output could not be written: No space left on device");
        assertThat(shell("{ \"$persys\" inspect web -o json; echo $? >&2; } | true")
                        .err())
                .isEqualTo("0\n");
    }

    /** Since JDK 21 an exit asks who wants to log it, for which it opens every jar. */
    @Test
    void commandThatHasEndedIsGoneAtOnce() throws Exception {
        Ended ended = shell("\"$persys\" --version", "PERSYS_JAVA_OPTS=-Xlog:class+load:stdout");

        assertThat(ended.out())
                .contains("dev.persys.cli.Persys source:")
                .doesNotContain("LoggerFinder")
                .contains("persys 0.");
    }

    /** It decides which jars there are: those of {@code cp} are more than the others'. */
    @ParameterizedTest
    @ValueSource(strings = {"cp", "--address http://127.0.0.1:1 --token-file ps cp", "--address=http://127.0.0.1:1 cp"})
    void verbIsFoundBehindOptions(String words) throws Exception {
        Ended ended = shell("\"$persys\" " + words + " --help", "PERSYS_JAVA_OPTS=-XshowSettings:properties");

        assertThat(ended.status()).isZero();
        assertThat(ended.out()).contains("SOURCE DESTINATION");
        assertThat(ended.err()).contains("commons-compress");
    }

    /** Certificates are made with a library that other verbs have not, not even where they list these. */
    @Test
    void authorityIsMadeWithWhatOnlyItNeeds(@TempDir Path directory) throws Exception {
        Ended ended = shell("\"$persys\" --help && \"$persys\" ca init prod -o name", "PERSYS_HOME=" + directory);

        assertThat(ended.err()).isEmpty();
        assertThat(ended.out()).contains("ca sign").containsPattern("\nsha256:[0-9a-f]{64}\n$");
        assertThat(directory.resolve("ca/authority.pem")).isRegularFile();
    }

    @Test
    void fileOfAnyNameIsRead() throws Exception {
        Ended ended = shell("\"$persys\" apply -f \"$(printf '/nonexistent/ordn\\303\\251r.yaml')\"", "LC_ALL=C");
        assertThat(ended.status()).isEqualTo(2);
        assertThat(ended.err()).contains("/nonexistent/ordnér.yaml cannot be read: there is no such file");
    }
}
