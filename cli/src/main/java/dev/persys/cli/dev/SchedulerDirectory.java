package dev.persys.cli.dev;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.persys.api.FileProblem;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.cli.client.CertificateFiles;
import dev.persys.cli.client.JsonText;
import dev.persys.trust.tls.CredentialsPaths;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * {@code $PERSYS_HOME/scheduler}: the token of a scheduler that was given none, and where the last one of this home
 * is, so that commands of the same user find both. Only its owner can enter it.
 */
public final class SchedulerDirectory {
    private final Path directory;

    private SchedulerDirectory(Path directory) {
        this.directory = directory;
    }

    /** The one of this {@code PERSYS_HOME}. */
    public static SchedulerDirectory of(Path home) {
        return new SchedulerDirectory(home.resolve("scheduler"));
    }

    /**
     * The token's file, made where there is none.
     *
     * @throws Failure where it cannot be made
     */
    public Path token() {
        Path token = directory.resolve("token");
        return guarded(() -> {
            OwnFiles.makeDirectory(directory);
            OwnFiles.makeSecret(token);
            return token;
        });
    }

    /**
     * The file with the key by which secrets are sealed, made where there is none.
     *
     * @throws Failure where it cannot be made
     */
    public Path secretsKey() {
        Path key = directory.resolve("secrets.key");
        return guarded(() -> {
            OwnFiles.makeDirectory(directory);
            OwnFiles.makeSecret(key);
            return key;
        });
    }

    /** Where its audit log is, if no setting says otherwise. */
    public Path audit() {
        return directory.resolve("audit");
    }

    /** Says where the API is, which listens at {@code api}, and which token it asks for. */
    public void announce(InetSocketAddress api, Path tokenFile) {
        announce(
                "http",
                api,
                endpoints ->
                        endpoints.put("tokenFile", tokenFile.toAbsolutePath().toString()));
    }

    /**
     * Says where the API is, which speaks TLS.
     *
     * @param api where it listens
     * @param operator what commands of this home show; absent where the scheduler makes no certificates
     */
    public void announceTls(InetSocketAddress api, Optional<CredentialsPaths> operator) {
        announce("https", api, endpoints -> operator.ifPresent(files -> CertificateFiles.name(files, endpoints)));
    }

    private void announce(String scheme, InetSocketAddress api, Consumer<ObjectNode> shown) {
        String address = api.getAddress().isAnyLocalAddress()
                ? "127.0.0.1"
                : api.getAddress().getHostAddress();
        String host = address.indexOf(':') < 0 ? address : "[" + address + "]";
        ObjectNode endpoints = JsonText.object().put("api", scheme + "://" + host + ":" + api.getPort());
        shown.accept(endpoints);
        String text = JsonText.pretty(endpoints);
        guarded(() -> {
            OwnFiles.makeDirectory(directory);
            OwnFiles.writeWhole(directory.resolve("endpoints.json"), text + "\n");
            return directory;
        });
    }

    private interface FileWork {
        Path run() throws IOException;
    }

    private Path guarded(FileWork work) {
        try {
            return work.run();
        } catch (IOException e) {
            throw new Failure(
                    ExitCode.CONFIGURATION,
                    "the scheduler's files in " + directory + " cannot be used: " + FileProblem.named(e),
                    "PERSYS_HOME names another directory.");
        }
    }
}
