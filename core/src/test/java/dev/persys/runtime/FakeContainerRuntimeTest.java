package dev.persys.runtime;

import dev.persys.model.RestartPolicy;
import java.time.Instant;
import java.time.InstantSource;

final class FakeContainerRuntimeTest extends ContainerRuntimeContract {
    private final FakeContainerRuntime runtime =
            new FakeContainerRuntime(InstantSource.fixed(Instant.EPOCH)).withImage("image:1");

    @Override
    protected ContainerRuntime runtime() {
        return runtime;
    }

    @Override
    protected String image() {
        return "image:1";
    }

    @Override
    protected void end(String id) {
        runtime.exit(id, 137);
    }

    @Override
    protected void letEngineRestart(String id, RestartPolicy policy) {
        runtime.restartByEngine(id, policy);
    }
}
