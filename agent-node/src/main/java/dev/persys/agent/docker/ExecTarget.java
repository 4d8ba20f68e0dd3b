package dev.persys.agent.docker;

import akka.Done;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectExecResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import dev.persys.api.Json;
import dev.persys.api.SessionQuery;
import dev.persys.api.TerminalSize;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A command that was brought into a container. Docker lets it run on without anybody; here it is ended. */
final class ExecTarget implements SessionTarget {
    /** Until Docker has noted that a process has ended whose output has. */
    private static final int LOOKS = 100;

    /** The same, some half a minute, until a command whose session has ended has started: an engine under load may be late. */
    private static final int LATE_LOOKS = 1_500;

    /** For what is told to end, to do so by itself. */
    private static final long GRACE_MILLIS = 3_000;

    private final DockerClient docker;
    private final SessionProcesses processes;
    private final ScheduledExecutorService timer;
    private final BoundedCalls calls;
    private final Looks looks;
    private final String containerId;
    private final String execId;
    private final SessionQuery query;

    ExecTarget(
            DockerClient docker,
            SessionProcesses processes,
            ScheduledExecutorService timer,
            BoundedCalls calls,
            String containerId,
            String execId,
            SessionQuery query) {
        this.docker = docker;
        this.processes = processes;
        this.timer = timer;
        this.calls = calls;
        this.looks = new Looks(calls, timer);
        this.containerId = containerId;
        this.execId = execId;
        this.query = query;
    }

    @Override
    public String path() {
        return "/exec/" + execId + "/start";
    }

    @Override
    public String body() {
        Map<String, Object> body = new HashMap<>(Map.of("Detach", false, "Tty", query.tty()));
        query.size()
                .filter(size -> query.tty())
                .ifPresent(size -> body.put("ConsoleSize", List.of(size.rows(), size.columns())));
        return Json.write(body);
    }

    @Override
    public boolean hasTerminal() {
        return query.tty();
    }

    @Override
    public Optional<TerminalSize> firstSize() {
        return query.size().filter(size -> query.tty());
    }

    @Override
    public void resize(TerminalSize size) {
        docker.resizeExecCmd(execId).withSize(size.rows(), size.columns()).exec();
    }

    @Override
    public void signal(String name) {
        processes.signal(containerId, state().getPidLong(), name);
    }

    @Override
    public CompletionStage<Optional<Integer>> exitCode() {
        return looks.until("see how a command ended", LOOKS, () -> {
            InspectExecResponse state = state();
            return Boolean.TRUE.equals(state.isRunning())
                    ? Optional.empty()
                    : Optional.ofNullable(state.getExitCodeLong()).map(Long::intValue);
        });
    }

    @Override
    public CompletionStage<Done> abandon() {
        return looks.until(
                        "look at a command",
                        LATE_LOOKS,
                        () -> Optional.of(state()).filter(state -> !isAboutToStart(state)))
                .thenApply(found -> {
                    found.filter(state -> Boolean.TRUE.equals(state.isRunning()) && state.getPidLong() != null)
                            .ifPresent(state -> end(state.getPidLong()));
                    return Done.done();
                });
    }

    private void end(long leader) {
        processes.signal(containerId, leader, query.tty() ? "HUP" : "TERM");
        var unused = timer.schedule(
                () -> {
                    var unusedToo = calls.call("end a command", DockerAccess.CALL_LIMIT, () -> {
                        processes.signal(containerId, leader, "KILL");
                        return true;
                    });
                },
                GRACE_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    /** Docker answers first, and starts then. */
    private static boolean isAboutToStart(InspectExecResponse state) {
        boolean hasProcess = state.getPidLong() != null && state.getPidLong() > 0;
        return !hasProcess && state.getExitCodeLong() == null;
    }

    private InspectExecResponse state() {
        try {
            return docker.inspectExecCmd(execId).exec();
        } catch (NotFoundException e) {
            // Its container has ended, and all that ran in it; Docker says 137 of a process that was killed with it.
            return new Ended();
        }
    }

    /** What Docker no longer knows. */
    private static final class Ended extends InspectExecResponse {
        private static final int KILLED = 137;

        @Override
        public Boolean isRunning() {
            return false;
        }

        @Override
        public Long getExitCodeLong() {
            return (long) KILLED;
        }
    }
}
