package dev.persys.cli.verb;

import dev.persys.cli.Failure;
import dev.persys.cli.client.Address;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Directories of the node that a workload mounts. Docker makes one that is not there, also where it is misspelt, and
 * whoever mounts it finds it empty. Only of a development cluster is it known that this machine is its node.
 */
final class MountedDirectories {
    private MountedDirectories() {}

    /**
     * Says which are not there.
     *
     * @param name the workload's
     * @param sources of its volumes; those that are no paths are volumes by name
     */
    static void warn(String name, Stream<String> sources, Address address, PrintStream err) {
        if (address.ofDevelopmentCluster()) {
            sources.filter(source -> source.startsWith("/") && Files.notExists(Path.of(source)))
                    .distinct()
                    .forEach(source -> Failure.warn(
                            name + ": " + source + " is not there; Docker makes it, as an empty directory of root's",
                            err));
        }
    }
}
