package dev.persys.api;

import dev.persys.model.Present;
import java.util.Optional;

/**
 * What is at a path of a container.
 *
 * @param linkTarget where it is a symbolic link, which is not followed
 */
public record PathStat(String name, boolean directory, long size, Optional<String> linkTarget) {
    public PathStat {
        Present.value(name, "name");
        Present.value(linkTarget, "linkTarget");
    }
}
