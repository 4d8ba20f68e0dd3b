package dev.persys.cli.client;

import dev.persys.trust.tls.CredentialsPaths;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the scheduler is asked.
 *
 * @param base without a slash at its end
 * @param token sent as a bearer token where there is one; never printed
 * @param ofDevelopmentCluster whether it was found in the files of {@code persys dev}
 * @param credentials shown to a scheduler that speaks TLS, which then has to be one of the same cluster; where there are
 *     none, it is believed as web sites are
 * @param roots PEM that is believed of web sites in place of what Java comes with, such as a company's own
 */
public record Address(
        URI base,
        Optional<String> token,
        boolean ofDevelopmentCluster,
        Optional<CredentialsPaths> credentials,
        Optional<Path> roots) {
    /** Without credentials. */
    public Address(URI base, Optional<String> token, boolean ofDevelopmentCluster) {
        this(base, token, ofDevelopmentCluster, Optional.empty(), Optional.empty());
    }

    /** With these, where TLS is spoken. */
    Address with(Optional<CredentialsPaths> files) {
        return new Address(
                base,
                token,
                ofDevelopmentCluster,
                files.filter(some -> base.getScheme().equals("https")),
                roots);
    }

    /** Believing these alone, where TLS is spoken without a certificate of its own. */
    Address believing(Optional<Path> file) {
        return new Address(base, token, ofDevelopmentCluster, credentials, file);
    }

    @Override
    public String toString() {
        return base.toString();
    }
}
