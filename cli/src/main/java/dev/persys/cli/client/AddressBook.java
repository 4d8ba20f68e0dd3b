package dev.persys.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Finds the scheduler: {@code --address}, else {@code PERSYS_ADDRESS}, else the development cluster of {@code
 * PERSYS_HOME}. The token is {@code --token-file}'s, else {@code PERSYS_TOKEN}, else the development cluster's, which
 * goes nowhere else.
 */
public final class AddressBook {
    private AddressBook() {}

    /**
     * Where to ask.
     *
     * @throws Failure where nothing says where the scheduler is, or what says so cannot be read
     */
    public static Address find(Context context, Optional<String> address, Optional<Path> tokenFile) {
        Optional<String> given = address.or(() -> context.variable("PERSYS_ADDRESS"));
        Optional<String> token = tokenFile.map(AddressBook::secret).or(() -> context.variable("PERSYS_TOKEN"));
        Path directory = context.home().resolve("dev");
        Optional<URI> development = developmentCluster(directory);
        if (given.isPresent()) {
            URI base = uri(given.get());
            boolean same = development.filter(base::equals).isPresent();
            return new Address(base, same ? token.or(() -> tokenOf(directory)) : token, false);
        }
        URI base = development.orElseThrow(() -> unknown(directory));
        return new Address(base, token.or(() -> tokenOf(directory)), true);
    }

    /**
     * The development cluster, whatever options and environment say.
     *
     * @throws Failure where it was never started
     */
    public static Address developmentCluster(Context context) {
        Path directory = context.home().resolve("dev");
        URI base = developmentCluster(directory).orElseThrow(() -> unknown(directory));
        return new Address(base, tokenOf(directory), true);
    }

    private static Failure unknown(Path directory) {
        return new Failure(
                ExitCode.UNREACHABLE,
                "no cluster is known: there is no " + directory.resolve("endpoints.json"),
                "persys dev start makes one here; --address or PERSYS_ADDRESS names one elsewhere.");
    }

    private static Optional<URI> developmentCluster(Path directory) {
        Path file = directory.resolve("endpoints.json");
        try {
            JsonNode endpoints = JsonText.read(Files.readString(file));
            return Optional.of(endpoints.path("api").asText(""))
                    .filter(text -> !text.isEmpty())
                    .map(AddressBook::uri);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new Failure(
                    ExitCode.FAILED,
                    file + " cannot be read: " + e.getMessage(),
                    "persys dev stop and persys dev start write it anew.");
        }
    }

    private static Optional<String> tokenOf(Path directory) {
        Path file = directory.resolve("token");
        return Files.exists(file) ? Optional.of(secret(file)) : Optional.empty();
    }

    private static String secret(Path file) {
        try {
            return Files.readString(file).trim();
        } catch (NoSuchFileException e) {
            throw new Failure(ExitCode.USAGE, "there is no token file " + file);
        } catch (IOException e) {
            throw new Failure(ExitCode.UNAUTHORIZED, "the token file " + file + " cannot be read: " + e.getMessage());
        }
    }

    private static URI uri(String text) {
        String full = text.contains("://") ? text : "http://" + text;
        try {
            URI uri = new URI(full.endsWith("/") ? full.substring(0, full.length() - 1) : full);
            boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (http && uri.getHost() != null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // Told below: a host that does not parse is no better than none.
        }
        throw new Failure(ExitCode.USAGE, "'" + text + "' is no address", "One looks like http://127.0.0.1:8085.");
    }
}
