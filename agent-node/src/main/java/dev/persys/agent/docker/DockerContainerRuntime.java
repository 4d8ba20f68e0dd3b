package dev.persys.agent.docker;

import akka.Done;
import akka.NotUsed;
import akka.stream.OverflowStrategy;
import akka.stream.javadsl.Source;
import akka.stream.javadsl.SourceQueueWithComplete;
import akka.util.ByteString;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectVolumeResponse;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.Info;
import com.github.dockerjava.api.model.RestartPolicy;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.transport.DockerHttpClient.Request.Method;
import dev.persys.api.Json;
import dev.persys.api.LogQuery;
import dev.persys.model.PullProgress;
import dev.persys.model.WorkloadId;
import dev.persys.runtime.ContainerLabels;
import dev.persys.runtime.ContainerRuntime;
import dev.persys.runtime.ContainerSpec;
import dev.persys.runtime.ContainerState;
import dev.persys.runtime.ContainerSummary;
import dev.persys.runtime.HostFacts;
import dev.persys.runtime.RuntimeFailure;
import dev.persys.runtime.RuntimeFailure.Kind;
import dev.persys.runtime.RuntimeSignal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.Consumer;

/**
 * Docker over its socket. Quick calls, stops, and streams have a pool of threads and connections each, so that none
 * starves the others; see {@link BoundedCalls} for what a hung daemon costs. The API version is left to the daemon.
 */
public final class DockerContainerRuntime implements ContainerRuntime {
    private static final int LOG_CHUNKS_AHEAD = 4;
    /** Only these change what a report says; health checks would add two events every few seconds. */
    private static final List<String> EVENTS = List.of(
            "start", "die", "oom", "pause", "unpause", "stop", "kill", "destroy", "rename", "update", "health_status");
    /** Docker's word for it: an update with docker-java's own, which has no name, changes nothing. */
    private static final RestartPolicy NO_RESTART = Json.MAPPER.convertValue(Map.of("Name", "no"), RestartPolicy.class);

    private final DockerSettings settings;
    private final DockerClient docker;
    private final ContainerCreation creation;
    private final DockerHttpClient streamTransport;
    private final ScheduledThreadPoolExecutor deadlines;
    private final BoundedCalls calls;
    private final BoundedCalls stops;
    private final DockerStreams streams;
    private final DockerPulls pulls;

    /** Connects lazily: Docker need not be there yet. */
    public DockerContainerRuntime(DockerSettings settings) {
        this.settings = settings;
        this.deadlines = new ScheduledThreadPoolExecutor(1, DockerTransport.daemonThreads("docker-deadlines"));
        this.deadlines.setRemoveOnCancelPolicy(true);
        DefaultDockerClientConfig config = DockerTransport.config(settings);
        this.docker = DockerClientImpl.getInstance(
                config, DockerTransport.open(settings, config, settings.maxCalls() + settings.maxStops()));
        this.creation = new ContainerCreation(docker, settings);
        this.streamTransport = DockerTransport.open(settings, config, settings.maxStreams());
        this.calls = new BoundedCalls(
                settings.maxCalls(),
                settings.maxQueuedCalls(),
                DockerTransport.daemonThreads("docker-call"),
                deadlines);
        this.stops = new BoundedCalls(
                settings.maxStops(),
                settings.maxQueuedCalls(),
                DockerTransport.daemonThreads("docker-stop"),
                deadlines);
        this.streams = new DockerStreams(
                streamTransport,
                settings.maxStreams(),
                settings.callTimeout(),
                DockerTransport.daemonThreads("docker-stream"),
                deadlines);
        this.pulls = new DockerPulls(settings, calls, streams, deadlines);
    }

    @Override
    public CompletionStage<Done> ping() {
        return calls.call("ping", settings.pingTimeout(), () -> {
            docker.pingCmd().exec();
            return Done.done();
        });
    }

    @Override
    public CompletionStage<HostFacts> facts() {
        return calls.call("info", settings.callTimeout(), () -> {
            Info info = creation.info();
            return new HostFacts(
                    info.getNCPU(),
                    info.getMemTotal() / (1024 * 1024),
                    info.getName(),
                    info.getOperatingSystem(),
                    info.getKernelVersion(),
                    info.getArchitecture(),
                    info.getServerVersion(),
                    engineId(info));
        });
    }

    /**
     * The engine's id, and where it keeps its containers: before version 23 the id was the machine's, which all engines of
     * one machine share.
     */
    private static String engineId(Info info) {
        return Optional.ofNullable(info.getId())
                .filter(id -> !id.isEmpty())
                .map(id -> Optional.ofNullable(info.getDockerRootDir())
                        .map(root -> id + "@" + Integer.toHexString(root.hashCode()))
                        .orElse(id))
                .orElse("");
    }

    @Override
    public CompletionStage<Boolean> hasImage(String image) {
        return calls.call("inspect image " + image, settings.callTimeout(), () -> {
            try {
                docker.inspectImageCmd(image).exec();
                return true;
            } catch (NotFoundException e) {
                return false;
            }
        });
    }

    @Override
    public Pull pull(String image, Optional<String> credentialsName, Consumer<PullProgress> progress) {
        return pulls.pull(image, credentialsName, progress);
    }

    @Override
    public CompletionStage<String> create(ContainerSpec spec) {
        return calls.call("create container " + spec.name(), settings.startTimeout(), () -> creation.create(spec));
    }

    @Override
    public CompletionStage<Done> start(String containerId) {
        return calls.call("start container " + containerId, settings.startTimeout(), () -> {
            try {
                docker.startContainerCmd(containerId).exec();
            } catch (NotModifiedException e) {
                return Done.done(); // It runs already.
            } catch (DockerException e) {
                throw DockerFailures.ofStart(e);
            }
            return Done.done();
        });
    }

