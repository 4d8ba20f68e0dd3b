package dev.persys.bench;

import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The cluster that is measured, and what runs on it: options of every benchmark. */
final class Target {
    @Option(names = "--address", required = true, description = "the API, such as http://127.0.0.1:8085")
    private String address = "";

    @Option(names = "--token-file", description = "the file with the API's token")
    private Path tokenFile = Path.of("");

    @Option(names = "--image", defaultValue = "persys-bench/busybox:1", description = "has /bin/sleep")
    private String image = "";

    Api api() throws IOException {
        return Api.of(address, tokenFile);
    }

    String image() {
        return image;
    }
}
