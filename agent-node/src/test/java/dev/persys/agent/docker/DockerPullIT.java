package dev.persys.agent.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.runtime.ContainerRuntime;
import dev.persys.runtime.RuntimeFailure;
import dev.persys.runtime.RuntimeFailure.Kind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fetches of images by a real engine, and who is shown which credentials. */
final class DockerPullIT extends DockerTrial {
    @TempDir
    private Path directory;

    @Test
    void pullWithoutRegistryFailsWithDockersMessage() {
        RuntimeFailure failure = failure(runtime()
                .pull("127.0.0.1:9/persys/absent:1", Optional.empty(), progress -> {})
                .done());
        assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(failure).hasMessageContaining("127.0.0.1:9").hasMessageContaining("connection refused");
    }

    @Test
    void credentialsAreShownToNoOtherRegistryThanTheirOwn() throws Exception {
        try (FakeRegistry registry = new FakeRegistry();
                ContainerRuntime runtime =
                        new DockerContainerRuntime(DockerSamples.settings(DOCKER, directory, Duration.ofSeconds(20)))) {
            credentials("corp", "https://registry.corp.example");
            credentials("own", "http://" + registry.host());
            String image = registry.host() + "/evil/x:1";

            RuntimeFailure failure = failure(
                    runtime.pull(image, Optional.of("corp"), progress -> {}).done());
            assertThat(failure.kind()).isEqualTo(Kind.REFUSED);
            assertThat(failure).hasMessageContaining("registry.corp.example").hasMessageContaining(registry.host());
            assertThat(failure(runtime.pull(image, Optional.empty(), progress -> {})
                            .done()))
                    .hasMessageContaining("no basic auth credentials")
                    .hasMessageContaining("--registry-credentials");
            assertThat(registry.shown).isEmpty();

            failure(runtime.pull(image, Optional.of("own"), progress -> {}).done());
            assertThat(registry.shown).isNotEmpty().containsOnly("Basic " + base64("own:secret"));
        }
    }

    @Test
    void loginOfTheNodesUserIsShownToItsRegistryAndToNoOther() throws Exception {
        try (FakeRegistry registry = new FakeRegistry();
                FakeRegistry other = new FakeRegistry();
                ContainerRuntime runtime =
                        new DockerContainerRuntime(DockerSamples.settings(DOCKER, directory, Duration.ofSeconds(20)))) {
            Files.createDirectories(directory.resolve("client"));
            Files.writeString(
                    directory.resolve("client/config.json"),
                    "{\"auths\":{\"" + registry.host() + "\":{\"auth\":\"" + base64("me:mine") + "\"}}}");

            failure(runtime.pull(registry.host() + "/x:1", Optional.empty(), progress -> {})
                    .done());
            failure(runtime.pull(other.host() + "/x:1", Optional.empty(), progress -> {})
                    .done());
            assertThat(registry.shown).isNotEmpty().containsOnly("Basic " + base64("me:mine"));
            assertThat(other.shown).isEmpty();
        }
    }

    private void credentials(String name, String server) throws Exception {
        Files.writeString(
                directory.resolve(name + ".json"),
                "{\"username\":\"" + name + "\",\"password\":\"secret\",\"serveraddress\":\"" + server + "\"}");
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void absentCredentialsAreRefusedByName() {
        RuntimeFailure failure = failure(runtime()
                .pull("127.0.0.1:9/persys/absent:1", Optional.of("team-a"), progress -> {})
                .done());
        assertThat(failure.kind()).isEqualTo(Kind.REFUSED);
        assertThat(failure).hasMessageContaining("team-a.json");
    }
}
