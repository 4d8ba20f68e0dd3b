package dev.persys.agent.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.util.ByteString;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.LogConfig;
import com.typesafe.config.ConfigFactory;
import dev.persys.agent.AgentSettings;
import dev.persys.api.Json;
import dev.persys.model.HostPort;
import dev.persys.model.PullProgress;
import dev.persys.model.WorkloadId;
import dev.persys.runtime.ContainerStatus;
import dev.persys.runtime.RuntimeFailure;
import dev.persys.runtime.RuntimeFailure.Kind;
import dev.persys.runtime.RuntimeSignal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How Docker's texts and bytes are read. */
final class DockerWordsTest {
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
        assertThat(DockerFailures.of(new IllegalArgumentException("no such port"))
                        .getMessage())
                .endsWith(": no such port")
                .doesNotContain("Exception");
        assertThat(DockerFailures.ofStatus(409, "x").kind()).isEqualTo(Kind.CONFLICT);
        assertThat(DockerFailures.ofStatus(400, "x").kind()).isEqualTo(Kind.REFUSED);
        assertThat(DockerFailures.ofStatus(500, "x").kind()).isEqualTo(Kind.NOT_NOW);
        assertThat(DockerFailures.ofStatus(503, "x").kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(DockerFailures.ofStart(new ConflictException("Status 409: {\"message\":\"cannot start a paused"
                                + " container, try unpause instead\"}"))
                        .kind())
                .isEqualTo(Kind.NOT_NOW);
    }

