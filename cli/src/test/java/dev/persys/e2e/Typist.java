package dev.persys.e2e;

import static org.awaitility.Awaitility.await;

import dev.persys.testing.Processes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Somebody at a shell, to which {@code persys} is the built program. The lines that they type for a task are counted and kept as
 * they were typed; what stands in them for something that is another one in each run, such as a port, is put in its place.
 */
final class Typist {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Pattern NAMED = Pattern.compile("--name (\\S+)");
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final Launcher persys;
    private final Path directory;
    private final Map<String, String> places = new HashMap<>();
    private final List<String> typed = new ArrayList<>();
    private final Set<String> workloads = new TreeSet<>();

    /** @param directory in which the shell is, and {@code persys} of which it is the directory */
    Typist(Launcher persys, Path directory) {
        this.persys = persys;
        this.directory = directory;
    }

    /** From now on {@code shown} in a line is {@code real}. */
    Typist where(String shown, String real) {
        places.put(shown, real);
        return this;
    }

    /** From now on this port in a line is one that is free. */
    int port(int shown) {
        int port = Processes.freePort();
        places.put(Integer.toString(shown), Integer.toString(port));
        return port;
    }

    /** A step of the task. */
    Launcher.Result type(String line) {
        typed.add(line);
        return run(line);
    }

    /** What is there before the task begins, or is looked at after it: no step of it. It has to succeed. */
    Launcher.Result given(String line) {
        Launcher.Result result = run(line);
        if (result.status() != 0) {
            throw new AssertionError(line + ": " + result);
        }
        return result;
    }

    /** The same, again and again until what it prints has {@code text} in it. */
    Launcher.Result awaitPrinted(String line, String text) {
        return await(line + " to print " + text)
                .atMost(LIMIT)
                .until(() -> given(line), result -> result.out().contains(text));
    }

    /** A workload of this name comes from a file: it is removed in the end as are those of {@code --name}. */
    void makes(String workload) {
        workloads.add(workload);
    }

    /** This one stays where it is. */
    void keeps(String workload) {
        workloads.remove(workload);
    }

    private Launcher.Result run(String line) {
        Matcher named = NAMED.matcher(line);
        if (named.find()) {
            workloads.add(named.group(1));
        }
        return persys.shell(real(line));
    }

    private String real(String text) {
        String real = text;
        for (Map.Entry<String, String> place : places.entrySet()) {
            real = real.replace(place.getKey(), place.getValue());
        }
        return real;
    }

    /** A file that is there before the task begins. */
    void file(String name, String... lines) {
        try {
            Files.writeString(directory.resolve(name), real(String.join("\n", lines)) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until a browser sees {@code text} at a port of this machine. */
    void awaitPage(int port, String text) {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port)).build();
        await("port " + port + " to answer " + text)
                .atMost(LIMIT)
                .ignoreExceptions()
                .until(() -> HTTP.send(request, HttpResponse.BodyHandlers.ofString())
                        .body()
                        .contains(text));
    }

    /** What was typed for the task, line by line. */
    List<String> typed() {
        return List.copyOf(typed);
    }

    /** Removes what was run under a name: the node's room is needed. */
    void leave() {
        if (!workloads.isEmpty()) {
            persys.shell("persys rm -f -d " + String.join(" ", workloads));
        }
    }
}
