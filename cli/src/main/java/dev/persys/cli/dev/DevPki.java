package dev.persys.cli.dev;

import dev.persys.trust.tls.CredentialsPaths;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Where the certificates of a development cluster are: {@code $PERSYS_HOME/dev/pki}, which only its owner can enter. All of
 * it is PEM.
 */
public record DevPki(Path directory) {
    /** Of the authority that signs all of them. */
    public Path authority() {
        return directory.resolve("authority");
    }

    /** The roots that everybody here believes, for other programs too. */
    public Path roots() {
        return directory.resolve("ca.pem");
    }

    public CredentialsPaths scheduler() {
        return of("scheduler");
    }

    public CredentialsPaths agent() {
        return of("agent");
    }

    /** What the commands show, and any other program of this user may. */
    public CredentialsPaths operator() {
        return of("operator");
    }

    /** By which both ports of a process that is scheduler and agent speak TLS. */
    public Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>();
        put(settings, "persys.http.scheduler.tls.", scheduler());
        put(settings, "persys.http.agent.tls.", agent());
        return settings;
    }

    private static void put(Map<String, String> settings, String block, CredentialsPaths files) {
        settings.put(block + "certificate", files.certificate().toString());
        settings.put(block + "key", files.key().toString());
        settings.put(block + "roots", files.roots().toString());
    }

    private CredentialsPaths of(String role) {
        return new CredentialsPaths(directory.resolve(role + ".pem"), directory.resolve(role + "-key.pem"), roots());
    }
}
