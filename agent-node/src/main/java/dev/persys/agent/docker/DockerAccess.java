package dev.persys.agent.docker;

import akka.NotUsed;
import akka.stream.OverflowStrategy;
import akka.stream.javadsl.Flow;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.ExecCreateCmd;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.transport.DockerHttpClient.Request.Method;
import dev.persys.api.ArchiveQuery;
import dev.persys.api.ContainerUsage;
import dev.persys.api.SessionQuery;
import dev.persys.runtime.ContainerAccess;
import dev.persys.runtime.RuntimeFailure;
import dev.persys.runtime.RuntimeFailure.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Sessions in Docker's containers. Has threads and connections of its own, so that people stand in no order's way. */
public final class DockerAccess implements ContainerAccess {
    /** For Docker to answer what a session asks beside its streams. */
    static final Duration CALL_LIMIT = Duration.ofSeconds(20);

    private static final long IDLE_SECONDS = 10;
    private static final int THREADS_A_SESSION = 2;
    private static final int CALLS = 8;
    private static final int QUEUED_CALLS = 256;

    private final DockerHttpClient http;
    private final DockerClient docker;
    private final ScheduledThreadPoolExecutor timer;
    private final BoundedCalls calls;
    private final ThreadPoolExecutor threads;
    private final DockerHttpClient streamTransport;
    private final DockerStreams streams;
    private final Looks looks;
    private final EngineSession.Means means;
    private final SessionProcesses processes;

    /** Connects lazily: Docker need not be there yet. */
    public DockerAccess(DockerSettings settings) {
        DefaultDockerClientConfig config = DockerTransport.config(settings);
        this.http = DockerTransport.open(settings, config, CALLS);
        this.docker = DockerClientImpl.getInstance(config, http);
        this.timer = new ScheduledThreadPoolExecutor(1, DockerTransport.daemonThreads("docker-session-timer"));
        this.timer.setRemoveOnCancelPolicy(true);
        this.calls = new BoundedCalls(CALLS, QUEUED_CALLS, DockerTransport.daemonThreads("docker-session-call"), timer);
        this.threads = new ThreadPoolExecutor(
                0,
                settings.maxSessions() * THREADS_A_SESSION,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                DockerTransport.daemonThreads("docker-session"));
        this.streamTransport = DockerTransport.open(settings, config, settings.maxSessions());
        this.streams = new DockerStreams(
                streamTransport,
                settings.maxSessions(),
                CALL_LIMIT,
                DockerTransport.daemonThreads("docker-figures"),
                timer);
        this.looks = new Looks(calls, timer);
        this.means = new EngineSession.Means(config, CALL_LIMIT, threads, new Semaphore(settings.maxSessions()));
        this.processes = new SessionProcesses(Path.of("/proc"), docker, http);
    }

    @Override
    public CompletionStage<Flow<ByteString, ByteString, NotUsed>> exec(String containerId, SessionQuery query) {
        return calls.call("prepare a command in " + containerId, CALL_LIMIT, () -> {
            ExecCreateCmd create = docker.execCreateCmd(containerId)
                    .withCmd(query.command().toArray(String[]::new))
                    .withAttachStdin(query.stdin())
                    .withAttachStdout(true)
                    .withAttachStderr(true)
                    .withTty(query.tty())
                    .withEnv(query.env());
            query.user().ifPresent(create::withUser);
            query.workingDir().ifPresent(create::withWorkingDir);
            String execId = create.exec().getId();
            return session(new ExecTarget(docker, processes, timer, calls, containerId, execId, query));
        });
    }

    @Override
    public CompletionStage<Flow<ByteString, ByteString, NotUsed>> attach(
            String containerId, SessionQuery query, Runnable whenBegun) {
        return calls.call("look at " + containerId, CALL_LIMIT, () -> {
            InspectContainerResponse state =
                    docker.inspectContainerCmd(containerId).exec();
            boolean isFresh = "created".equals(state.getState().getStatus());
            if (!Boolean.TRUE.equals(state.getState().getRunning()) && !isFresh) {
                throw new RuntimeFailure(Kind.CONFLICT, "container " + containerId + " is not running");
            }
            return session(new AttachTarget(docker, looks, state, query, whenBegun));
        });
    }

    @Override
    public CompletionStage<Flow<ByteString, ByteString, NotUsed>> archive(String containerId, ArchiveQuery query) {
        return CompletableFuture.completedStage(new ArchiveSession(containerId, query, means).frames());
    }

    @Override
    public Source<ContainerUsage, NotUsed> usage(String containerId, boolean follow) {
        String path =
                "/containers/" + DockerContainerRuntime.encoded(containerId) + "/stats?stream=" + (follow ? 1 : 0);
        return Source.<ContainerUsage>queue(1, OverflowStrategy.backpressure()).mapMaterializedValue(queue -> {
            DockerStreams.Stream stream = streams.open(Method.GET, path, Map.of(), true, new UsageReader(queue));
            var unused = queue.watchCompletion()
                    .whenComplete((done, failure) ->
                            stream.cancel(new RuntimeFailure(Kind.UNAVAILABLE, "the reader of the figures is gone")));
            return NotUsed.getInstance();
        });
    }

    private Flow<ByteString, ByteString, NotUsed> session(SessionTarget target) {
        return new DockerSession(target, means, calls, looks).frames();
    }

    @Override
    public void close() {
        threads.shutdownNow();
        streams.close();
        calls.close();
        timer.shutdownNow();
        try {
            docker.close();
            http.close();
            streamTransport.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the connections to Docker cannot be closed", e);
        }
    }
}
