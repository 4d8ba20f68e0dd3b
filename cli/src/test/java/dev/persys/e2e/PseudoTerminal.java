package dev.persys.e2e;

import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A command at a terminal of its own, which script(1) makes: somebody types, and reads the screen. */
final class PseudoTerminal implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Process process;
    private final ByteArrayOutputStream screen = new ByteArrayOutputStream();

    /** @param builder of the environment; its command is not used */
    PseudoTerminal(ProcessBuilder builder, String command) {
        try {
            process = builder.command("script", "-qefc", command, "/dev/null")
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread reader = new Thread(this::read, "screen");
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        byte[] buffer = new byte[4096];
        try {
            for (int n = process.getInputStream().read(buffer);
                    n >= 0;
                    n = process.getInputStream().read(buffer)) {
                screen.write(buffer, 0, n);
            }
        } catch (IOException e) {
            return; // The terminal is gone.
        }
    }

    void type(String keys) {
        try {
            process.getOutputStream().write(keys.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All that was shown so far. */
    String screen() {
        return screen.toString(StandardCharsets.UTF_8);
    }

    /** What is shown that fits {@code pattern}, once it is. */
    String awaitShown(String pattern) {
        Pattern wanted = Pattern.compile(pattern);
        await("screen: " + pattern)
                .atMost(LIMIT)
                .until(() -> wanted.matcher(screen()).find());
        Matcher found = wanted.matcher(screen());
        return found.find() ? found.group() : "";
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        try {
            process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
