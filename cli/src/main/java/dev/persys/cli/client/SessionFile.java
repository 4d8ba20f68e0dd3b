package dev.persys.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.persys.api.FileProblem;
import dev.persys.api.Problem;
import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.trust.PrivateFiles;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Who is signed in with this home: {@code session.json}, for its owner alone. What a request shows lasts minutes and is
 * refreshed here, by one process at a time, since what refreshes it is good once.
 */
public final class SessionFile {
    /** Refreshed this much before its end, so that it is still good when it arrives. */
    private static final long EARLY_MILLIS = 20_000;

    private static final Lock THREADS = new ReentrantLock();

    private static final String SIGN_IN = "persys login signs in again.";

    private final Context context;
    private final Path file;

    private SessionFile(Context context) {
        this.context = context;
        this.file = context.home().resolve("session.json");
    }

    /** That of the home; it need not be there. */
    public static SessionFile of(Context context) {
        return new SessionFile(context);
    }

    /** Where one is signed in; empty where one is not. */
    public Optional<URI> gateway() {
        return read().map(session -> URI.create(session.path("gateway").asText()));
    }

    /** Keeps what a sign-in brought. */
    public void keep(URI gateway, JsonNode issued) {
        locked(() -> {
            write(gateway, issued);
            return Optional.empty();
        });
    }

    private void write(URI gateway, JsonNode issued) {
        ObjectNode session = JsonText.object();
        session.put("gateway", gateway.toString());
        session.put("user", issued.path("user").asText());
        session.put("accessToken", issued.path("accessToken").asText());
        session.put(
                "accessUntilMillis",
                System.currentTimeMillis() + 1_000 * issued.path("expiresIn").asLong());
        session.put("refreshToken", issued.path("refreshToken").asText());
        try {
            PrivateFiles.write(file, JsonText.pretty(session) + "\n");
        } catch (IOException e) {
            throw new Failure(ExitCode.FAILED, file + " cannot be written: " + FileProblem.of(e));
        }
    }

    /** Ends the session there and here, and returns where it was; empty where nobody is signed in. */
    public Optional<URI> signOut() {
        return read().isEmpty() ? Optional.empty() : locked(() -> read().map(this::signOut));
    }

    private URI signOut(JsonNode session) {
        URI gateway = URI.create(session.path("gateway").asText());
        ObjectNode body = JsonText.object();
        body.put("refreshToken", session.path("refreshToken").asText());
        new SchedulerApi(AddressBook.unnamed(context, gateway)).send("POST", "/auth/logout", body);
        forget();
        return gateway;
    }

    /** Nobody is signed in with this home any more. */
    private void forget() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new Failure(ExitCode.FAILED, file + " cannot be removed: " + FileProblem.of(e));
        }
    }

    /**
     * What to show to {@code gateway}, refreshed where it is over; empty where one is not signed in there.
     *
     * @throws Failure where the session is over
     */
    Optional<String> accessToken(URI gateway) {
        Optional<JsonNode> session = read().filter(known -> isOf(known, gateway));
        if (session.isEmpty() || isFresh(session.get())) {
            return session.map(SessionFile::access);
        }
        return locked(() -> refreshed(gateway));
    }

    /** What {@code step} returns, which no other process and no other thread of this one is beside. */
    private <T> Optional<T> locked(Supplier<Optional<T>> step) {
        Path lock = file.resolveSibling("session.lock");
        THREADS.lock(); // A file is locked for the whole process, and a second time not at all.
        try {
            Files.createDirectories(file.getParent());
            try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock held = channel.lock()) {
                return held.isValid() ? step.get() : Optional.empty();
            }
        } catch (IOException e) {
            throw new Failure(ExitCode.FAILED, lock + " cannot be locked: " + FileProblem.of(e));
        } finally {
            THREADS.unlock();
        }
    }

    /** Another process may have done so while this one waited. */
    private Optional<String> refreshed(URI gateway) {
        Optional<JsonNode> session = read().filter(known -> isOf(known, gateway));
        if (session.isEmpty() || isFresh(session.get())) {
            return session.map(SessionFile::access);
        }
        ObjectNode body = JsonText.object();
        body.put("refreshToken", session.get().path("refreshToken").asText());
        try {
            JsonNode issued =
                    new SchedulerApi(AddressBook.unnamed(context, gateway)).send("POST", "/auth/refresh", body);
            write(gateway, issued);
            return Optional.of(issued.path("accessToken").asText());
        } catch (Refusal e) {
            if (e.problem().type().equals(Problem.Type.CREDENTIAL_GONE.word())) {
                forget();
                throw new Failure(
                        ExitCode.UNAUTHORIZED,
                        "you are not signed in any more: " + e.problem().detail(),
                        SIGN_IN);
            }
            throw e;
        }
    }

    private static String access(JsonNode session) {
        return session.path("accessToken").asText();
    }

    private static boolean isFresh(JsonNode session) {
        return System.currentTimeMillis() + EARLY_MILLIS
                < session.path("accessUntilMillis").asLong();
    }

    private static boolean isOf(JsonNode session, URI gateway) {
        return session.path("gateway").asText().equals(gateway.toString());
    }

    private Optional<JsonNode> read() {
        try {
            return Optional.of(JsonText.read(Files.readString(file)))
                    .filter(session -> !session.path("gateway").asText().isEmpty());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new Failure(ExitCode.FAILED, file + " cannot be read: " + FileProblem.of(e), SIGN_IN);
        }
    }
}
