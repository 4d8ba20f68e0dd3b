package dev.persys.agent.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.api.Json;
import dev.persys.model.ImageReference;
import dev.persys.runtime.RuntimeFailure;
import dev.persys.runtime.RuntimeFailure.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which credentials go with an image, and that no others do. */
final class RegistryCredentialsTest {
    private static final ImageReference CORP = image("registry.corp.example/team/app:1");

    @TempDir
    private Path directory;

    private Duration helperTimeout = Duration.ofMinutes(1);

    private final ScheduledExecutorService deadlines = Executors.newScheduledThreadPool(1);

    @AfterEach
    void stop() {
        deadlines.shutdownNow();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "registry.corp.example",
                "https://registry.corp.example",
                "https://registry.corp.example/v2/",
                "Registry.Corp.Example"
            })
    void namedCredentialsGoToTheRegistryThatTheyAreFor(String server) throws IOException {
        credentials("corp", server);
        assertThat(auth(of(CORP, "corp")).path("password").asText()).isEqualTo("hunter2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1:19555/evil/x:1",
                "registry.corp.example:444/x",
                "corp.example/x",
                "registry.corp.example.evil/x",
                "x",
                "team/app"
            })
    void namedCredentialsGoToNoOtherRegistry(String image) throws IOException {
        credentials("corp", "https://registry.corp.example");
        assertThatThrownBy(() -> of(image(image), "corp"))
                .isInstanceOfSatisfying(
                        RuntimeFailure.class,
                        failure -> assertThat(failure.kind()).isEqualTo(Kind.REFUSED))
                .hasMessageContaining("registry.corp.example")
                .hasMessageContaining(image(image).registryHost())
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void imagesWithoutARegistryAreDockersOwn() throws IOException {
        credentials("hub", "https://index.docker.io/v1/");
        for (String image : new String[] {"nginx:1", "library/nginx", "docker.io/team/app"}) {
            assertThat(of(image(image), "hub").header()).isPresent();
        }
        assertThatThrownBy(() -> of(CORP, "hub")).hasMessageContaining("docker.io");
    }

    @Test
    void credentialsThatCannotBeReadAreRefusedAndNeverQuoted() throws IOException {
        Files.writeString(directory.resolve("half.json"), "{\"username\":\"u\",\"secret\":\"hunter2\"}");
        Files.writeString(directory.resolve("broken.json"), "{hunter2");
        for (String name : new String[] {"half", "broken", "absent", "../good", ""}) {
            assertThatThrownBy(() -> of(CORP, name))
                    .isInstanceOf(RuntimeFailure.class)
                    .hasMessageNotContaining("hunter2")
                    .hasNoCause();
        }
    }

    @Test
    void loginOfTheNodesUserIsUsedForItsOwnRegistryWhereNoneAreNamed() throws IOException {
        config("""
                {"auths":{"https://registry.corp.example/v2/":{"auth":"%s"},"token.example":{"identitytoken":"t1"},
                 "https://index.docker.io/v1/":{"auth":"%s"},"empty.example":{}}}""".formatted(base64("u:p:q"), base64("h:s")));
        JsonNode corp = auth(of(CORP));
        assertThat(corp.path("username").asText()).isEqualTo("u");
        assertThat(corp.path("password").asText()).isEqualTo("p:q");
        assertThat(auth(of(image("nginx"))).path("serveraddress").asText()).isEqualTo(DockerLogin.DEFAULT_SERVER);
        assertThat(auth(of(image("token.example/x"))).path("identitytoken").asText())
                .isEqualTo("t1");
        for (String image : new String[] {"empty.example/x", "127.0.0.1:5000/x", "registry.corp.example:5000/x"}) {
            assertThat(of(image(image))).isEqualTo(new RegistryCredentials.Chosen(Optional.empty(), Optional.empty()));
        }
    }

    @Test
    void helperProgramIsAskedForTheRegistryThatItIsKeptFor() throws IOException {
        config("{\"credHelpers\":{\"registry.corp.example\":\"corp\"},\"credsStore\":\"all\"}");
        program("corp", "read server; echo \"{\\\"Username\\\":\\\"u\\\",\\\"Secret\\\":\\\"for-$server\\\"}\"");
        program("all", "echo '{\"Username\":\"<token>\",\"Secret\":\"t2\"}'");
        assertThat(auth(of(CORP)).path("password").asText()).isEqualTo("for-registry.corp.example");
        assertThat(auth(of(image("nginx"))).path("identitytoken").asText()).isEqualTo("t2");
    }

    @Test
    void helperThatHasNoneIsNoTroubleAndOneThatFailsIsToldAndNotWaitedFor() throws IOException {
        config("""
                {"credHelpers":{"none.example":"none","fails.example":"fails","hangs.example":"hangs","talks.example":"talks",
                 "absent.example":"absent","odd.example":"../odd"},
                 "auths":{"fails.example":{"auth":"%s"}}}""".formatted(base64("u:p")));
        program("none", "echo credentials not found in native keychain; exit 1");
        program("fails", "echo hunter2; exit 3");
        program("hangs", "sleep 1000");
        program("talks", "echo hunter2");
        assertThat(of(image("none.example/x")).complaint()).isEmpty();
        assertThat(of(image("fails.example/x")).header()).isPresent();
        assertThat(complaint("fails.example/x")).contains("docker-credential-fails failed with status 3");
        assertThat(complaint("talks.example/x")).contains("no JSON");
        assertThat(complaint("absent.example/x"))
                .contains("docker-credential-absent")
                .contains("cannot be run");
        assertThat(complaint("odd.example/x")).contains("../odd");
        helperTimeout = Duration.ofMillis(300);
        assertThat(complaint("hangs.example/x")).contains("docker-credential-hangs did not answer within");
    }

    @Test
    void loginThatCannotBeReadIsToldWithoutWhatIsInIt() throws IOException {
        config("{hunter2");
        assertThat(complaint("nginx")).contains("config.json").doesNotContain("hunter2");
    }

    private String complaint(String image) {
        String complaint = of(image(image)).complaint().orElseThrow();
        assertThat(complaint).doesNotContain("hunter2");
        return complaint;
    }

    private RegistryCredentials.Chosen of(ImageReference image, String... name) {
        DockerLogin login =
                new DockerLogin(directory, program -> directory.resolve(program).toString(), helperTimeout, deadlines);
        return new RegistryCredentials(directory, login)
                .of(image, Optional.of(name).filter(names -> names.length > 0).map(names -> names[0]));
    }

    private void credentials(String name, String server) throws IOException {
        Files.writeString(
                directory.resolve(name + ".json"),
                "{\"username\":\"u\",\"password\":\"hunter2\",\"serveraddress\":\"" + server + "\"}");
    }

    private void config(String json) throws IOException {
        Files.writeString(directory.resolve("config.json"), json);
    }

    private void program(String name, String script) throws IOException {
        Path file = Files.writeString(directory.resolve("docker-credential-" + name), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    private static JsonNode auth(RegistryCredentials.Chosen chosen) throws IOException {
        return Json.MAPPER.readTree(
                Base64.getUrlDecoder().decode(chosen.header().orElseThrow()));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static ImageReference image(String text) {
        return ImageReference.parse(text).orElseThrow();
    }
}