    /** Whatever Docker was doing while it ended; as seen on 20.10, and as 23 to 28 word it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "transport is closing: unavailable",
                "grpc: the client connection is closing: context canceled",
                "context deadline exceeded: unknown",
                "failed to update store for object type *libnetwork.endpoint: open : no such file or directory",
                "failed to get endpoint from store during init: database not open",
                "failed to start shim: exec: \"containerd-shim-runc-v2\": executable file not found in $PATH: unknown",
                "failed to create task for container: failed to start shim: start failed: : exit status 1: unknown",
                "failed to create shim task: ttrpc: closed: unknown",
                "connection error: desc = \"transport: error while dialing: dial unix /run/containerd/containerd.sock:"
                        + " connect: connection refused\": unavailable",
                "failed to create task for container: error reading from server: EOF: unavailable",
                "OCI runtime create failed: read init-p: connection reset by peer: unknown"
            })
    void whatDockerSaysWhileItEndsIsNoWordAboutTheContainer(String message) {
        for (int status : new int[] {400, 500}) {
            RuntimeFailure failure = DockerFailures.ofStatus(status, message);
            assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
            assertThat(failure.isTransient()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "task 4911e3a3407a6d2eedfa5ae213c058eb4affd006: already exists",
                "failed to create task for container: task 4911e3a3407a: already exists: unknown",
                "id already in use",
                "container \"120e8424d507b645fb99cb7e471f228bfbf754129a0340abfc0736e587e4fa24\": already exists",
                "OCI runtime create failed: container with id exists: 4911e3a3407a: unknown",
                "failed to create shim task: OCI runtime create failed: runc create failed: container with given ID"
                        + " already exists: unknown",
                "mkdir /run/containerd/io.containerd.runtime.v2.task/moby/4911e3a3407a: file exists: unknown",
                "failed to listen to abstract unix socket \"/containerd-shim/moby/3cfd9b89/shim.sock\": listen unix"
                        + " /containerd-shim/moby/3cfd9b89/shim.sock: bind: address already in use: unknown"
            })
    void whatAKilledEngineLeftBehindNeedsAnotherContainer(String message) {
        for (int status : new int[] {409, 500}) {
            RuntimeFailure failure = DockerFailures.ofStatus(status, message);
            assertThat(failure.kind()).isEqualTo(Kind.UNSTARTABLE);
            assertThat(failure.mayPass()).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "500|Address already in use",
                "404|network backend not found",
                "404|failed to set up container networking: network 9ef1 not found",
                "404|plugin \"rexray\" not found",
                "500|error while mounting volume '/var/lib/docker/volumes/nfs/_data': failed to mount local volume: mount"
                        + " :/export:/data: connection refused",
                "400|invalid mount config for type \"bind\": bind source path does not exist: /mnt/late",
                "500|error gathering device information while adding custom device \"/dev/ttyUSB0\": no such file or"
                        + " directory",
                "500|mkdir /var/lib/docker/overlay2/x: no space left on device",
                "403|endpoint with name web already exists in network bridge",
                "400|OCI runtime create failed: unable to retrieve OCI runtime error (open /run/log.json: no such file or"
                        + " directory): runc did not terminate successfully: signal: killed: unknown",
                "500|something that nobody has thought of"
            })
    void refusalsThatPassByThemselvesAreTriedAgain(int status, String message) {
        RuntimeFailure failure = DockerFailures.ofStatus(status, message);
        assertThat(failure.kind()).isEqualTo(Kind.NOT_NOW);
        assertThat(failure.mayPass()).isTrue();
        assertThat(failure.isTransient()).isFalse();
    }

    /** As 20.10, 23 and 28 word it, and Docker Desktop. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "8777/tcp|driver failed programming external connectivity on endpoint web (ab12): Bind for 0.0.0.0:8777"
                        + " failed: port is already allocated",
                "8777/tcp|driver failed programming external connectivity on endpoint web (ab12): Error starting userland"
                        + " proxy: listen tcp4 0.0.0.0:8777: bind: address already in use",
                "53/udp|driver failed programming external connectivity on endpoint dns (ab12): Error starting userland"
                        + " proxy: listen udp4 127.0.0.1:53: bind: address already in use",
                "8777/tcp|driver failed programming external connectivity on endpoint web (ab12): listen tcp6 [::]:8777:"
                        + " bind: address already in use",
                "8080/tcp|failed to set up container networking: driver failed programming external connectivity on"
                        + " endpoint web: failed to bind host port for 0.0.0.0:8080:172.17.0.2:80/tcp: address already in use",
                "8080/udp|failed to set up container networking: driver failed programming external connectivity on"
                        + " endpoint web: failed to bind host port 127.0.0.1:8080/udp: address already in use",
                "8080/tcp|Ports are not available: exposing port TCP 0.0.0.0:8080 -> 127.0.0.1:0: listen tcp"
                        + " 0.0.0.0:8080: bind: address already in use"
            })
    void portThatSomethingElseHasIsNamed(String port, String message) {
        RuntimeFailure failure = DockerFailures.ofStatus(500, message);

        assertThat(failure.kind()).isEqualTo(Kind.PORT_IN_USE);
        assertThat(failure.port().map(HostPort::toString)).contains(port);
        assertThat(failure).hasMessage(message);
        assertThat(failure.sentence()).isEqualTo("port " + port + " is in use by something that Persys did not start");
        assertThat(failure.mayPass()).isTrue();
        assertThat(failure.isTransient()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "OCI runtime create failed: container_linux.go:367: starting container process caused: exec: \"nope\":"
                        + " executable file not found in $PATH: unknown",
                "failed to create task for container: failed to create shim task: OCI runtime create failed: runc create"
                        + " failed: unable to start container process: error during container init: exec: \"/x\": stat /x:"
                        + " no such file or directory: unknown",
                "exec: \"context canceled\": executable file not found in $PATH",
                "exec /app: exec format error",
                "unable to find user nobody1: no matching entries in passwd file",
                "error mounting \"/etc/hosts\" to rootfs at \"/data\": not a directory: unknown: Are you trying to mount a"
                        + " directory onto a file (or vice-versa)?"
            })
    void refusalsOfWhatWasAskedAreFinal(String message) {
        for (int status : new int[] {400, 500}) {
            assertThat(DockerFailures.ofStatus(status, message).kind()).isEqualTo(Kind.REFUSED);
        }
    }

    @Test
    void statusWordsThatAreUnknownHereCostNothingButThemselves() throws IOException {
        Container podman = Json.MAPPER.readValue("""
                {"Id":"c1","Names":["/web"],"State":"stopping","Labels":{"a":"b"}}""", Container.class);
        assertThat(ContainerMapping.summary(podman).status()).isEqualTo(ContainerStatus.UNKNOWN);
        assertThat(ContainerStatus.UNKNOWN.isLive()).isTrue();
        assertThat(status("{\"Status\":\"stopping\",\"Running\":true,\"StartedAt\":\"2026-01-01T00:00:00Z\"}"))
                .isEqualTo(ContainerStatus.RUNNING);
        assertThat(status("{\"Status\":\"stopped\",\"Running\":false,\"StartedAt\":\"2026-01-01T00:00:00Z\"}"))
                .isEqualTo(ContainerStatus.EXITED);
        assertThat(status("{\"Status\":\"configured\",\"Running\":false,\"StartedAt\":\"0001-01-01T00:00:00Z\"}"))
                .isEqualTo(ContainerStatus.CREATED);
    }

    private static ContainerStatus status(String state) throws IOException {
        InspectContainerResponse container = Json.MAPPER.readValue(
                "{\"Id\":\"c1\",\"Name\":\"/web\",\"Config\":{},\"State\":" + state + "}",
                InspectContainerResponse.class);
        return ContainerMapping.state(container).status();
    }

    @Test
    void volumesOfAnImageHaveANameForEveryPath() {
        String id = "6f2c0000-0000-4000-8000-000000000001";
        assertThat(ImageVolumes.name(id, "/var/lib/my-sql/")).isEqualTo(id + "-var.lib.my-sql");
        List<String> alike = List.of("/a/b", "/a.b", "/a-b", "/a_b", "/a_2eb", "/a b", "/A/b", "/\u00e4", "/a/b/c");
        assertThat(alike.stream().map(path -> ImageVolumes.name(id, path)))
                .doesNotHaveDuplicates()
                .allMatch(name -> name.matches("[a-zA-Z0-9][a-zA-Z0-9_.-]+"));
        String one = ImageVolumes.name(id, "/" + "x".repeat(300));
        assertThat(one).hasSizeLessThan(255).isNotEqualTo(ImageVolumes.name(id, "/" + "x".repeat(301)));
        assertThat(ImageVolumes.isOf(WorkloadId.of(id), one)).isTrue();
    }

    @Test
    void mountsTakeThePlaceOfTheImagesVolumeAtJustTheirPath() {
        assertThat(ImageVolumes.uncovered(
                        List.of("/data/", "/var//lib/db", "/x/../y", "/", "relative"), List.of("/data", "/var/lib")))
                .containsExactly("/var/lib/db", "/y");
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
    void timesStayAtTheBeginningOfLinesAloneHoweverManyPiecesALineIsKeptIn() throws IOException {
        byte[] framed = framed("T1 long ", "T2 line\n", "T3 next\n");
        for (int cut = 0; cut <= framed.length; cut++) {
            LogFrames frames = new LogFrames(true, false);
            byte[] tail = Arrays.copyOfRange(framed, cut, framed.length);
            ByteString output = frames.payload(framed, cut).concat(frames.payload(tail, tail.length));
            assertThat(output.utf8String()).isEqualTo("T1 long line\nT3 next\n");
        }
    }

    private static byte[] framed(String... payloads) {
        ByteString frames = ByteString.emptyByteString();
        for (String payload : payloads) {
            byte[] header = {1, 0, 0, 0, 0, 0, 0, (byte) payload.length()};
            frames = frames.concat(ByteString.fromArray(header)).concat(ByteString.fromString(payload));
        }
        return frames.toArray();
    }

    @Test
    void framesAreTakenApartWhereverTheyAreCut() throws IOException {
        byte[] framed = {1, 0, 0, 0, 0, 0, 0, 3, 'a', 'b', '\n', 2, 0, 0, 0, 0, 0, 0, 2, 'c', '\n'};
        for (int cut = 0; cut <= framed.length; cut++) {
            LogFrames frames = new LogFrames(false, true);
            byte[] head = Arrays.copyOf(framed, cut);
            byte[] tail = Arrays.copyOfRange(framed, cut, framed.length);
            ByteString output = frames.payload(head, head.length).concat(frames.payload(tail, tail.length));
            assertThat(output.utf8String()).isEqualTo("ab\nc\n");
        }
        assertThatThrownBy(
                        () -> new LogFrames(false, false).payload("plain text".getBytes(StandardCharsets.US_ASCII), 10))
                .isInstanceOf(IOException.class);
    }

    @Test
    void whatATerminalPrintedHasNoFramesAndIsTakenAsItIs() throws IOException {
        for (byte[] raw :
                List.of("/ # \u001b[6nls\r\n".getBytes(StandardCharsets.UTF_8), new byte[] {1, 0, 0, 7, 'x'})) {
            for (int cut = 0; cut <= raw.length; cut++) {
                LogFrames frames = new LogFrames(false, true);
                byte[] tail = Arrays.copyOfRange(raw, cut, raw.length);
                ByteString output = frames.payload(raw, cut).concat(frames.payload(tail, tail.length));
                assertThat(output.toArray()).isEqualTo(raw);
            }
        }
    }

    @Test
    void eventsAreReadWithLabelsAndTime() throws IOException {
        RuntimeSignal.Happened event = EventReader.signal(Json.MAPPER.readTree("""
                {"Type":"container","Action":"health_status: healthy","time":5,"timeNano":5000000007,
                 "Actor":{"ID":"c1","Attributes":{"name":"web","workloadId":"w","exitCode":"137"}}}"""));
        assertThat(event.action()).isEqualTo("health_status");
        assertThat(event.containerId()).isEqualTo("c1");
        assertThat(event.name()).isEqualTo("web");
        assertThat(event.at()).isEqualTo(Instant.ofEpochSecond(5, 7));
        assertThat(event.exitCode()).contains(137);
        assertThat(event.labels()).containsEntry("workloadId", "w");
    }

    @Test
    void labelOfTheNameOfAnAttributeDoesNotEndTheStreamOfEvents() throws IOException {
        RuntimeSignal.Happened event = EventReader.signal(Json.MAPPER.readTree("""
                {"Type":"container","Action":"start","timeNano":1,
                 "Actor":{"ID":"c1","Attributes":{"exitCode":"whatever"}}}"""));
        assertThat(event.exitCode()).isEmpty();
    }

    private static DockerSettings settings(String overrides) {
        return AgentSettings.of(ConfigFactory.parseString(overrides).withFallback(ConfigFactory.load()))
                .docker();
    }
}
