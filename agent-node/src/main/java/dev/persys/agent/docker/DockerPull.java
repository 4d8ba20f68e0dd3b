package dev.persys.agent.docker;

import akka.Done;
import dev.persys.runtime.ContainerRuntime;
import dev.persys.runtime.RuntimeFailure;
import dev.persys.runtime.RuntimeFailure.Kind;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** A fetch, from the search for its credentials on. It may be given up at any time. */
final class DockerPull implements ContainerRuntime.Pull {
    private final String image;
    private final CompletableFuture<Done> done = new CompletableFuture<>();
    private Optional<DockerStreams.Stream> stream = Optional.empty();
    private boolean isGivenUp;

    DockerPull(String image) {
        this.image = image;
    }

    @Override
    public CompletionStage<Done> done() {
        return done;
    }

    /** Asks Docker, unless the fetch was given up before that. */
    synchronized void open(Supplier<DockerStreams.Stream> opener) {
        if (!isGivenUp) {
            stream = Optional.of(opener.get());
        }
    }

    void end(Optional<RuntimeFailure> failure) {
        failure.ifPresentOrElse(done::completeExceptionally, () -> done.complete(Done.done()));
    }

    @Override
    public void cancel() {
        RuntimeFailure why = new RuntimeFailure(Kind.UNAVAILABLE, "the pull was given up: " + image);
        Optional<DockerStreams.Stream> open;
        synchronized (this) {
            isGivenUp = true;
            open = stream;
        }
        open.ifPresentOrElse(known -> known.cancel(why), () -> done.completeExceptionally(why));
    }
}
