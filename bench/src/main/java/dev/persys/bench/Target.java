package dev.persys.bench;

import dev.persys.trust.tls.CredentialsPaths;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The cluster that is measured, and what runs on it: options of every benchmark. */
final class Target {
    @Option(names = "--address", required = true, description = "the API, such as http://127.0.0.1:8085")
    private String address = "";

    @Option(names = "--token-file", description = "the file with the API's token")
    private Path tokenFile = Path.of("");

    @Option(names = "--certificate", description = "shown to an API with https://")
    private Path certificate = Path.of("");

    @Option(names = "--key", description = "the certificate's")
    private Path key = Path.of("");

    @Option(names = "--roots", description = "of the API's cluster")
    private Path roots = Path.of("");

    @Option(names = "--image", defaultValue = "persys-bench/busybox:1", description = "has /bin/sleep")
    private String image = "";

    Api api() throws IOException {
        return certificate.toString().isEmpty()
                ? Api.of(address, tokenFile)
                : Api.of(address, new CredentialsPaths(certificate, key, roots));
    }

    String image() {
        return image;
    }
}
