package dev.persys.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.stream.javadsl.Sink;
import akka.util.ByteString;
import dev.persys.api.LogQuery;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;

/** What a test of a container runtime asks and waits for. */
public abstract class RuntimeTrial {
    static final Duration LIMIT = Duration.ofSeconds(30);

    protected final ActorTestKit kit = ActorTestKit.create();

    /** Told apart from every other test's containers. */
    protected final Map<String, String> labels =
            Map.of("test", UUID.randomUUID().toString());

    @AfterEach
    void stopKit() {
        kit.shutdownTestKit();
    }

    protected abstract ContainerRuntime runtime();

    /** An image that the node has. */
    protected abstract String image();

    protected final ContainerSpec spec(String script) {
        return ContainerSpec.of(UUID.randomUUID().toString(), image(), labels, List.of("sh", "-c", script));
    }

    protected final String started(String script) {
        String id = get(runtime().create(spec(script)));
        get(runtime().start(id));
        return id;
    }

    protected final ContainerState awaitStatus(String id, ContainerStatus status) {
        return await().atMost(LIMIT)
                .until(() -> get(runtime().inspect(id)).orElseThrow(), state -> state.status() == status);
    }

    protected final String log(String id, LogQuery query) {
        return get(runtime()
                        .logs(id, query)
                        .runWith(Sink.fold(ByteString.emptyByteString(), ByteString::concat), kit.system()))
                .utf8String();
    }

    protected static <T> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture()
                .orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    protected static RuntimeFailure failure(CompletionStage<?> stage) {
        CompletionException wrapped = catchThrowableOfType(CompletionException.class, () -> get(stage));
        assertThat(wrapped).isNotNull();
        assertThat(wrapped.getCause()).isInstanceOf(RuntimeFailure.class);
        return RuntimeFailure.from(wrapped);
    }

    protected static List<RuntimeSignal.Happened> happened(List<RuntimeSignal> signals) {
        return signals.stream()
                .filter(RuntimeSignal.Happened.class::isInstance)
                .map(RuntimeSignal.Happened.class::cast)
                .toList();
    }
}
