package dev.persys.runtime;

import akka.NotUsed;
import akka.stream.javadsl.Flow;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import dev.persys.api.ArchiveQuery;
import dev.persys.api.ContainerUsage;
import dev.persys.api.SessionQuery;
import java.util.concurrent.CompletionStage;

/**
 * Being inside the running containers of this node.
 *
 * <p>No call blocks, and a failed stage carries a {@link RuntimeFailure}. As {@link ContainerRuntime}, it knows nothing
 * of ownership.
 */
public interface ContainerAccess extends AutoCloseable {
    /**
     * Runs a command beside the container's own process, when the flow is run; that may be once. In and out of it go
     * frames ({@link dev.persys.api.SessionChannel}), each whole. The last one out is a status. Where whoever runs the
     * flow ends it earlier, the command and what it has started are ended: first by SIGHUP, where they have a terminal, or
     * SIGTERM, and after a while by SIGKILL. {@code NOT_FOUND}: no such container; {@code CONFLICT}: it does not run.
     */
    CompletionStage<Flow<ByteString, ByteString, NotUsed>> exec(String containerId, SessionQuery query);

    /**
     * As {@link #exec}, with the container's own process, which goes on where the flow is ended; signals are sent to it. One
     * that has never been started may be attached to before it is; then nothing of what it prints is missed.
     *
     * @param whenBegun called from any thread, once, when the engine passes on what the process prints from then on; must
     *     not block
     */
    CompletionStage<Flow<ByteString, ByteString, NotUsed>> attach(
            String containerId, SessionQuery query, Runnable whenBegun);

    /**
     * Files of a container, whether it runs or not, when the flow is run; that may be once. In and out of it go frames as
     * with {@link #exec}: standard output is what is read, as tar, or a {@link dev.persys.api.PathStat} as JSON; standard
     * input is tar to be unpacked, to its end. The last one out is exit code 0 or a problem, {@code NO_SUCH_PATH} where there
     * is no such path. {@code NOT_FOUND}: no such container.
     */
    CompletionStage<Flow<ByteString, ByteString, NotUsed>> archive(String containerId, ArchiveQuery query);

    /**
     * What a running container uses: once a second while {@code follow}, otherwise once. Fails as stages do; empty where it
     * does not run.
     */
    Source<ContainerUsage, NotUsed> usage(String containerId, boolean follow);

    /** Ends all sessions and the connections to the engine. */
    @Override
    void close();
}
