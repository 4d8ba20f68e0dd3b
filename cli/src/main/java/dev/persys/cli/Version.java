package dev.persys.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The version that was built. */
public final class Version {
    private Version() {}

    /** From the jar's manifest, which is read anyway; from a file where the classes are in no jar. */
    public static String text() {
        return Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
                .orElseGet(Version::fromFile);
    }

    private static String fromFile() {
        try (InputStream in = Version.class.getResourceAsStream("version")) {
            if (in == null) {
                throw new IllegalStateException("the resource with the version is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
