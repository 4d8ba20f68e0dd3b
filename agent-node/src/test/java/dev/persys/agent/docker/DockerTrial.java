package dev.persys.agent.docker;

import dev.persys.runtime.ContainerRuntime;
import dev.persys.runtime.RuntimeTrial;
import dev.persys.testing.DockerFixture;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;

/** A test on a real engine. */
abstract class DockerTrial extends RuntimeTrial {
    static final DockerFixture DOCKER = DockerFixture.shared();

    private final ContainerRuntime runtime =
            new DockerContainerRuntime(DockerSamples.settings(DOCKER, Path.of("/nonexistent"), Duration.ofSeconds(20)));

    @AfterEach
    void close() {
        runtime.close();
    }

    @Override
    protected final ContainerRuntime runtime() {
        return runtime;
    }

    @Override
    protected final String image() {
        return DockerFixture.BUSYBOX;
    }
}
