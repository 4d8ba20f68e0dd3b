package dev.persys.agent.docker;

import akka.Done;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import dev.persys.api.SessionQuery;
import dev.persys.api.TerminalSize;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A container's own process, which does not end with the session. */
final class AttachTarget implements SessionTarget {
    /** Until Docker has noted that a process has ended whose output has. */
    private static final int LOOKS = 250;

    private final DockerClient docker;
    private final Looks looks;
    private final String containerId;
    private final SessionQuery query;
    private final boolean tty;
    private final String startedAt;
    private final boolean isFresh;
    private final boolean endsInput;
    private final Runnable whenBegun;

    /**
     * To a container.
     *
     * @param state as it was just now, while it ran or was about to be started for the first time
     * @param whenBegun told when the engine passes its output on
     */
    AttachTarget(
            DockerClient docker, Looks looks, InspectContainerResponse state, SessionQuery query, Runnable whenBegun) {
        this.docker = docker;
        this.looks = looks;
        this.containerId = state.getId();
        this.query = query;
        this.tty = Boolean.TRUE.equals(state.getConfig().getTty());
        this.startedAt = String.valueOf(state.getState().getStartedAt());
        this.isFresh = !Boolean.TRUE.equals(state.getState().getRunning());
        // Docker takes the end of one session's input for the end of that session, where the process gets more from
        // others.
        this.endsInput = Boolean.TRUE.equals(state.getConfig().getStdInOnce()) && !tty;
        this.whenBegun = whenBegun;
    }

    @Override
    public String path() {
        return "/containers/" + containerId + "/attach?stream=1&stdout=1&stderr=1&stdin=" + (query.stdin() ? 1 : 0);
    }

    /** Nothing: Docker reads none, and what follows the head is standard input already. */
    @Override
    public String body() {
        return "";
    }

    @Override
    public boolean hasTerminal() {
        return tty;
    }

    @Override
    public Optional<TerminalSize> firstSize() {
        return query.size().filter(size -> tty);
    }

    @Override
    public void resize(TerminalSize size) {
        docker.resizeContainerCmd(containerId)
                .withSize(size.rows(), size.columns())
                .exec();
    }

    @Override
    public void begun() {
        whenBegun.run();
    }

    @Override
    public boolean endsInput() {
        return endsInput;
    }

    @Override
    public void signal(String name) {
        docker.killContainerCmd(containerId).withSignal(name).exec();
    }

    @Override
    public CompletionStage<Optional<Integer>> exitCode() {
        return looks.until("see how a container ended", LOOKS, this::end).thenApply(end -> end.flatMap(known -> known));
    }

    /** How it ended, where it has; the inner one is empty where that cannot be known any more. */
    private Optional<Optional<Integer>> end() {
        try {
            var state = docker.inspectContainerCmd(containerId).exec().getState();
            boolean isOfThen = startedAt.equals(String.valueOf(state.getStartedAt()));
            if (isFresh && isOfThen) {
                // It was never started; where that was tried and failed, the code is as of a shell that cannot run
                // something.
                Long code = state.getExitCodeLong();
                return code == null || code == 0 ? Optional.empty() : Optional.of(Optional.of(code.intValue()));
            } else if (isFresh && Boolean.TRUE.equals(state.getRunning())) {
                return Optional.empty();
            } else if (!isFresh && !isOfThen) {
                return Optional.of(Optional.empty()); // It is in another run.
            }
            return Boolean.TRUE.equals(state.getRunning()) || state.getExitCodeLong() == null
                    ? Optional.empty()
                    : Optional.of(Optional.of(state.getExitCodeLong().intValue()));
        } catch (NotFoundException e) {
            return Optional.of(Optional.empty());
        }
    }

    /** Nothing is ended: others may be attached, or come again. */
    @Override
    public CompletionStage<Done> abandon() {
        return CompletableFuture.completedStage(Done.done());
    }
}
