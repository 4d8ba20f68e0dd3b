package dev.persys.cli.client;

import dev.persys.trust.tls.CredentialsPaths;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Where the scheduler is asked.
 *
 * @param base without a slash at its end
 * @param bearer gives the token, and is asked anew for each request, since that of a session is refreshed meanwhile
 * @param ofDevelopmentCluster whether it was found in the files of {@code persys dev}
 * @param credentials shown to a scheduler that speaks TLS, which then has to be one of the same cluster; where there are
 *     none, it is believed as web sites are
 * @param roots PEM that is believed of web sites in place of what Java comes with, such as a company's own
 */
public record Address(
        URI base,
        Supplier<Optional<String>> bearer,
        boolean ofDevelopmentCluster,
        Optional<CredentialsPaths> credentials,
        Optional<Path> roots) {
    /** Without credentials. */
    public Address(URI base, Optional<String> token, boolean ofDevelopmentCluster) {
        this(base, () -> token, ofDevelopmentCluster, Optional.empty(), Optional.empty());
    }

    /** Without credentials, and with a token that may be another one later. */
    static Address of(URI base, Supplier<Optional<String>> bearer) {
        return new Address(base, bearer, false, Optional.empty(), Optional.empty());
    }

    /**
     * Sent as a bearer token with the next request, where there is one; never printed.
     *
     * @throws dev.persys.cli.Failure where it is that of a session, and the session is over
     */
    public Optional<String> token() {
        return bearer.get();
    }

    /** With these, where TLS is spoken. */
    Address with(Optional<CredentialsPaths> files) {
        return new Address(
                base,
                bearer,
                ofDevelopmentCluster,
                files.filter(some -> base.getScheme().equals("https")),
                roots);
    }

    /** Believing these alone, where TLS is spoken without a certificate of its own. */
    Address believing(Optional<Path> file) {
        return new Address(base, bearer, ofDevelopmentCluster, credentials, file);
    }

    @Override
    public String toString() {
        return base.toString();
    }
}
