package dev.persys.cli.client;

import java.net.URI;
import java.util.Optional;

/**
 * Where the scheduler is asked.
 *
 * @param base without a slash at its end
 * @param token sent as a bearer token where there is one; never printed
 * @param ofDevelopmentCluster whether it was found in the files of {@code persys dev}
 */
public record Address(URI base, Optional<String> token, boolean ofDevelopmentCluster) {
    @Override
    public String toString() {
        return base.toString();
    }
}
