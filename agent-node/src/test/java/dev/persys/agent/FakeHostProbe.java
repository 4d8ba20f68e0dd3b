package dev.persys.agent;

import dev.persys.model.Resources;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A machine of four cores; its engine's version is absent while it is away. */
final class FakeHostProbe implements HostProbe {
    volatile Optional<String> engineVersion = Optional.of("fake-1");
    volatile Optional<String> engineId = Optional.of("ENGINE:1");

    @Override
    public CompletionStage<Host> host() {
        return CompletableFuture.completedFuture(new Host(
                "10.0.0.1", "host-1", new Resources(4000, 8192), "Fake OS", "6.1", "x86_64", engineVersion, engineId));
    }

    @Override
    public CompletionStage<Resources> available() {
        return CompletableFuture.completedFuture(new Resources(3500, 4096));
    }
}
