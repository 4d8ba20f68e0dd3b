package dev.persys.agent.docker;

import akka.Done;
import com.github.dockerjava.transport.DockerHttpClient.Request.Method;
import dev.persys.model.ImageReference;
import dev.persys.model.PullProgress;
import dev.persys.runtime.ContainerRuntime;
import dev.persys.runtime.RuntimeFailure;
import dev.persys.runtime.RuntimeFailure.Kind;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Fetches images: with the credentials that are for their registry alone, and not for longer than something moves. */
final class DockerPulls {
    private static final Logger LOG = LoggerFactory.getLogger(DockerPulls.class);

    private final DockerSettings settings;
    private final BoundedCalls calls;
    private final DockerStreams streams;
    private final ScheduledThreadPoolExecutor deadlines;
    private final RegistryCredentials credentials;

    DockerPulls(
            DockerSettings settings, BoundedCalls calls, DockerStreams streams, ScheduledThreadPoolExecutor deadlines) {
        this.settings = settings;
        this.calls = calls;
        this.streams = streams;
        this.deadlines = deadlines;
        this.credentials = new RegistryCredentials(
                settings.registryCredentialsDir(),
                new DockerLogin(
                        settings.clientConfigDir(),
                        UnaryOperator.identity(),
                        settings.credentialHelperTimeout(),
                        deadlines));
    }

    /** As {@link ContainerRuntime#pull}. */
    ContainerRuntime.Pull pull(String image, Optional<String> credentialsName, Consumer<PullProgress> progress) {
        DockerPull pull = new DockerPull(image);
        Optional<ImageReference> reference = ImageReference.parse(image);
        if (reference.isEmpty()) {
            pull.end(Optional.of(new RuntimeFailure(Kind.REFUSED, "not an image reference: " + image)));
            return pull;
        }
        var unused = calls.call(
                        "look for the credentials for " + image,
                        settings.callTimeout().plus(settings.credentialHelperTimeout()),
                        () -> credentials.of(reference.get(), credentialsName))
                .whenComplete((chosen, failure) -> {
                    if (failure == null) {
                        pull.open(() -> open(reference.get(), chosen, progress, pull));
                    } else {
                        pull.end(Optional.of(RuntimeFailure.from(failure)));
                    }
                });
        return pull;
    }

    private DockerStreams.Stream open(
            ImageReference image, RegistryCredentials.Chosen chosen, Consumer<PullProgress> progress, DockerPull pull) {
        String name = image.pullable();
        chosen.complaint().ifPresent(why -> LOG.warn("Image {} is fetched without a login: {}", name, why));
        CompletableFuture<Done> answered = new CompletableFuture<>();
        PullReader reader = new PullReader(progress, answered);
        String tag = image.digest().or(image::tag).orElse("latest");
        Map<String, String> headers =
                chosen.header().map(header -> Map.of("X-Registry-Auth", header)).orElse(Map.of());
        String path = "/images/create?fromImage=" + DockerContainerRuntime.encoded(image.repository()) + "&tag="
                + DockerContainerRuntime.encoded(tag);
        // Docker answers once it has talked to the registry: the stall timeout covers that.
        DockerStreams.Stream stream = streams.open(Method.POST, path, headers, false, reader);
        long stall = settings.pullStallTimeout().toNanos();
        ScheduledFuture<?> total = deadlines.schedule(
                () -> stream.cancel(new RuntimeFailure(
                        Kind.TIMEOUT,
                        "fetching " + name + " took longer than "
                                + settings.pullTimeout().toSeconds() + " s")),
                settings.pullTimeout().toMillis(),
                TimeUnit.MILLISECONDS);
        ScheduledFuture<?> stalled = deadlines.scheduleWithFixedDelay(
                () -> {
                    if (reader.silentNanos() > stall) {
                        stream.cancel(new RuntimeFailure(
                                Kind.TIMEOUT,
                                "fetching " + name + " made no progress for "
                                        + settings.pullStallTimeout().toSeconds() + " s"));
                    }
                },
                stall / 4,
                stall / 4,
                TimeUnit.NANOSECONDS);
        var unused = answered.whenComplete((value, failure) -> {
            total.cancel(false);
            stalled.cancel(false);
            pull.end(Optional.ofNullable(failure)
                    .map(RuntimeFailure::from)
                    .map(why -> DockerFailures.withHint(why, image, chosen)));
        });
        return stream;
    }
}
