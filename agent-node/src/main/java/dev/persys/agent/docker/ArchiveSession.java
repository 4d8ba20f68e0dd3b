package dev.persys.agent.docker;

import akka.Done;
import akka.util.ByteString;
import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.api.ArchiveQuery;
import dev.persys.api.Json;
import dev.persys.api.PathStat;
import dev.persys.api.Problem;
import dev.persys.api.SessionChannel;
import dev.persys.runtime.RuntimeFailure;
import dev.persys.runtime.RuntimeFailure.Kind;
import dev.persys.runtime.SessionFrames;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The files of a container, as tar (Docker's API, "Get an archive of a filesystem resource in a container" and its
 * neighbours).
 */
final class ArchiveSession extends EngineSession {
    /** Of a mode as Go numbers it, which is what Docker tells. */
    private static final int DIRECTORY_BIT = 31;

    private final String containerId;
    private final ArchiveQuery query;

    /** For one container. */
    ArchiveSession(String containerId, ArchiveQuery query, Means means) {
        super(means);
        this.containerId = containerId;
        this.query = query;
    }

    @Override
    ByteString talk(HijackedConnection connection, SessionOutlet outlet) throws IOException, InterruptedException {
        if (query.access() == ArchiveQuery.Access.WRITE) {
            connection.send(
                    "PUT " + path() + "&noOverwriteDirNonDir=true",
                    "Transfer-Encoding: chunked\r\nContent-Type: application/x-tar\r\nConnection: close\r\n");
        }
        opened(connection);
        switch (query.access()) {
            case STAT -> stat(connection, outlet);
            case READ -> read(connection, outlet);
            case WRITE -> write(connection);
        }
        end();
        return SessionFrames.exited(0);
    }

    private void stat(HijackedConnection connection, SessionOutlet outlet) throws IOException, InterruptedException {
        Map<String, String> headers = answer(connection, "HEAD " + path());
        String encoded = Optional.ofNullable(headers.get("x-docker-container-path-stat"))
                .orElseThrow(() -> new IOException("Docker does not say what is there"));
        JsonNode told = Json.MAPPER.readTree(Base64.getDecoder().decode(encoded));
        PathStat stat = new PathStat(
                told.path("name").asText(),
                (told.path("mode").asLong() >> DIRECTORY_BIT & 1) == 1,
                told.path("size").asLong(),
                Optional.of(told.path("linkTarget").asText()).filter(target -> !target.isEmpty()));
        ByteString json = ByteString.fromString(Json.write(stat), StandardCharsets.UTF_8);
        for (ByteString frame : SessionFrames.of(SessionChannel.STDOUT, json)) {
            outlet.put(frame);
        }
    }

    /** Docker's HTTP server says the length of what is small, and sends the rest by chunks. */
    private void read(HijackedConnection connection, SessionOutlet outlet) throws IOException, InterruptedException {
        Map<String, String> headers = answer(connection, "GET " + path());
        if (headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
            for (int length = connection.nextChunk(true); length > 0; length = connection.nextChunk(false)) {
                pass(connection, outlet, length);
            }
        } else {
            pass(connection, outlet, length(headers));
        }
    }

    private static long length(Map<String, String> headers) throws IOException {
        String said = headers.getOrDefault("content-length", "");
        try {
            return Long.parseUnsignedLong(said);
        } catch (NumberFormatException e) {
            throw new IOException(
                    "Docker does not say where what it gives has its end: Content-Length is \"" + said + "\"", e);
        }
    }

    private static void pass(HijackedConnection connection, SessionOutlet outlet, long length)
            throws IOException, InterruptedException {
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(CHUNK, length));
        for (long left = length; left > 0; ) {
            bytes.clear().limit((int) Math.min(bytes.capacity(), left));
            int read = connection.read(bytes);
            if (read < 0) {
                throw new IOException("what Docker gave broke off");
            }
            left -= read;
            byte[] copy = new byte[read];
            bytes.flip().get(copy);
            for (ByteString frame : SessionFrames.of(SessionChannel.STDOUT, ByteString.fromArrayUnsafe(copy))) {
                outlet.put(frame);
            }
        }
    }

    /** What comes in is written by {@link #take} meanwhile; Docker may refuse it before it has all. */
    private static void write(HijackedConnection connection) throws IOException {
        Map<String, String> unused = connection.answer();
    }

    private Map<String, String> answer(HijackedConnection connection, String what) throws IOException {
        return inTime(connection, docker -> {
            docker.send(what, "Connection: close\r\n");
            return docker.answer();
        });
    }

    private String path() {
        return "/containers/" + containerId + "/archive?path=" + DockerContainerRuntime.encoded(query.path());
    }

    @Override
    CompletionStage<Done> take(ByteString frame) {
        Optional<SessionChannel> channel = SessionFrames.channel(frame);
        boolean isEnd = channel.filter(SessionChannel.STDIN_END::equals).isPresent();
        boolean isInput = isEnd || channel.filter(SessionChannel.STDIN::equals).isPresent();
        ByteString payload = SessionFrames.payload(frame);
        if (query.access() != ArchiveQuery.Access.WRITE || !isInput || (payload.isEmpty() && !isEnd)) {
            return CompletableFuture.completedStage(Done.done());
        }
        return inOrder(connection -> connection.writeChunk(payload.toByteBuffer()));
    }

    /** The answer to a request for the head alone has no words. */
    @Override
    ByteString refusal(RuntimeFailure failure) {
        boolean isPath =
                failure.kind() == Kind.NOT_FOUND && !failure.getMessage().contains("No such container");
        return isPath
                ? SessionOutlet.failed(Problem.Type.NO_SUCH_PATH, "there is no " + query.path() + " in the container")
                : SessionOutlet.refusal(failure);
    }
}
