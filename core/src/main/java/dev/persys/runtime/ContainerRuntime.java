package dev.persys.runtime;

import akka.Done;
import akka.NotUsed;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import dev.persys.api.LogQuery;
import dev.persys.model.PullProgress;
import dev.persys.model.WorkloadId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * The container engine of this node.
 *
 * <p>No call blocks. Each stage ends within the adapter's deadline, also while the engine hangs; a failed stage carries
 * a {@link RuntimeFailure}. After {@link RuntimeFailure.Kind#TIMEOUT} and {@link RuntimeFailure.Kind#UNAVAILABLE} it is
 * unknown whether the engine did what it was asked: look again before acting. The port knows nothing of ownership:
 * callers check {@link Ownership} before they touch a container.
 */
public interface ContainerRuntime extends AutoCloseable {
    /** Whether the engine answers at all; a quick call with a short deadline. */
    CompletionStage<Done> ping();

    /** What the machine and the engine are. */
    CompletionStage<HostFacts> facts();

    /** Whether the node has that image. */
    CompletionStage<Boolean> hasImage(String image);

    /**
     * Fetches an image, whether the node has it or not.
     *
     * @param image a reference; {@code latest} is meant where neither tag nor digest is written
     * @param credentials the name of a credential that the node's configuration holds
     * @param progress called often, from any thread
     */
    Pull pull(String image, Optional<String> credentials, Consumer<PullProgress> progress);

    /**
     * Makes a container and does not start it; the answer is its id. Beside the labels that are asked for it gets {@link
     * ContainerLabels#IMAGE}. Where it carries a workload's id, volumes that its image declares and its order does not
     * name belong to the workload: they outlive the container, and the next one has them again. {@code NOT_FOUND}: no such image (or another thing
     * that it needs); {@code CONFLICT}: the name is taken; {@code REFUSED}: the engine will not have it so.
     */
    CompletionStage<String> create(ContainerSpec spec);

    /**
     * Starts a container; nothing happens where it runs. {@code NOT_NOW}: another attempt may go better; {@code
     * UNSTARTABLE}: only another container in its place can be started; {@code REFUSED}: neither.
     */
    CompletionStage<Done> start(String containerId);

    /**
     * From now on the engine does not restart a container by itself, neither when it ends nor when the engine itself
     * is started; whether it runs now stays as it is.
     */
    CompletionStage<Done> withoutRestartPolicy(String containerId);

    /**
     * Asks the container to end, and kills it after {@code grace} (rounded up to whole seconds);
     * done when it has ended. Nothing happens where it has ended already. The engine does not restart it by its policy.
     */
    CompletionStage<Done> stop(String containerId, Duration grace);

    /** Gives a container another name. {@code NOT_FOUND}: there is none; {@code CONFLICT}: the name is taken. */
    CompletionStage<Done> rename(String containerId, String name);

    /** Removes a container, whether it runs or not; its volumes stay. */
    CompletionStage<Done> remove(String containerId);

    /**
     * Removes the volumes that were made for this workload, with what is in them: those that its image declares and its
     * order did not name. {@code CONFLICT}: a container still uses one. None of them is an answer too.
     */
    CompletionStage<Done> removeVolumes(WorkloadId workloadId);

    /** By id or name; empty where there is none. */
    CompletionStage<Optional<ContainerState>> inspect(String containerIdOrName);

    /** Every container, ended ones too, that carries all of {@code labels}. */
    CompletionStage<List<ContainerSummary>> list(Map<String, String> labels);

    /**
     * A container's output, standard output and standard error in the engine's order; {@code query} is of one container
     * ({@link LogQuery#previous} means nothing here). The engine counts a tail before it looks at the times. A time
     * that is asked for comes at the beginning of lines alone, however many pieces the engine keeps a line in; it is in
     * UTC or with its offset, with nanoseconds. The connection opens when the source is run and closes when it is cancelled; nothing is read that is not asked for. The first element is
     * empty and comes as soon as the engine has agreed, however silent the container is; until then the source fails
     * with nothing told. It fails with a {@link RuntimeFailure}: {@code REFUSED} where the engine keeps no output that
     * can be read.
     */
    Source<ByteString, NotUsed> logs(String containerId, LogQuery query);

    /**
     * Follows what happens to the containers that carry all of {@code labels}, over one connection and until it breaks.
     *
     * @param since also what happened from then on, as far as the engine remembers
     * @param listener called one at a time, from any thread: {@code Opened} first, {@code Closed} last; must not block
     */
    Watch watch(Map<String, String> labels, Optional<Instant> since, Consumer<RuntimeSignal> listener);

    /** Ends all connections; containers are left as they are. */
    @Override
    void close();

    /** A fetch under way. */
    interface Pull {
        /** Ends when the image is there, or fails. After {@link #cancel} it fails, or ends if it was done before. */
        CompletionStage<Done> done();

        /** Ends the fetch, unless it is done. */
        void cancel();
    }

    /** A connection under way. */
    interface Watch extends AutoCloseable {
        /** Ends it; the listener may still be called a moment longer. */
        @Override
        void close();
    }
}
