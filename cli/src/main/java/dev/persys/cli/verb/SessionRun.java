package dev.persys.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.api.SessionChannel;
import dev.persys.cli.Context;
import dev.persys.cli.Exit;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.cli.client.JsonText;
import dev.persys.cli.client.SessionSocket;
import dev.persys.cli.client.SessionSocket.Frame;
import dev.persys.cli.output.RawTerminal;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** A session in a container, from this process's streams to its end. */
final class SessionRun {
    /** Shells say so of what was ended because nobody reads it. */
    private static final int NOBODY_READS = 141;

    private final SessionSocket socket;
    private final Context context;
    private final String what;
    private final AtomicBoolean detached = new AtomicBoolean();
    private final AtomicBoolean interrupted = new AtomicBoolean();
    private final boolean tty;
    private boolean hasEnded;

    /**
     * A session that has begun.
     *
     * @param what is run where, for messages
     * @param tty whether the container has a terminal
     */
    SessionRun(SessionSocket socket, Context context, String what, boolean tty) {
        this.socket = socket;
        this.context = context;
        this.what = what;
        this.tty = tty;
    }

    /**
     * Until the command has ended or the user has left.
     *
     * @param stdin whether standard input goes there
     * @param keys what leaves, where that is a terminal, which is made raw
     * @return the command's exit code, where it has ended
     */
    Exit run(boolean stdin, Optional<DetachKeys> keys) {
        Optional<RawTerminal> terminal = keys.flatMap(some -> RawTerminal.open());
        Thread restore = new Thread(() -> terminal.ifPresent(RawTerminal::close), "restore-terminal");
        Runtime.getRuntime().addShutdownHook(restore);
        try (socket) {
            handleSignals(terminal.isPresent());
            if (stdin) {
                Thread input = new Thread(() -> sendInput(keys.filter(some -> terminal.isPresent())), "session-input");
                input.setDaemon(true);
                input.start();
            }
            return readToTheEnd();
        } catch (IOException e) {
            throw brokeOff(e.getMessage());
        } finally {
            terminal.ifPresent(RawTerminal::close);
        }
    }

    /** Whether the process has ended, after {@link #run} has: its exit code was that one's then. */
    boolean hasEnded() {
        return hasEnded;
    }

    private Exit readToTheEnd() throws IOException {
        for (Optional<Frame> frame = socket.read(); frame.isPresent(); frame = socket.read()) {
            byte[] payload = frame.get().payload();
            switch (frame.get().channel()) {
                case STDOUT, STDERR -> {
                    PrintStream to = frame.get().channel() == SessionChannel.STDOUT ? context.out() : context.err();
                    if (!isPrinted(to, payload)) {
                        socket.leave();
                        return new Exit.OfContainer(NOBODY_READS); // Whoever read our output has gone, such as head.
                    }
                }
                case STATUS -> {
                    return ended(JsonText.read(new String(payload, StandardCharsets.UTF_8)));
                }
                case STDIN, RESIZE, STDIN_END, SIGNAL, DETACH -> {
                    // Only clients say that.
                }
            }
        }
        if (detached.get()) {
            return ExitCode.OK;
        }
        throw brokeOff("the connection was closed");
    }

    private static boolean isPrinted(PrintStream to, byte[] bytes) {
        to.write(bytes, 0, bytes.length);
        to.flush();
        return !to.checkError();
    }

    private Exit ended(JsonNode status) {
        if (status.path("exitCode").canConvertToInt()) {
            hasEnded = true;
            return new Exit.OfContainer(status.path("exitCode").intValue() & 0xff);
        }
        String detail = status.path("detail").asText("the session ended without a reason");
        if (status.path("type").asText().equals("session-refused")) {
            // As shells and docker say it: what is not there, and what cannot be run.
            context.err().println("persys: " + what + ": " + detail);
            return new Exit.OfContainer(detail.contains("not found") || detail.contains("no such file") ? 127 : 126);
        }
        throw brokeOff(detail);
    }

    private Failure brokeOff(String why) {
        return new Failure(
                ExitCode.UNREACHABLE,
                what + " broke off: " + why,
                "How the command ended is not known; persys ps and persys nodes show how things are.");
    }

    private void sendInput(Optional<DetachKeys> keys) {
        byte[] buffer = new byte[SessionChannel.MAX_PAYLOAD - 64];
        try {
            for (int n = context.in().read(buffer); n >= 0; n = context.in().read(buffer)) {
                if (keys.isEmpty()) {
                    socket.write(SessionChannel.STDIN, buffer, 0, n);
                    continue;
                }
                DetachKeys.Typed typed = keys.get().typed(buffer, n);
                if (typed.forContainer().length > 0) {
                    socket.write(SessionChannel.STDIN, typed.forContainer(), 0, typed.forContainer().length);
                }
                if (typed.detached()) {
                    detached.set(true);
                    socket.write(SessionChannel.DETACH);
                    socket.leave();
                    return;
                }
            }
            socket.write(SessionChannel.STDIN_END);
        } catch (IOException e) {
            return; // The session is over, which whoever reads it finds out.
        }
    }

    /**
     * With a terminal the keys for it go through as they are; without, the first signal is the command's. Who merely watches
     * a container's terminal leaves by the first one, as docker has it: what the container is told is typed there.
     */
    private void handleSignals(boolean isTerminal) {
        if (isTerminal) {
            Signals.on("WINCH", this::resize);
            return;
        } else if (tty) {
            return;
        }
        for (String name : List.of("INT", "TERM", "HUP")) {
            Signals.on(name, () -> {
                if (interrupted.getAndSet(true)) {
                    Runtime.getRuntime().exit(ExitCode.INTERRUPTED.status());
                }
                send(SessionChannel.SIGNAL, name);
            });
        }
    }

    private void resize() {
        RawTerminal.size()
                .ifPresent(size -> send(
                        SessionChannel.RESIZE, "{\"rows\":" + size.rows() + ",\"columns\":" + size.columns() + "}"));
    }

    private void send(SessionChannel channel, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        try {
            socket.write(channel, bytes, 0, bytes.length);
        } catch (IOException e) {
            return; // The session is over, which whoever reads it finds out.
        }
    }
}
