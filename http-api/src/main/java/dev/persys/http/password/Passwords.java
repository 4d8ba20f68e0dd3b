package dev.persys.http.password;

import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Hashes passwords on threads of its own, of which there are few: each has 19 MiB while it works, and whoever guesses in
 * parallel waits in a queue that ends. Thread-safe.
 */
public final class Passwords implements AutoCloseable {
    /** At once: 38 MiB together, and as many cores. */
    private static final int THREADS = 2;

    private static final int WAITING = 32;
    private static final long IDLE_SECONDS = 30;

    private final SecureRandom random = new SecureRandom();
    private final ThreadPoolExecutor threads;

    /** Compared with for users that there are not, so that they take as long. */
    private final Argon2Hash nobody = Argon2Hash.ofNobody();

    public Passwords() {
        threads = new ThreadPoolExecutor(
                THREADS, THREADS, IDLE_SECONDS, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING), work -> {
                    Thread thread = new Thread(work, "password");
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    /** Too much is waiting to be hashed: come again. */
    public static final class BusyException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        BusyException(RejectedExecutionException cause) {
            super("too many passwords are being checked", cause);
        }
    }

    /** The hash to keep, with a new salt; fails with {@link BusyException}. */
    public CompletionStage<String> hash(String password) {
        byte[] salt = new byte[Argon2Hash.SALT_BYTES];
        random.nextBytes(salt);
        return run(() -> Argon2Hash.of(password, salt).text());
    }

    /**
     * Whether the password is the one of {@code hash}. Where there is no hash, or none that can be read, it is not, which
     * takes as long to say. Fails with {@link BusyException}.
     */
    public CompletionStage<Boolean> matches(String password, Optional<String> hash) {
        Optional<Argon2Hash> known = hash.flatMap(Argon2Hash::parse);
        return run(() -> known.orElse(nobody).matches(password) && known.isPresent());
    }

    private <T> CompletionStage<T> run(Supplier<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        try {
            threads.execute(() -> {
                try {
                    result.complete(work.get());
                } catch (RuntimeException | OutOfMemoryError e) {
                    result.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            result.completeExceptionally(new BusyException(e));
        }
        return result;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
