package dev.persys.agent.docker;

import akka.Done;
import akka.util.ByteString;
import com.github.dockerjava.api.exception.DockerException;
import dev.persys.api.Json;
import dev.persys.api.Problem;
import dev.persys.api.SessionChannel;
import dev.persys.api.TerminalSize;
import dev.persys.runtime.RuntimeFailure;
import dev.persys.runtime.SessionFrames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A process in a container whose standard streams are the session's. */
final class DockerSession extends EngineSession {
    private static final Logger LOG = LoggerFactory.getLogger(DockerSession.class);

    /** Those in five seconds: what is about to be started has no terminal yet. */
    private static final int SIZINGS = 250;

    private static final Pattern SIGNAL = Pattern.compile("[A-Z][A-Z0-9+-]{1,15}");

    private final SessionTarget target;
    private final BoundedCalls calls;
    private final Looks looks;
    private volatile boolean isDetached;

    /** For {@code target}. */
    DockerSession(SessionTarget target, Means means, BoundedCalls calls, Looks looks) {
        super(means);
        this.target = target;
        this.calls = calls;
        this.looks = looks;
    }

    @Override
    ByteString talk(HijackedConnection connection, SessionOutlet outlet) throws IOException, InterruptedException {
        begin(connection);
        target.begun();
        opened(connection);
        target.firstSize().ifPresent(this::sizeOnceItIsThere);
        OutputFrames frames = new OutputFrames(target.hasTerminal());
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
        while (connection.read(chunk) >= 0) {
            chunk.flip();
            for (ByteString frame : frames.frames(chunk)) {
                outlet.put(frame);
            }
            chunk.clear();
        }
        Optional<Integer> code = exitCode();
        if (code.isEmpty()) {
            return SessionOutlet.failed(
                    Problem.Type.UNAVAILABLE, "its output has ended, and how it ended is not known");
        }
        end();
        return SessionFrames.exited(code.get());
    }

    /** What Docker refused does not run; without its answer it may, or does so late, and nobody would be there. */
    private void begin(HijackedConnection connection) throws IOException {
        try {
            Map<String, String> unused = inTime(connection, docker -> docker.begin(target.path(), target.body()));
        } catch (IOException e) {
            left();
            throw e;
        } catch (RuntimeFailure e) {
            if (e.isTransient()) {
                left();
            }
            throw e;
        }
    }

    private Optional<Integer> exitCode() throws IOException, InterruptedException {
        try {
            return target.exitCode().toCompletableFuture().get();
        } catch (ExecutionException e) {
            throw new IOException("how it ended is not known: " + e.getCause().getMessage(), e);
        }
    }

    /** Docker would let it run on. */
    @Override
    void left() {
        if (isDetached) {
            return;
        }
        var unused = target.abandon().exceptionally(failure -> {
            LOG.warn("What a session began may still run: {}", failure.getMessage());
            return Done.done();
        });
    }

    @Override
    String stopping() {
        return "the agent is stopping; what ran is ended";
    }

    @Override
    CompletionStage<Done> take(ByteString frame) {
        ByteString payload = SessionFrames.payload(frame);
        return switch (SessionFrames.channel(frame).orElse(SessionChannel.STATUS)) {
            case STDIN -> inOrder(connection -> connection.write(payload.toByteBuffer()));
            case STDIN_END ->
                target.endsInput()
                        ? inOrder(HijackedConnection::endOutput)
                        : CompletableFuture.completedStage(Done.done());
            case RESIZE -> aside("resize a terminal", () -> target.resize(size(payload)));
            case DETACH -> detached();
            case SIGNAL -> aside("send a signal", () -> target.signal(signal(payload)));
            // What only servers say, or nobody: of a client of another version.
            case STDOUT, STDERR, STATUS -> CompletableFuture.completedStage(Done.done());
        };
    }

    /** Whether it worked is nothing the client waits for: the process may just have ended. */
    private CompletionStage<Done> aside(String what, Runnable work) {
        return whenOpened()
                .thenCompose(connection -> calls.call(what, DockerAccess.CALL_LIMIT, () -> {
                    work.run();
                    return Done.done();
                }))
                .exceptionally(failure -> {
                    LOG.debug("Could not {}: {}", what, failure.getMessage());
                    return Done.done();
                });
    }

    private CompletionStage<Done> detached() {
        isDetached = true;
        return CompletableFuture.completedStage(Done.done());
    }

    /** Docker answers first, and starts then; a terminal that is not there yet has no size to set. */
    private void sizeOnceItIsThere(TerminalSize size) {
        var unused = looks.until("size a terminal", SIZINGS, () -> {
            try {
                target.resize(size);
                return Optional.of(size);
            } catch (DockerException e) {
                return isOver() ? Optional.of(size) : Optional.empty();
            }
        });
    }

    private static TerminalSize size(ByteString payload) {
        try {
            return Json.MAPPER.readValue(payload.toArrayUnsafe(), TerminalSize.class);
        } catch (IOException e) {
            throw new UncheckedIOException("no size of a terminal", e);
        }
    }

    private static String signal(ByteString payload) {
        String name = payload.decodeString(StandardCharsets.US_ASCII);
        if (!SIGNAL.matcher(name).matches()) {
            throw new IllegalArgumentException("no name of a signal");
        }
        return name;
    }
}
