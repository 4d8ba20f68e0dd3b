package dev.persys.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.trust.tls.CredentialsPaths;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The files of the certificate that a command shows, as its options name them; the environment names the rest. */
public record CertificateFiles(Optional<Path> certificate, Optional<Path> key, Optional<Path> roots) {
    /** Of which no option names any. */
    public static final CertificateFiles NONE =
            new CertificateFiles(Optional.empty(), Optional.empty(), Optional.empty());

    /**
     * Where they are; empty where nothing names any, or the roots alone.
     *
     * @throws Failure where some are named, and others are not
     */
    Optional<CredentialsPaths> find(Context context) {
        Optional<Path> first = certificate.or(() -> of(context, "PERSYS_CERTIFICATE"));
        Optional<Path> second = key.or(() -> of(context, "PERSYS_KEY"));
        Optional<Path> third = roots.or(() -> of(context, "PERSYS_ROOTS"));
        List<String> missing = Stream.of(
                        missing(first, "--certificate (PERSYS_CERTIFICATE)"),
                        missing(second, "--key (PERSYS_KEY)"),
                        missing(third, "--roots (PERSYS_ROOTS)"))
                .flatMap(Optional::stream)
                .toList();
        if (first.isEmpty() && second.isEmpty()) {
            return Optional.empty();
        } else if (!missing.isEmpty()) {
            throw new Failure(
                    ExitCode.USAGE,
                    String.join(" and ", missing) + (missing.size() == 1 ? " is" : " are") + " not given",
                    "A certificate, its key and the roots of its cluster are given together; roots alone are what is believed of"
                            + " a gateway.");
        }
        return Optional.of(new CredentialsPaths(first.get(), second.get(), third.get()));
    }

    /** By what a gateway is believed, where something says so. */
    Optional<Path> believed(Context context) {
        return roots.or(() -> of(context, "PERSYS_ROOTS"));
    }

    private static Optional<Path> of(Context context, String variable) {
        return context.variable(variable).map(Path::of);
    }

    private static Optional<String> missing(Optional<Path> file, String name) {
        return file.isPresent() ? Optional.empty() : Optional.of(name);
    }

    /** Names them in an {@code endpoints.json}. */
    public static void name(CredentialsPaths files, ObjectNode endpoints) {
        endpoints.put("certificate", files.certificate().toAbsolutePath().toString());
        endpoints.put("key", files.key().toAbsolutePath().toString());
        endpoints.put("roots", files.roots().toAbsolutePath().toString());
    }

    /** Those that {@code endpoints.json} names. */
    static Optional<CredentialsPaths> of(JsonNode endpoints) {
        Optional<Path> certificate = file(endpoints, "certificate");
        Optional<Path> key = file(endpoints, "key");
        Optional<Path> roots = file(endpoints, "roots");
        return certificate.isPresent() && key.isPresent() && roots.isPresent()
                ? Optional.of(new CredentialsPaths(certificate.get(), key.get(), roots.get()))
                : Optional.empty();
    }

    private static Optional<Path> file(JsonNode endpoints, String name) {
        return Optional.of(endpoints.path(name).asText(""))
                .filter(text -> !text.isEmpty())
                .map(Path::of);
    }
}