    @Override
    public CompletionStage<Done> withoutRestartPolicy(String containerId) {
        return calls.call("update container " + containerId, settings.callTimeout(), () -> {
            docker.updateContainerCmd(containerId).withRestartPolicy(NO_RESTART).exec();
            return Done.done();
        });
    }

    @Override
    public CompletionStage<Done> stop(String containerId, Duration grace) {
        int seconds = wholeSeconds(grace);
        return stops.call(
                "stop container " + containerId, settings.callTimeout().plusSeconds(seconds), () -> {
                    try {
                        docker.stopContainerCmd(containerId)
                                .withTimeout(seconds)
                                .exec();
                    } catch (NotModifiedException e) {
                        return Done.done(); // It has ended already.
                    }
                    return Done.done();
                });
    }

    @Override
    public CompletionStage<Done> rename(String containerId, String name) {
        return calls.call("rename container " + containerId, settings.callTimeout(), () -> {
            docker.renameContainerCmd(containerId).withName(name).exec();
            return Done.done();
        });
    }

    @Override
    public CompletionStage<Done> remove(String containerId) {
        return stops.call("remove container " + containerId, settings.callTimeout(), () -> {
            try {
                docker.removeContainerCmd(containerId).withForce(true).exec();
            } catch (ConflictException e) {
                if (!String.valueOf(e.getMessage()).contains("already in progress")) {
                    throw e;
                }
            }
            return Done.done();
        });
    }

    @Override
    public CompletionStage<Done> removeVolumes(WorkloadId workloadId) {
        return stops.call("remove volumes of " + workloadId, settings.callTimeout(), () -> {
            String label = ContainerLabels.WORKLOAD_ID + "=" + workloadId;
            List<InspectVolumeResponse> found = docker.listVolumesCmd()
                    .withFilter("label", List.of(label))
                    .exec()
                    .getVolumes();
            for (InspectVolumeResponse volume : found == null ? List.<InspectVolumeResponse>of() : found) {
                if (ImageVolumes.isOf(workloadId, volume.getName())) {
                    removeVolume(volume.getName());
                }
            }
            return Done.done();
        });
    }

    @Override
    public CompletionStage<Optional<ContainerState>> inspect(String containerIdOrName) {
        return calls.call("inspect container " + containerIdOrName, settings.callTimeout(), () -> {
            try {
                return Optional.of(ContainerMapping.state(
                        docker.inspectContainerCmd(containerIdOrName).exec()));
            } catch (NotFoundException e) {
                return Optional.empty();
            }
        });
    }

    @Override
    public CompletionStage<List<ContainerSummary>> list(Map<String, String> labels) {
        return calls.call(
                "list containers",
                settings.callTimeout(),
                () -> docker.listContainersCmd().withShowAll(true).withLabelFilter(labels).exec().stream()
                        .map(ContainerMapping::summary)
                        .toList());
    }

    @Override
    public Source<ByteString, NotUsed> logs(String containerId, LogQuery query) {
        String path = "/containers/" + encoded(containerId) + "/logs?stdout=1&stderr=1&follow="
                + (query.follow() ? 1 : 0)
                + query.tail().map(lines -> "&tail=" + lines).orElse("")
                + query.since().map(at -> "&since=" + seconds(at)).orElse("")
                + query.until().map(at -> "&until=" + seconds(at)).orElse("")
                + (query.timestamps() ? "&timestamps=1" : "");
        return Source.<ByteString>queue(LOG_CHUNKS_AHEAD, OverflowStrategy.backpressure())
                .mapMaterializedValue(queue -> {
                    readLog(path, new LogReader(queue, query.timestamps()), queue);
                    return NotUsed.getInstance();
                });
    }

    @Override
    public Watch watch(Map<String, String> labels, Optional<Instant> since, Consumer<RuntimeSignal> listener) {
        creation.forgetLoggingDriver();
        List<String> pairs = labels.entrySet().stream()
                .map(label -> label.getKey() + "=" + label.getValue())
                .toList();
        String filters = Json.write(Map.of("type", List.of("container"), "event", EVENTS, "label", pairs));
        String path = "/events?filters=" + encoded(filters)
                + since.map(at -> "&since=" + seconds(at)).orElse("");
        DockerStreams.Stream stream = streams.open(Method.GET, path, Map.of(), true, new EventReader(listener));
        return () -> stream.cancel(new RuntimeFailure(Kind.UNAVAILABLE, "the stream of events was given up"));
    }

    @Override
    public void close() {
        calls.close();
        stops.close();
        streams.close();
        deadlines.shutdownNow();
        try {
            docker.close();
            streamTransport.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the connections to Docker cannot be closed", e);
        }
    }

    private void removeVolume(String name) {
        try {
            docker.removeVolumeCmd(name).exec();
        } catch (NotFoundException e) {
            return; // Somebody was faster.
        }
    }

    private void readLog(String path, LogReader reader, SourceQueueWithComplete<ByteString> queue) {
        DockerStreams.Stream stream = streams.open(Method.GET, path, Map.of(), true, reader);
        var unused = queue.watchCompletion()
                .whenComplete((done, failure) ->
                        stream.cancel(new RuntimeFailure(Kind.UNAVAILABLE, "the reader of the log is gone")));
    }

    static int wholeSeconds(Duration duration) {
        return (int) Math.min(Integer.MAX_VALUE, (duration.toMillis() + 999) / 1000);
    }

    private static String seconds(Instant at) {
        return String.format(Locale.ROOT, "%d.%09d", at.getEpochSecond(), at.getNano());
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
