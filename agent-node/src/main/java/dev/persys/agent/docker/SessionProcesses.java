package dev.persys.agent.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.ExecCreateCmdResponse;
import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.transport.DockerHttpClient.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signals to a command in a container and all that it has started. Docker has no call for that. The kernel has: what a
 * command starts is in its session (setsid(2)), which runc opens for each, and {@code /proc} says of each process which
 * session it is in and, by its control group, which container. So nothing is touched that is not there; and where this
 * process may not send signals, or Docker is on another machine, the container's own {@code kill} is asked to.
 */
final class SessionProcesses {
    private static final Logger LOG = LoggerFactory.getLogger(SessionProcesses.class);

    /** In {@code /proc/PID/stat} behind the command's name, which is in parentheses and may have any in it. */
    private static final int SESSION_FIELD = 3;

    private static final int KILL_SECONDS = 5;
    private static final Pattern INNER_ID = Pattern.compile("(?m)^NSpid:.*\\s(\\d+)$");
    private static final int MAX_ERROR_BYTES = 64 * 1024;

    private final Path proc;
    private final DockerClient docker;
    private final DockerHttpClient http;

    SessionProcesses(Path proc, DockerClient docker, DockerHttpClient http) {
        this.proc = proc;
        this.docker = docker;
        this.http = http;
    }

    /**
     * To every process of that session; nothing where none is left.
     *
     * @param leader as the engine's machine numbers it
     */
    void signal(String containerId, long leader, String name) {
        List<Long> members = members(containerId, leader);
        if (members.isEmpty() || sent(members, name)) {
            return;
        }
        List<String> inner =
                members.stream().flatMap(pid -> innerId(pid).stream()).toList();
        if (!inner.isEmpty()) {
            sendInside(containerId, inner, name);
        }
    }

    /** The processes of a session in that container. */
    List<Long> members(String containerId, long leader) {
        List<Long> members = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(proc, "[1-9]*")) {
            for (Path process : all) {
                if (session(process) == leader
                        && read(process.resolve("cgroup")).contains(containerId)) {
                    members.add(Long.parseLong(process.getFileName().toString()));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the processes of this machine cannot be listed", e);
        }
        return members;
    }

    private static long session(Path process) {
        String stat = read(process.resolve("stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", SESSION_FIELD + 2);
        return fields.length > SESSION_FIELD && fields[SESSION_FIELD].matches("\\d{1,18}")
                ? Long.parseLong(fields[SESSION_FIELD])
                : -1;
    }

    private Optional<String> innerId(long pid) {
        Matcher ids = INNER_ID.matcher(read(proc.resolve(pid + "/status")));
        return ids.find() ? Optional.of(ids.group(1)) : Optional.empty();
    }

    /** Empty of a process that has ended meanwhile. */
    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }

    /** Whether this process may. */
    private static boolean sent(List<Long> pids, String name) {
        List<String> command = new ArrayList<>(List.of("kill", "-s", name));
        pids.forEach(pid -> command.add(Long.toString(pid)));
        try {
            Process kill = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return kill.waitFor(KILL_SECONDS, TimeUnit.SECONDS) && kill.exitValue() == 0;
        } catch (IOException e) {
            LOG.debug("There is no kill on this machine", e);
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void sendInside(String containerId, List<String> pids, String name) {
        List<String> kill = new ArrayList<>(List.of("kill", "-s", name));
        kill.addAll(pids);
        ExecCreateCmdResponse exec = docker.execCreateCmd(containerId)
                .withUser("0")
                .withCmd("sh", "-c", String.join(" ", kill))
                .exec();
        Request start = Request.builder()
                .method(Request.Method.POST)
                .path("/exec/" + exec.getId() + "/start")
                .putHeader("Content-Type", "application/json")
                .bodyBytes("{\"Detach\":true}".getBytes(StandardCharsets.US_ASCII))
                .build();
        try (DockerHttpClient.Response answer = http.execute(start)) {
            if (answer.getStatusCode() >= 400) {
                String why = new String(answer.getBody().readNBytes(MAX_ERROR_BYTES), StandardCharsets.UTF_8);
                LOG.warn(
                        "A command in container {} may still run: this process may not send signals to it, and the"
                                + " container has no shell to do it: {}",
                        containerId,
                        DockerFailures.messageIn(why));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Docker's answer broke off", e);
        }
    }
}
