package dev.persys.agent.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.util.ByteString;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.LogConfig;
import com.typesafe.config.ConfigFactory;
import dev.persys.agent.AgentSettings;
import dev.persys.api.Json;
import dev.persys.model.PullProgress;
import dev.persys.runtime.RuntimeFailure;
import dev.persys.runtime.RuntimeFailure.Kind;
import dev.persys.runtime.RuntimeSignal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How Docker's texts and bytes are read. */
final class DockerWordsTest {
    @TempDir
    private Path directory;

    @Test
    void failuresCarryDockersMessageAlone() {
        RuntimeFailure absent = DockerFailures.of(
                new NotFoundException("Status 404: {\"message\":\"No such image: a:1\"}\n", new IOException("x")));
        assertThat(absent.kind()).isEqualTo(Kind.NOT_FOUND);
        assertThat(absent).hasMessage("No such image: a:1");
        assertThat(DockerFailures.messageIn("plain text\n")).isEqualTo("plain text");
        assertThat(DockerFailures.messageIn("a { that is no JSON")).isEqualTo("a { that is no JSON");
        assertThat(DockerFailures.of(new IllegalStateException(new IOException("gone")))
                        .kind())
                .isEqualTo(Kind.UNAVAILABLE);
        assertThat(DockerFailures.ofStatus(409, "x").kind()).isEqualTo(Kind.CONFLICT);
        assertThat(DockerFailures.ofStatus(500, "x").kind()).isEqualTo(Kind.REFUSED);
        assertThat(DockerFailures.ofStatus(503, "x").kind()).isEqualTo(Kind.UNAVAILABLE);
    }

    @Test
    void onlyPullErrorsThatMayPassAreTransient() {
        assertThat(DockerFailures.ofPull("pull access denied for x, repository does not exist")
                        .isTransient())
                .isFalse();
        assertThat(DockerFailures.ofPull("manifest for x:9 not found: manifest unknown")
                        .isTransient())
                .isFalse();
        assertThat(DockerFailures.ofPull("dial tcp: lookup registry.example: no such host")
                        .isTransient())
                .isTrue();
        assertThat(DockerFailures.ofPull("received unexpected HTTP status: 503 Service Unavailable")
                        .isTransient())
                .isTrue();
        assertThat(DockerFailures.ofPull("toomanyrequests: You have reached your pull rate limit")
                        .isTransient())
                .isTrue();
    }

    @Test
    void outputIsBoundedWhereTheDriverWritesFilesAndASizeIsSet() {
        DockerSettings settings = settings("");
        for (String driver : List.of("json-file", "local")) {
            LogConfig config = ContainerMapping.logConfig(driver, settings).orElseThrow();
            assertThat(config.getType().getType()).isEqualTo(driver);
            assertThat(config.getConfig())
                    .isEqualTo(Map.of("max-size", Integer.toString(10 * 1024 * 1024), "max-file", "3"));
        }
        for (String driver : List.of("none", "journald", "fluentd", "a-plugin", "")) {
            assertThat(ContainerMapping.logConfig(driver, settings)).isEmpty();
        }
        DockerSettings unbounded = settings("persys.agent.docker.log-max-size = 0");
        assertThat(ContainerMapping.logConfig("json-file", unbounded)).isEmpty();
    }

    @Test
    void progressAddsUpLayers() throws IOException {
        PullTracker tracker = new PullTracker();
        assertThat(tracker.take(Json.MAPPER.readTree("{\"status\":\"Pulling from a\",\"id\":\"1\"}")))
                .isFalse();
        for (String line : new String[] {
            "{\"status\":\"Pulling fs layer\",\"id\":\"a\"}",
            "{\"status\":\"Already exists\",\"id\":\"b\"}",
            "{\"status\":\"Downloading\",\"id\":\"a\",\"progressDetail\":{\"current\":10,\"total\":40}}"
        }) {
            assertThat(tracker.take(Json.MAPPER.readTree(line))).isTrue();
        }
        assertThat(tracker.progress()).isEqualTo(new PullProgress(2, 1, 10, 40));
        tracker.take(Json.MAPPER.readTree(
                "{\"status\":\"Extracting\",\"id\":\"a\",\"progressDetail\":{\"current\":1,\"total\":40}}"));
        assertThat(tracker.progress()).isEqualTo(new PullProgress(2, 1, 40, 40));
        tracker.take(Json.MAPPER.readTree("{\"status\":\"Pull complete\",\"id\":\"a\"}"));
        assertThat(tracker.progress()).isEqualTo(new PullProgress(2, 2, 40, 40));
    }

    @Test
    void framesAreTakenApartWhereverTheyAreCut() throws IOException {
        byte[] framed = {1, 0, 0, 0, 0, 0, 0, 3, 'a', 'b', '\n', 2, 0, 0, 0, 0, 0, 0, 2, 'c', '\n'};
        for (int cut = 0; cut <= framed.length; cut++) {
            LogFrames frames = new LogFrames();
            byte[] head = Arrays.copyOf(framed, cut);
            byte[] tail = Arrays.copyOfRange(framed, cut, framed.length);
            ByteString output = frames.payload(head, head.length).concat(frames.payload(tail, tail.length));
            assertThat(output.utf8String()).isEqualTo("ab\nc\n");
        }
        assertThatThrownBy(() -> new LogFrames().payload("plain text".getBytes(StandardCharsets.US_ASCII), 10))
                .isInstanceOf(IOException.class);
    }

    @Test
    void eventsAreReadWithLabelsAndTime() throws IOException {
        RuntimeSignal.Happened event = EventReader.signal(Json.MAPPER.readTree("""
                {"Type":"container","Action":"health_status: healthy","time":5,"timeNano":5000000007,
                 "Actor":{"ID":"c1","Attributes":{"workloadId":"w","exitCode":"137"}}}"""));
        assertThat(event.action()).isEqualTo("health_status");
        assertThat(event.containerId()).isEqualTo("c1");
        assertThat(event.at()).isEqualTo(Instant.ofEpochSecond(5, 7));
        assertThat(event.exitCode()).contains(137);
        assertThat(event.labels()).containsEntry("workloadId", "w");
    }

    @Test
    void credentialsAreReadFromTheNodesFilesAndNeverQuoted() throws IOException {
        RegistryCredentials credentials = new RegistryCredentials(directory);
        Files.writeString(
                directory.resolve("good.json"), "{\"username\":\"u\",\"password\":\"p\",\"serveraddress\":\"r\"}");
        Files.writeString(directory.resolve("half.json"), "{\"username\":\"u\",\"secret\":\"hunter2\"}");
        Files.writeString(directory.resolve("broken.json"), "{hunter2");
        String json = new String(Base64.getUrlDecoder().decode(credentials.header("good")), StandardCharsets.UTF_8);
        assertThat(Json.MAPPER.readTree(json).path("password").asText()).isEqualTo("p");
        for (String name : new String[] {"half", "broken", "absent", "../good", ""}) {
            assertThatThrownBy(() -> credentials.header(name))
                    .isInstanceOf(RuntimeFailure.class)
                    .hasMessageNotContaining("hunter2")
                    .hasNoCause();
        }
    }

    private static DockerSettings settings(String overrides) {
        return AgentSettings.of(ConfigFactory.parseString(overrides).withFallback(ConfigFactory.load()))
                .docker();
    }
}
