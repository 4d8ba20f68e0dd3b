package dev.persys.agent.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.persys.agent.AgentSettings;
import dev.persys.runtime.ContainerLabels;
import dev.persys.runtime.ContainerRuntime;
import dev.persys.runtime.ContainerSpec;
import dev.persys.runtime.RuntimeFailure;
import dev.persys.runtime.RuntimeFailure.Kind;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is asked of Docker, in which order, where a real engine does not do on demand what it is about. */
final class DockerScriptTest {
    private final FakeEngine engine = new FakeEngine();
    private final ContainerRuntime runtime = new DockerContainerRuntime(
            AgentSettings.of(ConfigFactory.parseString("persys.agent.docker.host = \"" + engine.host() + "\"")
                            .withFallback(ConfigFactory.load()))
                    .docker());

    @AfterEach
    void close() {
        runtime.close();
        engine.close();
    }

    @Test
    void imageThatIsReplacedBetweenTheLookAndTheCreationIsNotSaidToBeTheOldOne() {
        engine.answer("GET /info", 200, "{\"LoggingDriver\":\"json-file\"}")
                .answer("GET /images/app:1/json", 200, "{\"Id\":\"sha256:old\"}")
                .answer("POST /containers/create", 201, "{\"Id\":\"c1\"}")
                .answer("POST /containers/create", 201, "{\"Id\":\"c2\"}")
                .answer("GET /containers/c1/json", 200, "{\"Id\":\"c1\",\"Image\":\"sha256:new\"}")
                .answer("GET /containers/c2/json", 200, "{\"Id\":\"c2\",\"Image\":\"sha256:new\"}")
                .answer("DELETE /containers/c1", 204, "");

        String id = get(runtime.create(ContainerSpec.of("web", "app:1", Map.of(), List.of("x"))));

        assertThat(id).isEqualTo("c2");
        assertThat(engine.asked).anyMatch(call -> call.startsWith("DELETE /containers/c1"));
        assertThat(engine.asked.stream().filter(call -> call.startsWith("POST /containers/create")))
                .hasSize(2)
                .last()
                .asString()
                .contains("\"" + ContainerLabels.IMAGE + "\":\"sha256:new\"");
    }

    @Test
    void imageThatIsAnotherOneAtEveryLookMayBeTriedAgainLater() {
        engine.answer("GET /info", 200, "{\"LoggingDriver\":\"json-file\"}")
                .answer("GET /images/app:1/json", 200, "{\"Id\":\"sha256:0\"}")
                .answer("POST /containers/create", 201, "{\"Id\":\"c1\"}")
                .answer("DELETE /containers/c1", 204, "");
        for (int i = 1; i <= 3; i++) {
            engine.answer("GET /containers/c1/json", 200, "{\"Id\":\"c1\",\"Image\":\"sha256:" + i + "\"}");
        }

        RuntimeFailure failure = runtime.create(ContainerSpec.of("web", "app:1", Map.of(), List.of("x")))
                .handle((id, thrown) -> RuntimeFailure.from(thrown))
                .toCompletableFuture()
                .join();

        assertThat(failure.kind()).isEqualTo(Kind.NOT_NOW);
        assertThat(engine.asked.stream().filter(call -> call.startsWith("DELETE /containers/c1")))
                .hasSize(3);
    }

    private static <T> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
    }
}
