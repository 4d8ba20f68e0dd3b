package dev.persys.cli.process;

import dev.persys.cli.dev.DevPki;
import java.nio.file.Path;

/** Makes the certificates with which the launcher's trainings speak TLS, in the directory that is named. */
final class TrainingCertificates {
    private TrainingCertificates() {}

    public static void main(String[] args) {
        new DevCertificates(new DevPki(Path.of(args[0])), "training").prepare();
    }
}
