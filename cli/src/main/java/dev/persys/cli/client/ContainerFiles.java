package dev.persys.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.api.ArchiveQuery;
import dev.persys.api.ArchiveQuery.Access;
import dev.persys.api.Problem;
import dev.persys.api.SessionChannel;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.cli.client.SessionSocket.Frame;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The files of a workload's container, as tar that comes and goes in sessions. */
public final class ContainerFiles {
    /** For the node to say what became of it once it has all, or takes no more. */
    private static final long LAST_WORD_SECONDS = 300;

    private final SchedulerApi api;
    private final String workload;

    /** @param workload a name, an id, or the beginning of one */
    public ContainerFiles(SchedulerApi api, String workload) {
        this.api = api;
        this.workload = workload;
    }

    /** Takes bytes. */
    @FunctionalInterface
    public interface Taking {
        void from(InputStream tar) throws IOException;
    }

    /** Gives bytes. */
    @FunctionalInterface
    public interface Giving {
        void to(OutputStream tar) throws IOException;
    }

    /**
     * What is at that path, as {@link dev.persys.api.PathStat}; empty where nothing is.
     *
     * @throws Failure where that cannot be known
     */
    public Optional<JsonNode> stat(String path) {
        try (SessionSocket socket = open(Access.STAT, path);
                Incoming in = new Incoming(socket)) {
            byte[] told = in.readAllBytes();
            if (in.isAbsent()) {
                return Optional.empty();
            }
            in.requireSuccess(what(path));
            return Optional.of(JsonText.read(new String(told, StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw brokeOff(path, e.getMessage());
        }
    }

    /**
     * Reads what is at that path, as tar.
     *
     * @throws IOException as {@code taking} does
     * @throws Failure where it cannot be read, or the connection breaks
     */
    public void read(String path, Taking taking) throws IOException {
        try (SessionSocket socket = open(Access.READ, path);
                Incoming in = new Incoming(socket)) {
            try {
                taking.from(in);
            } catch (IOException e) {
                if (in.hasEnded()) {
                    in.requireSuccess(what(path)); // What was read is no tar because it is not all of it.
                }
                throw e;
            }
            long unused = in.transferTo(OutputStream.nullOutputStream());
            in.requireSuccess(what(path));
        } catch (Incoming.BrokenException e) {
            throw brokeOff(path, e.getMessage());
        }
    }

    /**
     * Has tar unpacked in the directory at that path.
     *
     * @throws IOException as {@code giving} does
     * @throws Failure where it cannot be written, or the connection breaks
     */
    public void write(String path, Giving giving) throws IOException {
        try (SessionSocket socket = open(Access.WRITE, path);
                Incoming in = new Incoming(socket)) {
            // It answers pings meanwhile, and hears of a refusal before all was sent.
            CompletableFuture<Void> end = new CompletableFuture<>();
            Thread reader = new Thread(() -> readToTheEnd(in, end), "archive-answer");
            reader.setDaemon(true);
            reader.start();
            try {
                OutputStream out = new BufferedOutputStream(new Outgoing(socket), SessionChannel.MAX_PAYLOAD);
                giving.to(out);
                out.flush();
                socket.write(SessionChannel.STDIN_END);
            } catch (Outgoing.UnsentException e) {
                awaitEnd(end, path); // The node says why it takes no more.
            }
            awaitEnd(end, path);
            in.requireSuccess(what(path));
        }
    }

    private static void readToTheEnd(Incoming in, CompletableFuture<Void> end) {
        try {
            long unused = in.transferTo(OutputStream.nullOutputStream());
            end.complete(null);
        } catch (IOException e) {
            end.completeExceptionally(e);
        }
    }

    private void awaitEnd(CompletableFuture<Void> end, String path) {
        try {
            end.get(LAST_WORD_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw brokeOff(path, e.getCause().getMessage());
        } catch (TimeoutException e) {
            throw brokeOff(path, "the node does not say what became of it");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure(ExitCode.INTERRUPTED, "interrupted");
        }
    }

    private SessionSocket open(Access access, String path) {
        String query = new ArchiveQuery(access, path).text();
        return api.session("/workloads/" + SchedulerApi.encode(workload) + "/archive?" + query);
    }

    private String what(String path) {
        return workload + ":" + path;
    }

    private Failure brokeOff(String path, String why) {
        return new Failure(
                ExitCode.UNREACHABLE,
                "the copy of " + what(path) + " broke off: " + why,
                "What was copied before that stays; the same again copies it anew.");
    }

    /** What comes, until the status. */
    private static final class Incoming extends InputStream {
        private final SessionSocket socket;
        private ByteArrayInputStream rest = new ByteArrayInputStream(new byte[0]);
        private Optional<JsonNode> status = Optional.empty();

        /** The connection is gone. */
        static final class BrokenException extends IOException {
            private static final long serialVersionUID = 1L;

            BrokenException(String message) {
                super(message);
            }
        }

        Incoming(SessionSocket socket) {
            this.socket = socket;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            while (rest.available() == 0) {
                if (hasEnded() || !next()) {
                    return -1;
                }
            }
            return rest.read(bytes, offset, length);
        }

        private boolean next() throws IOException {
            Optional<Frame> frame;
            try {
                frame = socket.read();
            } catch (IOException e) {
                throw new BrokenException(e.getMessage());
            }
            Frame came = frame.orElseThrow(() -> new BrokenException("the connection was closed"));
            if (came.channel() == SessionChannel.STATUS) {
                status = Optional.of(JsonText.read(new String(came.payload(), StandardCharsets.UTF_8)));
                return false;
            }
            if (came.channel() == SessionChannel.STDOUT) {
                rest = new ByteArrayInputStream(came.payload());
            }
            return true;
        }

        boolean hasEnded() {
            return status.isPresent();
        }

        boolean isAbsent() {
            return is(Problem.Type.NO_SUCH_PATH);
        }

        private boolean is(Problem.Type type) {
            return status.filter(end -> end.path("type").asText().equals(type.word()))
                    .isPresent();
        }

        void requireSuccess(String what) {
            JsonNode end = status.orElseThrow();
            if (!end.path("exitCode").canConvertToInt()) {
                boolean isAway = is(Problem.Type.UNAVAILABLE) || is(Problem.Type.BUSY);
                throw new Failure(
                        isAway ? ExitCode.UNREACHABLE : ExitCode.FAILED,
                        what + ": " + end.path("detail").asText("the session ended without a reason"));
            }
        }
    }

    /** What goes. */
    private static final class Outgoing extends OutputStream {
        private final SessionSocket socket;

        /** The other side takes no more. */
        static final class UnsentException extends IOException {
            private static final long serialVersionUID = 1L;

            UnsentException(IOException cause) {
                super(cause);
            }
        }

        Outgoing(SessionSocket socket) {
            this.socket = socket;
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                for (int done = 0; done < length; ) {
                    int part = Math.min(length - done, SessionChannel.MAX_PAYLOAD);
                    socket.write(SessionChannel.STDIN, bytes, offset + done, part);
                    done += part;
                }
            } catch (IOException e) {
                throw new UnsentException(e);
            }
        }
    }
}
