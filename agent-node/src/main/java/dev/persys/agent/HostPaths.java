package dev.persys.agent;

import dev.persys.runtime.RuntimeFailure;
import dev.persys.runtime.RuntimeFailure.Kind;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Finds out where paths of this node lead once every link in them is followed. Looks on threads of its own, because a
 * file system of another machine may never answer.
 */
final class HostPaths {
    /** Where a path leads. */
    sealed interface Place {
        /** There, or it would if that existed. */
        record At(Path path) implements Place {}

        /** Nobody can tell, and {@code why} says what is in the way. */
        record Nowhere(String why) implements Place {}
    }

    /** What a link says; empty for what is none, or is not there. */
    interface Links {
        Optional<Path> target(Path path) throws IOException;
    }

    /** As many as Linux follows in one path. */
    private static final int MOST_LINKS = 40;

    private static final int MOST_LOOKS = 8;
    private static final Duration IDLE = Duration.ofSeconds(10);
    private static final Path ROOT = Path.of("/");
    private static final Path UP = Path.of("..");

    private final Executor executor;
    private final Duration limit;

    HostPaths(Executor executor, Duration limit) {
        this.executor = executor;
        this.limit = limit;
    }

    /** @param limit for an answer of the file system */
    static HostPaths ofThisNode(Duration limit) {
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                MOST_LOOKS, MOST_LOOKS, IDLE.toSeconds(), TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
                    Thread thread = new Thread(work, "host-paths");
                    // One that hangs does not keep the process.
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
        return new HostPaths(threads, limit);
    }

    /** Where each leads; fails with {@link Kind#NOT_NOW} where that takes too long. */
    CompletionStage<Map<String, Place>> resolve(Collection<String> paths) {
        if (paths.isEmpty()) {
            return CompletableFuture.completedFuture(Map.of());
        }
        CompletableFuture<Map<String, Place>> places = new CompletableFuture<>();
        executor.execute(() -> {
            try {
                Map<String, Place> found = new HashMap<>();
                paths.forEach(path -> found.put(path, place(path, HostPaths::target)));
                places.complete(found);
            } catch (RuntimeException e) {
                places.completeExceptionally(e);
            }
        });
        return places.orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(
                        failure instanceof TimeoutException
                                ? new RuntimeFailure(
                                        Kind.NOT_NOW,
                                        "the file system of " + String.join(", ", paths) + " did not answer within "
                                                + limit.toSeconds() + " s")
                                : failure));
    }

    /** Where {@code text} leads, as far as {@code links} tell. */
    static Place place(String text, Links links) {
        try {
            return new Place.At(resolved(Path.of(text), links));
        } catch (InvalidPathException e) {
            return new Place.Nowhere(
                    "the agent cannot read its name under the locale that it runs with; LANG=C.UTF-8 can");
        } catch (AccessDeniedException e) {
            return new Place.Nowhere("the agent's user may not look at " + e.getFile());
        } catch (FileSystemException e) {
            return new Place.Nowhere(
                    e.getFile() + ": " + Optional.ofNullable(e.getReason()).orElse("cannot be looked at"));
        } catch (IOException e) {
            return new Place.Nowhere(String.valueOf(e.getMessage()));
        }
    }

    /**
     * One part after the other, as the kernel goes: {@code ..} after a link is the parent of where that leads. In the path
     * that is asked for it is taken out first, as Docker does.
     */
    private static Path resolved(Path asked, Links links) throws IOException {
        Deque<Path> left = new ArrayDeque<>();
        asked.normalize().forEach(left::add);
        Path at = ROOT;
        int followed = 0;
        while (!left.isEmpty()) {
            Path part = left.pop();
            if (part.equals(UP)) {
                at = Optional.ofNullable(at.getParent()).orElse(ROOT);
                continue;
            }
            Path next = at.resolve(part);
            Optional<Path> target = links.target(next);
            if (target.isEmpty()) {
                at = next.normalize();
                continue;
            }
            if (++followed > MOST_LINKS) {
                throw new FileSystemException(asked.toString(), null, "its links lead in a circle, or are too many");
            }
            at = target.get().isAbsolute() ? ROOT : at;
            prepend(target.get(), left);
        }
        return at;
    }

    private static void prepend(Path target, Deque<Path> left) {
        for (int i = target.getNameCount() - 1; i >= 0; i--) {
            left.push(target.getName(i));
        }
    }

    /**
     * Links of {@code /proc} lead elsewhere for each process that follows them, and Docker is another one than this.
     */
    static Optional<Path> target(Path path) throws IOException {
        Path target;
        try {
            target = Files.readSymbolicLink(path);
        } catch (NotLinkException | NoSuchFileException e) {
            return Optional.empty();
        }
        if (Files.getFileStore(path.getParent()).type().equals("proc")) {
            throw new FileSystemException(path.toString(), null, "it leads elsewhere for each process");
        }
        return Optional.of(target);
    }
}
